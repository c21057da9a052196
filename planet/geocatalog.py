"""GeoCatalogs of Microsoft Planetary Computer Pro, other STAC APIs, and the public Planetary Computer.

    from planet.geocatalog import GeoCatalog

    with GeoCatalog(endpoint, credential) as gc:
        for item in gc.stac.search(collections=["planet-psscene"], datetime="2024-06"):
            print(item.id)

`GeoCatalog` is the sync client; `AsyncGeoCatalog` has the same methods as coroutines. `gc.ingest_order` brings an order
that was delivered to Azure into a collection. Nothing of Azure is imported; `pip install "planet[azure]"` adds the
default credential.
"""

import importlib
from typing import TYPE_CHECKING, Any

from ._apis.geocatalog.tile_grid import tile_at
from ._builders.geocatalog.render import Render
from ._models.geocatalog.ingestion import Ingestion, IngestionRun, IngestionSource, Operation
from ._models.geocatalog.picture import Picture
from ._models.geocatalog.stac import StacCollection, StacItem
from ._models.geocatalog.tiles import RenderOption, SasToken, SignedLink, TileJson

if TYPE_CHECKING:
    from ._apis.geocatalog.ingest_report import IngestReport
    from ._async.geocatalog.catalog import AsyncGeoCatalog
    from ._async.geocatalog.ingestion import IngestionClient
    from ._async.geocatalog.public import AsyncPlanetaryComputer
    from ._async.geocatalog.sas import PublicSasClient, SasClient
    from ._async.geocatalog.stac import StacClient
    from ._async.geocatalog.tiles import TilesClient
    from ._imagery.catalog_items import items_from_order
    from ._sync.geocatalog.catalog import GeoCatalog
    from ._sync.geocatalog.ingestion import IngestionAPI
    from ._sync.geocatalog.public import PlanetaryComputer
    from ._sync.geocatalog.sas import PublicSasAPI, SasAPI
    from ._sync.geocatalog.stac import StacAPI
    from ._sync.geocatalog.tile_source import TileSource
    from ._sync.geocatalog.tiles import TilesAPI
    from .auth._entra import EntraAuth

__all__ = [
    "AsyncGeoCatalog",
    "AsyncPlanetaryComputer",
    "EntraAuth",
    "GeoCatalog",
    "IngestReport",
    "Ingestion",
    "IngestionAPI",
    "IngestionClient",
    "IngestionRun",
    "IngestionSource",
    "Operation",
    "Picture",
    "PlanetaryComputer",
    "PublicSasAPI",
    "PublicSasClient",
    "Render",
    "RenderOption",
    "SasAPI",
    "SasClient",
    "SasToken",
    "SignedLink",
    "StacAPI",
    "StacClient",
    "StacCollection",
    "StacItem",
    "TileJson",
    "TileSource",
    "TilesAPI",
    "TilesClient",
    "items_from_order",
    "tile_at",
]


# Loaded on first use, so that a program loads only the variant that it uses.
_EXPORTS = {
    "AsyncGeoCatalog": "_async.geocatalog.catalog",
    "AsyncPlanetaryComputer": "_async.geocatalog.public",
    "EntraAuth": "auth._entra",
    "GeoCatalog": "_sync.geocatalog.catalog",
    "IngestReport": "_apis.geocatalog.ingest_report",
    "IngestionAPI": "_sync.geocatalog.ingestion",
    "IngestionClient": "_async.geocatalog.ingestion",
    "PlanetaryComputer": "_sync.geocatalog.public",
    "PublicSasAPI": "_sync.geocatalog.sas",
    "PublicSasClient": "_async.geocatalog.sas",
    "SasAPI": "_sync.geocatalog.sas",
    "SasClient": "_async.geocatalog.sas",
    "StacAPI": "_sync.geocatalog.stac",
    "StacClient": "_async.geocatalog.stac",
    "TileSource": "_sync.geocatalog.tile_source",
    "TilesAPI": "_sync.geocatalog.tiles",
    "TilesClient": "_async.geocatalog.tiles",
    "items_from_order": "_imagery.catalog_items",
}


def __getattr__(name: str) -> Any:
    if name in _EXPORTS:
        value = getattr(importlib.import_module(f".{_EXPORTS[name]}", __package__), name)
        globals()[name] = value
        return value
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
