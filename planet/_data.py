"""What there is to know about searches and assets without asking the service."""

import difflib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from . import geojson, specs
from ._filter_check import check_filter
from ._given import Json, given
from ._paths import encode, join_link
from ._redact import brief
from .constants import PLANET_BASE_URL, TILES_URL
from .data_filter import empty_filter
from .exceptions import ClientError, WaitTimeout
from .models import Asset, Item

__all__ = [
    "LIST_SEARCH_TYPE",
    "LIST_SEARCH_TYPE_DEFAULT",
    "LIST_SORT_DEFAULT",
    "LIST_SORT_ORDER",
    "SEARCH_SORT",
    "SEARCH_SORT_DEFAULT",
    "STATS_INTERVAL",
    "as_item",
    "asset_named",
    "at_hand",
    "bare_item",
    "check_search_id",
    "choice",
    "each_item",
    "item_key",
    "link_of",
    "location_of",
    "page_size",
    "saved_search_body",
    "search_body",
    "several",
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
        **given(geometry=None if geometry is None else geojson.as_geom_or_ref(geometry), **others),
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


def choice(name: str, value: str | None, choices: Sequence[str], default: str | None = None) -> str | None:
    """A value in lower case that must be one of several; None for the default, which need not be sent.

    Raises:
        ClientError: it is none of them.
    """
    if value is None and default is not None:
        return None
    if not isinstance(value, str) or value.lower() not in choices:
        raise ClientError(f"{name} is {brief(value)}.", hint=f"It is one of {', '.join(map(repr, choices))}.")
    return None if value.lower() == default else value.lower()


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


def each_item(items: Any) -> Any:
    """Items one by one: of a FeatureCollection, of a single item, or as they are."""
    if isinstance(items, Mapping):
        features = items.get("features")
        return features if items.get("type") == "FeatureCollection" and isinstance(features, list) else [items]
    return items


def thumbnail_url(base_url: str, item_type: str, item_id: str) -> str:
    """Where the picture of an item is.

    >>> thumbnail_url("https://api.planet.com/data/v1", "PSScene", "20220304_093300_37_2430")
    'https://tiles.planet.com/data/v1/item-types/PSScene/items/20220304_093300_37_2430/thumb'
    """
    if base_url.startswith(f"{PLANET_BASE_URL}/"):
        base_url = TILES_URL + base_url[len(PLANET_BASE_URL) :]
    return f"{base_url}/item-types/{encode(item_type)}/items/{encode(item_id)}/thumb"


def at_hand(things: Any) -> Iterable[Any]:
    """What is there without asking the service: results of a blocking client, of a FeatureCollection, of a list.

    Raises:
        ClientError: they are results of an asynchronous client, or none at all.
    """
    if hasattr(things, "__aiter__"):
        raise ClientError(
            "These are results of an asynchronous client.", hint="Collect them first: await collect(results)."
        )
    things = each_item(things)
    if isinstance(things, str) or not isinstance(things, Iterable):
        raise ClientError(f"{brief(things)} are no results.", hint="Give what a listing returns, or a list.")
    return things


def item_key(item: Any) -> tuple[str, str]:
    """The type and the id of an item: of what a search returns, or of the pair itself.

    Raises:
        ClientError: it is neither.
    """
    if isinstance(item, Mapping):
        properties = item.get("properties")
        item = (properties.get("item_type") if isinstance(properties, Mapping) else None, item.get("id"))
    if isinstance(item, (tuple, list)) and len(item) == 2 and all(isinstance(part, str) and part for part in item):
        return item[0], item[1]
    raise ClientError(
        f"{brief(item)} is no item.",
        hint="Give what a search returns, or a pair: ('PSScene', '20220304_093300_37_2430').",
    )


def as_item(item: Any) -> Item:
    """An item: itself, or of the pair of its type and id what that says.

    Raises:
        ClientError: it is neither.
    """
    if isinstance(item, Item):
        return item
    key = item_key(item)
    return Item(item) if isinstance(item, Mapping) else bare_item(*key)


def bare_item(item_type: str | None, item_id: str) -> Item:
    """An item of which nothing but this is known."""
    return Item(type="Feature", id=item_id, geometry=None, properties={"item_type": item_type})


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


def several(name: str, values: str | Iterable[str]) -> list[str]:
    """One text or several, as a list."""
    texts = [values] if isinstance(values, str) else list(values) if isinstance(values, Iterable) else []
    if not texts or not all(isinstance(text, str) and text for text in texts):
        raise ClientError(f"{name} is {brief(values)}.", hint="It must be a text, or a list with at least one.")
    return list(dict.fromkeys(texts))
