"""Quota: the bodies of reservations and the parameters of listings."""

from collections.abc import Iterable, Mapping
from typing import Any

from .._builders.geojson import validate_ref
from .._models.features import Feature
from .._redact import brief
from .._utils.arguments import Json, as_number, check_id, check_page_size, id_of, omit_none, plain, ref_of, split_ids
from ..exceptions import ArgumentError, ArgumentTypeError

__all__ = ["listing_params", "number_of", "reservation_body"]


_OPERATORS = ("eq", "ne", "lt", "lte", "gt", "gte", "like", "ilike", "icontains", "isnull", "in", "notin")


def reservation_body(aoi_refs: Any, product_id: Any, collection_id: str | None) -> Json:
    """Return the body of a request for a reservation.

    Raises:
        ArgumentError, ArgumentTypeError: there is no AOI, or the product id is not an integer.
        FeatureError: an AOI is not a valid reference.
    """
    if isinstance(aoi_refs, str):
        aoi_refs = split_ids(aoi_refs)
    elif isinstance(aoi_refs, Mapping):
        features = aoi_refs.get("features")
        aoi_refs = features if isinstance(features, list) else [aoi_refs]
    refs = [_ref(aoi) for aoi in aoi_refs] if isinstance(aoi_refs, Iterable) else []
    if not refs:
        raise ArgumentError(f"aoi_refs must be a non-empty list of references to features, got {brief(aoi_refs)}.")
    number = as_number(id_of(product_id))
    if not isinstance(number, int):
        raise ArgumentTypeError(
            f"product_id must be an int, got {brief(product_id)}.", hint="list_products lists the products."
        )
    return {"aoi_refs": refs, "product_id": number, **omit_none(collection_id=collection_id)}


def _ref(aoi: Any) -> str:
    if isinstance(aoi, Feature):
        return aoi.ref
    ref = ref_of(aoi) if isinstance(aoi, Mapping) or hasattr(aoi, "ref") else aoi
    ref = str(ref).strip() if isinstance(ref, str) else ref
    validate_ref(ref)
    return str(ref)


def number_of(name: str, value: Any) -> str:
    """Return the numeric id of a reservation or job as a string, given the id or the object itself.

    Raises:
        ArgumentError, ArgumentTypeError: it is neither.
    """
    value = value.get("id", value.get("job_id")) if isinstance(value, Mapping) else id_of(value)
    number = as_number(value)
    return str(number) if isinstance(number, int) else check_id(name, value)


def listing_params(
    fields: str | None, sort: str | None, filters: Mapping[str, Any] | None, page_size: Any
) -> dict[str, Any]:
    """Return the query parameters of a listing.

    Raises:
        ArgumentError: a filter has an unknown operator, or the page size is invalid.
    """
    for name in filters or {}:
        field, _, operator = name.partition("__")
        if not field or (operator and operator not in _OPERATORS):
            raise ArgumentError(
                f"{brief(name)} is not a valid filter.",
                hint=f"A filter is `field` or `field__operator`; the operators are {', '.join(_OPERATORS)}.",
            )
    return {**plain(dict(filters or {})), **omit_none(fields=fields, sort=sort), "limit": check_page_size(page_size)}
