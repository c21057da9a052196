"""Items, collections and ingestions as a GeoCatalog takes them."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from ..._redact import brief, redact_url
from ..._utils.arguments import omit_none, plain
from ...exceptions import ArgumentError, ArgumentTypeError

__all__ = ["UNSET", "as_items", "as_object", "ingestion_body", "ingestion_changes", "source_body"]


class _Unset:
    """The default of an argument for which None has a meaning of its own."""

    def __repr__(self) -> str:
        return "UNSET"


UNSET: Any = _Unset()


def as_object(kind: str, value: Any) -> dict[str, Any]:
    """Return an object of the catalogue as a dictionary: a dictionary, or an object of pystac.

    Args:
        kind: what it is, such as "item", for messages.
        value: the object.

    Raises:
        ArgumentTypeError: it is neither.
    """
    if hasattr(value, "to_dict") and not isinstance(value, Mapping):
        value = _from_pystac(value)
    if not isinstance(value, Mapping):
        raise ArgumentTypeError(
            f"{kind} must be a dictionary or an object of pystac, got {brief(value)}.",
            hint="Pass it as the catalogue returns it, or as pystac has it.",
        )
    document: dict[str, Any] = plain(dict(value))
    return document


def _from_pystac(value: Any) -> Any:
    try:  # no links to parents, which pystac would have to look for
        return value.to_dict(include_self_link=False, transform_hrefs=False)
    except TypeError:
        return value.to_dict()


def as_items(items: Any, collection_id: str) -> dict[str, Any]:
    """Return an Item, or several as a FeatureCollection, for a collection.

    Args:
        items: an Item, a FeatureCollection or an iterable of Items; dictionaries or objects of pystac.
        collection_id: the collection, which is set where an Item names none.

    Raises:
        ArgumentError, ArgumentTypeError: there is no Item, one has no id, or one belongs to another collection.
    """
    if not isinstance(items, Mapping) and not hasattr(items, "to_dict"):
        if isinstance(items, str) or not isinstance(items, Iterable):
            raise ArgumentTypeError(f"item must be an Item, or several, got {brief(items)}.")
        items = {"type": "FeatureCollection", "features": list(items)}
    document = as_object("item", items)
    if document.get("type") != "FeatureCollection":
        return _placed(document, collection_id)
    features = document.get("features")
    if not isinstance(features, list) or not features:
        raise ArgumentError("There is no item to send: the FeatureCollection has no features.")
    placed = [_placed(as_object("item", feature), collection_id) for feature in features]
    return {"type": "FeatureCollection", "features": placed}


def _placed(item: dict[str, Any], collection_id: str) -> dict[str, Any]:
    if item.get("type") != "Feature" or not item.get("id"):
        raise ArgumentError(
            f"{brief(item.get('id') or item)} is not a STAC Item: it has no id, or its type is not Feature.",
            hint="planet.stac converts items of Planet's catalogue, and downloaded orders.",
        )
    owner = item.get("collection")
    if owner not in (None, collection_id):
        raise ArgumentError(
            f"item {brief(item['id'])} belongs to collection {brief(owner)}, not to {brief(collection_id)}.",
            hint="Remove its 'collection', or send it to that collection.",
        )
    return {**item, "collection": collection_id}


# -- ingestion -----------------------------------------------------------------------------------------------


def source_body(
    container_url: str, sas_token: str | None, identity: str | None, source_id: str | None = None
) -> dict[str, Any]:
    """Return the body of an ingestion source: a container, and how the catalogue may read it.

    Raises:
        ArgumentError, ArgumentTypeError: the address is not that of a container, or both or neither of *sas_token* and
            *identity* are given.
    """
    if (sas_token is None) == (identity is None):
        raise ArgumentError(
            "Exactly one of sas_token and identity is required.",
            hint="identity is the objectId of one of list_managed_identities().",
        )
    connection: dict[str, Any] = {"containerUrl": _container(container_url)}
    if sas_token is not None:
        if not isinstance(sas_token, str) or "sig=" not in sas_token:
            raise ArgumentError("sas_token is not a shared access signature: it has no sig=.")
        connection["sasToken"] = sas_token.strip().removeprefix("?")
    else:
        connection["objectId"] = identity
    kind = "BlobManagedIdentity" if sas_token is None else "SasToken"
    return {"id": source_id or str(uuid.uuid4()), "kind": kind, "connectionInfo": connection}


def _container(url: Any) -> str:
    if not isinstance(url, str):
        raise ArgumentTypeError(f"container_url must be a str, got {type(url).__name__}.")
    parts = urlsplit(url.strip())
    if parts.scheme not in ("http", "https") or not parts.netloc or not parts.path.strip("/"):
        raise ArgumentError(
            f"container_url is not the address of a container: {redact_url(url)!r}.",
            hint="It looks like https://account.blob.core.windows.net/container.",
        )
    if parts.query:
        raise ArgumentError(
            f"container_url has a query: {redact_url(url)!r}.", hint="Pass its signature as sas_token=."
        )
    return url.strip().rstrip("/")


def ingestion_body(
    source_catalog_url: str | None,
    stac_geoparquet_url: str | None,
    display_name: str | None,
    skip_existing_items: bool | None,
    keep_original_assets: bool | None,
) -> dict[str, Any]:
    """Return the body of a new ingestion.

    Raises:
        ArgumentError: both or neither of the two addresses are given.
    """
    if (source_catalog_url is None) == (stac_geoparquet_url is None):
        raise ArgumentError("Exactly one of source_catalog_url and stac_geoparquet_url is required.")
    return {
        "importType": "StacGeoparquet" if source_catalog_url is None else "StaticCatalog",
        **omit_none(
            displayName=display_name,
            sourceCatalogUrl=source_catalog_url,
            stacGeoparquetUrl=stac_geoparquet_url,
            skipExistingItems=skip_existing_items,
            keepOriginalAssets=keep_original_assets,
        ),
    }


def ingestion_changes(**changes: Any) -> dict[str, Any]:
    """Return a merge patch of an ingestion: what is `UNSET` is left out, None is sent as null.

    Raises:
        ArgumentError: nothing is to be changed.
    """
    names = {
        "display_name": "displayName",
        "source_catalog_url": "sourceCatalogUrl",
        "stac_geoparquet_url": "stacGeoparquetUrl",
        "skip_existing_items": "skipExistingItems",
        "keep_original_assets": "keepOriginalAssets",
    }
    body = {names[name]: value for name, value in changes.items() if value is not UNSET}
    if not body:
        raise ArgumentError("Nothing is to be changed.", hint=f"Pass one of {', '.join(names)}.")
    return body
