"""What the service refuses when a subscription is created or changed, and with which words."""

from typing import Any

import shapely

from ..constants import _SUBSCRIPTION_TOOL_WEIGHT
from ..exceptions import PlanetError
from ..io import str_to_datetime
from .filters import FilterError, as_shape, check
from .order_checks import PROVIDER_FIELDS, TOOL_FIELDS
from .scene import bundles_of
from .subscriptions import months_of
from .variables import source_type

__all__ = ["SubscriptionError", "check_change", "check_subscription"]

_MAX_VERTICES = 1500
_STAGES = ("preview", "standard", "finalized")
_CHOICES = {
    "time_range_type": ("acquired", "published"),
    "geometry_relation": ("intersects", "contains", "within"),
}
_CLOUD_FIELDS = (
    "clear_percent", "cloud_percent", "shadow_percent", "heavy_haze_percent", "light_haze_percent", "snow_ice_percent",
)  # fmt: skip
_MORE_FIELDS = {"google_earth_engine": ("credentials",)}  # than an order needs


class SubscriptionError(Exception):
    """A subscription that is refused: the reason in general, and in detail."""

    def __init__(self, detail: str, reason: str = "Request failed schema validation") -> None:
        super().__init__(detail)
        self.detail = detail
        self.reason = reason


def check_subscription(body: dict[str, Any]) -> dict[str, Any]:
    """What is stored of a request, with the defaults filled in; refuses what the service would refuse."""
    if not isinstance(body.get("name"), str) or not body["name"]:
        raise SubscriptionError("name is required")
    source = body.get("source")
    parameters = source.get("parameters") if isinstance(source, dict) else None
    if not isinstance(source, dict) or not isinstance(parameters, dict):
        raise SubscriptionError("source.parameters is required")
    kind = source_type(parameters["id"]) if "id" in parameters else "catalog"
    if kind is None:
        raise SubscriptionError(f"source.parameters.id: there is no source {parameters['id']}")
    if source.get("type", kind) != kind:
        raise SubscriptionError(f"source.type must be {kind}")
    _check_place_and_time(parameters)
    if kind == "catalog":
        parameters = _check_catalog(parameters)
    if "delivery" in body:
        _check_delivery(body["delivery"])
    elif kind == "catalog" and "hosting" not in body:
        raise SubscriptionError("delivery is required")
    _check_tools(body.get("tools") or [], kind)
    _check_hosting(body.get("hosting"))
    webhook = (body.get("notifications") or {}).get("webhook")
    if webhook is not None and not str(webhook.get("url")).startswith("https://"):
        raise SubscriptionError("notifications.webhook.url must begin with https://")
    known = ("name", "delivery", "tools", "notifications", "hosting")
    return {**{key: body[key] for key in known if body.get(key)}, "source": {"type": kind, "parameters": parameters}}


def _check_place_and_time(parameters: dict[str, Any]) -> None:
    try:
        shape = as_shape(parameters.get("geometry"), "source.parameters.geometry")
    except FilterError as error:
        raise SubscriptionError(f"{error.path} {error.message}") from None
    if shapely.get_num_coordinates(shape) > _MAX_VERTICES:
        raise SubscriptionError(f"source.parameters.geometry has more than {_MAX_VERTICES} vertices")
    times = []
    for name in ("start_time", "end_time"):
        if name == "start_time" or name in parameters:
            try:
                times.append(str_to_datetime(parameters.get(name, "")))
            except PlanetError:
                raise SubscriptionError(f"source.parameters.{name} is no RFC 3339 timestamp") from None
    if times != sorted(times):
        raise SubscriptionError("source.parameters.end_time is before start_time")


def _check_catalog(parameters: dict[str, Any]) -> dict[str, Any]:
    types, assets = parameters.get("item_types"), parameters.get("asset_types")
    if not isinstance(types, list) or len(types) != 1 or not bundles_of(str(types[0])):
        raise SubscriptionError("source.parameters.item_types must have exactly one known item type")
    known = {asset for bundle in bundles_of(types[0]).values() for asset in bundle}
    if not isinstance(assets, list) or not assets or not set(map(str, assets)) <= known:
        raise SubscriptionError(f"source.parameters.asset_types must be asset types of {types[0]}")
    stages = parameters.setdefault("publishing_stages", ["standard", "finalized"])
    if not isinstance(stages, list) or not set(stages) <= set(_STAGES):
        raise SubscriptionError(f"source.parameters.publishing_stages must be of {', '.join(_STAGES)}")
    parameters.setdefault("time_range_type", "acquired")
    for name, choices in _CHOICES.items():
        if parameters.get(name, choices[0]) not in choices:
            raise SubscriptionError(f"source.parameters.{name} must be one of {', '.join(choices)}")
    try:
        months_of(parameters.get("rrule"))
    except ValueError as error:
        raise SubscriptionError(f"source.parameters.{error}") from None
    if parameters.get("filter"):
        try:
            check(parameters["filter"], "source.parameters.filter")
        except FilterError as error:
            raise SubscriptionError(f"{error.path} {error.message}") from None
    return parameters


def _check_delivery(delivery: Any) -> None:
    kind = delivery.get("type") if isinstance(delivery, dict) else None
    if kind not in PROVIDER_FIELDS or not isinstance(delivery.get("parameters"), dict):
        raise SubscriptionError("delivery.type and delivery.parameters are required")
    for field in (*PROVIDER_FIELDS[kind], *_MORE_FIELDS.get(kind, ())):
        if not delivery["parameters"].get(field):
            raise SubscriptionError(f"delivery.parameters.{field} is required")


def _check_tools(tools: Any, kind: str) -> None:
    if tools and kind != "catalog":
        raise SubscriptionError(f"tools are not supported for {kind}")
    weight = 0
    for tool in tools:
        name = tool.get("type") if isinstance(tool, dict) else None
        if name not in _SUBSCRIPTION_TOOL_WEIGHT:
            raise SubscriptionError(f"tools: there is no tool {name}")
        if _SUBSCRIPTION_TOOL_WEIGHT[name] < weight:
            raise SubscriptionError(f"tools: {name} is not allowed there", "Invalid tool order")
        weight = _SUBSCRIPTION_TOOL_WEIGHT[name]
        parameters = tool.get("parameters") or {}
        for field in TOOL_FIELDS.get(name, ()):
            if field not in parameters:
                raise SubscriptionError(f"tools: {name}: {field} is required")
        if name == "cloud_filter" and (not parameters or not parameters.keys() <= set(_CLOUD_FIELDS)):
            raise SubscriptionError(f"tools: cloud_filter: the parameters are any of {', '.join(_CLOUD_FIELDS)}")


def _check_hosting(hosting: Any) -> None:
    if hosting is not None and (not isinstance(hosting, dict) or hosting.get("type") != "sentinel_hub"):
        raise SubscriptionError("hosting.type must be sentinel_hub")


def check_change(before: dict[str, Any], after: dict[str, Any], *, has_started: bool) -> None:
    """Refuse a change that the service does not allow; both are as they are stored."""
    old, new = before["source"], after["source"]
    fixed = ["item_types", "id"] + (["start_time"] if has_started else [])
    for name in fixed:
        if old["parameters"].get(name) != new["parameters"].get(name):
            raise SubscriptionError(f"source.parameters.{name} cannot be changed", "Invalid change")
    if before.get("tools") != after.get("tools"):
        raise SubscriptionError("tools cannot be changed", "Invalid change")
