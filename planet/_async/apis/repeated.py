"""What a retried request has done: its first attempt may have succeeded although the answer was lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from ...exceptions import APIError, PlanetError

__all__ = ["after_retry"]


T = TypeVar("T")


async def after_retry(error: APIError, get: Callable[[], Any], is_done: Callable[[T], bool]) -> T:
    """Return the object if an earlier attempt of a rejected request has changed it already.

    Args:
        error: the error of the last attempt.
        get: requests the object as it is now.
        is_done: whether the object is as the request was to make it.

    Raises:
        APIError: *error*, if the request was sent once only, or the object is not as requested.
    """
    if not error._retry.was_retried:
        raise error
    try:
        found: T = await get()
    except PlanetError:
        raise error from None
    if not is_done(found):
        raise error
    return found
