"""Order requests."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .._models.items import item_key
from .._utils.arguments import Json, omit_none
from .._utils.iterables import each_item
from ..exceptions import ClientError
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


def request_for_items(
    name: str,
    items: Iterable[Any],
    product_bundle: str,
    fallback_bundle: str | list[str] | None = None,
    **details: Any,
) -> Json:
    """A request for an order of items, as a search returns them.

    Args:
        name: what the order is called.
        items: items of one or more types.
        product_bundle: what to deliver of each of them, for example `analytic_udm2`.
        fallback_bundle: what to deliver where that is not available: one bundle or several, the best first.
        details: everything else that `build_request` takes: tools, delivery, notifications, …

    Raises:
        ClientError: there are no items or too many, or this account may not download the bundle of some of them; the
            text says which.
        SpecificationException: the bundle is not one for that type of item.

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
    items = each_item(items)
    if not isinstance(items, Iterable):
        raise ClientError(
            f"items is a {type(items).__name__}, which cannot be read here.",
            hint="Read the results of an asynchronous search first: [item async for item in results].",
        )
    for item in items:
        item_type, item_id = item_key(item)
        by_type.setdefault(item_type, {})[item_id] = item
    if not by_type:
        raise ClientError("There are no items to order.", hint="Did the search find any?")
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
            raise ClientError(
                f"This account may not download {products[0]['product_bundle']} of {shown}.",
                hint="Leave them out, name a fallback_bundle, or pass order_type='partial'.",
            )
    return build_request(name, products, **details)


def _may_have(item: Any, wanted: Mapping[str, Any]) -> bool:
    """Whether an item has every asset of one of the bundles, and says that they may be downloaded."""
    permissions = item.get("_permissions") if isinstance(item, Mapping) else None
    if not isinstance(permissions, list):
        return True  # it does not say
    bundles = specs.PRODUCT_BUNDLES["bundles"]
    return any(
        all(f"assets.{asset}:download" in permissions for asset in bundles[bundle]["assets"][wanted["item_type"]])
        for bundle in wanted["product_bundle"].split(",")
    )


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
    webhook = omit_none(url=webhook_url, per_order=webhook_per_order) if webhook_url else None
    return omit_none(webhook=webhook, email=email)


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
