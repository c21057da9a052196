"""What there is to know about quota without asking the service: areas, and what listings are narrowed down by."""

from collections.abc import Iterable, Mapping
from typing import Any

from .._builders.geojson import validate_ref
from .._models.features import Feature
from .._redact import brief
from .._utils.arguments import Json, check_page_size, omit_none
from ..exceptions import ClientError, WaitTimeout

__all__ = ["listing_params", "reservation_body", "wait_timeout"]


_OPERATORS = ("eq", "ne", "lt", "lte", "gt", "gte", "like", "ilike", "icontains", "isnull", "in", "notin")


def reservation_body(aoi_refs: Any, product_id: Any, collection_id: str | None) -> Json:
    """What a reservation is made from.

    Raises:
        ClientError: there is no area, or the product is no number.
        FeatureError: an area is no reference.
    """
    if isinstance(aoi_refs, (str, Mapping)):
        aoi_refs = [aoi_refs]
    refs = [_ref(area) for area in aoi_refs] if isinstance(aoi_refs, Iterable) else []
    if not refs:
        raise ClientError(f"aoi_refs is {brief(aoi_refs)}.", hint="It must be a list with at least one reference.")
    if isinstance(product_id, bool) or not isinstance(product_id, int):
        raise ClientError(f"product_id is {brief(product_id)}.", hint="It must be a number: see list_products.")
    return {"aoi_refs": refs, "product_id": product_id, **omit_none(collection_id=collection_id)}


def _ref(area: Any) -> str:
    if isinstance(area, Feature):
        return area.ref
    if isinstance(area, Mapping) and area.get("type") == "ref":
        area = area.get("content")
    validate_ref(area)
    return str(area)


def listing_params(
    fields: str | None, sort: str | None, filters: Mapping[str, Any] | None, page_size: Any
) -> dict[str, Any]:
    """The parameters of a listing.

    Raises:
        ClientError: a filter has an operator that there is not, or the size of pages is none.
    """
    for name in filters or {}:
        field, _, operator = name.partition("__")
        if not field or (operator and operator not in _OPERATORS):
            raise ClientError(
                f"There is no filter {brief(name)}.", hint=f"A field, or field__operator: {', '.join(_OPERATORS)}."
            )
    return {**(filters or {}), **omit_none(fields=fields, sort=sort), "limit": check_page_size(page_size)}


def wait_timeout(job_id: str, status: str) -> WaitTimeout:
    """The error for a wait whose time is used up."""
    return WaitTimeout(
        f"Job {job_id} is not done yet; its status is {status!r}.",
        id=job_id,
        state=status,
        hint="It goes on all the same: wait for it again by its id.",
    )
