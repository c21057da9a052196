"""Operations of a GeoCatalog: which one an answer names, and the error of one that failed."""

import re
from collections.abc import Mapping
from typing import Any

from ..._models.geocatalog.ingestion import Operation
from ..._redact import brief, printable, redact
from ...exceptions import ArgumentTypeError, InvalidAnswer, OperationFailed

__all__ = ["check_succeeded", "operation_id_of", "operation_in"]


_HINTS = {
    "ItemAlreadyExistsInCollection": "replace_item() replaces it. It may have been added by an earlier call.",
    "NoRecordsToDelete": "The item does not exist. It may have been deleted by an earlier call.",
    "IngestionResourceForbidden": "The catalogue may not read the files: check its ingestion source and its expiry.",
    "IngestionAuthenticationFailed": "The catalogue may not read the files: check its ingestion source.",
    "IngestionResourceUriNotFound": "A file does not exist: check the addresses of the assets.",
    "InvalidAssetHref": "The addresses of assets must be absolute.",
    "PublicAccessRestricted": "Create an ingestion source for the container: create_source().",
    "CollectionDoesNotExist": "Create the collection first: create_collection().",
}
_USUAL = "The operation, with its history, is in the attribute operation of this error."


def operation_id_of(operation: Any) -> str:
    """The id of an operation, or of what names one.

    Raises:
        ArgumentTypeError: it is neither an operation nor text.
    """
    found = operation.get("id") if isinstance(operation, Mapping) and "status" in operation else operation
    if not isinstance(found, str) or not found:
        raise ArgumentTypeError(f"operation must be an Operation or its id, got {brief(operation)}.")
    return found


def operation_in(document: Any, headers: Mapping[str, str]) -> Operation:
    """The operation that an answer 202 names: in its body or, by its id, in a header.

    The address in the header is not used: another host, or a missing version, would break it.

    Raises:
        InvalidAnswer: it names none.
    """
    if isinstance(document, Mapping) and document.get("status") and isinstance(document.get("id"), str):
        return Operation(document)
    for name in ("operation-location", "location"):
        if match := re.search(r"/operations/([^/?#]+)/?(?:[?#]|$)", headers.get(name, "")):
            return Operation(id=match[1], status="Pending")
    raise InvalidAnswer("The answer is invalid: it names no operation.")


def check_succeeded(operation: Operation) -> Operation:
    """Return an operation that has ended well.

    Raises:
        OperationFailed: it has failed, or was cancelled.
    """
    if operation.succeeded:
        return operation
    code = None if operation.error_code is None else _plain(operation.error_code)
    mark = f" [{code}]" if code else ""
    kind = f" ({_plain(operation.type)})" if operation.type else ""
    place = f" of collection {_plain(operation.collection_id)}" if operation.collection_id else ""
    end = "was cancelled" if operation.status == "Canceled" else "failed"
    reason = _plain(operation.error_message or "the catalogue does not say why")
    counts = f"; {operation.failed_items} of {operation.total_items} items failed" if operation.failed_items else ""
    raise OperationFailed(
        f"The operation {_plain(operation.id)}{kind}{place} {end}: {reason.rstrip('.')}{mark}{counts}.",
        operation=operation,
        code=code,
        hint=_HINTS.get(code or "", _USUAL),
    )


def _plain(text: object) -> str:
    """A text of the service without secrets and control characters, and not too long."""
    return printable(redact(str(text)))[:500]
