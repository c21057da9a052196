"""What an order will deliver and cost, before it is created: the function `order_request.estimate`."""

import importlib.util
from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from .._builders import catalog as specs
from .._models.items import as_item, item_key
from .._models.quota import Product
from .._utils.iterables import each_item
from .._utils.spherical import square_kilometres
from ..exceptions import ArgumentTypeError, ClientError
from .coverage import Area

__all__ = ["Estimate", "estimate"]


_SQUARE_METRES = 1e6  # in a square kilometre


@attrs.frozen(repr=False)
class Estimate:
    """What an order will deliver and cost.

    Attributes:
        scenes: the number of scenes.
        files: about how many files; None: not known, as for composites and tiles.
        km2: the area of the footprints of all scenes together, in square kilometres: of the parts in the AOI, if the
            order is clipped. None: not known.
        is_clipped: whether the order is clipped to an AOI.
        is_exact: whether *km2* is exact; else it is the most that it can be, because shapely is not installed.
        quota: the quota that is left, by product, as text.
    """

    __module__ = "planet.order_request"

    scenes: int
    files: int | None
    km2: float | None
    is_clipped: bool
    is_exact: bool = True
    quota: tuple[str, ...] = ()

    @property
    def amount(self) -> str:
        """What will be delivered, as text: scenes, files, area."""
        parts = [f"{self.scenes:,} {'scene' if self.scenes == 1 else 'scenes'}"]
        if self.files is not None:
            parts.append(f"about {self.files:,} files")
        if self.km2 is not None:
            size = f"{self.km2:,.0f}" if self.km2 >= 100 else f"{self.km2:.3g}"
            clipped = " clipped to the AOI" if self.is_clipped else ""
            parts.append(f"{'' if self.is_exact else 'at most '}{size} km²{clipped}")
        return ", ".join(parts)

    def __str__(self) -> str:
        text = self.amount
        return f"{text}. Quota left: {'; '.join(self.quota)}" if self.quota else text

    def __repr__(self) -> str:
        return f"<Estimate: {self}>"

    def _repr_html_(self) -> str:
        from .._html import figure, table

        size = None if self.km2 is None else f"{'' if self.is_exact else 'at most '}{self.km2:,.4g} km²"
        rows = [("scenes", self.scenes), ("files, about", self.files), ("area", size)]
        rows += [("quota left", left) for left in self.quota]
        shown = [row for row in rows if row[1] is not None]
        return figure("Estimate of the order", table(["", ""], shown, len(shown)))


def estimate(request: Mapping[str, Any], items: Iterable[Any] = (), *, quota: Iterable[Product] = ()) -> Estimate:
    """Estimate what an order of scenes will deliver and cost. It sends no request.

    Args:
        request: the order request, as the builders make it.
        items: the items of the order, as a search returned them: their footprints give the area.
        quota: the products of the account, from `pl.quota.list_products()`, to show the quota that is left.

    Raises:
        ArgumentTypeError: the request is not a dict.

    Example:
        ```python
        from planet import order_request

        items = list(pl.data.search("PSScene", geometry=aoi, downloadable=True, limit=2))
        request = order_request.request_for_items("two scenes", items, "visual", tools=[order_request.clip_tool(aoi)])
        print(order_request.estimate(request, items, quota=pl.quota.list_products()))
        ```
    """
    products = request.get("products") if isinstance(request, Mapping) else None
    if not isinstance(products, (list, tuple)):
        raise ArgumentTypeError("request must be an order request: a dict with products.", hint="Use build_request.")
    wanted = {
        (str(product.get("item_type")), str(item_id))
        for product in products
        for item_id in product.get("item_ids") or ()
    }
    by_key = {item_key(item): as_item(item) for item in each_item(items)}
    tools = {name: settings for tool in request.get("tools") or () for name, settings in tool.items()}
    aoi = tools["clip"].get("aoi") if isinstance(tools.get("clip"), Mapping) else None
    footprints = [by_key[key] for key in wanted if key in by_key]
    km2, is_exact = _area(footprints, aoi) if len(footprints) == len(wanted) else (None, True)
    files = None if {"composite", "tile", "merge"} & set(tools) else _files(products)
    left = tuple(text for product in quota if (text := _left(product)))
    return Estimate(len(wanted), files, km2, aoi is not None, is_exact, left)


def _area(items: list[Any], aoi: Any) -> tuple[float | None, bool]:
    """The area of all footprints, and whether it is exact."""
    whole = [_size_of(item) for item in items]
    if aoi is None or None in whole or aoi.get("type") == "ref":  # the shape of a reference is not known
        known = aoi is None and None not in whole
        return (sum(size for size in whole if size is not None) if known else None), True
    if importlib.util.find_spec("shapely") is None:
        most = square_kilometres(aoi)
        return sum(min(size, most) for size in whole if size is not None), False
    try:
        area = Area(aoi)
    except ClientError:
        return None, True
    sizes = [area.km2(item, clipped=True) for item in items]
    return (None if None in sizes else sum(size for size in sizes if size is not None)), True


def _size_of(item: Any) -> float | None:
    geometry = item.get("geometry") if isinstance(item, Mapping) else None
    if not isinstance(geometry, Mapping):
        return None
    try:
        return square_kilometres(geometry)
    except (TypeError, ValueError):
        return None  # an invalid footprint


def _files(products: Iterable[Mapping[str, Any]]) -> int | None:
    """About how many files: those of the bundle and the metadata of each scene, and the manifest."""
    count = 1
    for product in products:
        assets = specs.assets_of(str(product.get("item_type")), str(product.get("product_bundle")).split(",")[0])
        if not assets:
            return None
        count += len(product.get("item_ids") or ()) * (len(assets) + 1)
    return count


def _left(product: Product) -> str | None:
    """The quota that is left of a product, as text; None if it is not limited."""
    if product.get("unlimited_quota") or not product.quota_total:
        return None
    left = product.quota_total - (product.quota_used or 0)
    if product.quota_units == "sqm":
        return f"{left / _SQUARE_METRES:,.0f} km² ({product.name})"
    return f"{left:,.0f} {product.quota_units or ''} ({product.name})".replace("  ", " ")
