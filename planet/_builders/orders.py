"""Builders of order requests."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .._models.items import as_item, item_key
from .._redact import brief
from .._utils.arguments import Json, as_id_list, as_str_list, check_list, omit_none, plain
from .._utils.iterables import each_item
from ..exceptions import ArgumentError, ArgumentTypeError
from . import catalog as specs
from . import geojson
from .deliveries import sentinel_hub

__all__ = [
    "MAX_ITEMS",
    "MAX_QUADS",
    "basemap_product",
    "build_request",
    "delivery",
    "notifications",
    "product",
    "request_for_items",
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
    """Build an order request.

    Args:
        name: the name of the order.
        products: what to order, each built by `product` or `basemap_product`.
        subscription_id: the plan to charge; 0 is the account's own.
        delivery: where to deliver, built by `delivery` or one of the cloud storage functions; None: download links.
        notifications: built by `notifications`.
        order_type: `full` (the default: all or nothing) or `partial` (deliver what can be delivered).
        tools: in the order in which they are applied, each built by a `…_tool` function.
        stac: `{"stac": {}}` requests STAC metadata.
        hosting: `"sentinel_hub"`, or the result of `sentinel_hub`.
        collection_id: the hosting collection; None: a new one.
        create_configuration: create a layer configuration for the new hosting collection.
        source_type: `scenes` or `basemaps`; None: derived from the products.

    Raises:
        SpecificationException: *order_type* or *hosting* is not valid.
        ArgumentError: the products cannot be ordered together.

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
    if not isinstance(name, str):
        raise ArgumentTypeError(
            f"name must be a str, got {brief(name)}", hint="The name of the order comes first, then what to order."
        )
    products = check_list("products", products, "products", allow_empty=True)
    source_type = source_type or _source_type(products)
    _check_counts(products)
    request: Json = {"name": name, "products": plain(products)}
    if subscription_id:
        request["subscription_id"] = plain(subscription_id)
    if delivery:
        request["delivery"] = delivery
    if notifications:
        request["notifications"] = notifications
    if order_type:
        request["order_type"] = specs.validate_order_type(order_type)
    if tools is not None and (chain := check_list("tools", tools, "tools", allow_empty=True)):
        request["tools"] = plain(chain)
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


def request_for_items(
    name: str,
    items: Iterable[Any],
    product_bundle: str,
    fallback_bundle: str | list[str] | None = None,
    **details: Any,
) -> Json:
    """Build an order request for items, as a search returns them.

    Args:
        name: the name of the order.
        items: items of one or more types: the results of a search, a FeatureCollection, pairs of item type and id, a
            table that `to_geodataframe` has made, or some of its rows, or Items of pystac.
        product_bundle: the assets to deliver of each item, for example `analytic_udm2`.
        fallback_bundle: what to deliver if that is not available: one bundle or several, in order of preference.
        details: the other arguments of `build_request`: tools, delivery, notifications, …

    Raises:
        ArgumentError: there are no items or too many, or this account may not download the bundle of some of them;
            the message says which.
        SpecificationException: the item type has no such bundle.

    Example:
        ```python
        from planet import data_filter, order_request

        search = pl.data.search(["PSScene"], data_filter.permission_filter(), geometry=aoi, limit=2)
        items = list(search)
        request = order_request.request_for_items("two scenes", items, "analytic_udm2")
        order = pl.orders.create_order(request)
        ```
    """
    by_type: dict[str, dict[str, Mapping[str, Any]]] = {}
    if not isinstance(name, str) or isinstance(items, str):
        raise ArgumentTypeError(
            f"name must be a str and items must be items, got {brief(name)} and {brief(items)}",
            hint="The name of the order comes first, then the items, then the bundle.",
        )
    items = each_item(items)
    if not isinstance(items, Iterable):
        raise ArgumentTypeError(
            f"items must be iterable, got {type(items).__name__}",
            hint="Collect the results of an async search first: [item async for item in results].",
        )
    for item in items:
        item_type, item_id = item_key(item)
        by_type.setdefault(item_type, {})[item_id] = as_item(item)
    if not by_type:
        raise ArgumentError("items must not be empty", hint="Check that the search found items.")
    products = [product(list(ids), product_bundle, item_type, fallback_bundle) for item_type, ids in by_type.items()]
    if details.get("order_type") != "partial":
        lacking = [
            item_id
            for entry, ids in zip(products, by_type.values(), strict=True)
            for item_id, item in ids.items()
            if not _may_have(item, entry)
        ]
        if lacking:
            shown = ", ".join(lacking[:5]) + (f" and {len(lacking) - 5} more" if len(lacking) > 5 else "")
            raise ArgumentError(
                f"This account may not download {products[0]['product_bundle']} of {shown}",
                hint="Leave them out, pass a fallback_bundle, or pass order_type='partial'.",
            )
    return build_request(name, products, **details)


def _may_have(item: Any, wanted: Mapping[str, Any]) -> bool:
    """Whether the item's permissions include every asset of one of the bundles."""
    permissions = item.get("_permissions") if isinstance(item, Mapping) else None
    if not isinstance(permissions, list):
        return True  # unknown
    bundles = specs.PRODUCT_BUNDLES["bundles"]
    return any(
        all(f"assets.{asset}:download" in permissions for asset in bundles[bundle]["assets"][wanted["item_type"]])
        for bundle in wanted["product_bundle"].split(",")
    )


def _source_type(products: Sequence[Mapping[str, Any]]) -> str | None:
    """Return `basemaps` if the products are basemaps; None for scenes, the service's default."""
    basemaps = ["mosaic_name" in product for product in products]
    if any(basemaps) and not all(basemaps):
        raise ArgumentError("Scenes and basemaps cannot be in one order", hint="Create an order for each.")
    return "basemaps" if any(basemaps) else None


def _check_counts(products: Sequence[Mapping[str, Any]]) -> None:
    items = sum(len(product.get("item_ids") or ()) for product in products)
    if items > MAX_ITEMS:
        raise ArgumentError(
            f"The order has {items} items; the service accepts at most {MAX_ITEMS}",
            hint="Split it into several orders.",
        )


def product(
    item_ids: Sequence[str],
    product_bundle: str,
    item_type: str,
    fallback_bundle: str | list[str] | None = None,
    *,
    validate: bool = True,
) -> Json:
    """Build a product: scenes to order.

    Args:
        item_ids: the ids of the items, all of one type, or the items; or a text with many ids, such as the content of
            a file.
        product_bundle: the assets to deliver, for example `analytic_udm2`.
        item_type: for example `PSScene`.
        fallback_bundle: what to deliver of items without that bundle: one bundle, or several in order of preference,
            as a list or a comma-separated str.
        validate: check the item type and bundles against the catalogue; False sends them as they are.

    Raises:
        SpecificationException: the item type or a bundle is not in the catalogue.
        ArgumentError: *item_ids* contains no id, or something that is not an id.
    """
    ids = as_id_list("item_ids", item_ids)
    if len(ids) == 1 and ids[0] in specs.get_data_item_types():
        raise ArgumentError(
            f"item_ids has an item type, {ids[0]!r}, where ids of items belong",
            hint="The order of the arguments is item_ids, product_bundle, item_type.",
        )
    if isinstance(fallback_bundle, str):
        fallbacks = fallback_bundle.split(",")
    else:
        fallbacks = as_str_list("fallback_bundle", fallback_bundle) or []
    bundles = [bundle.strip() for bundle in [product_bundle, *fallbacks]]
    if validate:
        item_type = specs.validate_item_type(item_type)
        bundles = [specs.validate_bundle(item_type, bundle) for bundle in bundles]
    return {"item_ids": ids, "item_type": item_type, "product_bundle": ",".join(bundles)}


def basemap_product(mosaic_name: str, *, geometry: Any = None, quad_ids: Sequence[str] | None = None) -> Json:
    """Build a product: quads of a basemap to order, by their ids or by a geometry.

    Args:
        mosaic_name: for example `global_monthly_2022_01_mosaic`.
        geometry: a Point, Polygon or MultiPolygon, in any form that `planet.geojson` accepts.
        quad_ids: for example `["1050-1374"]`; at most 100.

    Raises:
        ArgumentError: not exactly one of *geometry* and *quad_ids* is given, or there are too many quads.
        GeoJSONError: the geometry is not valid.
    """
    mosaic_name = getattr(mosaic_name, "name", mosaic_name)  # a mosaic has it
    if (geometry is None) == (quad_ids is None):
        raise ArgumentError("Exactly one of geometry and quad_ids is required")
    if quad_ids is None:
        return {"mosaic_name": mosaic_name, "geometry": geojson.as_geom_or_ref(geometry)}
    ids = as_id_list("quad_ids", quad_ids)
    if len(ids) > MAX_QUADS:
        raise ArgumentError(f"quad_ids must be a list of 1 to {MAX_QUADS} quad ids, got {len(ids)}")
    return {"mosaic_name": mosaic_name, "quad_ids": ids}


def notifications(
    email: bool | None = None, webhook_url: str | None = None, webhook_per_order: bool | None = None
) -> Json:
    """Build the notifications of an order that is done.

    Args:
        email: send an email.
        webhook_url: call this URL.
        webhook_per_order: call it once for the order, not for every item.
    """
    webhook = omit_none(url=webhook_url, per_order=webhook_per_order) if webhook_url else None
    return omit_none(webhook=webhook, email=email)


def delivery(
    archive_type: str | None = None,
    single_archive: bool | None = False,
    archive_filename: str | None = None,
    cloud_config: Mapping[str, Any] | None = None,
) -> Json:
    """Build the delivery of an order.

    Args:
        archive_type: `zip` packs the files.
        single_archive: one archive for the order, not one for every item and bundle.
        archive_filename: a template; the service replaces `{{name}}` and `{{order_id}}`.
        cloud_config: where to deliver, built by one of the cloud storage functions.

    Raises:
        SpecificationException: *archive_type* is not valid.
    """
    config: Json = {}
    if archive_type:
        config = {
            "archive_type": specs.validate_archive_type(archive_type),
            "single_archive": bool(single_archive),
            "archive_filename": archive_filename or "{{name}}_{{order_id}}.zip",
        }
    return config | dict(cloud_config or {})
