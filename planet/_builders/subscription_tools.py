"""Builders of the tools of subscriptions: part of `planet.subscription_request`."""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ParamSpec

from .._redact import brief
from .._utils.arguments import Json, as_number, omit_none, plain
from ..exceptions import ArgumentError, ArgumentTypeError
from . import catalog as specs
from . import order_tools as _order_tools

__all__ = [
    "REPROJECT_KERNEL",
    "REPROJECT_KERNEL_DEFAULT",
    "FilterValue",
    "band_math_tool",
    "cloud_filter_tool",
    "file_format_tool",
    "for_subscriptions",
    "harmonize_tool",
    "reproject_tool",
    "toar_tool",
    "typed",
]


REPROJECT_KERNEL = (
    "near", "bilinear", "cubic", "cubicspline", "lanczos", "average", "mode", "min", "max", "med", "q1", "q3",
)  # fmt: skip
REPROJECT_KERNEL_DEFAULT = "near"

P = ParamSpec("P")


def typed(part: Mapping[str, Any]) -> Json:
    """Convert a part of an order, `{name: parameters}`, to the form of subscriptions."""
    ((name, parameters),) = part.items()
    return {"type": name, "parameters": parameters}


def for_subscriptions(build: Callable[P, Json]) -> Callable[P, Json]:
    """Convert a builder for orders to one for subscriptions, with the same arguments and checks."""

    @functools.wraps(build)
    def build_typed(*args: P.args, **kwargs: P.kwargs) -> Json:
        return typed(build(*args, **kwargs))

    return build_typed


band_math_tool = for_subscriptions(_order_tools.band_math_tool)
file_format_tool = for_subscriptions(_order_tools.file_format_tool)
harmonize_tool = for_subscriptions(_order_tools.harmonize_tool)


def reproject_tool(projection: str, resolution: float | None = None, kernel: str = REPROJECT_KERNEL_DEFAULT) -> Json:
    """Reproject the scenes.

    Args:
        projection: for example `EPSG:32633` or `WGS84`.
        resolution: the pixel size in units of the projection.
        kernel: one of `REPROJECT_KERNEL`.

    Raises:
        SpecificationException: the kernel is not one of those.
    """
    kernel = specs.get_match(kernel, REPROJECT_KERNEL, "kernel")
    return typed({"reproject": {"projection": projection, "kernel": kernel, **omit_none(resolution=resolution)}})


def toar_tool(scale_factor: int = 10000) -> Json:
    """Convert radiance to top-of-atmosphere reflectance, times *scale_factor*."""
    return typed({"toar": {"scale_factor": plain(scale_factor)}})


@dataclass
class FilterValue:
    """The inclusive bounds of a percentage, from 0 to 100.

    Attributes:
        gte: the lower bound, or None.
        lte: the upper bound, or None.

    Raises:
        ArgumentError: a bound is not a percentage, or *gte* is greater than *lte*.
    """

    __module__ = "planet.subscription_request"

    gte: float | None = None
    lte: float | None = None

    def __post_init__(self) -> None:
        self.gte, self.lte = _percent("gte", self.gte), _percent("lte", self.lte)
        if self.gte is not None and self.lte is not None and self.gte > self.lte:
            raise ArgumentError(f"gte must not be greater than lte, got gte={self.gte} and lte={self.lte}")


def _percent(name: str, value: Any) -> float | None:
    if value is None:
        return None
    number = as_number(value)
    if number is None or not 0 <= number <= 100:
        raise ArgumentError(f"{name} must be a number between 0 and 100, got {brief(value)}")
    return number


def cloud_filter_tool(
    clear_percent: FilterValue | None = None,
    cloud_percent: FilterValue | None = None,
    shadow_percent: FilterValue | None = None,
    heavy_haze_percent: FilterValue | None = None,
    light_haze_percent: FilterValue | None = None,
    snow_ice_percent: FilterValue | None = None,
) -> Json:
    """Deliver only scenes that are clear enough within the geometry, according to their usable data masks (UDM2).

    Args:
        clear_percent: the bounds for the percentage of clear pixels.
        cloud_percent: the same for cloud.
        shadow_percent: the same for cloud shadow.
        heavy_haze_percent: the same for heavy haze.
        light_haze_percent: the same for light haze.
        snow_ice_percent: the same for snow or ice.

    Raises:
        ArgumentError: no bound is given, or one is not valid.

    Example:
        ```python
        from planet.subscription_request import FilterValue, cloud_filter_tool

        tool = cloud_filter_tool(clear_percent=FilterValue(gte=90), cloud_percent=FilterValue(lte=5))
        ```
    """
    bounds = omit_none(
        clear_percent=clear_percent,
        cloud_percent=cloud_percent,
        shadow_percent=shadow_percent,
        heavy_haze_percent=heavy_haze_percent,
        light_haze_percent=light_haze_percent,
        snow_ice_percent=snow_ice_percent,
    )
    parameters = {name: _bounds(name, value) for name, value in bounds.items()}
    if not any(parameters.values()):
        raise ArgumentError("At least one bound is required", hint="For example clear_percent=FilterValue(gte=90).")
    return typed({"cloud_filter": parameters})


def _bounds(name: str, value: Any) -> Json:
    if isinstance(value, Mapping):
        if value.keys() - {"gte", "lte"}:
            raise ArgumentError(f"{name} must have the keys gte and lte only, got {brief(value)}")
        value = FilterValue(**value)
    if not isinstance(value, FilterValue):
        raise ArgumentTypeError(f"{name} must be a FilterValue such as FilterValue(gte=90), got {brief(value)}")
    return omit_none(gte=value.gte, lte=value.lte)
