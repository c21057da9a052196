"""Check what an answer is about: whether it names the object that was requested, and whether that has changed."""

import uuid
from collections.abc import Mapping
from typing import Any, TypeVar

from .._redact import brief
from .._utils.times import str_to_datetime
from ..exceptions import InvalidAnswer, PlanetError

__all__ = ["about", "contains"]


D = TypeVar("D", bound=Mapping[str, Any])


def about(kind: str, document: D, requested: Any, key: str = "id", *, allow_prefix: bool = False) -> D:
    """Return an answer if it is about the object that was requested.

    Args:
        kind: what was requested, such as "search", for messages.
        document: the answer.
        requested: the id, name or type of the object.
        key: the key of the answer that has it.
        allow_prefix: whether the answer may have a prefix before the id, as features have that of their collection.

    Raises:
        InvalidAnswer: the answer is about another object, or does not say which one it is about.
    """
    found = document.get(key)
    if found is None or isinstance(found, (Mapping, list)):
        raise InvalidAnswer(f"The answer is not about {kind} {requested}: it has no {key}.", hint=_HINT)
    if not _is_same(str(found), str(requested), allow_prefix):
        raise InvalidAnswer(
            f"The answer is about another {kind}: its {key} is {brief(found)}, requested was {brief(requested)}.",
            hint=_HINT,
        )
    return document


_HINT = "Try again. If it happens again, check the proxies and caches between this computer and the service."


def _is_same(found: str, requested: str, allow_prefix: bool) -> bool:
    found, requested = found.casefold(), requested.casefold().partition("#")[0]
    if found.partition("#")[0] == requested or (allow_prefix and found.endswith(f"-{requested}")):
        return True
    try:
        return uuid.UUID(found) == uuid.UUID(requested)  # with or without hyphens
    except ValueError:
        return False


def contains(document: Any, part: Any) -> bool:
    """Whether a document has every value that a request has set; times may be written in another way.

    >>> contains({"name": "a", "end": "2030-01-01T00:00:00Z"}, {"end": "2030-01-01T00:00:00+00:00"})
    True
    """
    if isinstance(part, Mapping):
        return isinstance(document, Mapping) and all(
            name in document and contains(document[name], value) for name, value in part.items()
        )
    if isinstance(part, (list, tuple)):
        return (
            isinstance(document, (list, tuple))
            and len(document) == len(part)
            and all(contains(*pair) for pair in zip(document, part, strict=True))
        )
    if document != part and isinstance(document, str) and isinstance(part, str):
        try:
            return str_to_datetime(document) == str_to_datetime(part)
        except PlanetError:
            return False
    return bool(document == part)
