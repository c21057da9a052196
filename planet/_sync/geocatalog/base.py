# Generated from planet/_async/geocatalog/base.py by tools/unasync.py. Edit that file and run the tool again.

"""The base class of the clients of a catalogue."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, ClassVar

from ..._apis.geocatalog.answers import check_image, object_in
from ..._apis.geocatalog.operations import operation_in
from ..._models.geocatalog.ingestion import Operation
from ..._models.geocatalog.picture import Picture
from ..._utils.arguments import check_int, omit_none
from ...exceptions import ArgumentTypeError, MissingResource
from ..apis.base import _BaseAPI

__all__ = ["MERGE_PATCH", "_CatalogAPI", "signing"]


_CANNOT_BE_DRAWN = (500,)
MERGE_PATCH = {"Content-Type": "application/merge-patch+json"}


class _CatalogAPI(_BaseAPI):
    """A client of one part of a catalogue."""

    _log: ClassVar[logging.Logger] = logging.getLogger("planet.geocatalog")

    def _json(
        self, method: str, url: str, json: Any = None, *, params: Mapping[str, Any] | None = None, **more: Any
    ) -> dict[str, Any]:
        """Send a request, and return the object that is its answer."""
        answer = self._session.request(method, url, json, params or None, response_type=dict, **more)
        document: dict[str, Any] = answer.json()
        return document

    def _json_list(
        self, method: str, url: str, json: Any = None, *, params: Mapping[str, Any] | None = None
    ) -> list[Any]:
        """Send a request, and return the list that is its answer."""
        answer = self._session.request(method, url, json, params or None, response_type=list)
        document: list[Any] = answer.json()
        return document

    def _no_content(self, method: str, url: str, json: Any = None, **more: Any) -> None:
        """Send a request whose answer has no body, or one that nobody needs.

        Raises:
            InvalidAnswer: it is a web page, such as that of a login.
        """
        answer = self._session.request(method, url, json, **more)
        if answer.content.strip():
            answer.json()

    def _delete(self, url: str, event: str) -> None:
        """Delete a resource and log *event*; one that a retried request finds deleted counts as success."""
        try:
            self._no_content("DELETE", url)
        except MissingResource as error:
            if not error._retry.was_retried:
                raise
        self._log.info("%s", event)

    def _begin(self, method: str, url: str, json: Any = None, **more: Any) -> Any:
        """Send a request that begins an operation: the operation or, of a STAC API that is done at once, the object."""
        answer = self._session.request(method, url, json, **more)
        document = object_in(answer.json()) if answer.content.strip() else None
        if answer.status_code == 202 or document is None:
            operation: Operation = operation_in(document, answer.headers)
            self._log.info("Operation %s (%s) was begun", operation.id, operation.type)
            return operation
        return document

    def _picture(
        self, method: str, url: str, params: Mapping[str, Any] | None = None, json: Any = None, **more: Any
    ) -> Picture:
        """Request an image. Drawing it twice does no harm; what cannot be drawn is a 500, which stays one."""
        answer = self._session.request(
            method, url, json, params or None, idempotent=True, not_retried=_CANNOT_BE_DRAWN, **more
        )
        media_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        if answer.content:
            check_image(answer.status_code, media_type, answer.content[:32])
        return Picture(answer.content, media_type)


def signing(sign: bool | None, duration: int | None) -> dict[str, Any]:
    """The parameters that ask for signed addresses in an answer.

    Raises:
        ArgumentTypeError: *sign* is not True, False or None, or *duration* is not a number of minutes.
    """
    if not isinstance(sign, bool | None):
        raise ArgumentTypeError(f"sign must be True, False or None, got {type(sign).__name__}.")
    if duration is not None:
        check_int("duration", duration)
    return omit_none(sign=None if sign is None else str(sign).lower(), duration=duration)
