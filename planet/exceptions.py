"""Every error of this package, in one tree.

    PlanetError
    ├─ APIError                    the service answered with an error status
    │  ├─ BadQuery 400  ├─ InvalidAPIKey 401  ├─ NoPermission 403  ├─ MissingResource 404  ├─ Conflict 409
    │  ├─ TooManyRequests 429  ├─ OverQuota 429 whose message names the quota
    │  └─ ServerError 500  ├─ BadGateway 502  └─ InvalidIdentity
    ├─ NetworkError                no answer, or an incomplete one
    │  ├─ CertificateError         the server's certificate was refused; never retried
    │  └─ InvalidAnswer            an answer that is not valid: not JSON, of the wrong shape, too long
    ├─ OutcomeUnknown              a request that is not idempotent may or may not have been carried out
    ├─ ClientError                 a call that cannot be carried out
    │  ├─ ArgumentError            an argument has an invalid value; also a ValueError
    │  ├─ ArgumentTypeError        an argument has the wrong type; also a TypeError
    │  ├─ PagingError  ├─ GeoJSONError  ├─ FeatureError
    │  ├─ SpecificationException  ├─ NoMatchException
    │  ├─ OperationFailed          an operation of a GeoCatalog failed
    │  ├─ BulkError                scenes of a bulk order were not delivered
    │  ├─ BulkJournalBusy          another program works on the bulk order
    │  ├─ ExecutorError            the workers of a bulk order are lost, or cannot be reached
    │  ├─ OtherAccount             the bulk order was started with another account
    │  ├─ StorageError             a bucket cannot be read or written
    │  ├─ WaitTimeout              a wait timed out; waiting again continues it
    │  └─ DownloadError            one or more files could not be downloaded completely
    │     └─ ChecksumError         a file differs from its manifest or checksum
    ├─ FetchBundlesSpecError       the catalogue of product bundles could not be fetched
    └─ AuthError
       ├─ planet.auth.APIKeyAuthException
       └─ planet.auth.ProfileError, ProfileNotFound

The text of an error says what failed, why, and what to do next; its parts are attributes. Problems of the local disk
are not translated: they are `OSError`. A `NetworkError` is also an instance of the error of httpx that caused it, such
as `httpx.ConnectError`.
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
    "BulkError",
    "BulkJournalBusy",
    "CertificateError",
    "ChecksumError",
    "ClientError",
    "Conflict",
    "DownloadError",
    "ExecutorError",
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
    "OperationFailed",
    "OtherAccount",
    "OutcomeUnknown",
    "OverQuota",
    "PagingError",
    "PlanetError",
    "ServerError",
    "SpecificationException",
    "StorageError",
    "TooManyRequests",
    "WaitTimeout",
]


@dataclass
class _RetryFacts:
    """What the retry logic knows about an error. Only this package uses it: `planet._http.retry` decides with it.

    Attributes:
        retries_exhausted: `Attempt` has decided that no further attempt is made.
        not_sent: the request failed before any part of it could have reached the service.
        was_retried: the same request had been sent before, and may have been carried out then.
        is_link_error: a signed link was refused, not this account.
        is_permanent: sending the same request again would fail in the same way.
        free_pause: the service has refused it (429) while its rate is being learned. It is sent again after so many
            seconds, which counts as no retry; None: it counts.
    """

    retries_exhausted: bool = False
    not_sent: bool = False
    was_retried: bool = False
    is_link_error: bool = False
    is_permanent: bool = False
    free_pause: float | None = None


class PlanetError(Exception):
    """The base class of all errors of this package.

    Attributes:
        message: what failed, and why; for an error answer, the message of the service.
        hint: what to do next, or None.
        method: the HTTP method, or None where no request was involved.
        url: the address of the request, without its query string, which may hold a token.
        status_code: the HTTP status of the answer, or None.
        request_id: the service's id of the request, for a support ticket, or None.
        body: the text of an error answer, such as its JSON, without secrets; at most 64 KB. None where there is none.
        field_errors: for an answer that names fields, {dotted path: [messages]}.
        retry_after: how many seconds the service asked to wait, or None.
        code: the service's own code of the error, such as `ResourceNotFound`, or None.
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
        code: str | None = None,
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
        self.code = code
        self._retry = _RetryFacts()

    @property
    def is_transient(self) -> bool:
        """Whether the same request may succeed a little later, such as after a broken connection or a 503."""
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
        return self.status_code in _TRANSIENT_STATUS and not self._retry.is_permanent


class BadQuery(APIError):
    """The service rejected the request as invalid (400).

    Attributes:
        alternatives: for a geometry that the Features API rejects, the simpler ones that it suggests.
    """

    alternatives: Sequence[Any] = ()

    hint = "Correct the request as the message says, and send it again."


class InvalidAPIKey(APIError):
    """The service did not accept the credentials (401)."""

    hint = "Check the API key: PL_API_KEY, the key file ~/.planet.json, or what was passed as auth=."


class NoPermission(APIError):
    """This account is not allowed to do that (403)."""

    hint = "Ask the administrator of your Planet account for access."


class MissingResource(APIError):
    """The resource does not exist, or this account has no access to it (404)."""

    hint = "Check the id, and that it belongs to this account."


class Conflict(APIError):
    """The state of the resource does not allow the operation (409)."""

    hint = "Check its state: the operation may have been carried out already."


class TooManyRequests(APIError):
    """The service asks for fewer requests (429)."""

    hint = "Wait a while and try again; other programs may be using the same account."


class OverQuota(APIError):
    """The account's quota is used up (429)."""

    hint = "Waiting does not help: check the quota of your account, or ask its administrator."

    @property
    def is_transient(self) -> bool:
        return False


class ServerError(APIError):
    """The service failed (500)."""

    hint = "Try again later. If the error persists, send the request id to Planet's support."


class BadGateway(APIError):
    """The service could not be reached behind its gateway (502)."""

    hint = "Try again later."


class InvalidIdentity(APIError):
    """The service does not know this user."""


class NetworkError(PlanetError):
    """No answer came, or an incomplete one."""

    hint = "Check the connection, the proxy and the base URL, and try again."

    @property
    def is_transient(self) -> bool:
        return not self._retry.is_permanent


class CertificateError(NetworkError):
    """The server's certificate was refused."""

    hint = "Behind a company proxy, name its certificate: Session(verify='/path/to/ca.pem') or SSL_CERT_FILE."

    @property
    def is_transient(self) -> bool:
        return False


class InvalidAnswer(NetworkError):
    """An answer is not valid: not JSON, of the wrong shape, or too long."""

    hint = "Try again later. If the error persists, a proxy may be changing the answers of the service."


class OutcomeUnknown(PlanetError):
    """The outcome is unknown: the request may or may not have been carried out."""

    hint = "Before you send it again, list what exists, and compare."


class ClientError(PlanetError):
    """A call cannot be carried out."""


class ArgumentError(ClientError, ValueError):
    """An argument has an invalid value."""


class ArgumentTypeError(ClientError, TypeError):
    """An argument has the wrong type."""


class PagingError(ClientError):
    """The pages of a listing are invalid."""


class GeoJSONError(ClientError, ValueError):
    """A geometry is not valid."""


class FeatureError(ClientError, ValueError):
    """A reference to a feature is not valid."""


class NoMatchException(ClientError, ValueError):
    """A value is not one of those that are known."""


class SpecificationException(ClientError, ValueError):
    """A value is not in Planet's catalogue of products.

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
    """A wait timed out.

    Attributes:
        id: what was waited for: the id of the order.
        state: the last state seen.
    """

    def __init__(self, message: str = "", *, id: str = "", state: str = "", hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.id = id
        self.state = state


class OperationFailed(ClientError):
    """An operation of a GeoCatalog failed, or was cancelled.

    Attributes:
        operation: the `planet.geocatalog.Operation`, with its history.
    """

    def __init__(self, message: str = "", *, operation: Any = None, **facts: Any) -> None:
        super().__init__(message, **facts)
        self.operation = operation


class DownloadError(ClientError):
    """One or more files could not be downloaded completely.

    Attributes:
        failures: {path: the error}, for a batch; all other files of the batch are complete.
        report: the `planet.download_report.DownloadReport` of the batch, with the outcome of every file. It is empty
            where the batch failed before its first file.
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
    """A file differs from its manifest or checksum."""


class BulkError(ClientError):
    """Some scenes of a bulk order were not delivered.

    Attributes:
        report: the `planet.bulk.BulkReport`.
    """

    def __init__(self, message: str = "", *, report: Any = None, **facts: Any) -> None:
        super().__init__(message, **facts)
        self.report = report


class BulkJournalBusy(ClientError):
    """Another program is working on the bulk order."""


class OtherAccount(ClientError):
    """A bulk order was planned with another account, whose orders this one does not see."""


class ExecutorError(ClientError):
    """The workers that download the files of a bulk order are lost, or cannot be reached."""


class StorageError(ClientError):
    """A bucket of a cloud storage cannot be read or written: its credentials, its address, or the storage itself."""


class AuthError(PlanetError):
    """There are no usable credentials."""
