"""Builders of subscription requests."""

import datetime
import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .._models.destinations import Destination
from .._redact import brief
from .._utils.arguments import Json, id_of, omit_none, plain
from .._utils.periods import as_bound
from .._utils.times import rfc3339
from ..constants import _SUBSCRIPTION_TOOL_WEIGHT
from ..exceptions import ArgumentError, ArgumentTypeError
from . import catalog as specs
from . import deliveries as _cloud_storage
from . import geojson
from .filter_validation import check_filter, sendable
from .storage import STORAGE_PROVIDERS
from .subscription_tools import for_subscriptions, typed

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
    """Build a subscription request.

    Args:
        name: the name of the subscription.
        source: what to subscribe to, built by `catalog_source` or `subscription_source`.
        delivery: where to deliver, built by one of the cloud storage functions here or in `planet.order_request`, or
            by `delivery()` of `planet.types.destinations`.
        notifications: built by `notifications`.
        tools: in the order in which they are applied, each built by a `…_tool` function. Harmonize comes before toar,
            toar before clip, reproject and bandmath, and those before cloud_filter and file_format.
        hosting: `"sentinel_hub"`, or the result of `sentinel_hub`.
        collection_id: the hosting collection; None: a new one.
        create_configuration: create a layer configuration for the new hosting collection.
        clip_to_source: clip every scene to the geometry of the source.

    Raises:
        ArgumentError: a tool is unknown, the tools are in the wrong order, or there are two clips.

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
        raise ArgumentError(f"name must be a non-empty str, got {brief(name)}")
    if not isinstance(source, Mapping) or not source:
        raise ArgumentError(
            f"source must be a non-empty dict, got {brief(source)}",
            hint="Build it with catalog_source or subscription_source.",
        )
    request: Json = {"name": name, "source": dict(plain(source))}
    if delivery is not None and delivery != {}:
        request["delivery"] = _delivery(delivery)
    if notifications:
        request["notifications"] = notifications
    if tools is not None and (isinstance(tools, (str, Mapping)) or not isinstance(tools, Iterable)):
        raise ArgumentTypeError(f"tools must be a list, got {type(tools).__name__}")
    chain = [] if tools is None else [plain(tool) for tool in tools]
    if chain or clip_to_source:
        request["tools"] = _in_order(chain, clip_to_source)
    if isinstance(hosting, Mapping):
        request["hosting"] = dict(hosting)
    elif hosting:
        specs.get_match(hosting, ["sentinel_hub"], "hosting")
        request["hosting"] = sentinel_hub(collection_id, create_configuration)
    return request


def _in_order(tools: list[Mapping[str, Any]], clip: bool) -> list[Mapping[str, Any]]:
    """Check the order of the tools, and insert a clip to the source if *clip*."""
    names = [_tool_name(tool) for tool in tools]
    if clip:
        if "clip" in names:
            raise ArgumentError("clip_to_source and a clip tool are mutually exclusive", hint="Leave out one of them.")
        known = list(_SUBSCRIPTION_TOOL_WEIGHT)
        later = known[known.index("clip") + 1 :]
        index = next((number for number, name in enumerate(names) if name in later), len(names))
        tools.insert(index, {"type": "clip", "parameters": {}})
        names.insert(index, "clip")
    for before, after in itertools.pairwise(names):
        if _SUBSCRIPTION_TOOL_WEIGHT[before] > _SUBSCRIPTION_TOOL_WEIGHT[after]:
            raise ArgumentError(
                f"The tools are in the wrong order: {after} comes after {before}",
                hint="The order is harmonize; toar; clip, reproject, bandmath; cloud_filter, file_format.",
            )
    return tools


def _tool_name(tool: Any) -> str:
    if not isinstance(tool, Mapping) or "type" not in tool:
        shown = f"a dict of {', '.join(map(str, tool))}" if isinstance(tool, Mapping) else brief(tool)
        raise ArgumentError(
            f"A tool must be a dict with a type, got {shown}",
            hint="Build tools with planet.subscription_request; those of planet.order_request have another form.",
        )
    name = tool["type"]
    if not isinstance(name, str) or name not in _SUBSCRIPTION_TOOL_WEIGHT:
        tools = ", ".join(map(repr, _SUBSCRIPTION_TOOL_WEIGHT))
        raise ArgumentError(f"tool: {brief(name)} is not one of {tools}")
    return str(name)


def _delivery(delivery: Any) -> Mapping[str, Any]:
    """Convert a delivery, a destination, or the delivery of an order to the delivery of a subscription."""
    if isinstance(delivery, Destination):
        return destination(delivery)
    if hasattr(delivery, "delivery"):
        delivery = delivery.delivery()
    if not isinstance(delivery, Mapping):
        raise ArgumentTypeError(
            f"delivery must be a dict, got {brief(delivery)}", hint="Build it with destination(ref), amazon_s3(…) etc."
        )
    if "type" not in delivery and len(delivery) == 1 and next(iter(delivery)) in (*STORAGE_PROVIDERS, "destination"):
        return typed(delivery)
    return delivery


# -- sources -------------------------------------------------------------------------------------------------


def catalog_source(
    item_types: Sequence[str],
    asset_types: Sequence[str],
    geometry: Any,
    start_time: datetime.date | str,
    filter: Mapping[str, Any] | None = None,
    end_time: datetime.date | str | None = None,
    rrule: str | None = None,
    publishing_stages: Sequence[str] | None = None,
    time_range_type: str | None = None,
    geometry_relation: str | None = None,
    *,
    validate: bool = True,
) -> Json:
    """Build a source: scenes of the catalogue, existing ones and future ones.

    Args:
        item_types: one item type, in a list.
        asset_types: the assets to deliver of each scene, for example `["ortho_analytic_4b_sr"]`.
        geometry: in any form that `planet.geojson` accepts; a feature of the Features API is sent as a reference.
        start_time: the start of the time range; without a zone it is UTC, and a date is its midnight.
        filter: built with `planet.data_filter`.
        end_time: the end of the time range; None: it does not end.
        rrule: the months to deliver in, as an iCalendar rule: `FREQ=MONTHLY;BYMONTH=4,5,6`.
        publishing_stages: any of `preview`, `standard` and `finalized`; the service's default is the last two.
        time_range_type: whether the time range applies to the time a scene was `acquired` or `published`.
        geometry_relation: whether a scene `intersects` the geometry (the service's default), `contains` it, or lies
            `within` it.
        validate: check the item type and asset types against the catalogue, and check the filter; False sends them as
            they are.

    Raises:
        ArgumentError: there is not exactly one item type, the end is before the start, or the filter is invalid.
        ArgumentTypeError: an argument has the wrong type, such as a time that is not a datetime.
        SpecificationException: a value is not in the catalogue, or not one of the allowed ones.
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
    types, assets = _as_str_list("item_types", item_types), _as_str_list("asset_types", asset_types)
    if len(types) != 1:
        raise ArgumentError(
            f"item_types must have exactly one entry, got {len(types)}",
            hint="Create a subscription for each item type.",
        )
    if validate and filter is not None:
        check_filter(plain(filter))
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
                filter=sendable(filter) if validate and filter is not None else filter,
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
    source_id: str, geometry: Any, start_time: datetime.date | str, end_time: datetime.date | str | None = None
) -> Json:
    """Build a source: a Planetary Variable or another product that has a source id.

    Args:
        source_id: for example `SWC-AMSR2-C_V1.0_100`.
        geometry: in any form that `planet.geojson` accepts.
        start_time: the start of the time range; without a zone it is UTC, and a date is its midnight.
        end_time: the end of the time range; None: it does not end.

    Raises:
        ArgumentError: *source_id* is empty, or the end is before the start.
        ArgumentError, ArgumentTypeError: a time is not valid.
        GeoJSONError, FeatureError: the geometry is not valid.
    """
    source_id = str(id_of(source_id)).strip() if isinstance(id_of(source_id), str) else source_id
    if not isinstance(source_id, str) or not source_id:
        raise ArgumentError(f"source_id must be a str such as SWC-AMSR2-C_V1.0_100, got {brief(source_id)}")
    return {
        "parameters": {
            "id": source_id,
            "geometry": geojson.as_geom_or_ref(geometry),
            "start_time": _instant("start_time", start_time),
            **omit_none(end_time=_end("end_time", start_time, end_time)),
        }
    }


def _as_str_list(name: str, value: Any) -> list[str]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        raise ArgumentTypeError(f"{name} must be a list of str, got {brief(value)}", hint=f"Pass [{brief(value)}].")
    texts = list(value)
    if not texts or not all(isinstance(text, str) for text in texts):
        raise ArgumentError(f"{name} must be a list of at least one str, got {brief(texts)}")
    return [str(text).strip() for text in texts]


def _stages(stages: Sequence[str]) -> list[str]:
    """Return the publishing stages without duplicates, in the order in which scenes pass them."""
    known = {
        specs.get_match(stage, _STAGES, "publishing_stages") for stage in _as_str_list("publishing_stages", stages)
    }
    return [stage for stage in _STAGES if stage in known]


def _instant(name: str, time: Any) -> str:
    return rfc3339(_time(name, time))


def _time(name: str, value: Any) -> datetime.datetime:
    return as_bound(name, value)


def _end(name: str, start: Any, end: Any) -> str | None:
    if end is None:
        return None
    text = _instant(name, end)
    begin = _time("start_time", start)
    if _aware(_time(name, end)) < _aware(begin):
        raise ArgumentError(f"{name} must not be before start_time, got {text} and {rfc3339(begin)}")
    return text


def _aware(time: datetime.datetime) -> datetime.datetime:
    return time if time.tzinfo else time.replace(tzinfo=datetime.timezone.utc)


# -- deliveries, hosting, notifications ----------------------------------------------------------------------

amazon_s3 = for_subscriptions(_cloud_storage.amazon_s3)
azure_blob_storage = for_subscriptions(_cloud_storage.azure_blob_storage)
oracle_cloud_storage = for_subscriptions(_cloud_storage.oracle_cloud_storage)
s3_compatible = for_subscriptions(_cloud_storage.s3_compatible)
destination = for_subscriptions(_cloud_storage.destination)
default_destination = for_subscriptions(_cloud_storage.default_destination)
sentinel_hub = for_subscriptions(_cloud_storage.sentinel_hub)


def google_cloud_storage(credentials: str, bucket: str, path_prefix: str | None = None) -> Json:
    """Deliver to a Google Cloud Storage bucket; *credentials* is the service account's JSON in base64, on one line.

    The order of the arguments differs from `planet.order_request`: pass them by keyword.
    """
    return typed(_cloud_storage.google_cloud_storage(bucket, credentials, path_prefix))


def google_earth_engine(project: str, collection: str, credentials: str) -> Json:
    """Deliver to an image collection of Google Earth Engine."""
    return {"type": "google_earth_engine", "parameters": STORAGE_PROVIDERS["google_earth_engine"].request(locals())}


def notifications(url: str, topics: Sequence[str]) -> Json:
    """Build the notifications of a subscription.

    Args:
        url: the webhook; it must respond with a status of 200 to 299, without a redirect.
        topics: the events to send: any of `NOTIFICATIONS_TOPICS`.

    Raises:
        SpecificationException: a topic is not one of those.
    """
    names = [specs.get_match(topic, NOTIFICATIONS_TOPICS, "topics") for topic in _as_str_list("topics", topics)]
    return {"webhook": {"url": url, "topics": names}}
