"""Requests for orders: functions that check their arguments and return the dictionaries that the service takes.

    build_request(name, products=[product(…)], tools=[clip_tool(…)], delivery=delivery(…))

Nothing here needs a network or a client. Values that were not given are left out; values that were given are sent
even if they are 0 or False. Any dictionary that the service takes can stand in place of a builder's.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from . import geojson, specs
from ._cloud_storage import (
    amazon_s3,
    azure_blob_storage,
    default_destination,
    destination,
    google_cloud_storage,
    google_earth_engine,
    oracle_cloud_storage,
    s3_compatible,
)
from ._given import Json, given
from .exceptions import ClientError

__all__ = [
    "amazon_s3",
    "azure_blob_storage",
    "band_math_tool",
    "basemap_product",
    "build_request",
    "clip_tool",
    "composite_tool",
    "coregister_tool",
    "default_destination",
    "delivery",
    "destination",
    "file_format_tool",
    "google_cloud_storage",
    "google_earth_engine",
    "harmonize_tool",
    "merge_tool",
    "notifications",
    "oracle_cloud_storage",
    "product",
    "reproject_tool",
    "s3_compatible",
    "sentinel_hub",
    "tile_tool",
    "toar_tool",
]

MAX_ITEMS = 500
MAX_QUADS = 100


def build_request(
    name: str,
    products: list[Json],
    subscription_id: int = 0,
    delivery: Mapping[str, Any] | None = None,
    notifications: Mapping[str, Any] | None = None,
    order_type: str | None = None,
    tools: Sequence[Mapping[str, Any]] | None = None,
    stac: Mapping[str, Any] | None = None,
    hosting: str | Mapping[str, Any] | None = None,
    collection_id: str | None = None,
    create_configuration: bool | None = False,
    *,
    source_type: str | None = None,
) -> Json:
    """A request for an order.

    Args:
        name: what the order is called.
        products: what to order, each made by `product` or `basemap_product`.
        subscription_id: the plan to charge; 0 is the account's own.
        delivery: where to deliver, made by `delivery` or one of the cloud functions; left out: download links.
        notifications: made by `notifications`.
        order_type: `full` (the default: all or nothing) or `partial` (deliver what can be delivered).
        tools: in the order in which they are to be applied, each made by a `…_tool` function.
        stac: `{"stac": {}}` asks for STAC metadata.
        hosting: `"sentinel_hub"`, or what `sentinel_hub` returns.
        collection_id: the hosting collection; left out: a new one.
        create_configuration: make a configuration for the new hosting collection.
        source_type: `scenes` or `basemaps`; told from the products where it is left out.

    Raises:
        SpecificationException: *order_type* or *hosting* is none that there is.
        ClientError: the products cannot be ordered together.

    Example:
        ```python
        from planet import order_request

        request = order_request.build_request(
            "north field",
            products=[
                order_request.product(["20220304_093300_37_2430"], "analytic_udm2", "PSScene"),
            ],
            tools=[order_request.toar_tool(scale_factor=10000)],
        )
        ```
    """
    source_type = source_type or _source_type(products)
    _check_counts(products)
    request: Json = {"name": name, "products": list(products)}
    if subscription_id:
        request["subscription_id"] = subscription_id
    if delivery:
        request["delivery"] = delivery
    if notifications:
        request["notifications"] = notifications
    if order_type:
        request["order_type"] = specs.validate_order_type(order_type)
    if tools:
        request["tools"] = list(tools)
    if stac:
        request["metadata"] = stac
    if isinstance(hosting, Mapping):
        request["hosting"] = hosting
    elif hosting:
        specs.get_match(hosting, ["sentinel_hub"], "hosting")
        request["hosting"] = sentinel_hub(collection_id, bool(create_configuration))
    if source_type:
        request["source_type"] = source_type
    return request


def _source_type(products: Sequence[Mapping[str, Any]]) -> str | None:
    """`basemaps` where the products say so; scenes are the service's default and need no word."""
    basemaps = ["mosaic_name" in product for product in products]
    if any(basemaps) and not all(basemaps):
        raise ClientError("Scenes and basemaps cannot be in one order.", hint="Make an order for each.")
    return "basemaps" if any(basemaps) else None


def _check_counts(products: Sequence[Mapping[str, Any]]) -> None:
    items = sum(len(product.get("item_ids") or ()) for product in products)
    if items > MAX_ITEMS:
        raise ClientError(
            f"The order has {items} items; the service takes {MAX_ITEMS}.", hint="Split it into several orders."
        )


def product(
    item_ids: Sequence[str],
    product_bundle: str,
    item_type: str,
    fallback_bundle: str | list[str] | None = None,
    *,
    validate: bool = True,
) -> Json:
    """Scenes to order.

    Args:
        item_ids: the ids of the items, all of one type.
        product_bundle: which assets to deliver, for example `analytic_udm2`.
        item_type: for example `PSScene`.
        fallback_bundle: what to deliver of items that do not have that bundle: one bundle, or several in order of
            preference, as a list or with commas between them.
        validate: check item type and bundles against the catalogue; False sends them as they are.

    Raises:
        SpecificationException: the item type or a bundle is not in the catalogue.
        ClientError: there are no items, or an id is no text.
    """
    if isinstance(item_ids, str) or not item_ids or not all(isinstance(i, str) and i.strip() for i in item_ids):
        raise ClientError(f"item_ids is {item_ids!r}.", hint="It is a list of item ids, with at least one.")
    fallbacks = fallback_bundle.split(",") if isinstance(fallback_bundle, str) else list(fallback_bundle or [])
    bundles = [bundle.strip() for bundle in [product_bundle, *fallbacks]]
    if validate:
        item_type = specs.validate_item_type(item_type)
        bundles = [specs.validate_bundle(item_type, bundle) for bundle in bundles]
    return {"item_ids": list(item_ids), "item_type": item_type, "product_bundle": ",".join(bundles)}


def basemap_product(mosaic_name: str, *, geometry: Any = None, quad_ids: Sequence[str] | None = None) -> Json:
    """A basemap to order: the quads of a mosaic, by their ids or by the geometry that they cover.

    Args:
        mosaic_name: for example `global_monthly_2022_01_mosaic`.
        geometry: Point, Polygon or MultiPolygon, in any form that `planet.geojson` takes.
        quad_ids: for example `["1050-1374"]`; at most 100.

    Raises:
        ClientError: it takes exactly one of *geometry* and *quad_ids*.
        GeoJSONError: the geometry is not valid.
    """
    if (geometry is None) == (quad_ids is None):
        raise ClientError("A basemap is ordered by geometry or by quad_ids.", hint="Give exactly one of them.")
    if quad_ids is None:
        return {"mosaic_name": mosaic_name, "geometry": geojson.as_geom_or_ref(geometry)}
    if isinstance(quad_ids, str) or not 1 <= len(quad_ids) <= MAX_QUADS:
        raise ClientError(
            f"quad_ids holds {len(quad_ids)} entries.", hint=f"It is a list of 1 to {MAX_QUADS} quad ids."
        )
    return {"mosaic_name": mosaic_name, "quad_ids": list(quad_ids)}


def notifications(
    email: bool | None = None, webhook_url: str | None = None, webhook_per_order: bool | None = None
) -> Json:
    """Whom to tell when an order is done.

    Args:
        email: send a mail.
        webhook_url: call this URL.
        webhook_per_order: call it once for the order, not for every item.
    """
    webhook = given(url=webhook_url, per_order=webhook_per_order) if webhook_url else None
    return given(webhook=webhook, email=email)


def delivery(
    archive_type: str | None = None,
    single_archive: bool | None = False,
    archive_filename: str | None = None,
    cloud_config: Mapping[str, Any] | None = None,
) -> Json:
    """How to deliver an order.

    Args:
        archive_type: `zip` packs the files.
        single_archive: one archive for the order, not one for every item and bundle.
        archive_filename: a template in which `{{name}}` and `{{order_id}}` are filled in.
        cloud_config: where to deliver to, made by one of the cloud functions.

    Raises:
        SpecificationException: *archive_type* is none that there is.
    """
    config: Json = {}
    if archive_type:
        config = {
            "archive_type": specs.validate_archive_type(archive_type),
            "single_archive": bool(single_archive),
            "archive_filename": archive_filename or "{{name}}_{{order_id}}.zip",
        }
    return config | dict(cloud_config or {})


def sentinel_hub(collection_id: str | None = None, create_configuration: bool = False) -> Json:
    """Hosting in a Sentinel Hub collection: *collection_id*, or a new one.

    Raises:
        ClientError: a configuration is made for new collections only.
    """
    if collection_id and create_configuration:
        raise ClientError("collection_id and create_configuration exclude each other.", hint="Give one of them.")
    return {"sentinel_hub": given(collection_id=collection_id, create_configuration=create_configuration or None)}


def clip_tool(aoi: Any = None) -> Json:
    """Clip to an area of interest.

    Args:
        aoi: a Polygon or MultiPolygon in any form that `planet.geojson` takes, or a reference. None is for
            basemaps ordered by geometry: they are clipped to that.

    Raises:
        GeoJSONError, FeatureError: it is not valid.
        ClientError: it is another type of geometry.
    """
    if aoi is None:
        return {"clip": {}}
    geometry = geojson.as_geom_or_ref(aoi)
    if geometry["type"] not in ("Polygon", "MultiPolygon", "ref"):
        raise ClientError(
            f"Clipping takes a Polygon or a MultiPolygon, not a {geometry['type']}.",
            hint="Give an area; around a point, shapely's buffer() makes one.",
        )
    return {"clip": {"aoi": geometry}}


def composite_tool(group_by: str | None = None) -> Json:
    """Join the scenes: all of them (`order`, the default), or strip by strip (`strip_id`)."""
    if group_by not in (None, "order", "strip_id"):
        raise ClientError(f"group_by is {group_by!r}.", hint="It is 'order' or 'strip_id'.")
    return {"composite": given(group_by=group_by)}


def coregister_tool(anchor_item: str) -> Json:
    """Align the scenes with one of them, named by its item id."""
    return {"coregister": {"anchor_item": anchor_item}}


def file_format_tool(file_format: str) -> Json:
    """Deliver `COG` or `PL_NITF`."""
    return {"file_format": {"format": specs.validate_file_format(file_format)}}


def reproject_tool(projection: str, resolution: float | None = None, kernel: str | None = None) -> Json:
    """Reproject.

    Args:
        projection: for example `EPSG:32633` or `WGS84`.
        resolution: the pixel size in units of the projection.
        kernel: `near` (the service's default), `bilinear`, `cubic`, `cubicspline`, `lanczos`, `average`, `mode`.
    """
    return {"reproject": given(projection=projection, resolution=resolution, kernel=kernel)}


def tile_tool(
    tile_size: int,
    origin_x: float | None = None,
    origin_y: float | None = None,
    pixel_size: float | None = None,
    name_template: str | None = None,
    conformal_x_scaling: bool | None = None,
) -> Json:
    """Cut into tiles.

    Args:
        tile_size: the side of a tile in pixels.
        origin_x: where the grid begins, in units of the projection.
        origin_y: the same northwards.
        pixel_size: in units of the projection; left out: that of the input.
        name_template: for example `{tilex:06d}_{tiley:06d}.tif`.
        conformal_x_scaling: keep the shape of pixels in geographic projections.
    """
    return {
        "tile": given(
            tile_size=tile_size,
            origin_x=origin_x,
            origin_y=origin_y,
            pixel_size=pixel_size,
            name_template=name_template,
            conformal_x_scaling=conformal_x_scaling,
        )
    }


def toar_tool(scale_factor: int | None = None) -> Json:
    """Convert radiance to reflectance at the top of the atmosphere, times *scale_factor* (service default 10000)."""
    return {"toar": given(scale_factor=scale_factor)}


def harmonize_tool(target_sensor: str) -> Json:
    """Make the colours those of another sensor: `Sentinel-2`."""
    matches = {name.lower(): name for name in specs.HARMONIZE_TOOL_TARGET_SENSORS}
    if str(target_sensor).lower() not in matches:
        raise ClientError(f"target_sensor is {target_sensor!r}.", hint=f"It is one of {', '.join(matches.values())}.")
    return {"harmonize": {"target_sensor": matches[target_sensor.lower()]}}


def merge_tool() -> Json:
    """Merge the quads of a basemap into one file."""
    return {"merge": {}}


def band_math_tool(
    b1: str,
    b2: str | None = None,
    b3: str | None = None,
    b4: str | None = None,
    b5: str | None = None,
    b6: str | None = None,
    b7: str | None = None,
    b8: str | None = None,
    b9: str | None = None,
    b10: str | None = None,
    b11: str | None = None,
    b12: str | None = None,
    b13: str | None = None,
    b14: str | None = None,
    b15: str | None = None,
    pixel_type: str = specs.BAND_MATH_PIXEL_TYPE_DEFAULT,
) -> Json:
    """Compute new bands.

    Args:
        b1: the expression of the first band, for example `(b4 - b3) / (b4 + b3)`.
        b2: and so on, without a gap, to b15.
        pixel_type: `Auto`, `8U`, `16U`, `16S` or `32R`.

    Raises:
        ClientError: there is a gap in the bands, or the pixel type is none that there is.
    """
    expressions = [b1, b2, b3, b4, b5, b6, b7, b8, b9, b10, b11, b12, b13, b14, b15]
    bands = {f"b{number}": text for number, text in enumerate(expressions, 1) if text is not None}
    if gap := next((number for number in range(1, len(bands) + 1) if f"b{number}" not in bands), None):
        raise ClientError(f"b{gap} is missing: the bands leave no gap.", hint=f"Give b{gap} as well.")
    types = {name.lower(): name for name in specs.BAND_MATH_PIXEL_TYPE}
    if str(pixel_type).lower() not in types:
        raise ClientError(f"pixel_type is {pixel_type!r}.", hint=f"It is one of {', '.join(types.values())}.")
    return {"bandmath": {**bands, "pixel_type": types[pixel_type.lower()]}}


def _tool(name: str, parameters: Mapping[str, Any]) -> Json:
    """A tool by its name, for parameters that no function here knows."""
    return {specs.validate_tool(name): parameters}
