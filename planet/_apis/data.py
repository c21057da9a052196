"""Searches and assets: the bodies of requests, URLs, and checks."""

import difflib
from collections.abc import Mapping, Sequence
from typing import Any

from .._builders import catalog as specs
from .._builders import geojson
from .._builders.filter_validation import check_filter, sendable
from .._builders.filters import empty_filter
from .._http.polling import timeout_error
from .._http.urls import encode
from .._models.items import Asset, as_document
from .._redact import brief
from .._utils.arguments import Json, as_number, check_id, check_list, omit_none, plain
from ..constants import PLANET_BASE_URL, TILES_URL
from ..exceptions import ArgumentError, ArgumentTypeError, WaitTimeout

__all__ = [
    "ASSET_HINTS",
    "LIST_SEARCH_TYPE",
    "LIST_SEARCH_TYPE_DEFAULT",
    "LIST_SORT_DEFAULT",
    "LIST_SORT_ORDER",
    "SEARCH_SORT",
    "SEARCH_SORT_DEFAULT",
    "STATS_INTERVAL",
    "asset_named",
    "asset_type_of",
    "item_id_of",
    "item_type_of",
    "location_of",
    "page_size",
    "saved_search_body",
    "search_body",
    "status_of",
    "thumbnail_url",
    "wait_timeout",
]


LIST_SORT_ORDER = ("created desc", "created asc")
LIST_SORT_DEFAULT = "created desc"
LIST_SEARCH_TYPE = ("any", "saved", "quick")
LIST_SEARCH_TYPE_DEFAULT = "any"
SEARCH_SORT = ("published desc", "published asc", "acquired desc", "acquired asc")
SEARCH_SORT_DEFAULT = "published desc"
STATS_INTERVAL = ("hour", "day", "week", "month", "year")

_PAGE_SIZE = 250  # the default of the service, and its maximum


def search_body(
    item_types: str | Sequence[str],
    search_filter: Mapping[str, Any] | None,
    geometry: Any = None,
    *,
    validate: bool,
    **others: Any,
) -> Json:
    """Return the body of a request that contains a search; of *others*, those that are None are omitted.

    Raises:
        SpecificationException: an item type is not in the catalogue.
        ClientError: the filter is invalid.
        GeoJSONError, FeatureError: the geometry is invalid.
    """
    if isinstance(item_types, str):
        item_types = [item_types]
    types = check_list("item_types", item_types, "item types, such as ['PSScene']")
    search_filter = plain(search_filter)
    if not search_filter:
        search_filter = empty_filter()
    elif validate:
        if isinstance(search_filter, Mapping) and geojson.is_geojson(search_filter):
            raise ArgumentError("search_filter is a geometry.", hint="Pass it as geometry=.")
        check_filter(search_filter)
        search_filter = sendable(search_filter)
    if geometry is not None:
        geometry = geojson.as_geom_or_ref(geometry, max_vertices=None)
    return {
        "filter": search_filter,
        "item_types": [specs.validate_data_item_type(t) for t in types] if validate else types,
        **omit_none(geometry=geometry, **others),
    }


def saved_search_body(
    item_types: str | Sequence[str],
    search_filter: Mapping[str, Any],
    name: str,
    enable_email: bool,
    geometry: Any,
    *,
    validate: bool,
) -> Json:
    """Return the body of a saved search; see `search_body`."""
    email = {"__daily_email_enabled": enable_email}
    return search_body(item_types, search_filter, geometry, name=name, validate=validate, **email)


def page_size(limit: Any) -> int | None:
    """Return the page size to request: *limit* if it is less than the default of the service, else None."""
    number = as_number(limit)
    return number if isinstance(number, int) and 0 < number < _PAGE_SIZE else None


def thumbnail_url(base_url: str, item_type: str, item_id: str) -> str:
    """Return the URL of the thumbnail of an item.

    >>> thumbnail_url("https://api.planet.com/data/v1", "PSScene", "20220304_093300_37_2430")
    'https://tiles.planet.com/data/v1/item-types/PSScene/items/20220304_093300_37_2430/thumb'
    """
    if base_url.startswith(f"{PLANET_BASE_URL}/"):
        base_url = TILES_URL + base_url[len(PLANET_BASE_URL) :]
    return f"{base_url}/item-types/{encode(item_type)}/items/{encode(item_id)}/thumb"


def item_type_of(value: Any) -> str:
    """Return an item type, given that or an item.

    Raises:
        ArgumentError, ArgumentTypeError: it is neither.
    """
    document = as_document(value)
    properties = None if document is None else document.get("properties")
    return check_id("item_type_id", properties.get("item_type") if isinstance(properties, Mapping) else value)


def item_id_of(value: Any) -> str:
    """Return the id of one item, given the id or the item.

    Raises:
        ArgumentError, ArgumentTypeError: it is not an id. White space is refused, as the service does.
    """
    item_id = check_id("item_id", value)
    if item_id in specs.get_data_item_types():
        raise ArgumentError(
            f"item_id must be the id of an item, got the item type {item_id!r}.", hint="The item type comes first."
        )
    if isinstance(value, str) and value != item_id:
        raise ArgumentError(f"item_id must not contain white space, got {brief(value)}.", hint="Call strip() on it.")
    return item_id


def asset_type_of(value: Any) -> str:
    """Return an asset type, given that or an asset.

    Raises:
        ArgumentError, ArgumentTypeError: it is neither.
    """
    return check_id("asset_type_id", value.get("type") if isinstance(value, Mapping) else value)


def asset_named(assets: Mapping[str, Any], asset_type: str, item_id: str) -> Asset:
    """Return one of the assets of an item.

    Raises:
        ArgumentError: the item has no such asset; the hint names those that it has.
    """
    if asset_type in assets:
        return Asset(assets[asset_type])
    near = [name for name in sorted(assets) if asset_type in name] or difflib.get_close_matches(asset_type, assets)
    meant = f"Did you mean {' or '.join(near[:3])}? " if near else ""
    raise ArgumentError(
        f"Item {item_id} has no asset {asset_type!r}.",
        hint=f"{meant}Its assets are: {', '.join(sorted(assets)) or 'none'}.",
    )


def status_of(asset: Any) -> str:
    """Return the status of an asset.

    Raises:
        ArgumentTypeError: the asset has no status, so it is not one.
    """
    status = asset.get("status") if isinstance(asset, Mapping) else None
    if not isinstance(status, str):
        raise ArgumentTypeError(
            "The asset has no status.", hint="Pass an asset as get_asset or list_item_assets returned it."
        )
    return status


def location_of(asset: Any) -> str:
    """Return the download link of an asset.

    Raises:
        ArgumentError: the asset has none, because it is not active.
    """
    location = asset.get("location") if isinstance(asset, Mapping) else None
    if not isinstance(location, str) or not location:
        raise ArgumentError(
            "The asset has no location: it is not active.",
            hint="Call activate_asset and then wait_asset, and pass the asset that wait_asset returns.",
        )
    return location


ASSET_HINTS = {"inactive": "The asset has not been activated: call activate_asset first."}


def wait_timeout(asset: Mapping[str, Any]) -> WaitTimeout:
    """Return the error of a wait for an asset that has used up its time or its polls."""
    return timeout_error("Asset", {str(asset.get("type")): str(asset.get("status"))}, ASSET_HINTS)
