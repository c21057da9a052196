"""`OAuth`: logins of users and service accounts, whose tokens are refreshed before they expire."""

import logging
import time
from collections.abc import AsyncGenerator, Callable, Generator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx

from .._runtime.cancellation import sleep
from .._utils.tracebacks import hides_locals
from ..exceptions import AuthError, NetworkError
from . import _grants
from ._base import Auth
from ._bearer import bearer_flow, drive_async, drive_sync
from ._client import MAX_RETRY_AFTER, LoginClient
from ._config import DEVICE, MACHINE
from ._flow import Flow
from ._hints import not_logged_in, refused_hint
from ._profiles import Profile
from ._refresher import TokenRefresher
from ._token import Token
from ._token_cache import TokenCache

__all__ = ["OAuth"]


log = logging.getLogger("planet.auth")


class OAuth(Auth):
    """A login whose requests carry `Authorization: Bearer …`.

    The token is refreshed after three quarters of its lifetime, and when the service returns 401: once at a time, in
    this process and in all others that use the same profile.
    """

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self._client = LoginClient()
        self._cache = TokenCache(profile)
        self._refresher = TokenRefresher(self._cache, self._client)

    def __repr__(self) -> str:
        return f"<Auth: {self.profile.config.client_type}, profile {self.profile.name}>"

    @property
    def advice(self) -> str | None:
        """What to do when the service refuses the token."""
        return refused_hint(self.profile)

    @property
    def value(self) -> str:
        return self._require_token().access_token

    @property
    def token(self) -> Token | None:
        """The tokens of the login; None if nobody is logged in. Its text does not show them."""
        return self._cache.get()

    def _require_token(self) -> Token:
        token = self._cache.get()
        if token is None or not token.access_token:
            raise not_logged_in(self.profile)
        return token

    def is_initialized(self) -> bool:
        config = self.profile.config
        if config.client_type == MACHINE and config.client_secret:
            return True
        try:
            token = self._cache.get()
        except AuthError:
            return False  # the first use raises it
        if token is None or self._refresher.final_error(token) is not None:
            return False
        return token.refresh_token is not None or not token.is_expired(time.time())

    def connect_with(self, settings: Any) -> None:
        self._client.settings = settings

    @hides_locals
    def store(self, filename: str | Path | None = None) -> None:
        """Save the tokens under the name of the profile; *filename* is for API keys, and ignored here."""
        token = self._require_token()
        with self.profile.exclusive():
            self.profile.save_token(token)

    # -- logins ----------------------------------------------------------------------------------------------

    @hides_locals
    def ensure_initialized(self, allow_open_browser: bool = False, allow_tty_prompt: bool = False) -> None:
        attended = self.profile.config.is_attended
        if not attended and self.profile.config.client_secret:
            return
        try:
            error = self._refresher.final_error(self.get_token())
            if error is not None:
                raise error
        except AuthError:
            if not attended or not (allow_open_browser or allow_tty_prompt):
                raise
            self.user_login(allow_open_browser, allow_tty_prompt)

    @hides_locals
    def user_login(self, allow_open_browser: bool = False, allow_tty_prompt: bool = False) -> None:
        from ._login import login  # loads a web server for the callback, which few programs need

        self._log_in(self._run(login(self.profile.config, allow_open_browser, allow_tty_prompt)))

    @hides_locals
    def device_user_login_initiate(self) -> dict[str, Any]:
        self._require_device_login()
        info: dict[str, Any] = self._run(_grants.start_device(self.profile.config))
        return info

    @hides_locals
    def device_user_login_complete(self, login_initialization_info: Mapping[str, Any]) -> Token:
        self._require_device_login()
        token: Token = self._client.run(_grants.by_device(self.profile.config, login_initialization_info))
        self._log_in(token)
        return token

    def _log_in(self, token: Token) -> None:
        self._cache.store(token)
        log.info("Logged in with the profile %s", self.profile.name)

    def _require_device_login(self) -> None:
        if self.profile.config.client_type != DEVICE:
            raise AuthError(
                f"The profile {self.profile.name!r} does not log in by device code.",
                hint="Auth.from_oauth_user_device_code makes credentials that do.",
            )

    # -- tokens ----------------------------------------------------------------------------------------------

    @hides_locals
    def get_token(self) -> Token:
        """Return a valid token, refreshed if necessary. Blocks.

        Raises:
            AuthError: nobody is logged in, or the login has ended.
            NetworkError: the login service does not respond.
        """
        return self._wait_for(self._refresher.get_token)

    @hides_locals
    def refresh(self, requested_scopes: Sequence[str] = ()) -> Token:
        """Refresh the token now. Blocks.

        Args:
            requested_scopes: the scopes of the new token; left out: the same as before.

        Raises:
            AuthError: the login has ended.
            NetworkError: the login service does not respond.
        """
        if requested_scopes:
            self._refresher.scopes = self.profile.config.scopes = list(requested_scopes)
        return self._wait_for(lambda: self._refresher.refresh(self._cache.get()))

    def _run(self, flow: Flow) -> Any:
        """Perform a flow. If the login service asks to wait, its requests are sent again."""
        return self._client.run(flow, max_wait=MAX_RETRY_AFTER)

    def _wait_for(self, make_flow: Callable[[], Flow]) -> Token:
        """Get a token by a flow. If the login service asks to wait, run it again: the wait must not hold the lock."""
        left = MAX_RETRY_AFTER
        while True:
            try:
                token: Token = self._client.run(make_flow())
            except NetworkError as error:
                pause = error.retry_after
                if pause is None or pause > left:
                    raise
            else:
                return token
            left -= pause
            sleep(pause)

    @hides_locals
    def revoke(self) -> None:
        """Revoke the tokens at the login service, and forget them. Blocks."""
        token = self._require_token()
        self._run(_grants.revoke(self.profile.config, token.refresh_token or token.access_token))
        self._cache.store(Token())
        log.info("Revoked the login of the profile %s", self.profile.name)

    # -- requests --------------------------------------------------------------------------------------------

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        yield from self.sync_auth_flow(request)

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Called by `httpx.Client`."""
        yield from drive_sync(bearer_flow(request, self._refresher))

    def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Called by `httpx.AsyncClient`. It does not block the event loop."""
        return drive_async(bearer_flow(request, self._refresher))
