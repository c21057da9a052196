"""`Session`: credentials, limits, retries and connections, and the clients of the APIs."""

from __future__ import annotations

import ssl
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, overload
from urllib.parse import urlsplit

from .._http.events import OnEvent
from .._http.limits import Limits
from .._http.retry import RetryPolicy
from .._http.settings import Settings, Timeouts, resolve_base_url
from .._redact import redact_url
from .._runtime._async import pool_key, shield
from ..auth import Auth
from ..exceptions import ArgumentError, ArgumentTypeError
from .http.transport import BaseSession

if TYPE_CHECKING:
    from .apis.base import _BaseClient
    from .apis.data import DataClient
    from .apis.destinations import DestinationsClient
    from .apis.features import FeaturesClient
    from .apis.mosaics import MosaicsClient
    from .apis.orders import OrdersClient
    from .apis.quota import QuotaClient
    from .apis.subscriptions import SubscriptionsClient

__all__ = ["Session"]


class Session(BaseSession):
    """A connection to Planet's services: credentials, limits, retries and a pool of connections.

    It does no I/O until the first request. Use it with `async with`, or call `aclose` at the end. One session
    serves many tasks at once, and each event loop that uses it has connections of its own.

    Args:
        auth: the credentials; left out: those of this user, see `Auth.from_user_default_session`.
        read_timeout_secs: seconds to wait for the next bytes of an answer; 125 by default.
        base_url: the address of the services; left out: the variable `PL_API_BASE_URL`, else https://api.planet.com.
        timeouts: all timeouts, as `planet.http.Timeouts`.
        retry: how failures are retried, as `planet.http.RetryPolicy`.
        limits: how many requests a second and at once, as `planet.http.Limits`.
        proxy: the URL of a proxy for every request; left out: the usual environment variables.
        verify: how certificates are checked: True, a file or folder of certificates, or an `ssl.SSLContext`.
        cert: a client certificate: a PEM file, (certificate, key) or (certificate, key, password).
        trust_env: whether environment variables such as HTTPS_PROXY and SSL_CERT_FILE are used.
        transport: an httpx transport to use in place of the network, for tests.
        app: the name of the program, sent as `X-Planet-App`.
        on_event: a function that is called with every event: requests, retries, throttling, renewed tokens, files.
            See `planet.http.Event`. It is called in whatever thread or task the event happens, and should return
            quickly; what it raises is logged.
        http_client: "httpx" to download files through httpx, too; left out: through a faster HTTP/1.1 client.

    Raises:
        ClientError: the base URL is not valid.

    Example:
        ```python
        from planet import OrdersClient, Session

        async with Session() as session:
            orders = OrdersClient(session)
            stats = await orders.aggregated_order_stats()
        ```
    """

    __module__ = "planet"

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
        on_event: OnEvent | None = None,
        http_client: str | None = None,
    ) -> None:
        if auth is not None and not isinstance(auth, Auth):
            raise ArgumentTypeError(
                f"auth must be an Auth, got {type(auth).__name__}.", hint="Make one, for example with Auth.from_key()."
            )
        timeouts = timeouts or Timeouts()
        if read_timeout_secs is not None:
            timeouts = replace(timeouts, read=read_timeout_secs)
        self._set_up(
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
                on_event=on_event,
                http_client=http_client,
            )
        )

    @classmethod
    def from_settings(cls, settings: Settings) -> Session:
        """A session with the settings of another one, of the sync or the async variant."""
        session = cls.__new__(cls)
        session._set_up(settings)
        return session

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {redact_url(self.base_url)}>"

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the settings; connections are made anew. Credentials are found again, see `planet.Auth`."""
        proxy, cert = self.settings.proxy, self.settings.cert
        if (proxy and urlsplit(proxy).password) or (isinstance(cert, (tuple, list)) and len(cert) > 2):
            raise ArgumentTypeError(
                f"{self!r} cannot be pickled: the pickle would contain the password of its proxy= or cert=.",
                hint="Create the session in the other process.",
            )
        settings = replace(self.settings, retry=self.retry)
        return type(self).from_settings, (settings,), {"_origins": set(self._origins)}

    def __copy__(self) -> Session:
        session = self.from_settings(replace(self.settings, retry=self.retry))
        session._origins |= self._origins
        return session

    def __deepcopy__(self, memo: Any) -> Session:
        return self.__copy__()

    async def __aenter__(self) -> Session:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections. The session cannot be used afterwards."""
        self._closed = True
        try:
            with shield():
                for prefetch in list(self._prefetches):
                    await prefetch.aclose()
        finally:
            pool = self._pools.pop(pool_key(), None)
            if pool is not None:
                await pool.aclose()
            self._pools.clear()

    @property
    def max_retries(self) -> int:
        """How often a request is sent again after a transient error."""
        return self.retry.max_retries

    @max_retries.setter
    def max_retries(self, value: int) -> None:
        self.retry = replace(self.retry, max_retries=value)

    @property
    def max_retry_backoff(self) -> float:
        """The longest wait between two attempts, in seconds."""
        return self.retry.max_backoff

    @max_retry_backoff.setter
    def max_retry_backoff(self, value: float) -> None:
        self.retry = replace(self.retry, max_backoff=value)

    @overload
    def client(self, name: Literal["data"], base_url: str | None = None, *, root: str | None = None) -> DataClient: ...
    @overload
    def client(
        self, name: Literal["destinations"], base_url: str | None = None, *, root: str | None = None
    ) -> DestinationsClient: ...
    @overload
    def client(
        self, name: Literal["features"], base_url: str | None = None, *, root: str | None = None
    ) -> FeaturesClient: ...
    @overload
    def client(
        self, name: Literal["mosaics"], base_url: str | None = None, *, root: str | None = None
    ) -> MosaicsClient: ...
    @overload
    def client(
        self, name: Literal["orders"], base_url: str | None = None, *, root: str | None = None
    ) -> OrdersClient: ...
    @overload
    def client(
        self, name: Literal["quota"], base_url: str | None = None, *, root: str | None = None
    ) -> QuotaClient: ...
    @overload
    def client(
        self, name: Literal["subscriptions"], base_url: str | None = None, *, root: str | None = None
    ) -> SubscriptionsClient: ...
    @overload
    def client(self, name: str, base_url: str | None = None, *, root: str | None = None) -> Any: ...

    def client(self, name: str, base_url: str | None = None, *, root: str | None = None) -> Any:
        """The client of an API by its name: `data`, `destinations`, `features`, `mosaics`, `orders`, `quota` or
        `subscriptions`.

        Args:
            name: the name of the API.
            base_url: the address of the API.
            root: the address of the services, which that of the API is made of; left out: the session's base URL.

        Raises:
            ClientError: there is no such client.
        """
        from .apis.directory import CLIENTS

        kind: type[_BaseClient] | None = CLIENTS.get(name)
        if kind is None:
            raise ArgumentError(f"{name!r} is not one of {', '.join(map(repr, sorted(CLIENTS)))}.")
        return kind(self, base_url or (root and f"{root}{kind._path}"))
