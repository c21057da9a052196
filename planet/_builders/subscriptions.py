"""Subscription requests."""

import datetime
import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .._models.destinations import Destination
from .._redact import brief
from .._utils.arguments import Json, omit_none
from .._utils.times import rfc3339
from ..constants import _SUBSCRIPTION_TOOL_WEIGHT
from ..exceptions import ClientError
from . import catalog as specs
from . import deliveries as _cloud_storage
from . import geojson
from .filter_validation import check_filter
from .storage import STORAGE_PROVIDERS
from .subscription_tools import as_subscriptions_have_it, typed

__all__ = [
    "NOTIFICATIONS_TOPICS",
    "amazon_s3",
    "azure_blob_storage",
    "build_request",
    "catalog_source",
    "default_destination",
    "destination",
    "google_cloud_storage",
    "google_earth_engine",
    "notifications",
    "oracle_cloud_storage",
    "s3_compatible",
    "sentinel_hub",
    "subscription_source",
]


NOTIFICATIONS_TOPICS = (
    "delivery.success",
    "delivery.match",
    "delivery.failed",
    "status.backfill.completed",
    "status.completed",
    "status.cancelled",
    "status.pending",
    "status.all",
    "status.suspended",
    "status.failed",
)
_STAGES = ("preview", "standard", "finalized")
_TIME_RANGES = ("acquired", "published")
_RELATIONS = ("intersects", "contains", "within")


def build_request(
    name: str,
    source: Mapping[str, Any],
    delivery: Mapping[str, Any] | None = None,
    notifications: Mapping[str, Any] | None = None,
    tools: Sequence[Mapping[str, Any]] | None = None,
    hosting: Mapping[str, Any] | str | None = None,
    collection_id: str | None = None,
    create_configuration: bool = False,
    clip_to_source: bool = False,
) -> Json:
    """A request for a subscription.

    Args:
        name: what the subscription is called.
        source: what to subscribe to, made by `catalog_source` or `subscription_source`.
        delivery: where to deliver, made by one of the cloud functions here; what `planet.order_request` makes for an
            order, and `delivery()` of `planet.types.destinations`, are taken as well.
        notifications: made by `notifications`.
        tools: in the order in which they are to be applied, each made by a `…_tool` function. Harmonize goes before
            toar, that before clip, reproject and bandmath, and those before cloud_filter and file_format.
        hosting: `"sentinel_hub"`, or what `sentinel_hub` returns.
        collection_id: the hosting collection; left out: a new one.
        create_configuration: make a configuration for the new hosting collection.
        clip_to_source: clip every scene to the geometry of the source.

    Raises:
        ClientError: a tool is none that there is, they are in the wrong order, or one of them clips already.

    Example:
        ```python
        from datetime import datetime

        from planet import subscription_request

        request = subscription_request.build_request(
            "north field",
            source=subscription_request.catalog_source(
                ["PSScene"], ["ortho_analytic_4b_sr"], aoi, start_time=datetime(2024, 5, 1)
            ),
            delivery=subscription_request.destination("pl:destinations/my-bucket"),
            clip_to_source=True,
        )
        ```
    """
    if not isinstance(name, str) or not name.strip():
        raise ClientError(f"name is {brief(name)}.", hint="It is what the subscription is called.")
    if not isinstance(source, Mapping) or not source:
        raise ClientError(f"source is {brief(source)}.", hint="Make it with catalog_source or subscription_source.")
    request: Json = {"name": name, "source": dict(source)}
    if delivery is not None and delivery != {}:
        request["delivery"] = _delivery(delivery)
    if notifications:
        request["notifications"] = notifications
    if tools is not None and (isinstance(tools, (str, Mapping)) or not isinstance(tools, Iterable)):
        raise ClientError(f"tools is a {type(tools).__name__}.", hint="It is a list of tools.")
    tools = list(tools or ())
    if tools or clip_to_source:
        request["tools"] = _in_order(tools, clip_to_source)
    if isinstance(hosting, Mapping):
        request["hosting"] = dict(hosting)
    elif hosting:
        specs.get_match(hosting, ["sentinel_hub"], "hosting")
        request["hosting"] = sentinel_hub(collection_id, create_configuration)
    return request


def _in_order(tools: list[Mapping[str, Any]], clip: bool) -> list[Mapping[str, Any]]:
    """The tools, with a clip to the source among them if that is wanted."""
    names = [_tool_name(tool) for tool in tools]
    if clip:
        if "clip" in names:
            raise ClientError("The tools clip already.", hint="Leave out clip_to_source, or the clip tool.")
        known = list(_SUBSCRIPTION_TOOL_WEIGHT)
        later = known[known.index("clip") + 1 :]
        place = next((number for number, name in enumerate(names) if name in later), len(names))
        tools.insert(place, {"type": "clip", "parameters": {}})
        names.insert(place, "clip")
    for before, after in itertools.pairwise(names):
        if _SUBSCRIPTION_TOOL_WEIGHT[before] > _SUBSCRIPTION_TOOL_WEIGHT[after]:
            raise ClientError(
                f"The tools are in the wrong order: {after} stands after {before}.",
                hint="They go: harmonize; toar; clip, reproject, bandmath; cloud_filter, file_format.",
            )
    return tools


def _tool_name(tool: Any) -> str:
    if not isinstance(tool, Mapping) or "type" not in tool:
        raise ClientError(
            f"A tool names no type: {', '.join(map(str, tool)) if isinstance(tool, Mapping) else brief(tool)}.",
            hint="Tools of subscriptions are made by planet.subscription_request; those of orders look different.",
        )
    name = tool["type"]
    if not isinstance(name, str) or name not in _SUBSCRIPTION_TOOL_WEIGHT:
        raise ClientError(
            f"There is no tool {brief(name)} for subscriptions.",
            hint=f"It is one of {', '.join(_SUBSCRIPTION_TOOL_WEIGHT)}.",
        )
    return str(name)


def _delivery(delivery: Any) -> Mapping[str, Any]:
    """A delivery, also one that was made for an order, or what one can be made of."""
    if isinstance(delivery, Destination):
        return destination(delivery)
    if hasattr(delivery, "delivery"):
        delivery = delivery.delivery()
    if not isinstance(delivery, Mapping):
        raise ClientError(
            f"delivery is {brief(delivery)}.", hint="Make it with destination(ref), amazon_s3(…), and the like."
        )
    if "type" not in delivery and len(delivery) == 1 and next(iter(delivery)) in (*STORAGE_PROVIDERS, "destination"):
        return typed(delivery)
    return delivery


# -- sources -------------------------------------------------------------------------------------------------


def catalog_source(
    item_types: Sequence[str],
    asset_types: Sequence[str],
    geometry: Any,
    start_time: datetime.datetime,
    filter: Mapping[str, Any] | None = None,
    end_time: datetime.datetime | None = None,
    rrule: str | None = None,
    publishing_stages: Sequence[str] | None = None,
    time_range_type: str | None = None,
    geometry_relation: str | None = None,
    *,
    validate: bool = True,
) -> Json:
    """Scenes of the catalogue, those that are there and those that are yet to come.

    Args:
        item_types: one item type, in a list.
        asset_types: what to deliver of each scene, for example `["ortho_analytic_4b_sr"]`.
        geometry: in any form that `planet.geojson` takes; a feature of the Features API stays a reference.
        start_time: where the time range begins; without a zone it is taken as UTC.
        filter: made with `planet.data_filter`.
        end_time: where it ends; left out: never.
        rrule: the months to deliver in, as an iCalendar rule: `FREQ=MONTHLY;BYMONTH=4,5,6`.
        publishing_stages: any of `preview`, `standard` and `finalized`; the service's default is the last two.
        time_range_type: whether the time range is about when a scene was `acquired` or `published`.
        geometry_relation: whether a scene `intersects` the geometry (the service's default), `contains` it, or lies
            `within` it.
        validate: check item type and asset types against the catalogue, and the filter; False sends them as they are.

    Raises:
        ClientError: there is not exactly one item type, a time is none, or the filter makes no sense.
        SpecificationException: something is not in the catalogue, or not one of the values that there are.
        GeoJSONError, FeatureError: the geometry is not valid.

    Example:
        ```python
        from datetime import datetime

        from planet import data_filter, subscription_request

        source = subscription_request.catalog_source(
            ["PSScene"],
            ["ortho_analytic_4b_sr", "ortho_udm2"],
            aoi,
            start_time=datetime(2024, 5, 1),
            filter=data_filter.range_filter("cloud_cover", lte=0.2),
            rrule="FREQ=MONTHLY;BYMONTH=5,6,7,8,9",
        )
        ```
    """
    types, assets = _texts("item_types", item_types), _texts("asset_types", asset_types)
    if len(types) != 1:
        raise ClientError(
            f"item_types has {len(types)} entries; a subscription is for one item type.",
            hint="Make a subscription for each.",
        )
    if validate and filter is not None:
        check_filter(filter)
    if validate:
        types = [specs.validate_item_type(types[0])]
        assets = [specs.validate_asset_type(types[0], asset) for asset in assets]
    return {
        "parameters": {
            "item_types": types,
            "asset_types": assets,
            "geometry": geojson.as_geom_or_ref(geometry),
            "start_time": _instant("start_time", start_time),
            **omit_none(
                filter=filter,
                end_time=_end("end_time", start_time, end_time),
                rrule=rrule,
                publishing_stages=None if publishing_stages is None else _stages(publishing_stages),
                time_range_type=time_range_type and specs.get_match(time_range_type, _TIME_RANGES, "time_range_type"),
                geometry_relation=geometry_relation
                and specs.get_match(geometry_relation, _RELATIONS, "geometry_relation"),
            ),
        }
    }


def subscription_source(
    source_id: str, geometry: Any, start_time: datetime.datetime, end_time: datetime.datetime | None = None
) -> Json:
    """A Planetary Variable or another product that is known by an id.

    Args:
        source_id: for example `SWC-AMSR2-C_V1.0_100`.
        geometry: in any form that `planet.geojson` takes.
        start_time: where the time range begins; without a zone it is taken as UTC.
        end_time: where it ends; left out: never.

    Raises:
        ClientError: a time is none.
        GeoJSONError, FeatureError: the geometry is not valid.
    """
    if not isinstance(source_id, str) or not source_id:
        raise ClientError(f"source_id is {brief(source_id)}.", hint="For example SWC-AMSR2-C_V1.0_100.")
    return {
        "parameters": {
            "id": source_id,
            "geometry": geojson.as_geom_or_ref(geometry),
            "start_time": _instant("start_time", start_time),
            **omit_none(end_time=_end("end_time", start_time, end_time)),
        }
    }


def _texts(name: str, value: Any) -> list[str]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise ClientError(f"{name} is {brief(value)}.", hint=f"It is a list: [{value!r}].")
    texts = list(value)
    if not texts or not all(isinstance(text, str) for text in texts):
        raise ClientError(f"{name} is {brief(texts)}.", hint="It is a list of texts, with at least one.")
    return texts


def _stages(stages: Sequence[str]) -> list[str]:
    """Publishing stages, each of them once, in the order in which scenes go through them."""
    known = {specs.get_match(stage, _STAGES, "publishing_stages") for stage in _texts("publishing_stages", stages)}
    return [stage for stage in _STAGES if stage in known]


def _instant(name: str, time: Any) -> str:
    if not isinstance(time, datetime.datetime):
        raise ClientError(f"{name} is {brief(time)}.", hint="It is a datetime, for example datetime(2024, 5, 1).")
    return rfc3339(time)


def _end(name: str, start: datetime.datetime, end: datetime.datetime | None) -> str | None:
    if end is None:
        return None
    text = _instant(name, end)
    if _aware(end) < _aware(start):
        raise ClientError(f"{name} {text} is before the start {rfc3339(start)}.", hint="Are they swapped?")
    return text


def _aware(time: datetime.datetime) -> datetime.datetime:
    return time if time.tzinfo else time.replace(tzinfo=datetime.timezone.utc)


# -- deliveries, hosting, notifications ----------------------------------------------------------------------

amazon_s3 = as_subscriptions_have_it(_cloud_storage.amazon_s3)
azure_blob_storage = as_subscriptions_have_it(_cloud_storage.azure_blob_storage)
oracle_cloud_storage = as_subscriptions_have_it(_cloud_storage.oracle_cloud_storage)
s3_compatible = as_subscriptions_have_it(_cloud_storage.s3_compatible)
destination = as_subscriptions_have_it(_cloud_storage.destination)
default_destination = as_subscriptions_have_it(_cloud_storage.default_destination)
sentinel_hub = as_subscriptions_have_it(_cloud_storage.sentinel_hub)


def google_cloud_storage(credentials: str, bucket: str, path_prefix: str | None = None) -> Json:
    """Delivery to Google Cloud Storage; *credentials* is the service account's JSON in base64, on one line.

    The order of the arguments is not that of `planet.order_request`; name them.
    """
    return typed(_cloud_storage.google_cloud_storage(bucket, credentials, path_prefix))


def google_earth_engine(project: str, collection: str, credentials: str) -> Json:
    """Delivery to an image collection of Google Earth Engine."""
    return {"type": "google_earth_engine", "parameters": STORAGE_PROVIDERS["google_earth_engine"].request(locals())}


def notifications(url: str, topics: Sequence[str]) -> Json:
    """Whom to tell what happens.

    Args:
        url: is called with every message; it must answer with a status of 200 to 299, and not with a redirect.
        topics: what to tell of: any of `NOTIFICATIONS_TOPICS`.

    Raises:
        SpecificationException: a topic is none that there is.
    """
    names = [specs.get_match(topic, NOTIFICATIONS_TOPICS, "topics") for topic in _texts("topics", topics)]
    return {"webhook": {"url": url, "topics": names}}
