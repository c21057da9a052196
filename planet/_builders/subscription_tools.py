"""The tools that a subscription can apply to its scenes: part of `planet.subscription_request`."""

import functools
import numbers
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ParamSpec

from .._redact import brief
from .._utils.arguments import Json, omit_none
from ..exceptions import ClientError
from . import catalog as specs
from . import order_tools as _order_tools

__all__ = [
    "REPROJECT_KERNEL",
    "REPROJECT_KERNEL_DEFAULT",
    "FilterValue",
    "as_subscriptions_have_it",
    "band_math_tool",
    "cloud_filter_tool",
    "file_format_tool",
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
    """A part of an order, `{name: parameters}`, as subscriptions have it."""
    ((name, parameters),) = part.items()
    return {"type": name, "parameters": parameters}


def as_subscriptions_have_it(build: Callable[P, Json]) -> Callable[P, Json]:
    """The builder of a part of an order as one for subscriptions: same arguments, same checks, other form."""

    @functools.wraps(build)
    def other(*args: P.args, **kwargs: P.kwargs) -> Json:
        return typed(build(*args, **kwargs))

    return other


band_math_tool = as_subscriptions_have_it(_order_tools.band_math_tool)
file_format_tool = as_subscriptions_have_it(_order_tools.file_format_tool)
harmonize_tool = as_subscriptions_have_it(_order_tools.harmonize_tool)


def reproject_tool(projection: str, resolution: float | None = None, kernel: str = REPROJECT_KERNEL_DEFAULT) -> Json:
    """Reproject.

    Args:
        projection: for example `EPSG:32633` or `WGS84`.
        resolution: the pixel size in units of the projection.
        kernel: one of `REPROJECT_KERNEL`.

    Raises:
        SpecificationException: the kernel is none that there is.
    """
    kernel = specs.get_match(kernel, REPROJECT_KERNEL, "kernel")
    return typed({"reproject": {"projection": projection, "kernel": kernel, **omit_none(resolution=resolution)}})


def toar_tool(scale_factor: int = 10000) -> Json:
    """Convert radiance to reflectance at the top of the atmosphere, times *scale_factor*."""
    return typed({"toar": {"scale_factor": scale_factor}})


@dataclass
class FilterValue:
    """The bounds of a percentage, from 0 to 100; both belong to it.

    Attributes:
        gte: the least, or None.
        lte: the most, or None.

    Raises:
        ClientError: a bound is no percentage, or nothing lies between them.
    """

    __module__ = "planet.subscription_request"

    gte: float | None = None
    lte: float | None = None

    def __post_init__(self) -> None:
        self.gte, self.lte = _percent("gte", self.gte), _percent("lte", self.lte)
        if self.gte is not None and self.lte is not None and self.gte > self.lte:
            raise ClientError(f"Nothing is at least {self.gte} and at most {self.lte}.", hint="Are they swapped?")


def _percent(name: str, value: Any) -> float | None:
    if value is None:
        return None
    is_number = isinstance(value, numbers.Real) and not isinstance(value, bool)
    if not is_number or not 0 <= float(value) <= 100:
        raise ClientError(f"{name} is {brief(value)}.", hint="It is a percentage, from 0 to 100.")
    return value if type(value) in (int, float) else float(value)


def cloud_filter_tool(
    clear_percent: FilterValue | None = None,
    cloud_percent: FilterValue | None = None,
    shadow_percent: FilterValue | None = None,
    heavy_haze_percent: FilterValue | None = None,
    light_haze_percent: FilterValue | None = None,
    snow_ice_percent: FilterValue | None = None,
) -> Json:
    """Deliver only scenes whose part within the geometry is clear enough, by their usable data masks.

    Args:
        clear_percent: the bounds of the share of pixels that are clear.
        cloud_percent: of those that show clouds.
        shadow_percent: their shadows.
        heavy_haze_percent: thick haze.
        light_haze_percent: thin haze.
        snow_ice_percent: snow or ice.

    Raises:
        ClientError: nothing is bounded.

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
        raise ClientError("The filter bounds nothing.", hint="Give at least one bound: FilterValue(gte=90).")
    return typed({"cloud_filter": parameters})


def _bounds(name: str, value: Any) -> Json:
    if isinstance(value, Mapping):
        if value.keys() - {"gte", "lte"}:
            raise ClientError(f"{name} is {brief(value)}.", hint="Its bounds are called gte and lte.")
        value = FilterValue(**value)
    if not isinstance(value, FilterValue):
        raise ClientError(f"{name} is {brief(value)}.", hint="It is a FilterValue, for example FilterValue(gte=90).")
    return omit_none(gte=value.gte, lte=value.lte)
