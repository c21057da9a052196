"""From what came over the wire to a value or one of our errors, here and nowhere else."""

import datetime
import email.utils
import json
import math
import ssl
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx

from .. import exceptions
from .._redact import redact, redact_url
from ..exceptions import APIError, CertificateError, InvalidAnswer, NetworkError, PlanetError

__all__ = ["MAX_ERROR_BODY", "error_from_httpx", "error_from_status", "never_sent", "parse_retry_after"]


MAX_ERROR_BODY = 64 * 1024
_MAX_TEXT = 2048

_STATUS_ERRORS: dict[int, type[APIError]] = {
    400: exceptions.BadQuery,
    401: exceptions.InvalidAPIKey,
    403: exceptions.NoPermission,
    404: exceptions.MissingResource,
    409: exceptions.Conflict,
    429: exceptions.TooManyRequests,
    500: exceptions.ServerError,
    502: exceptions.BadGateway,
}
_REQUEST_ID_HEADERS = (
    "x-request-id",
    "x-amzn-requestid",
    "x-amz-request-id",
    "x-goog-request-id",
    "x-cloud-trace-context",
)


def error_from_status(status: int, headers: Mapping[str, str], body: bytes, method: str, url: object) -> APIError:
    """The error that an answer with an error status stands for."""
    text = body.decode("utf-8", "replace")
    kind = _STATUS_ERRORS.get(status, APIError)
    if status == 429 and "quota" in text.lower():
        kind = exceptions.OverQuota
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        content = None
    message, fields = _explain(content)
    if not message and not fields:
        message = _plain(text, headers) or (kind.__doc__ or "").partition("\n")[0]
    return kind(
        _shown(message),
        method=method,
        url=redact_url(url),
        status_code=status,
        request_id=next((headers[name] for name in _REQUEST_ID_HEADERS if headers.get(name)), None),
        body=_shown(text),
        field_errors={_shown(path, 200): [_shown(entry, 500) for entry in texts[:5]] for path, texts in fields[:20]},
        retry_after=parse_retry_after(headers.get("retry-after")) if status in (429, 503) else None,
    )


def _shown(text: str, most: int = _MAX_TEXT) -> str:
    """A text of the service as it may be shown: cut first, so that nobody searches through a megabyte for secrets."""
    return redact(text[: 2 * most])[:most]


def _explain(content: Any) -> tuple[str, list[tuple[str, list[str]]]]:
    """What an error body says: a message, and messages by field. The APIs have half a dozen shapes for it."""
    if not isinstance(content, dict):
        return "", []
    messages = _messages(content.get("general"))
    fields = content.get("field")
    by_field = {str(path): _messages(entry) for path, entry in fields.items()} if isinstance(fields, dict) else {}
    if isinstance(content.get("errors"), list):  # Features: a list of {code, description}
        messages += _messages(content["errors"])
        if content.get("alternates_url"):
            messages.append("the service offers corrected shapes: see collections/alternates")
    inner = content.get("error")
    if isinstance(inner, dict):  # Subscriptions, Quota, Tasking
        messages += _messages([inner]) + _messages(inner.get("details"))
    for name in ("message", "description", "error_description", "detail"):
        if isinstance(content.get(name), str) and content[name]:
            messages.append(content[name])
    if isinstance(inner, str):
        messages.append(inner)
    return "; ".join(dict.fromkeys(messages)), [(path, texts) for path, texts in by_field.items() if texts]


def _messages(entries: Any) -> list[str]:
    texts = []
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict):
            entry = entry.get("message") or entry.get("reason") or entry.get("description")
        if isinstance(entry, str) and entry:
            texts.append(entry)
    return texts


def _plain(text: str, headers: Mapping[str, str]) -> str:
    """What to show of a body that is not JSON: text as it is, and of a page only that it is one."""
    start = text.lstrip()[:200].lower()
    if "html" in headers.get("content-type", "") or start.startswith(("<!doctype", "<html", "<?xml", "<")):
        return "The answer was a web page or XML, not the API's: a gateway or proxy between here and the service failed"
    return " ".join(text.split())[:_MAX_TEXT]


def parse_retry_after(value: str | None, now: float | None = None) -> float | None:
    """The seconds that a `Retry-After` header asks for: a number or an HTTP date. None if there is no sense in it.

    >>> parse_retry_after("7")
    7.0
    >>> parse_retry_after("Wed, 21 Oct 2015 07:28:00 GMT", now=1445412470.0)
    10.0
    """
    if value is None:
        return None
    try:
        seconds = float(value) if value.strip().isascii() else math.nan
    except ValueError:
        try:
            date = email.utils.parsedate_to_datetime(value)
            if date.tzinfo is None:  # an HTTP date is in GMT whatever it says
                date = date.replace(tzinfo=datetime.timezone.utc)
            seconds = date.timestamp() - (time.time() if now is None else now)
        except (ValueError, TypeError, OverflowError, IndexError):
            return None
        return max(seconds, 0.0)
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def error_from_httpx(error: Exception, method: str, url: object) -> PlanetError:
    """Our error for one of httpx's. Its text is ours: httpx's may hold an address with a token in it."""
    facts: dict[str, Any] = {"method": method, "url": redact_url(url)}
    host = _host(url) or str(facts["url"])
    if _certificate_refused(error):
        return CertificateError(f"The certificate of {host} was refused: {redact(str(error))}.", **facts)
    reason = redact(str(error)) or type(error).__name__
    if isinstance(error, httpx.ConnectTimeout):
        return NetworkError(f"{host} did not answer the connection in time.", **facts)
    if isinstance(error, httpx.ProxyError):
        return NetworkError(f"The proxy did not let the request to {host} through: {reason}.", **facts)
    if isinstance(error, httpx.TimeoutException):
        return NetworkError(f"{host} stopped answering: no byte came in time.", **facts)
    if isinstance(error, httpx.ConnectError):
        return NetworkError(f"{host} cannot be reached: {reason}.", **facts)
    if isinstance(error, httpx.DecodingError):
        return InvalidAnswer(f"The answer of {host} could not be decompressed.", **facts)
    if isinstance(error, (httpx.UnsupportedProtocol, httpx.InvalidURL, UnicodeError)):
        return exceptions.ClientError(f"This is no address that can be asked: {reason}.", **facts)
    return NetworkError(f"The connection to {host} broke: {reason}.", **facts)


def _host(url: object) -> str | None:
    try:
        return urlsplit(str(url)).hostname
    except ValueError:
        return None


def never_sent(error: Exception) -> bool:
    """Whether the failure came before any part of the request could have reached the service."""
    return isinstance(
        error,
        (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.ProxyError),
    )


def _certificate_refused(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY_FAILED" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False
