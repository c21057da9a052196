"""Validation of order requests, with the error messages of the service."""

from typing import Any

from ..._builders.storage import STORAGE_PROVIDERS
from ..catalog.catalog import Catalog
from ..catalog.filters import FilterError, as_shape
from ..catalog.scene import Scene, bundles_of
from ..imagery.basemaps import find_mosaic
from ..imagery.quad_grid import parse_quad_id

__all__ = ["MAX_VERTICES", "PROVIDER_FIELDS", "TOOL_FIELDS", "OrderError", "check_order", "items_of"]


_MAX_ITEMS, _MAX_ZIPPED_ITEMS, _MAX_QUADS, MAX_VERTICES = 500, 50, 100, 1500
_LARGE_TYPES = ("SkySatCollect", "TanagerScene", "PelicanScene")
_SCENE_TOOLS = ("bandmath", "clip", "composite", "coregister", "file_format", "harmonize", "reproject", "tile", "toar")
_RECTIFIED_ONLY = ("bandmath", "clip", "composite", "reproject", "tile")  # tools that need georeferenced pixels
_SENSORS = ("Sentinel-2", "PS2")
_BASEMAP_TOOLS = ("bandmath", "clip", "merge", "reproject")
_DESTINATION_FIELDS = {"destination": ["ref"]}
PROVIDER_FIELDS = {  # API: {provider: the parameters that it requires}
    api: {kind: provider.required_for(api) for kind, provider in STORAGE_PROVIDERS.items()} | _DESTINATION_FIELDS
    for api in ("orders", "subscriptions")
}
TOOL_FIELDS = {
    "coregister": ("anchor_item",),
    "file_format": ("format",),
    "harmonize": ("target_sensor",),
    "reproject": ("projection",),
    "tile": ("tile_size",),
    "bandmath": ("b1",),
}


class OrderError(Exception):
    """An order that the service rejects.

    Attributes:
        field: the wrong field of the request.
        message: what is wrong.
    """

    general = "Unable to accept order"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


def check_order(body: dict[str, Any], catalog: Catalog) -> None:
    """Validate an order request.

    Raises:
        OrderError: the service would reject the order.
    """
    if not isinstance(body.get("name"), str) or not body["name"]:
        raise OrderError("Name", "name is required")
    products = body.get("products")
    if not isinstance(products, list) or not products or not all(isinstance(product, dict) for product in products):
        raise OrderError("Products", "products is required")
    if body.get("order_type", "full") not in ("full", "partial"):
        raise OrderError("OrderType", "order_type must be full or partial")
    source_type = body.get("source_type", "scenes")
    if source_type not in ("scenes", "basemaps"):
        raise OrderError("SourceType", f"unknown source_type '{source_type}'")
    for product in products:
        (_check_basemap if source_type == "basemaps" else _check_scenes)(product)
    _check_tools(body, products, source_type)
    _check_delivery(body, products)


def _check_scenes(product: dict[str, Any]) -> None:
    items, item_type, bundle = product.get("item_ids"), product.get("item_type"), product.get("product_bundle")
    if not isinstance(items, list) or not items or not all(isinstance(item, str) for item in items):
        raise OrderError("Products", "item_ids is required")
    if not isinstance(item_type, str) or not isinstance(bundle, str):
        raise OrderError("Products", "item_type and product_bundle are required")
    for name in bundle.split(","):
        if name not in bundles_of(item_type):
            raise OrderError("Products", f"Bad item type '{item_type}' for bundle type '{name}'")
    if len(set(items)) != len(items):
        raise OrderError("Products", "item_ids must be unique")


def _check_basemap(product: dict[str, Any]) -> None:
    if find_mosaic(product.get("mosaic_name")) is None:
        raise OrderError("Products", f"Mosaic Not Found: {product.get('mosaic_name')}")
    if ("geometry" in product) == ("quad_ids" in product):
        raise OrderError("Products", "exactly one of geometry and quad_ids is required")
    if "geometry" in product:
        _check_area(product["geometry"], "Products")
        return
    quads = product["quad_ids"]
    if not isinstance(quads, list) or not 1 <= len(quads) <= _MAX_QUADS:
        raise OrderError("Products", f"quad_ids must have 1 to {_MAX_QUADS} entries")
    for quad in quads:
        if parse_quad_id(str(quad)) is None:
            raise OrderError("Products", f"Quad {quad} not found")


def _check_tools(body: dict[str, Any], products: list[dict[str, Any]], source_type: str) -> None:
    tools = body.get("tools") or []
    if not isinstance(tools, list) or not all(isinstance(tool, dict) and len(tool) == 1 for tool in tools):
        raise OrderError("Tools", "tools must be a list of objects with one key")
    allowed = _BASEMAP_TOOLS if source_type == "basemaps" else _SCENE_TOOLS
    for tool in tools:
        name, parameters = next(iter(tool.items()))
        parameters = parameters or {}
        if name not in allowed:
            raise OrderError("Tools", f"tool '{name}' is not supported for {source_type}")
        for field in TOOL_FIELDS.get(name, ()):
            if field not in parameters:
                raise OrderError("Tools", f"{name}: {field} is required")
        if name == "clip":
            if "aoi" in parameters:
                _check_area(parameters["aoi"], "Tools")
            elif source_type == "scenes":
                raise OrderError("Tools", "clip: aoi is required")
            if any(product.get("item_type") == "SkySatCollect" for product in products):
                raise OrderError("Tools", "clip is not supported for SkySatCollect")
        if name in _RECTIFIED_ONLY and any("basic_" in str(product.get("product_bundle")) for product in products):
            raise OrderError("Tools", f"{name} is not supported for basic bundles")
        if name == "harmonize" and parameters["target_sensor"] not in _SENSORS:
            raise OrderError("Tools", f"harmonize: unknown target_sensor '{parameters['target_sensor']}'")
        if name == "coregister" and not any(parameters["anchor_item"] in p.get("item_ids", ()) for p in products):
            raise OrderError("Tools", "coregister: anchor_item is not one of the items")
        if name == "file_format" and parameters["format"] not in ("COG", "PL_NITF"):
            raise OrderError("Tools", f"file_format: unknown format '{parameters['format']}'")


def _check_delivery(body: dict[str, Any], products: list[dict[str, Any]]) -> None:
    items = sum(len(product.get("item_ids", ())) for product in products)
    delivery = body.get("delivery") or {}
    if not isinstance(delivery, dict):
        raise OrderError("Delivery", "delivery must be an object")
    zipped = delivery.get("archive_type") is not None
    if zipped and delivery["archive_type"] != "zip":
        raise OrderError("Delivery", f"unknown archive_type '{delivery['archive_type']}'")
    large = zipped and any(product.get("item_type") in _LARGE_TYPES for product in products)
    most = _MAX_ZIPPED_ITEMS if large else _MAX_ITEMS
    if items > most:
        raise OrderError("Products", f"too many items: {items}, at most {most} are allowed")
    for provider, fields in PROVIDER_FIELDS["orders"].items():
        for field in fields if provider in delivery else ():
            if field not in (delivery[provider] or {}):
                raise OrderError("Delivery", f"{provider}: {field} is required")
    hosting = body.get("hosting")
    if hosting is not None and (not isinstance(hosting, dict) or not isinstance(hosting.get("sentinel_hub"), dict)):
        raise OrderError("Hosting", "hosting.sentinel_hub is required")


def _check_area(aoi: Any, field: str) -> None:
    try:
        shape = as_shape(aoi, field)
    except FilterError as error:
        raise OrderError(field, error.message) from None
    import shapely

    if shapely.get_num_coordinates(shape) > MAX_VERTICES:
        raise OrderError(field, f"the geometry has more than {MAX_VERTICES} vertices")


def items_of(body: dict[str, Any], catalog: Catalog) -> tuple[tuple[tuple[Scene, str, tuple[str, ...]], ...], bool]:
    """Return (scene, bundle, asset types) of the items of an order, and whether all items can be delivered.

    A scene that the catalogue has not generated is located where the order clips it.
    """
    if body.get("source_type") == "basemaps":
        return (), True
    aois = [tool["clip"]["aoi"] for tool in body.get("tools") or [] if "clip" in tool]
    items, missing = [], []
    for product in body["products"]:
        item_type = product["item_type"]
        for item_id in product["item_ids"]:
            if aois:
                centre = as_shape(aois[0], "Tools").centroid
                catalog.set_location(item_type, item_id, centre.x, centre.y)
            scene = catalog.get(item_type, item_id)
            if scene is None:
                raise OrderError("Details", f"Item ID {item_id} / Item Type {item_type} doesn't exist")
            wanted = [(name, bundles_of(item_type)[name]) for name in product["product_bundle"].split(",")]
            permitted = set(scene.permitted)
            found = next(((name, assets) for name, assets in wanted if permitted.issuperset(assets)), None)
            if found is None:
                lacking_assets = sorted(set(wanted[0][1]) - permitted)
                missing.append(f"no access to assets: {item_type}/{item_id}/[{' '.join(lacking_assets)}]")
            else:
                items.append((scene, found[0], tuple(found[1])))
    if missing and (body.get("order_type", "full") == "full" or not items):
        raise OrderError("Details", "; ".join(missing))
    return tuple(items), not missing
