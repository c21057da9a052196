"""Validation of subscription requests, with the error messages of the service."""

from typing import Any

import numpy as np
import shapely

from ..._utils.times import str_to_datetime
from ...constants import _SUBSCRIPTION_TOOL_WEIGHT
from ...exceptions import PlanetError
from ..catalog.filters import FilterError, as_shape, validate_filter
from ..catalog.scene import bundles_of
from ..imagery.bandmath import BandMathError, evaluate
from ..imagery.variables import source_type
from ..state.subscriptions import months_of
from .order_checks import MAX_VERTICES, PROVIDER_FIELDS, TOOL_FIELDS

__all__ = ["SubscriptionError", "check_change", "check_subscription"]


_STAGES = ("preview", "standard", "finalized")
_CHOICES = {
    "time_range_type": ("acquired", "published"),
    "geometry_relation": ("intersects", "contains", "within"),
}
_CLOUD_FIELDS = (
    "clear_percent", "cloud_percent", "shadow_percent", "heavy_haze_percent", "light_haze_percent", "snow_ice_percent",
)  # fmt: skip


class SubscriptionError(Exception):
    """A subscription that the service rejects.

    Attributes:
        detail: what is wrong.
        reason: the general reason.
    """

    def __init__(self, detail: str, reason: str = "Request failed schema validation") -> None:
        super().__init__(detail)
        self.detail = detail
        self.reason = reason


def check_subscription(body: dict[str, Any]) -> dict[str, Any]:
    """Validate a subscription request; returns it with defaults filled in.

    Raises:
        SubscriptionError: the service would reject the subscription.
    """
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
    _check_tools(_one_of(body.get("tools") or [], list, "tools"), kind)
    _check_hosting(body.get("hosting"))
    notifications = _one_of(body.get("notifications") or {}, dict, "notifications")
    webhook = _one_of(notifications.get("webhook") or {}, dict, "notifications.webhook")
    if webhook and not str(webhook.get("url")).startswith("https://"):
        raise SubscriptionError("notifications.webhook.url must begin with https://")
    known = ("name", "delivery", "tools", "notifications", "hosting")
    return {**{key: body[key] for key in known if body.get(key)}, "source": {"type": kind, "parameters": parameters}}


def _one_of(value: Any, kind: type, name: str) -> Any:
    if not isinstance(value, kind):
        raise SubscriptionError(f"{name} must be {'a list' if kind is list else 'an object'}")
    return value


def _check_place_and_time(parameters: dict[str, Any]) -> None:
    try:
        shape = as_shape(parameters.get("geometry"), "source.parameters.geometry")
    except FilterError as error:
        raise SubscriptionError(f"{error.path} {error.message}") from None
    if shapely.get_num_coordinates(shape) > MAX_VERTICES:
        raise SubscriptionError(f"source.parameters.geometry has more than {MAX_VERTICES} vertices")
    times = []
    for name in ("start_time", "end_time"):
        if name == "start_time" or name in parameters:
            try:
                times.append(str_to_datetime(parameters.get(name, "")))
            except PlanetError:
                raise SubscriptionError(f"source.parameters.{name} is not an RFC 3339 timestamp") from None
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
            validate_filter(parameters["filter"], "source.parameters.filter")
        except FilterError as error:
            raise SubscriptionError(f"{error.path} {error.message}") from None
    return parameters


def _check_delivery(delivery: Any) -> None:
    providers = PROVIDER_FIELDS["subscriptions"]
    kind = _one_of(delivery, dict, "delivery").get("type")
    if not isinstance(kind, str) or kind not in providers:
        raise SubscriptionError(f"delivery.type must be one of {', '.join(providers)}")
    parameters = _one_of(delivery.get("parameters"), dict, "delivery.parameters")
    for field in providers[kind]:
        if not isinstance(parameters.get(field), str) or not parameters[field]:
            raise SubscriptionError(f"delivery.parameters.{field} is required")
    if "<REDACTED>" in parameters.values():
        raise SubscriptionError("delivery.parameters: the credentials are not valid")


def _check_tools(tools: Any, kind: str) -> None:
    if tools and kind != "catalog":
        raise SubscriptionError(f"tools are not supported for {kind}")
    weight = 0
    for tool in tools:
        name = _one_of(tool, dict, "a tool").get("type")
        if not isinstance(name, str) or name not in _SUBSCRIPTION_TOOL_WEIGHT:
            raise SubscriptionError(f"tools: unknown tool {name}")
        if _SUBSCRIPTION_TOOL_WEIGHT[name] < weight:
            raise SubscriptionError(f"tools: {name} is not allowed after the tools before it", "Invalid tool order")
        weight = _SUBSCRIPTION_TOOL_WEIGHT[name]
        parameters = _one_of(tool.get("parameters") or {}, dict, f"tools: {name}: parameters")
        for field in TOOL_FIELDS.get(name, ()):
            if field not in parameters:
                raise SubscriptionError(f"tools: {name}: {field} is required")
        if name == "cloud_filter":
            _check_cloud_filter(parameters)
        if name == "bandmath":
            _check_expressions(parameters)


def _check_cloud_filter(parameters: dict[str, Any]) -> None:
    if not parameters or not parameters.keys() <= set(_CLOUD_FIELDS):
        raise SubscriptionError(f"tools: cloud_filter: the parameters must be some of {', '.join(_CLOUD_FIELDS)}")
    for name, bounds in parameters.items():
        numbers = _one_of(bounds, dict, f"tools: cloud_filter: {name}").items()
        if not all(key in ("gte", "lte") and isinstance(bound, (int, float)) for key, bound in numbers):
            raise SubscriptionError(f"tools: cloud_filter: the bounds of {name} must be the numbers gte and lte")


def _check_expressions(parameters: dict[str, Any]) -> None:
    bands = {f"b{number}": np.ones((1, 1)) for number in range(1, 16)}
    for name, expression in parameters.items():
        if name != "pixel_type":
            try:
                evaluate(str(expression), bands)
            except BandMathError as error:
                raise SubscriptionError(f"tools: bandmath: {name}: {error}") from None


def _check_hosting(hosting: Any) -> None:
    if hosting is None:
        return
    if _one_of(hosting, dict, "hosting").get("type") != "sentinel_hub":
        raise SubscriptionError("hosting.type must be sentinel_hub")
    _one_of(hosting.get("parameters") or {}, dict, "hosting.parameters")


def check_change(before: dict[str, Any], after: dict[str, Any], *, has_started: bool) -> None:
    """Validate the change of a subscription from one stored request to another.

    Raises:
        SubscriptionError: the service would reject the change.
    """
    old, new = before["source"], after["source"]
    for name in ("item_types", "id", "start_time") if has_started else ("item_types", "id"):
        values = [source["parameters"].get(name) for source in (old, new)]
        if name == "start_time":
            values = list(map(str_to_datetime, values))
        if values[0] != values[1]:
            raise SubscriptionError(f"source.parameters.{name} cannot be changed", "Invalid change")
    if before.get("tools") != after.get("tools"):
        raise SubscriptionError("tools cannot be changed", "Invalid change")
