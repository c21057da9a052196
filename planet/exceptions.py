"""Every error of this package, in one tree.

    PlanetError
    ├─ APIError                    the service answered with an error status
    │  ├─ BadQuery 400  ├─ InvalidAPIKey 401  ├─ NoPermission 403  ├─ MissingResource 404  ├─ Conflict 409
    │  ├─ TooManyRequests 429  ├─ OverQuota 429 that speaks of quota
    │  └─ ServerError 500  ├─ BadGateway 502  └─ InvalidIdentity
    ├─ NetworkError                no answer, or not a whole one
    │  ├─ CertificateError         the server's certificate was refused; never retried
    │  └─ InvalidAnswer            an answer came that is not what the API promises
    ├─ OutcomeUnknown              a request that changes something may or may not have been carried out
    ├─ ClientError                 what was asked for cannot be done
    │  ├─ ArgumentError            an argument cannot be used; it is a ValueError, too
    │  ├─ ArgumentTypeError        an argument is of the wrong type; it is a TypeError, too
    │  ├─ PagingError  ├─ GeoJSONError  ├─ FeatureError
    │  ├─ SpecificationException  ├─ NoMatchException
    │  ├─ WaitTimeout              what was waited for has not happened yet; the wait can be taken up again
    │  └─ DownloadError            one or more files could not be brought home whole
    │     └─ ChecksumError         what is on disk is not what was promised
    ├─ FetchBundlesSpecError       the current catalogue of product bundles could not be had
    └─ AuthError
       ├─ planet.auth.APIKeyAuthException
       └─ planet.auth.ProfileError, ProfileNotFound

The text of an error says what happened, to what, and what to do next; its parts are attributes. Only problems of
the local disk stay what Python makes of them, `OSError`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .download_report import DownloadReport

__all__ = [
    "APIError",
    "ArgumentError",
    "ArgumentTypeError",
    "AuthError",
    "BadGateway",
    "BadQuery",
    "CertificateError",
    "ChecksumError",
    "ClientError",
    "Conflict",
    "DownloadError",
    "FeatureError",
    "FetchBundlesSpecError",
    "GeoJSONError",
    "InvalidAPIKey",
    "InvalidAnswer",
    "InvalidIdentity",
    "MissingResource",
    "NetworkError",
    "NoMatchException",
    "NoPermission",
    "OutcomeUnknown",
    "OverQuota",
    "PagingError",
    "PlanetError",
    "ServerError",
    "SpecificationException",
    "TooManyRequests",
    "WaitTimeout",
]


@dataclass
class _RetryFacts:
    """What the retry logic knows of a failure. It is for this package only: `planet._http.retry` decides with it.

    Attributes:
        retries_exhausted: no further attempt is to be made: `Attempt` has already decided so.
        not_sent: the failure came before any part of the request could have reached the service.
        was_retried: the same request had been sent before, and may have been carried out then.
        is_link_error: a signed link was refused, not this account.
    """

    retries_exhausted: bool = False
    not_sent: bool = False
    was_retried: bool = False
    is_link_error: bool = False


class PlanetError(Exception):
    """The root of every error that this package raises.

    Attributes:
        message: what happened, in one sentence or two; for an error answer, what the service said.
        hint: what to do next, or None.
        method: the HTTP method, or None where no request was involved.
        url: the address of the request, without its query string, which may hold a token.
        status_code: the HTTP status of the answer, or None.
        request_id: the service's own name for the request, for a support ticket, or None.
        body: the text of the answer, cut to 2 KB, or None.
        field_errors: for an answer that names fields, {dotted path: [messages]}.
        retry_after: how many seconds the service asked to wait, or None.
    """

    hint: str | None = None

    def __init__(
        self,
        message: str = "",
        *,
        hint: str | None = None,
        method: str | None = None,
        url: str | None = None,
        status_code: int | None = None,
        request_id: str | None = None,
        body: str | None = None,
        field_errors: Mapping[str, Sequence[str]] | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint or self.hint
        self.method = method
        self.url = url
        self.status_code = status_code
        self.request_id = request_id
        self.body = body
        self.field_errors = {path: list(texts) for path, texts in (field_errors or {}).items()}
        self.retry_after = retry_after
        self._retry = _RetryFacts()

    @property
    def is_transient(self) -> bool:
        """Whether the same request may well succeed a little later, such as after a broken connection or a 503."""
        return False

    def __str__(self) -> str:
        parts = [self.message or (type(self).__doc__ or type(self).__name__).partition("\n")[0]]
        parts += [f"{path}: {'; '.join(texts)}" for path, texts in self.field_errors.items()]
        where = " ".join(filter(None, [self.method, self.url]))
        facts = [_status_text(self.status_code), where, self.request_id and f"request id {self.request_id}"]
        if any(facts):
            parts[-1] = f"{parts[-1].rstrip('. ')} ({', '.join(filter(None, facts))})"
        text = "; ".join([*(part.rstrip(".; ") for part in parts[:-1]), parts[-1]])
        return f"{text.rstrip('. ')}. {self.hint}" if self.hint else text


def _status_text(status: int | None) -> str | None:
    if status is None:
        return None
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


_TRANSIENT_STATUS = frozenset({408, 429, 500, 502, 503, 504})


class APIError(PlanetError):
    """The service answered with an error."""

    @property
    def is_transient(self) -> bool:
        return self.status_code in _TRANSIENT_STATUS


class BadQuery(APIError):
    """The service could not make sense of the request (400).

    Attributes:
        alternatives: for a shape that the Features API did not take, the simpler ones that it suggests.
    """

    alternatives: Sequence[Any] = ()

    hint = "Correct the request as the message says, and send it again."


class InvalidAPIKey(APIError):
    """The service did not accept the credentials (401)."""

    hint = "Check the API key: PL_API_KEY, the key file ~/.planet.json, or what was passed as auth=."


class NoPermission(APIError):
    """This account may not do that (403)."""

    hint = "Ask the administrator of your Planet account for access."


class MissingResource(APIError):
    """There is no such thing, or this account cannot see it (404)."""

    hint = "Check the id, and that it belongs to this account."


class Conflict(APIError):
    """The thing is not in a state in which that can be done (409)."""

    hint = "Look at its state; it may have been done already."


class TooManyRequests(APIError):
    """The service asks for fewer requests (429)."""

    hint = "Wait a while and try again; other programs may be using the same account."


class OverQuota(APIError):
    """The account's quota is used up (429)."""

    hint = "Waiting does not help: look at the quota of your account, or ask its administrator."

    @property
    def is_transient(self) -> bool:
        return False


class ServerError(APIError):
    """The service failed (500)."""

    hint = "Try again later; if it stays so, send the request id to Planet's support."


class BadGateway(APIError):
    """The service could not be reached behind its gateway (502)."""

    hint = "Try again later."


class InvalidIdentity(APIError):
    """The service does not know who is asking."""


class NetworkError(PlanetError):
    """No answer came, or not a whole one."""

    hint = "Check the connection, the proxy and the base URL, and try again."

    @property
    def is_transient(self) -> bool:
        return True


class CertificateError(NetworkError):
    """The server's certificate was refused."""

    hint = "Behind a company proxy, name its certificate: Session(verify='/path/to/ca.pem') or SSL_CERT_FILE."

    @property
    def is_transient(self) -> bool:
        return False


class InvalidAnswer(NetworkError):
    """An answer came that is not what the API promises."""

    hint = "Try again later; if it stays so, something between here and the service may be rewriting its answers."


class OutcomeUnknown(PlanetError):
    """The outcome is unknown: the request may or may not have been carried out."""

    hint = "Look before you send it again: list what there is, and compare."


class ClientError(PlanetError):
    """What was asked for cannot be done."""


class ArgumentError(ClientError, ValueError):
    """An argument has a value that cannot be used."""


class ArgumentTypeError(ClientError, TypeError):
    """An argument is of a type that cannot be used."""


class PagingError(ClientError):
    """The pages of a listing make no sense."""


class GeoJSONError(ClientError, ValueError):
    """A geometry is not valid."""


class FeatureError(ClientError, ValueError):
    """A reference to a feature is not valid."""


class NoMatchException(ClientError, ValueError):
    """A value matches none of those that are known."""


class SpecificationException(ClientError, ValueError):
    """A value is not one that Planet's catalogue of products knows.

    Attributes:
        value: what was given.
        supported: what would have been valid.
        field_name: which field it was given for.
        opts: the valid values as text: `'a', 'b'`.
    """

    def __init__(
        self, value: Any = "", supported: Sequence[Any] = (), field_name: str = "", *, hint: str | None = None
    ) -> None:
        self.value = value
        self.supported = supported
        self.field_name = field_name
        self.opts = ", ".join(f"'{entry}'" for entry in supported)
        super().__init__(f"{field_name} - '{value}' is not one of {self.opts}.", hint=hint)
        self.args = (value, supported, field_name)


class FetchBundlesSpecError(PlanetError):
    """The current catalogue of product bundles could not be fetched."""


class WaitTimeout(ClientError):
    """What was waited for has not happened yet.

    Attributes:
        id: what was waited for: the id of the order.
        state: the last state seen.
    """

    def __init__(self, message: str = "", *, id: str = "", state: str = "", hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.id = id
        self.state = state


class DownloadError(ClientError):
    """One or more files could not be brought home whole.

    Attributes:
        failures: {path: the error}, where it was a batch; every other file of the batch is complete.
        report: the `planet.download_report.DownloadReport` of the batch: what became of every file of it. It is empty
            where nothing came so far.
    """

    def __init__(
        self,
        message: str = "",
        *,
        failures: Mapping[Any, BaseException] | None = None,
        report: "DownloadReport | None" = None,
        **facts: Any,
    ) -> None:
        super().__init__(message, **facts)
        self.failures = dict(failures or {})
        self._report = report

    @property
    def report(self) -> "DownloadReport":
        if self._report is None:
            from .download_report import DownloadReport

            self._report = DownloadReport([], [])
        return self._report

    @report.setter
    def report(self, report: "DownloadReport") -> None:
        self._report = report


class ChecksumError(DownloadError):
    """What is on disk is not what was promised."""


class AuthError(PlanetError):
    """There are no usable credentials."""
