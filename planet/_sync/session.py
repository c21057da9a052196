# Generated from planet/_async/session.py by tools/unasync.py: change that one, and run the tool again.

"""`SyncSession`: the one door through which requests leave and answers come in."""

from __future__ import annotations

import ssl
import weakref
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Any

import httpx

from .._limits import Limits, bucket, endpoint_class
from .._paths import origin
from .._redact import guard_logs, redact, redact_url
from .._redirects import MAX_REDIRECTS, follow
from .._response import MAX_BODY, MAX_ERROR_BODY, error_from_httpx, error_from_status, never_sent
from .._retry import Attempt, RetryPolicy
from .._runtime._sync import Ahead, close_later, pool_key, run_blocking, shield, sleep
from .._settings import Settings, Timeouts, resolve_base_url
from ..auth import Auth
from ..exceptions import ClientError, InvalidAnswer, PlanetError
from ..models import Response
from .pool import Pool
from .streams import StreamingResponse, read

if TYPE_CHECKING:
    from .base import _BaseAPI

__all__ = ["SyncSession"]


class _Call:
    """A request before it is built: what every attempt and every redirect of it starts from.

    *roams*: whether a redirect may lead to another server, which is true of downloads only. *is_file*: whether it is
    for the bytes of a file and nothing else.
    """

    def __init__(
        self,
        method: str,
        url: str,
        json: Any = None,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        roams: bool = False,
        is_file: bool = False,
    ) -> None:
        self.method = method
        self.url = url
        self.json = json
        self.params = params
        self.headers = headers
        self.roams = roams
        self.is_file = is_file


class SyncSession:
    """A connection to Planet's services: credentials, limits, retries and a pool of connections.

    It does no I/O until the first request. Use it with `with`, or call `close` at the end. One session
    serves many tasks at once, and each event loop that uses it has connections of its own.

    Args:
        auth: the credentials; left out: those of this user, see `Auth.from_user_default_session`.
        read_timeout_secs: seconds to wait for the next bytes of an answer, 125 by default.
        base_url: where the services are; left out: the variable `PL_API_BASE_URL`, else https://api.planet.com.
        timeouts: all timeouts, as `planet.http.Timeouts`.
        retry: how failures are retried, as `planet.http.RetryPolicy`.
        limits: how fast and how much at once, as `planet.http.Limits`.
        proxy: the URL of a proxy for every request; left out: the usual environment variables.
        verify: how certificates are checked: True, a file or folder of certificates, or an `ssl.SSLContext`.
        cert: a client certificate: a PEM file, (certificate, key) or (certificate, key, password).
        trust_env: whether environment variables such as HTTPS_PROXY and SSL_CERT_FILE count.
        transport: an httpx transport to use in place of the network, for tests.
        app: the name of the program, sent as `X-Planet-App`.

    Raises:
        ClientError: the base URL is none.

    Example:
        ```python
        from planet import OrdersAPI, SyncSession

        with SyncSession() as session:
            orders = OrdersAPI(session)
            stats = orders.aggregated_order_stats()
        ```
    """

    def __init__(
        self,
        auth: Auth | None = None,
        read_timeout_secs: float | None = None,
        *,
        base_url: str | None = None,
        timeouts: Timeouts | None = None,
        retry: RetryPolicy | None = None,
        limits: Limits | None = None,
        proxy: str | None = None,
        verify: bool | str | ssl.SSLContext = True,
        cert: Any = None,
        trust_env: bool = True,
        transport: Any = None,
        app: str | None = None,
    ) -> None:
        if auth is not None and not isinstance(auth, Auth):
            raise ClientError(f"auth is a {type(auth).__name__}.", hint="Make one with Auth.from_key and the like.")
        timeouts = timeouts or Timeouts()
        if read_timeout_secs is not None:
            timeouts = replace(timeouts, read=read_timeout_secs)
        self._begin(
            Settings(
                auth=auth or Auth.from_user_default_session(),
                base_url=resolve_base_url(base_url),
                timeouts=timeouts,
                retry=retry or RetryPolicy(),
                limits=limits or Limits.default(),
                proxy=proxy,
                verify=verify,
                cert=cert,
                trust_env=trust_env,
                transport=transport,
                app=app,
            )
        )

    @classmethod
    def from_settings(cls, settings: Settings) -> SyncSession:
        """A session with the settings of another one, whatever that one's colour."""
        session = cls.__new__(cls)
        session._begin(settings)
        return session

    def _begin(self, settings: Settings) -> None:
        guard_logs()
        self.settings = settings
        settings.auth.connect_with(settings)
        self.retry = settings.retry
        self.outcomes: Counter[Any] = Counter()
        self.created: set[str] = set()  # the ids of what was created here, to tell it from what was lost
        self._origins = {origin(settings.base_url)}
        self._pools: dict[Hashable, Pool] = {}
        self._under_way: weakref.WeakSet[Ahead[Any]] = weakref.WeakSet()
        self._closed = False
        close_later(self, self._pools)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {redact_url(self.base_url)}>"

    def __enter__(self) -> SyncSession:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections. The session cannot be used any more."""
        self._closed = True
        try:
            with shield():
                for ahead in list(self._under_way):
                    ahead.close()
        finally:
            pool = self._pools.pop(pool_key(), None)
            if pool is not None:
                pool.close()
            self._pools.clear()

    @property
    def base_url(self) -> str:
        """Where the services are, without a slash at the end."""
        return self.settings.base_url

    @property
    def max_retries(self) -> int:
        """How often a request is sent again after a failure that may pass."""
        return self.retry.max_retries

    @max_retries.setter
    def max_retries(self, value: int) -> None:
        self.retry = replace(self.retry, max_retries=value)

    @property
    def max_retry_backoff(self) -> float:
        """The longest own wait between two attempts, in seconds."""
        return self.retry.max_backoff

    @max_retry_backoff.setter
    def max_retry_backoff(self, value: float) -> None:
        self.retry = replace(self.retry, max_backoff=value)

    def client(self, name: str, base_url: str | None = None, *, root: str | None = None) -> Any:
        """The client of an API by its name: `data`, `destinations`, `features`, `mosaics`, `orders`, `quota` or
        `subscriptions`.

        Args:
            name: the name of the API.
            base_url: where the API is.
            root: where the services are that it is one of; left out: the session's base URL.

        Raises:
            ClientError: there is no such client.
        """
        from .directory import CLIENTS

        kind: type[_BaseAPI] | None = CLIENTS.get(name)
        if kind is None:
            raise ClientError("No such client.", hint=f"There are {', '.join(sorted(CLIENTS))}.")
        return kind(self, base_url or (root and f"{root}{kind._path}"))

    def trust(self, url: str) -> None:
        """Send the credentials to the origin of *url* as well: the user has named it as an API's address."""
        self._origins.add(origin(url))

    def trusts(self, url: str) -> bool:
        """Whether the credentials may go to that address."""
        try:
            return origin(url) in self._origins
        except ClientError:
            return False

    def ahead(self, function: Callable[..., Any], *args: Any) -> Ahead[Any]:
        """Begin a call whose result will be wanted soon; it does not outlast the session."""
        ahead = Ahead[Any](function, *args)
        self._under_way.add(ahead)
        return ahead

    def request(
        self,
        method: str,
        url: str,
        json: Any = None,
        params: Mapping[str, Any] | None = None,
        *,
        expect: Any = None,
        repeatable: bool | None = None,
        roams: bool = False,
    ) -> Response:
        """Send a request and read its answer.

        Args:
            method: the HTTP method.
            url: the address; credentials go only to the addresses of the API.
            json: a value to send as JSON.
            params: takes the place of the address's own query; None keeps that.
            expect: the type that the JSON of the answer must be of, or what decodes it.
            repeatable: whether sending it twice does the same as once; left out: the method says.
            roams: whether redirects may lead to another server, where the credentials do not go: true of signed links.

        Raises:
            APIError: the service answered with an error.
            NetworkError: no proper answer came.
            OutcomeUnknown: the request is not repeatable, and may or may not have been carried out.
        """
        method = method.upper()
        call = _Call(method, url, json, params, roams=roams)
        attempt = Attempt(self.retry, method, repeatable)
        while True:
            try:
                with self._open(call, self._pool()) as response:
                    answer = Response(
                        response.status_code,
                        response.headers,
                        read(response, MAX_BODY),
                        method,
                        str(response.url),
                    )
                if expect is not None:
                    answer.parse(expect)
            except PlanetError as error:
                pause = self._judge(attempt, error)
            else:
                attempt.succeeded()
                self.outcomes["Successful"] += 1
                return answer
            sleep(pause)

    @contextmanager
    def stream(self, method: str, url: str, params: Mapping[str, Any] | None = None) -> Iterator[StreamingResponse]:
        """Send a request and hand out its answer while it comes in. Failures are retried until it begins to.

        Example:
            ```python
            with session.stream("GET", location) as response:
                for chunk in response.iter_bytes():
                    ...
            ```
        """
        with self._stream(_Call(method.upper(), url, None, params, roams=True)) as response:
            yield StreamingResponse(response, method)

    @contextmanager
    def download(self, url: str, headers: Mapping[str, str]) -> Iterator[Any]:
        """The answer to a download, for the transfer engine: also a 416, which that one understands.

        It is a `wire.Answer`, or httpx's, which has the same attributes.
        """
        call = _Call("GET", url, headers=headers, roams=True, is_file=True)
        with self._stream(call, {416}) as response:
            yield response

    @contextmanager
    def _stream(self, call: _Call, allowed: Iterable[int] = ()) -> Iterator[Any]:
        """An answer of which nothing but the headers has been read."""
        attempt = Attempt(self.retry, call.method, None)
        pool = self._pool()
        while True:
            with ExitStack() as stack:
                try:
                    response = stack.enter_context(self._open(call, pool, allowed))
                except PlanetError as error:
                    pause = self._judge(attempt, error)
                else:
                    attempt.succeeded()
                    self.outcomes["Successful"] += 1
                    yield response
                    return
            sleep(pause)

    def _judge(self, attempt: Attempt, error: PlanetError) -> float:
        pause = attempt.judge(error, now=monotonic())
        self.outcomes[type(error)] += 1
        return pause

    def _pool(self) -> Pool:
        self._check_open()
        key = pool_key()
        pool = self._pools.get(key)
        if pool is None:
            # Reading certificates takes long enough to be noticed in an event loop.
            made = Pool(self.settings, run_blocking(self.settings.ssl_context))
            # setdefault is atomic: of two tasks or threads that come at once, both get the pool that was first.
            pool = self._pools.setdefault(key, made)
            self._check_open()  # it may have been closed in the meantime
        return pool

    def _check_open(self) -> None:
        if self._closed:
            raise ClientError(
                "The session is closed.", hint="Make a new one, or make the request inside of its 'with'."
            )

    @contextmanager
    def _open(self, call: _Call, pool: Pool, allowed: Iterable[int] = ()) -> Iterator[Any]:
        """One attempt: the answer after all redirects, open; an error status is raised."""
        self._check_open()
        slots = pool.downloads if call.is_file else pool.active
        method, url, json, params = call.method, call.url, call.json, call.params
        for hop in range(MAX_REDIRECTS + 1):
            place = origin(url)
            at_home = place in self._origins
            if at_home:
                self._take_turn(method, url)
            with slots:
                try:
                    wire = pool.wire_to(url, place) if call.is_file and not at_home else None
                    if wire is None:
                        request = pool.client.build_request(method, url, json=json, params=params, headers=call.headers)
                except (TypeError, ValueError, httpx.InvalidURL) as error:
                    raise ClientError(
                        f"The request cannot be sent: {redact(str(error))}.", method=method, url=redact_url(url)
                    ) from None
                failure: PlanetError | None = None
                try:
                    if wire is None:
                        auth = self.settings.auth if at_home else None
                        response = pool.client.send(request, stream=True, auth=auth)
                    else:
                        response = wire.get(url, place, call.headers)
                    try:
                        if response.status_code >= 400 and response.status_code not in allowed:
                            raise self._error(response, method, at_home)
                        if not response.has_redirect_location:
                            if at_home:
                                self._bucket(method, str(response.url)).accepted()
                            yield response
                            return
                    finally:
                        response.close()
                except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, UnicodeError) as error:
                    failure = error_from_httpx(error, method, url)
                    failure.unsent = hop == 0 and never_sent(error)
                if failure is not None:
                    # Outside of the except: httpx's error holds the request, and with it the key.
                    raise failure
            method, url, keep_body = follow(
                method, str(response.url), response.status_code, response.headers["location"], roams=call.roams
            )
            json, params = (json if keep_body else None), None
        raise ClientError(f"The service redirects more than {MAX_REDIRECTS} times.", method=method, url=redact_url(url))

    def _error(self, response: httpx.Response, method: str, at_home: bool) -> PlanetError:
        try:
            body = read(response, MAX_ERROR_BODY, cut=True)
        except (httpx.HTTPError, httpx.StreamError, InvalidAnswer):
            body = b""  # the status says enough
        error = error_from_status(response.status_code, response.headers, body, method, response.url)
        if response.status_code == 401 and at_home:
            error.hint = self.settings.auth.advice
        if response.status_code == 429 and at_home:
            pause = min(error.retry_after or 0.0, self.retry.max_retry_after)
            self._bucket(method, str(response.url)).refused(monotonic(), pause)
        return error

    def _bucket(self, method: str, url: str) -> Any:
        return bucket(origin(url), endpoint_class(method, httpx.URL(url).path)[0])

    def _take_turn(self, method: str, url: str) -> None:
        """Wait for a place in the schedule of the endpoint; one that is not taken up is given back."""
        name, documented = endpoint_class(method, httpx.URL(url).path)
        schedule = bucket(origin(url), name)
        ticket = schedule.reserve(monotonic(), self.settings.limits.rate_of(documented))
        try:
            while (pause := schedule.wait(ticket, monotonic())) > 0:
                sleep(pause)
        except BaseException:
            schedule.give_back(ticket)
            raise
