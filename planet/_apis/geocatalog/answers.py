"""Read answers of a catalogue that have to be of a certain form."""

from collections.abc import Mapping
from typing import Any

from ..._models.geocatalog.tiles import SasToken
from ..._utils.bbox import box_of
from ...exceptions import ClientError, InvalidAnswer

__all__ = ["bounds_in", "check_image", "list_in", "object_in", "sas_token_in"]


def object_in(document: Any) -> dict[str, Any]:
    """The object that an answer is.

    Raises:
        InvalidAnswer: it is something else.
    """
    if not isinstance(document, dict):
        raise InvalidAnswer(f"The answer is invalid: it must be an object, not {type(document).__name__}.")
    return document


def list_in(document: Mapping[str, Any], name: str) -> list[Any]:
    """The list with a name in an answer.

    Raises:
        InvalidAnswer: it is something else.
    """
    found = document.get(name)
    if not isinstance(found, list):
        raise InvalidAnswer(f"The answer is invalid: it has no list {name!r}.")
    return list(found)


def bounds_in(document: Mapping[str, Any]) -> list[float]:
    """The bounds in an answer.

    Raises:
        InvalidAnswer: they are not four numbers.
    """
    found = box_of(document.get("bounds"))
    if found is None:
        raise InvalidAnswer("The answer is invalid: it has no bounds.")
    return found


def sas_token_in(document: Mapping[str, Any]) -> SasToken:
    """The signature in an answer.

    Raises:
        InvalidAnswer: it has none.
    """
    if not isinstance(document.get("token"), str) or not document["token"]:
        raise InvalidAnswer("The answer is invalid: it has no token.")
    return SasToken(document)


def check_image(status: int, media_type: str, start: bytes) -> None:
    """Check that an answer may be an image, or another drawing.

    Raises:
        InvalidAnswer: it is a web page or JSON.
        ClientError: it is empty, where a file was to be written.
    """
    text = start.lstrip()[:9].lower()
    is_json = media_type == "application/json" and (text[:1] in (b"{", b"[") or not text)
    if media_type == "text/html" or is_json or text.startswith((b"<!doctype", b"<html")):
        raise InvalidAnswer(f"The answer is invalid: it is {media_type or 'a web page'}, not an image.")
    if status == 204:
        raise ClientError("There is no data at this place.", hint="Check the place, and the assets.")
