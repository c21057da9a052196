"""The catalogue of item types, product bundles, asset types and tools, and validation against it."""

import difflib
import json
import logging
import os
import uuid
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ..constants import has_home
from ..exceptions import FetchBundlesSpecError, SpecificationException

__all__ = [
    "BAND_MATH_PIXEL_TYPE",
    "BAND_MATH_PIXEL_TYPE_DEFAULT",
    "HARMONIZE_TOOL_TARGET_SENSORS",
    "PRODUCT_BUNDLES",
    "SUPPORTED_ARCHIVE_TYPES",
    "SUPPORTED_FILE_FORMATS",
    "SUPPORTED_ORDER_TYPES",
    "SUPPORTED_TOOLS",
    "get_bundle_names",
    "get_data_item_types",
    "get_item_types",
    "get_match",
    "get_product_bundles",
    "get_supported_assets",
    "log",
    "use_spec",
    "validate_archive_type",
    "validate_asset_type",
    "validate_bundle",
    "validate_data_item_type",
    "validate_file_format",
    "validate_item_type",
    "validate_order_type",
    "validate_supported_bundles",
    "validate_tool",
]


SUPPORTED_TOOLS = [
    "bandmath", "clip", "composite", "coregister", "file_format", "reproject", "tile", "toar", "harmonize",
]  # fmt: skip
SUPPORTED_ORDER_TYPES = ["full", "partial"]
SUPPORTED_ARCHIVE_TYPES = ["zip"]
SUPPORTED_FILE_FORMATS = ["COG", "PL_NITF"]
HARMONIZE_TOOL_TARGET_SENSORS = ["Sentinel-2"]
BAND_MATH_PIXEL_TYPE = ("Auto", "8U", "16U", "16S", "32R")
BAND_MATH_PIXEL_TYPE_DEFAULT = "Auto"

log = logging.getLogger("planet.specs")

# {item type: {bundle: [asset types]}}
_Catalog = dict[str, dict[str, list[str]]]

_STALE = (
    "If it is new, fetch the current catalogue with planet.specs.refresh(), or skip this check with validate=False."
)
_catalog: _Catalog | None = None


def _items() -> _Catalog:
    """Return the catalogue in use: the one that `refresh` saved on disk, else the bundled one. It is read once."""
    global _catalog
    if _catalog is None:
        try:
            file = _cache_file()
            _catalog = None if file is None else _from_spec(json.loads(file.read_text(encoding="utf-8")))
        except (OSError, ValueError, RecursionError, FetchBundlesSpecError):
            _catalog = None  # it is incomplete, or there is none
        if _catalog is None:
            _catalog = json.loads(_bundled())["item_types"]
    return _catalog


def _bundled() -> bytes:
    """Return the content of the bundled catalogue, also where the package is in a zip file."""
    import pkgutil

    content = pkgutil.get_data("planet", "data/catalog.json")
    assert content is not None  # loaders of zip files and of frozen programs can get data as well
    return content


def _cache_file() -> Path | None:
    """Return where the catalogue is kept; None for users without a home folder."""
    folder = os.environ.get("PL_CACHE_DIR")
    if not folder:
        if not (has_home() or os.environ.get("XDG_CACHE_HOME")):
            return None
        import platformdirs

        try:
            folder = platformdirs.user_cache_dir("planet", appauthor=False)
        except RuntimeError:  # it needs a home folder on this system
            return None
    return Path(folder) / "bundles-spec.json"


def _from_spec(document: Any) -> _Catalog:
    """Convert the bundle specification that the service returns to a catalogue."""
    catalog: _Catalog = {}
    try:
        for bundle, description in document["bundles"].items():
            for item_type, assets in description["assets"].items():
                catalog.setdefault(item_type, {})[bundle] = [str(asset) for asset in assets]
    except (TypeError, KeyError, AttributeError):
        catalog = {}
    if not catalog:
        raise FetchBundlesSpecError("The response is not a product bundle specification", hint="Check the base URL.")
    return catalog


def use_spec(document: Any) -> None:
    """Use a bundle specification that the service returned, and save it on disk for later runs.

    Raises:
        FetchBundlesSpecError: *document* is not a bundle specification.
    """
    global _catalog
    _catalog = _from_spec(document)
    file = _cache_file()
    if file is None:
        return
    temporary = file.with_suffix(f".{uuid.uuid4().hex}.tmp")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(json.dumps(document), encoding="utf-8")
        os.replace(temporary, file)
    except OSError as error:
        log.warning("the catalogue is in use, but could not be saved for later runs: %s", error)


class _ProductBundles(Mapping[str, Any]):
    """The catalogue as a mapping of `bundles`, `bundle_names` and `item_types`; it is read on first access."""

    def __getitem__(self, key: str) -> Any:
        if key == "bundles":
            return {
                bundle: {"assets": {t: bundles[bundle] for t, bundles in _items().items() if bundle in bundles}}
                for bundle in get_bundle_names()
            }
        if key == "bundle_names":
            return get_bundle_names()
        if key == "item_types":
            return get_item_types()
        raise KeyError(key)

    def __iter__(self) -> Iterator[str]:
        return iter(("bundles", "bundle_names", "item_types"))

    def __len__(self) -> int:
        return 3


PRODUCT_BUNDLES: Mapping[str, Any] = _ProductBundles()


def get_match(test_entry: str, spec_entries: Iterable[str], field_name: str) -> str:
    """Return the canonical spelling of a value given in any case.

    >>> get_match("psscene", ["PSScene", "SkySatScene"], "item_type")
    'PSScene'

    Raises:
        SpecificationException: no entry matches.
    """
    entries = list(spec_entries)
    wanted = str(test_entry).strip().lower()
    for entry in entries:
        if entry.lower() == wanted:
            return entry
    near = difflib.get_close_matches(wanted, [entry.lower() for entry in entries], n=3, cutoff=0.6)
    names = [entry for name in near for entry in entries if entry.lower() == name]
    hint = f"Did you mean {' or '.join(map(repr, dict.fromkeys(names)))}?" if names else None
    raise SpecificationException(test_entry, sorted(entries), field_name, hint=hint)


def _match_catalog(entry: str, entries: Iterable[str], field_name: str) -> str:
    """Like `get_match`, for values that may be newer than the catalogue; the hint says how to refresh it."""
    try:
        return get_match(entry, entries, field_name)
    except SpecificationException as error:
        raise SpecificationException(
            entry, error.supported, field_name, hint=" ".join(filter(None, [error.hint, _STALE]))
        ) from None


def validate_item_type(item_type: str) -> str:
    """Return the canonical spelling of an item type that can be ordered."""
    return _match_catalog(item_type, get_item_types(), "item_type")


def validate_data_item_type(item_type: str) -> str:
    """Return the canonical spelling of an item type that can be searched."""
    return _match_catalog(item_type, get_data_item_types(), "item_type")


def validate_bundle(item_type: str, bundle: str) -> str:
    """Return the canonical spelling of a bundle of an item type."""
    return _match_catalog(bundle, get_product_bundles(validate_item_type(item_type)), "bundle")


def validate_supported_bundles(item_type: str, bundle: str) -> str:
    """Legacy name of `validate_bundle`."""
    return validate_bundle(item_type, bundle)


def validate_asset_type(item_type: str, asset_type: str) -> str:
    """Return the canonical spelling of an asset type of an item type."""
    return _match_catalog(asset_type, get_supported_assets(validate_item_type(item_type)), "asset_type")


def validate_order_type(order_type: str) -> str:
    """Return the canonical spelling of an order type."""
    return get_match(order_type, SUPPORTED_ORDER_TYPES, "order_type")


def validate_archive_type(archive_type: str) -> str:
    """Return the canonical spelling of an archive type."""
    return get_match(archive_type, SUPPORTED_ARCHIVE_TYPES, "archive_type")


def validate_tool(tool: str) -> str:
    """Return the canonical spelling of a tool name."""
    return get_match(tool, SUPPORTED_TOOLS, "tool")


def validate_file_format(file_format: str) -> str:
    """Return the canonical spelling of a file format."""
    return get_match(file_format, SUPPORTED_FILE_FORMATS, "file_format")


def get_data_item_types() -> set[str]:
    """Return the item types that can be searched."""
    return get_item_types() | {"SkySatVideo"}


def get_item_types(product_bundle: str | None = None) -> set[str]:
    """Return the item types that can be ordered, or only those of one bundle.

    Raises:
        KeyError: the bundle is unknown.
    """
    if product_bundle is None:
        return set(_items())
    types = {item_type for item_type, bundles in _items().items() if product_bundle in bundles}
    if not types:
        raise KeyError(product_bundle)
    return types


def get_bundle_names() -> set[str]:
    """Return the names of all bundles."""
    return {bundle for bundles in _items().values() for bundle in bundles}


def get_product_bundles(item_type: str | None = None) -> list[str]:
    """Return the bundles of an item type, or all bundles; an unknown item type has none."""
    return sorted(get_bundle_names()) if item_type is None else list(_bundles_of(item_type))


def _bundles_of(item_type: str) -> dict[str, list[str]]:
    """Return the bundles of an item type, whose case does not matter, and their asset types."""
    wanted = str(item_type).strip().lower()
    return next((bundles for name, bundles in _items().items() if name.lower() == wanted), {})


def assets_of(item_type: str, bundle: str) -> list[str]:
    """Return the asset types of a bundle for an item type; none, if there is no such bundle."""
    return list(_bundles_of(item_type).get(bundle, ()))


def get_supported_assets(item_type: str) -> list[str]:
    """Return the asset types in the bundles of an item type, whose case does not matter, in alphabetical order.

    There are none for an item type that can be searched but not ordered.

    Raises:
        SpecificationException: the item type is not in the catalogue.
    """
    bundles = _bundles_of(_match_catalog(item_type, {*get_item_types(), *get_data_item_types()}, "item_type"))
    return sorted({asset for assets in bundles.values() for asset in assets})
