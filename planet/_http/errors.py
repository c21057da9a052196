"""Make the errors of this package from error answers and from the errors of httpx."""

import datetime
import email.utils
import json
import math
import re
import ssl
import time
from collections.abc import Mapping
from typing import Any, cast
from urllib.parse import urlsplit

import httpx

from .. import exceptions
from .._redact import printable, redact, redact_url
from ..exceptions import APIError, CertificateError, InvalidAnswer, NetworkError, PlanetError
from .decoding import UnsupportedEncoding
from .service import PLANET, Service

__all__ = [
    "MAX_ERROR_BODY",
    "error_from_httpx",
    "error_from_status",
    "never_sent",
    "parse_retry_after",
    "public_type",
]


MAX_ERROR_BODY = 64 * 1024
_MAX_TEXT = 2048

# The error of an object store: its code, and the first line of its message.
_XML_ERROR = r"<Error>\s*<Code>([^<]+)</Code>\s*<Message>([^<\n]*)"
# The error of an object store: its code, and the first line of its message.
_XML_ERROR = r"<Error>\s*<Code>([^<]+)</Code>\s*<Message>([^<\n]*)"
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
    "x-ms-request-id",
    "x-amzn-requestid",
    "x-amz-request-id",
    "x-goog-request-id",
    "x-cloud-trace-context",
)


def error_from_status(
    status: int, headers: Mapping[str, str], body: bytes, method: str, url: object, service: Service = PLANET
) -> APIError:
    """The error for an answer of a service with an error status."""
    text = body.decode("utf-8", "replace")
    kind = _STATUS_ERRORS.get(status, APIError)
    if status == 429 and service.has_quota and "quota" in text.lower() and "retry-after" not in headers:
        kind = exceptions.OverQuota
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        content = None
    message, fields = _explain(content)
    if not message and (said := re.search(_XML_ERROR, text)):
        content, message = {"code": said[1]}, f"{said[2].strip()} [{said[1]}]"
    if not message and not fields:
        message = _plain(text, headers) or (kind.__doc__ or "").partition("\n")[0]
    return kind(
        _shown(message),
        hint=service.hint(status, method, urlsplit(str(url)).path),
        method=method,
        url=redact_url(url),
        status_code=status,
        request_id=next((headers[name] for name in _REQUEST_ID_HEADERS if headers.get(name)), None),
        body=redact(text),
        field_errors={_shown(path, 200): [_shown(entry, 500) for entry in texts[:5]] for path, texts in fields[:20]},
        retry_after=parse_retry_after(headers.get("retry-after")) if status in (429, 503) else None,
        code=_code(content),
    )


def _code(content: Any) -> str | None:
    """The service's own code of the error, such as `ResourceNotFound`; None if the body has none."""
    inner = content.get("error") if isinstance(content, dict) else None
    for place in (inner, content):
        code = place.get("code") if isinstance(place, dict) else None
        if isinstance(code, str) and code:
            return _shown(code, 100)
    return None


def _shown(text: str, most: int = _MAX_TEXT) -> str:
    """A text of the service, short, without secrets and without control characters."""
    return printable(redact(text[: 2 * most])[:most], keep_lines=True)


def _explain(content: Any) -> tuple[str, list[tuple[str, list[str]]]]:
    """The message of an error body, and its messages by field. The APIs use half a dozen shapes for them."""
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
    for path, texts in _field_details(content.get("detail")):
        by_field.setdefault(path, []).extend(texts)
    return "; ".join(dict.fromkeys(messages)), [(path, texts) for path, texts in by_field.items() if texts]


def _field_details(detail: Any) -> list[tuple[str, list[str]]]:
    """The messages of FastAPI by field: `detail` is a list of {loc, msg}."""
    found = []
    for entry in detail if isinstance(detail, list) else []:
        if isinstance(entry, dict) and isinstance(entry.get("msg"), str):
            place = entry.get("loc")
            path = ".".join(map(str, place)) if isinstance(place, list) else ""
            found.append((path or "request", [entry["msg"]]))
    return found


def _messages(entries: Any) -> list[str]:
    texts = []
    for entry in entries if isinstance(entries, list) else []:
        if isinstance(entry, dict):
            entry = entry.get("message") or entry.get("reason") or entry.get("description")
        if isinstance(entry, str) and entry:
            texts.append(entry)
    return texts


def _plain(text: str, headers: Mapping[str, str]) -> str:
    """A message for a body that is not JSON: the text, or for a web page that it is one."""
    start = text.lstrip()[:200].lower()
    if "html" in headers.get("content-type", "") or start.startswith(("<!doctype", "<html", "<?xml", "<")):
        return "The answer is a web page or XML, not JSON: it comes from a gateway or proxy in front of the service"
    return " ".join(text.split())[:_MAX_TEXT]


def parse_retry_after(value: str | None, now: float | None = None) -> float | None:
    """The seconds that a `Retry-After` header asks for, as a number or an HTTP date; None if it is not valid.

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
            if date.tzinfo is None:  # an HTTP date is in GMT, also where it does not say so
                date = date.replace(tzinfo=datetime.timezone.utc)
            seconds = date.timestamp() - (time.time() if now is None else now)
        except (ValueError, TypeError, OverflowError, IndexError):
            return None
        return max(seconds, 0.0)
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def error_from_httpx(error: Exception, method: str, url: object) -> PlanetError:
    """Our error for one of httpx's. It is an instance of both classes, so that `except httpx.ConnectError` catches it.

    Nothing of httpx's error is kept but its text, redacted: the request that it holds has the key.
    """
    facts: dict[str, Any] = {"method": method, "url": redact_url(url)}
    host = _host(url) or str(facts["url"])
    reason = redact(str(error)).rstrip(".") or type(error).__name__
    if isinstance(error, (httpx.UnsupportedProtocol, httpx.InvalidURL, UnicodeError)):
        return exceptions.ClientError(f"The request cannot be sent: the URL is not valid: {reason}.", **facts)
    kind: type[NetworkError] = NetworkError
    is_permanent = False
    if _certificate_refused(error):
        kind, text = CertificateError, f"The certificate of {host} was refused: {reason}."
    elif isinstance(error, httpx.ConnectTimeout):
        text = f"{host} cannot be reached: the connection timed out."
    elif isinstance(error, httpx.ProxyError):
        text = f"The proxy refused the request to {host}: {reason}."
        is_permanent = reason.startswith("4")  # such as 407 Proxy Authentication Required
        if reason.startswith("407"):
            facts["hint"] = "Put the name and password for the proxy into its URL: http://name:password@proxy:8080."
    elif isinstance(error, httpx.TimeoutException):
        text = f"{host} did not answer in time: {reason}."
    elif isinstance(error, httpx.ConnectError):
        text = f"{host} cannot be reached: {reason}."
    elif isinstance(error, httpx.DecodingError):
        kind, text = InvalidAnswer, f"The answer of {host} cannot be decompressed: {reason}."
        is_permanent = isinstance(error, UnsupportedEncoding)
    else:
        text = f"The connection to {host} failed: {reason}."
    made = _class_of_both(kind, type(error))(text, **facts)
    made._retry.is_permanent = is_permanent
    return made


_classes: dict[tuple[type, type], type[NetworkError]] = {}


def _class_of_both(kind: type[NetworkError], other: type[Exception]) -> type[NetworkError]:
    """A class that is one of our errors and one of httpx's. It looks like ours."""
    other = next((base for base in other.__mro__ if getattr(httpx, base.__name__, None) is base), other)
    if not issubclass(other, httpx.RequestError):
        return kind
    found = _classes.get((kind, other))
    if found is None:
        names = {"__module__": kind.__module__, "__qualname__": kind.__qualname__, "__doc__": kind.__doc__}
        made = type(kind.__name__, (kind, other), {**names, "__reduce__": _reduce})
        found = _classes.setdefault((kind, other), cast("type[NetworkError]", made))  # atomic
    return found


def _reduce(error: NetworkError) -> tuple[Any, ...]:
    kind, other = type(error).__bases__
    return _rebuild, (kind, other.__name__, *error.args), error.__dict__


def _rebuild(kind: type[NetworkError], name: str, *args: Any) -> NetworkError:
    return _class_of_both(kind, getattr(httpx, name))(*args)


def public_type(error: PlanetError) -> type[BaseException]:
    """The class of an error by which users know it."""
    kind = type(error)
    return kind.__bases__[0] if kind.__reduce__ is _reduce else kind


def _host(url: object) -> str | None:
    try:
        return urlsplit(str(url)).hostname
    except ValueError:
        return None


def never_sent(error: Exception) -> bool:
    """Whether the request failed before any part of it could have reached the service."""
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
