# Generated from planet/_async/http/transport.py by tools/unasync.py. Edit that file and run the tool again.

"""`BaseSession` sends requests: with credentials, within the rate limits, through redirects, and with retries."""

from __future__ import annotations

import ssl
import weakref
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from time import monotonic
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeVar

from ..._http.call import Call
from ..._http.errors import public_type
from ..._http.events import RetryEvent, emit
from ..._http.limits import LimitInForce
from ..._http.redirects import MAX_REDIRECTS
from ..._http.response import MAX_BODY, Response
from ..._http.retry import Attempt, RetryPolicy
from ..._http.service import ELSEWHERE
from ..._http.settings import Settings
from ..._http.urls import origin
from ..._redact import guard_logs, redact_url
from ..._runtime._sync import (
    SESSION,
    TAKES_OTHER_VARIANT,
    Prefetch,
    Semaphore,
    pool_key,
    register_finalizer,
    run_blocking,
    sleep,
)
from ...exceptions import ArgumentTypeError, ClientError, PlanetError, TooManyRequests
from .exchange import drain, exchange, read_error
from .streams import StreamingResponse, read
from .throttle import Throttle, Turn

if TYPE_CHECKING:
    from .pool import Pool

__all__ = ["BaseSession"]


T = TypeVar("T")


class BaseSession:
    """Sends the requests of clients, pagers and downloads. `SyncSession` adds the clients of the APIs.

    Attributes:
        settings: its configuration.
        outcomes: the number of attempts that succeeded, and of those that failed by type of error.
        created: the ids of the orders that were created through it.
    """

    settings: Settings
    outcomes: Counter[Any]
    created: set[str]

    def _set_up(self, settings: Settings) -> None:
        guard_logs()
        self.settings = settings
        settings.auth.connect_with(settings)
        self._mutable = SimpleNamespace(retry=settings.retry)  # a session of the other variant may share it
        self.outcomes = Counter()
        self.created = set()
        self._throttle = Throttle(settings)
        self._origins = {origin(settings.base_url)}
        self._pools: dict[Hashable, Pool] = {}
        self._shared: dict[Hashable, Any] = {}
        self._prefetches: weakref.WeakSet[Prefetch[Any]] = weakref.WeakSet()
        self._closed = False
        register_finalizer(self, self._pools)

    @classmethod
    def from_session(cls, session: Any) -> BaseSession:
        """Return *session*. The blocking variant also takes an async session, for its settings.

        The two share the retry policy and the counts of `outcomes`, also those that are set later.

        Raises:
            ArgumentTypeError: it is not a session, or a blocking one where an async one is required.
        """
        if isinstance(session, BaseSession):
            return session
        if hasattr(session, "_mutable") and not TAKES_OTHER_VARIANT:
            raise ArgumentTypeError(
                f"session must be an async Session, got the blocking {type(session).__name__}.",
                hint="Pass a planet.Session, or use the blocking client, such as planet.Planet.",
            )
        if not hasattr(session, "_mutable"):
            raise ArgumentTypeError(
                f"session must be a Session, got {type(session).__name__}.",
                hint=f"Create one, such as {SESSION}(auth=Auth.from_key(...)). A key is passed as api_key=.",
            )
        made = cls.__new__(cls)
        made._set_up(session.settings)
        made._mutable, made.outcomes = session._mutable, session.outcomes
        return made

    @property
    def retry(self) -> RetryPolicy:
        """How failures are retried. It can be replaced, also while the session is in use."""
        policy: RetryPolicy = self._mutable.retry
        return policy

    @retry.setter
    def retry(self, policy: RetryPolicy) -> None:
        self._mutable.retry = policy

    @property
    def limits_in_force(self) -> list[LimitInForce]:
        """How fast the endpoints that this session has asked may be asked now, as learned from the service's answers.

        Example:
            ```python
            for limit in session.limits_in_force:
                print(limit)
            ```
        """
        return self._throttle.in_force()

    @property
    def base_url(self) -> str:
        """Where the services are, without a slash at the end."""
        return self.settings.base_url

    # -- which servers get the credentials -------------------------------------------------------------------

    def trust(self, url: str) -> None:
        """Send the credentials to the origin of *url*, too: the user has named it as the address of an API."""
        self._origins.add(origin(url))

    def trusts(self, url: str) -> bool:
        """Whether the credentials are sent to that address."""
        try:
            return origin(url) in self._origins
        except ClientError:
            return False

    # -- requests --------------------------------------------------------------------------------------------

    def request(
        self,
        method: str,
        url: str,
        json: Any = None,
        params: Mapping[str, Any] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        files: Mapping[str, tuple[Any, ...]] | None = None,
        response_type: Any = None,
        idempotent: bool | None = None,
        allow_cross_origin: bool = False,
        max_retries: int | None = None,
        timeout: float | None = None,
        not_retried: Iterable[int] = (),
    ) -> Response:
        """Send a request and read its answer.

        Args:
            method: the HTTP method.
            url: the address; credentials are sent only to the addresses of the API.
            json: a value to send as JSON.
            params: replaces the query of the address; None keeps that.
            headers: headers to send in addition to the usual ones, such as another `Content-Type` for *json*.
            files: the parts of a multipart form, in place of *json*: {name: (file name, content, media type)}.
            response_type: the type that the JSON of the answer must have, or a decoder for it.
            idempotent: whether sending the request twice has the same effect as sending it once; left out: as the HTTP
                method implies.
            allow_cross_origin: whether redirects may lead to another server, as signed links do. The credentials are
                not sent there.
            max_retries: how often it is sent again at most; left out: as the session has it.
            timeout: seconds for each step of an attempt, such as connecting or waiting for the next bytes; left out: as
                the session has it.
            not_retried: error statuses after which it is not sent again, such as a 500 that means bad input.

        Raises:
            APIError: the service answered with an error.
            NetworkError: no complete answer came.
            OutcomeUnknown: the request is not idempotent, and may or may not have been carried out.
        """
        call = Call(
            method.upper(),
            url,
            json,
            files,
            params,
            headers or {},
            allow_cross_origin=allow_cross_origin,
            timeout=timeout,
            not_retried=frozenset(not_retried),
        )
        policy = self.retry if max_retries is None else replace(self.retry, max_retries=max_retries)
        attempt = Attempt(policy, call.method, idempotent)
        while True:
            try:
                with self._open(call, self._pool(), attempt) as response:
                    content = read(response, MAX_BODY, self.settings.timeouts.body)
                    answer = Response(response.status_code, response.headers, content, call.method, str(response.url))
                if response_type is not None:
                    answer.parse(response_type)
            except PlanetError as error:
                pause = self._next_delay(attempt, call, error)
            else:
                self._on_success(attempt)
                return answer
            sleep(pause)

    @contextmanager
    def stream(
        self,
        method: str,
        url: str,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        *,
        idempotent: bool | None = None,
    ) -> Iterator[StreamingResponse]:
        """Send a request, and yield its answer while it comes in. Failures are retried until the body begins.

        The arguments are those of `request`.

        Example:
            ```python
            with session.stream("GET", location) as response:
                for chunk in response.iter_bytes():
                    ...
            ```
        """
        call = Call(method.upper(), url, json, None, params, allow_cross_origin=True)
        with self._stream(call, idempotent) as response:
            yield StreamingResponse(response, method)

    @contextmanager
    def download(self, url: str, headers: Mapping[str, str]) -> Iterator[Any]:
        """Request a file, and yield the answer; a 416 is not an error.

        The answer is a `FileResponse`, or one of httpx, which has the same attributes.
        """
        call = Call("GET", url, headers=headers, allow_cross_origin=True, is_file=True, accepted=frozenset({416}))
        with self._stream(call) as response:
            yield response

    def resolve(self, link: str) -> str | None:
        """The address at the storage that the signed link of a file leads to. It counts as a download of the file.

        That address needs no credentials and no turn, and is good for about a day. It is as secret as the link.

        Returns:
            The address; None: the link does not lead elsewhere, the service sends the file itself.

        Raises:
            APIError: the link is not valid, or has expired.

        Example:
            ```python
            address = session.resolve(location)
            ```
        """
        call = Call("GET", link, allow_cross_origin=True, is_file=True, stops_at_redirect=True)
        with self._stream(call) as response:
            if not response.has_redirect_location:
                return None
            drain(response)
            return call.redirected(str(response.url), response.status_code, response.headers["location"]).url

    def shared(self, key: Hashable, make: Callable[[], T]) -> T:
        """What all that use this session in one event loop or process share under a key; made when it is first used."""
        key = (pool_key(), key)
        return self._shared[key] if key in self._shared else self._shared.setdefault(key, make())  # type: ignore[no-any-return]  # what `make` made

    def prefetch(self, function: Callable[..., Any], *args: Any) -> Prefetch[Any]:
        """Start a call whose result will be needed soon. Closing the session cancels it."""
        prefetch = Prefetch[Any](function, *args)
        self._prefetches.add(prefetch)
        return prefetch

    # -- attempts --------------------------------------------------------------------------------------------

    @contextmanager
    def _stream(self, call: Call, idempotent: bool | None = None) -> Iterator[Any]:
        """Send a request, with retries, and yield the answer when its head has come."""
        attempt = Attempt(self.retry, call.method, idempotent)
        pool = self._pool()
        while True:
            with ExitStack() as stack:
                try:
                    response = stack.enter_context(self._open(call, pool, attempt))
                except PlanetError as error:
                    pause = self._next_delay(attempt, call, error)
                else:
                    self._on_success(attempt)
                    yield response
                    return
            sleep(pause)

    def _next_delay(self, attempt: Attempt, call: Call, error: PlanetError) -> float:
        number = attempt.number
        self.outcomes[public_type(error)] += 1
        pause = attempt.next_delay(error, now=monotonic())
        event = RetryEvent(
            method=call.method, url=redact_url(call.url), attempt=number, reason=error.message, pause=pause
        )
        emit(event, self.settings.on_event)
        return pause

    def _on_success(self, attempt: Attempt) -> None:
        attempt.succeeded()
        self.outcomes["Successful"] += 1

    @contextmanager
    def _open(self, call: Call, pool: Pool, attempt: Attempt) -> Iterator[Any]:
        """Make one attempt: follow redirects, and yield the last answer. An error status is raised."""
        self._check_open()
        slots = pool.downloads if call.is_file else pool.active
        for hop in range(MAX_REDIRECTS + 1):
            auth = self.settings.auth if origin(call.url) in self._origins else None
            turn = None
            if auth is not None:
                call = call.with_defaults(self.settings.service.query)
                turn = self._throttle.wait_turn(call.method, call.url, first=attempt.number > 1)
            with slots:
                try:
                    with exchange(
                        pool, call, auth, attempt=attempt.number, on_event=self.settings.on_event
                    ) as response:
                        if turn is not None and response.status_code < 500 and response.status_code != 429:
                            turn.accepted()
                        if response.status_code >= 400 and response.status_code not in call.accepted:
                            raise self._error(response, call, turn, is_ours=auth is not None)
                        if not response.has_redirect_location or call.stops_at_redirect:
                            yield response
                            return
                        drain(response)
                except PlanetError as error:
                    error._retry.not_sent = error._retry.not_sent and hop == 0
                    raise
            call = call.redirected(str(response.url), response.status_code, response.headers["location"])
        raise ClientError(
            f"The service redirects more than {MAX_REDIRECTS} times.", method=call.method, url=redact_url(call.url)
        )

    def _error(self, response: Any, call: Call, turn: Turn | None, *, is_ours: bool) -> PlanetError:
        """The error for an answer. Only the servers of the API are believed about credentials and limits."""
        service = self.settings.service if is_ours else ELSEWHERE
        error = read_error(response, call.method, self.settings.timeouts.body, service)
        error._retry.is_permanent = error.status_code in call.not_retried
        if is_ours and error.status_code == 401:
            error.hint = self.settings.auth.advice
        if is_ours and isinstance(error, TooManyRequests):
            asked = min(error.retry_after or 0.0, self.retry.max_retry_after)
            pause, learning = self._throttle.refused(turn, call.method, call.url, asked)
            if learning:
                error._retry.free_pause = pause
        return error

    # -- connections -----------------------------------------------------------------------------------------

    def _pool(self) -> Pool:
        self._check_open()
        key = pool_key()
        pool = self._pools.get(key)
        if pool is None:
            with self.shared("opening", lambda: Semaphore(1)):  # many first requests may come at once
                pool = self._pools.get(key)
                if pool is None:
                    pool_of, context = run_blocking(_load, self.settings)
                    pool = self._pools.setdefault(key, pool_of(self.settings, context))
            self._check_open()  # it may have been closed in the meantime
        return pool

    def _check_open(self) -> None:
        if self._closed:
            raise ClientError(
                "The session is closed.", hint="Make a new one, or send the request inside of its 'with' block."
            )


def _load(settings: Settings) -> tuple[type[Pool], ssl.SSLContext | bool]:
    """Import what connections need, and read certificates: both take long enough to hold up an event loop.

    A session is made without them, so that a program that sends no request, or a later one, does not wait for them.
    """
    from .pool import Pool

    return Pool, settings.ssl_context()
