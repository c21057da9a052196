"""What the clients return: dictionaries, exactly as the service sent them, with typed properties on top.

They serialise with `json.dumps` as they are, and scripts that index them go on working.
"""

import datetime
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, runtime_checkable

from ._response import parse_json
from .io import str_to_datetime

if TYPE_CHECKING:
    from ._async.body import StreamingBody
    from ._async.pager import Pager as Paged
    from ._async.streams import StreamingResponse

__all__ = [
    "Asset",
    "Feature",
    "GeoInterface",
    "GeojsonLike",
    "Item",
    "Order",
    "OrderResult",
    "Paged",
    "Response",
    "Search",
    "StreamingBody",
    "StreamingResponse",
]

FINAL_ORDER_STATES = frozenset({"failed", "success", "partial", "cancelled"})


def __getattr__(name: str) -> Any:
    # The asynchronous classes that belong here by name are loaded only if somebody asks for them.
    if name == "Paged":
        from ._async.pager import Pager

        return Pager
    if name == "StreamingResponse":
        from ._async.streams import StreamingResponse

        return StreamingResponse
    if name == "StreamingBody":
        from ._async.body import StreamingBody

        return StreamingBody
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


class Response:
    """An answer of the API, read to its end.

    Attributes:
        status_code: the HTTP status.
        headers: the headers; names in any case.
        content: the body as bytes.
        url: the address that answered; it may hold a token.
    """

    def __init__(self, status_code: int, headers: Mapping[str, str], content: bytes, method: str, url: str) -> None:
        self.status_code = status_code
        self.headers = headers
        self.content = content
        self.url = url
        self._method = method
        self._value: list[Any] = []

    def __repr__(self) -> str:
        return f"<models.Response [{self.status_code}]>"

    def json(self) -> Any:
        """The value of the JSON body.

        Raises:
            InvalidAnswer: the body is no JSON.
        """
        return self.parse(None)

    def parse(self, expect: Any) -> Any:
        """The value of the JSON body, of the type *expect* or as that decodes it; it is parsed once."""
        if not self._value:
            facts: dict[str, Any] = {"method": self._method, "url": self.url, "status": self.status_code}
            self._value.append(parse_json(self.content, expect, **facts))
        return self._value[0]


@runtime_checkable
class GeoInterface(Protocol):
    """Anything that can say its geometry as GeoJSON: shapely geometries, rows of a GeoDataFrame, items."""

    @property
    def __geo_interface__(self) -> dict[str, Any]:
        """The geometry or feature as a GeoJSON dictionary."""


class _Document(dict[str, Any]):
    """A dictionary from the service."""

    def _time(self, key: str) -> datetime.datetime | None:
        return _as_time(self.get(key))


def _as_time(value: Any) -> datetime.datetime | None:
    return str_to_datetime(value) if isinstance(value, str) else None


class OrderResult(_Document):
    """One output of an order: an entry of `order.results`."""

    @property
    def name(self) -> str | None:
        """Where it belongs: `<order id>/<path in the layout>`."""
        return self.get("name")

    @property
    def location(self) -> str | None:
        """The link to download it by, good for a limited time; None for cloud deliveries."""
        return self.get("location")

    @property
    def delivery(self) -> str | None:
        """`pending`, `success` or `failed`."""
        return self.get("delivery")

    @property
    def expires_at(self) -> datetime.datetime | None:
        """When `location` ends to work; getting the order again makes new links."""
        return self._time("expires_at")

    def __repr__(self) -> str:
        return f"<OrderResult {self.name!r}>"  # never the location, which holds a token


class Order(_Document):
    """An order.

    Example:
        ```python
        order = pl.orders.get_order(order_id)
        print(order.state, order["name"], [result.name for result in order.results])
        ```
    """

    @property
    def id(self) -> str:
        """The id of the order, a UUID."""
        return str(self["id"])

    @property
    def name(self) -> str | None:
        """The name that it was given."""
        return self.get("name")

    @property
    def state(self) -> str:
        """`queued`, `running`, `success`, `partial`, `failed` or `cancelled`; perhaps others one day."""
        return str(self.get("state"))

    @property
    def is_final(self) -> bool:
        """Whether the state will not change any more."""
        return self.state in FINAL_ORDER_STATES

    @property
    def created_on(self) -> datetime.datetime | None:
        """When it was created, in UTC."""
        return self._time("created_on")

    @property
    def last_modified(self) -> datetime.datetime | None:
        """When something about it last changed, in UTC."""
        return self._time("last_modified")

    @property
    def last_message(self) -> str | None:
        """What the service last said about it, for people: the wording may change."""
        return self.get("last_message")

    @property
    def error_hints(self) -> list[str]:
        """Why it failed, for people: the wording may change."""
        return list(self.get("error_hints") or [])

    @property
    def products(self) -> list[dict[str, Any]]:
        """What was ordered."""
        return list(self.get("products") or [])

    @property
    def results(self) -> list[OrderResult]:
        """The outputs, with the links to download them; empty until the order runs."""
        links = self.get("_links")
        results = links.get("results") if isinstance(links, dict) else None
        return [OrderResult(entry) for entry in results or [] if isinstance(entry, dict) and entry]

    def __repr__(self) -> str:
        return f"<Order {self.get('id')} {self.name!r} {self.state}>"


class Item(_Document):
    """A scene of the catalogue: a GeoJSON feature.

    What the service says of it is in `properties`; what most people need of that has an attribute here, None where
    the service does not say it.

    Example:
        ```python
        item = pl.data.get_item("PSScene", "20220304_093300_37_2430")
        print(item.acquired, item.cloud_cover, item.properties["gsd"])
        ```
    """

    @property
    def id(self) -> str:
        """The id of the item."""
        return str(self["id"])

    @property
    def item_type(self) -> str | None:
        """For example `PSScene`."""
        value: str | None = self.properties.get("item_type")
        return value

    @property
    def properties(self) -> dict[str, Any]:
        """What the service says of the scene."""
        return self.get("properties") or {}

    @property
    def geometry(self) -> dict[str, Any]:
        """The footprint as GeoJSON, longitude and latitude in degrees."""
        return dict(self.get("geometry") or {})

    @property
    def acquired(self) -> datetime.datetime | None:
        """When the picture was taken, in UTC."""
        return _as_time(self.properties.get("acquired"))

    @property
    def published(self) -> datetime.datetime | None:
        """When the item came into the catalogue, in UTC."""
        return _as_time(self.properties.get("published"))

    @property
    def updated(self) -> datetime.datetime | None:
        """When something about it last changed, in UTC."""
        return _as_time(self.properties.get("updated"))

    @property
    def cloud_cover(self) -> float | None:
        """The share of the scene under clouds, 0 to 1."""
        value: float | None = self.properties.get("cloud_cover")
        return value

    @property
    def clear_percent(self) -> float | None:
        """The share of the scene that is clear, 0 to 100."""
        value: float | None = self.properties.get("clear_percent")
        return value

    @property
    def gsd(self) -> float | None:
        """The ground sampling distance in metres."""
        value: float | None = self.properties.get("gsd")
        return value

    @property
    def instrument(self) -> str | None:
        """The instrument, for example `PSB.SD`."""
        value: str | None = self.properties.get("instrument")
        return value

    @property
    def satellite_id(self) -> str | None:
        """The satellite."""
        value: str | None = self.properties.get("satellite_id")
        return value

    @property
    def strip_id(self) -> str | None:
        """The strip of scenes that were taken in one go."""
        value: str | None = self.properties.get("strip_id")
        return value

    @property
    def quality_category(self) -> str | None:
        """`standard` or `test`."""
        value: str | None = self.properties.get("quality_category")
        return value

    @property
    def sun_elevation(self) -> float | None:
        """How high the sun stood, in degrees."""
        value: float | None = self.properties.get("sun_elevation")
        return value

    @property
    def view_angle(self) -> float | None:
        """How far from straight down the satellite looked, in degrees."""
        value: float | None = self.properties.get("view_angle")
        return value

    @property
    def assets(self) -> list[str]:
        """The types of the assets that the item has."""
        return list(self.get("assets") or [])

    @property
    def permissions(self) -> list[str]:
        """What this account may do with it: `assets.<asset type>:download` for each that it may download."""
        return list(self.get("_permissions") or [])

    @property
    def __geo_interface__(self) -> dict[str, Any]:
        return {key: self.get(key) for key in ("type", "id", "geometry", "properties")}

    def __repr__(self) -> str:
        return f"<Item {self.item_type} {self.get('id')}>"


class Asset(_Document):
    """One of the products of an item: an image, or what belongs to one. It has to be activated before it can be had."""

    @property
    def type(self) -> str | None:
        """For example `ortho_analytic_4b`."""
        return self.get("type")

    @property
    def status(self) -> str:
        """`inactive`, `activating` or `active`."""
        return str(self.get("status"))

    @property
    def is_active(self) -> bool:
        """Whether it can be downloaded now."""
        return self.status == "active"

    @property
    def permissions(self) -> list[str]:
        """`["download"]`, or nothing: it is listed, and this account may not have it."""
        return list(self.get("_permissions") or [])

    @property
    def location(self) -> str | None:
        """The link to download it by, good for an hour; None while it is not active."""
        return self.get("location")

    @property
    def expires_at(self) -> datetime.datetime | None:
        """When `location` ends to work, in UTC; getting the asset again makes a new link."""
        return self._time("expires_at")

    @property
    def md5_digest(self) -> str | None:
        """The MD5 of the file, where the service says it."""
        digest = self.get("md5_digest")
        return digest if isinstance(digest, str) and re.fullmatch("(?i)[0-9a-f]{32}", digest) else None

    def __repr__(self) -> str:
        return f"<Asset {self.type} {self.status}>"  # never the location, which holds a token


class Search(_Document):
    """A search that the service keeps: saved ones for good, quick ones for some weeks."""

    @property
    def id(self) -> str:
        """The id of the search, 32 hexadecimal digits."""
        return str(self["id"])

    @property
    def name(self) -> str | None:
        """The name that it was given."""
        return self.get("name")

    @property
    def item_types(self) -> list[str]:
        """What it looks for."""
        return list(self.get("item_types") or [])

    @property
    def search_type(self) -> str | None:
        """`saved` or `quick`."""
        return self.get("search_type")

    @property
    def created(self) -> datetime.datetime | None:
        """When it was created, in UTC."""
        return self._time("created")

    @property
    def updated(self) -> datetime.datetime | None:
        """When it was last changed, in UTC."""
        return self._time("updated")

    @property
    def last_executed(self) -> datetime.datetime | None:
        """When it was last run, in UTC."""
        return self._time("last_executed")

    def __repr__(self) -> str:
        return f"<Search {self.get('id')} {self.name!r}>"


class Feature(_Document):
    """A feature that is stored in a collection of the Features API."""

    @property
    def ref(self) -> str:
        """Its reference, usable wherever a geometry is: `pl:features/my/<collection>/<feature>`.

        Raises:
            AttributeError: it has none.
        """
        ref = (self.get("properties") or {}).get("pl:ref")
        if ref is None:
            raise AttributeError("this feature has no reference: it is not stored in a collection")
        return str(ref)


GeojsonLike: TypeAlias = Feature | dict[str, Any] | str
