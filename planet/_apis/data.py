"""What there is to know about searches and assets without asking the service."""

import difflib
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from .._builders import catalog as specs
from .._builders import geojson
from .._builders.filter_validation import check_filter
from .._builders.filters import empty_filter
from .._http.urls import encode, join_link
from .._models.items import Asset
from .._redact import brief
from .._utils.arguments import Json, omit_none
from ..constants import PLANET_BASE_URL, TILES_URL
from ..exceptions import ClientError, WaitTimeout

__all__ = [
    "LIST_SEARCH_TYPE",
    "LIST_SEARCH_TYPE_DEFAULT",
    "LIST_SORT_DEFAULT",
    "LIST_SORT_ORDER",
    "SEARCH_SORT",
    "SEARCH_SORT_DEFAULT",
    "STATS_INTERVAL",
    "asset_named",
    "check_search_id",
    "link_of",
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

_PAGE_SIZE = 250  # the service's own, and its largest


def search_body(
    item_types: Sequence[str],
    search_filter: Mapping[str, Any] | None,
    geometry: Any = None,
    *,
    validate: bool,
    **others: Any,
) -> Json:
    """What the endpoints that take a search have in common; others that are None are left out.

    Raises:
        SpecificationException: an item type is not in the catalogue.
        ClientError: the filter makes no sense.
        GeoJSONError, FeatureError: the geometry is not valid.
    """
    if isinstance(item_types, (str, Mapping)) or not item_types:
        raise ClientError(
            f"item_types is {brief(item_types)}.", hint="It must be a list with at least one, ['PSScene']."
        )
    if not search_filter:
        search_filter = empty_filter()
    elif validate:
        check_filter(search_filter)
    return {
        "filter": search_filter,
        "item_types": [specs.validate_data_item_type(t) for t in item_types] if validate else list(item_types),
        **omit_none(geometry=None if geometry is None else geojson.as_geom_or_ref(geometry), **others),
    }


def saved_search_body(
    item_types: Sequence[str],
    search_filter: Mapping[str, Any],
    name: str,
    enable_email: bool,
    geometry: Any,
    *,
    validate: bool,
) -> Json:
    """What a saved search is made of; see `search_body`."""
    email = {"__daily_email_enabled": enable_email}
    return search_body(item_types, search_filter, geometry, name=name, validate=validate, **email)


def page_size(limit: Any) -> int | None:
    """The size of page to ask for: a smaller one than the service's own where fewer results are wanted."""
    return limit if isinstance(limit, int) and 0 < limit < _PAGE_SIZE else None


def check_search_id(search_id: Any) -> str:
    """The id of a search, checked.

    Raises:
        ClientError: it is no UUID.
    """
    try:
        uuid.UUID(hex=search_id)
    except (ValueError, AttributeError, TypeError):
        raise ClientError(f"{brief(search_id)} is no id of a search.", hint="It is a UUID: 32 digits.") from None
    return str(search_id)


def thumbnail_url(base_url: str, item_type: str, item_id: str) -> str:
    """Where the picture of an item is.

    >>> thumbnail_url("https://api.planet.com/data/v1", "PSScene", "20220304_093300_37_2430")
    'https://tiles.planet.com/data/v1/item-types/PSScene/items/20220304_093300_37_2430/thumb'
    """
    if base_url.startswith(f"{PLANET_BASE_URL}/"):
        base_url = TILES_URL + base_url[len(PLANET_BASE_URL) :]
    return f"{base_url}/item-types/{encode(item_type)}/items/{encode(item_id)}/thumb"


def asset_named(assets: Mapping[str, Any], asset_type: str, item_id: str) -> Asset:
    """One of the assets of an item.

    Raises:
        ClientError: the item does not have it; the text names those that it has.
    """
    if asset_type in assets:
        return Asset(assets[asset_type])
    near = [name for name in sorted(assets) if asset_type in name] or difflib.get_close_matches(asset_type, assets)
    meant = f"Did you mean {' or '.join(near[:3])}? " if near else ""
    raise ClientError(
        f"Item {item_id} has no asset {asset_type!r}.", hint=f"{meant}There are {', '.join(sorted(assets)) or 'none'}."
    )


def status_of(asset: Any) -> str:
    """The status of an asset.

    Raises:
        ClientError: it has none: it is no asset.
    """
    status = asset.get("status") if isinstance(asset, Mapping) else None
    if not isinstance(status, str):
        raise ClientError("The asset has no status.", hint=_ASSET)
    return status


_ASSET = "Take the asset from get_asset or list_item_assets."


def link_of(asset: Any, name: str, base_url: str) -> str:
    """One of the links of an asset.

    Raises:
        ClientError: it does not have it, or it leads to another server.
    """
    links = asset.get("_links") if isinstance(asset, Mapping) else None
    link = links.get(name) if isinstance(links, Mapping) else None
    if not isinstance(link, str) or not link:
        raise ClientError(f"The asset has no link {name!r}.", hint=_ASSET)
    return join_link(f"{base_url}/", link)


def location_of(asset: Any) -> str:
    """The link to download an asset by.

    Raises:
        ClientError: it has none: it is not active.
    """
    location = asset.get("location") if isinstance(asset, Mapping) else None
    if not isinstance(location, str) or not location:
        raise ClientError(
            "The asset has no location: it is not active.",
            hint="Call activate_asset, then wait_asset, and pass on what that returns.",
        )
    return location


def wait_timeout(asset: Mapping[str, Any]) -> WaitTimeout:
    """The error for a wait whose time is used up."""
    name, status = str(asset.get("type")), str(asset.get("status"))
    idle = status == "inactive"
    return WaitTimeout(
        f"Asset {name} is inactive: nobody has activated it." if idle else f"Asset {name} is not active yet.",
        id=name,
        state=status,
        hint="Call activate_asset first." if idle else "It goes on all the same: wait for it again.",
    )
