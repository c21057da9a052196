"""`OAuth`: logins of users and service accounts, whose tokens are renewed before they expire."""

import contextlib
import logging
import os
import threading
import time
from collections.abc import AsyncGenerator, Generator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx

from ..auth_builtins import DEFAULT_PROFILE
from ..exceptions import AuthError, PlanetError
from . import _grants
from ._base import Auth
from ._config import DEVICE, MACHINE
from ._errors import LoginRefused
from ._profiles import Profile
from ._renewal import Failure, TokenRefresh
from ._steps import BlockingCall, Flow, Sleep, drive
from ._token import RENEW_AFTER, Token

__all__ = ["OAuth"]


log = logging.getLogger(__name__)

_VARIABLES = ("PL_API_KEY", "PL_AUTH_API_KEY", "PL_AUTH_CLIENT_ID", "PL_AUTH_CLIENT_SECRET")
_LOOK = 0.02  # seconds until it is looked again whether a renewal is done
_PATIENCE = 5.0  # seconds to wait for a new token as long as the old one is good
_REMEMBERED = 5.0  # seconds for which others need not find out for themselves that a renewal fails


class OAuth(Auth):
    """A login whose requests carry `Authorization: Bearer …`.

    The token is renewed when three quarters of its life are over, and once more where the service does not take it: one
    renewal at a time, in this process and in all others that use the same profile.
    """

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self._token: Token | None = None
        self._lock = threading.Lock()
        self._renewal: TokenRefresh | None = None
        self._failed: Failure | None = None
        self._latest: Token | None = None  # what was handed out last, and until when it needs no renewal
        self._latest_until = 0.0
        self._scopes: list[str] = []  # what renewals ask for, if not for the same as before
        self._settings: Any = None

    def __repr__(self) -> str:
        return f"<Auth: {self.profile.config.client_type}, profile {self.profile.name}>"

    @property
    def advice(self) -> str | None:
        """What to do when the service does not take the token."""
        config = self.profile.config
        if config.client_type == MACHINE:
            return "Check the client id and secret of the service account, and what it may do."
        return f"Log in again: {self._command}."

    @property
    def _command(self) -> str:
        name = self.profile.name
        return "planet auth login" if name == DEFAULT_PROFILE else f"planet auth login --auth-profile {name}"

    @property
    def value(self) -> str:
        token = self._current()
        if token is None or not token.access_token:
            raise self._missing()
        return token.access_token

    @property
    def token(self) -> Token | None:
        """The tokens of the login; None if there are none. Its text shows none of them."""
        return self._current()

    def _current(self) -> Token | None:
        return self._token if self._token is not None else self._load()

    def _missing(self) -> AuthError:
        config = self.profile.config
        where = f" at {config.auth_server}, which PL_AUTH_ISSUER names" if config.is_elsewhere else ""
        if config.client_type == MACHINE:
            return AuthError(f"The service account {config.client_id} has no token yet{where}.", hint=self.advice)
        hint = f"Log in: {self._command}."
        if self.profile.name == DEFAULT_PROFILE and not any(map(os.environ.get, _VARIABLES)):
            hint += " Or set PL_API_KEY, or PL_AUTH_CLIENT_ID and PL_AUTH_CLIENT_SECRET."
        return AuthError(f"Nobody is logged in with the profile {self.profile.name!r}{where}.", hint=hint)

    def is_initialized(self) -> bool:
        config = self.profile.config
        if config.client_type == MACHINE and config.client_secret:
            return True
        try:
            token = self._current()
        except AuthError:
            return False  # whoever uses it is told why
        if self._failed is not None and self._failed.is_of(token) and _has_ended(self._failed.error):
            return False
        return token is not None and (token.refresh_token is not None or not token.is_expired(time.time()))

    def connect_with(self, settings: Any) -> None:
        self._settings = settings

    def store(self, filename: str | Path | None = None) -> None:
        """Keep the tokens under the name of the profile; *filename* is for API keys, and not used here."""
        token = self._current()
        if token is None or not token.access_token:
            raise self._missing()
        with self.profile.exclusive():
            self.profile.save_token(token)

    # -- logins ----------------------------------------------------------------------------------------------

    def ensure_initialized(self, allow_open_browser: bool = False, allow_tty_prompt: bool = False) -> None:
        attended = self.profile.config.is_attended
        if not attended and self.profile.config.client_secret:
            return
        try:
            self.fresh()
            if not self.is_initialized() and self._failed is not None:
                raise self._failed.again()
        except AuthError:
            if not attended or not (allow_open_browser or allow_tty_prompt):
                raise
            self.user_login(allow_open_browser, allow_tty_prompt)

    def user_login(self, allow_open_browser: bool = False, allow_tty_prompt: bool = False) -> None:
        from ._login import login  # with a web server for the page, which few programs need

        token = self._drive(login(self.profile.config, allow_open_browser, allow_tty_prompt))
        self._keep(token)

    def device_user_login_initiate(self) -> dict[str, Any]:
        self._check_device()
        info: dict[str, Any] = self._drive(_grants.start_device(self.profile.config))
        return info

    def device_user_login_complete(self, login_initialization_info: Mapping[str, Any]) -> Token:
        self._check_device()
        token: Token = self._drive(_grants.by_device(self.profile.config, login_initialization_info))
        self._keep(token)
        return token

    def _check_device(self) -> None:
        if self.profile.config.client_type != DEVICE:
            raise AuthError(
                f"The profile {self.profile.name!r} does not log in by device code.",
                hint="Auth.from_oauth_user_device_code makes one that does.",
            )

    def fresh(self) -> Token:
        """A token that is good, renewed if need be. Blocks.

        Raises:
            AuthError: nobody is logged in, or the login has ended.
            NetworkError: the login service does not answer.
        """
        token: Token = self._drive(self._fresh())
        return token

    def refresh(self, requested_scopes: Sequence[str] = ()) -> Token:
        """Renew the token now. Blocks.

        Args:
            requested_scopes: what the new token is to allow; left out: the same as before.

        Raises:
            AuthError: the login has ended.
            NetworkError: the login service does not answer.
        """
        if requested_scopes:
            self._scopes = self.profile.config.scopes = list(requested_scopes)
        token: Token = self._drive(self._renewed(self._current()))
        return token

    def revoke(self) -> None:
        """End the login at the service; the tokens are of no use any more. Blocks."""
        token = self._current()
        if token is None:
            raise self._missing()
        self._drive(_grants.revoke(self.profile.config, token.refresh_token or token.access_token))
        self._keep(Token())

    def _keep(self, token: Token) -> None:
        """Use a new login from now on, and keep it."""
        with self.profile.exclusive():
            self._token, self._failed = token, None
            self._note(token)
            self.profile.save_token(token)

    def _drive(self, steps: Flow) -> Any:
        from ._client import make_client

        with make_client(self._settings) as client:
            return drive(steps, client)

    # -- requests --------------------------------------------------------------------------------------------

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        yield from self.sync_auth_flow(request)

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """What httpx drives for a blocking client."""
        from .._runtime import _sync as runtime

        steps, result = self._steps(request), None
        with contextlib.closing(steps), contextlib.suppress(StopIteration):
            while True:
                step = steps.send(result)
                if isinstance(step, Sleep):
                    runtime.sleep(step.seconds)
                    result = None
                elif isinstance(step, BlockingCall):
                    result = step.function(*step.args)
                else:
                    result = yield step

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """What httpx drives for an asynchronous client: nothing here blocks the event loop."""
        from .._runtime import _async as runtime

        steps, result = self._steps(request), None
        with contextlib.closing(steps), contextlib.suppress(StopIteration):
            while True:
                step = steps.send(result)
                if isinstance(step, Sleep):
                    await runtime.sleep(step.seconds)
                    result = None
                elif isinstance(step, BlockingCall):
                    result = await runtime.run_blocking(step.function, *step.args)
                else:
                    result = yield step

    def _steps(self, request: httpx.Request) -> Flow:
        """A request with a token, and again with a new one if the service does not take that."""
        token = yield from self._fresh()
        request.headers["Authorization"] = f"Bearer {token.access_token}"
        response = yield request
        if response.status_code != 401 or not self._is_renewable(token):
            return
        token = yield from self._renewed(token)
        request.headers["Authorization"] = f"Bearer {token.access_token}"
        yield request

    def _is_renewable(self, token: Token) -> bool:
        config = self.profile.config
        return bool(config.client_secret) if config.client_type == MACHINE else token.refresh_token is not None

    def _fresh(self) -> Flow:
        """A token that is good, renewed ahead of its end."""
        token = self._token
        if token is None:
            token = yield BlockingCall(self._load)
        if token is not None and token is self._latest and time.monotonic() < self._latest_until:
            return token  # whatever the clocks of this machine and of the login service say
        now = time.time()
        if token is not None and not token.is_due(now):
            return token
        if token is None or token.is_expired(now):
            return (yield from self._renewed(token))
        if self._failed is not None and self._failed.counts_for(token):
            return token
        try:
            return (yield from self._renewed(token, _PATIENCE))
        except PlanetError as error:
            if _has_ended(error):
                raise
            log.warning("the token of profile %s could not be renewed yet: %s", self.profile.name, error)
            return token

    def _load(self) -> Token | None:
        kept = self.profile.load_token()
        if kept is not None:
            kept.is_due(0.0)  # what that takes is loaded here, and not in the event loop
        with self._lock:
            if self._token is None:  # nobody has got one in the meantime
                self._token = kept
            return self._token

    def _renewed(self, stale: Token | None, patience: float | None = None) -> Flow:
        """A token in place of *stale*: one that somebody else has got in the meantime, or a new one.

        The old one comes back if that takes longer than *patience*; the renewal goes on.
        """
        with self._lock:
            if self._token is not None and self._token is not stale:
                return self._token
            if self._failed is not None and _has_ended(self._failed.error) and self._failed.counts_for(stale):
                raise self._failed.again()  # somebody has just found out
            if self._renewal is None or not self._renewal.is_under_way:
                self._renewal = TokenRefresh(lambda: self._renew(stale))
            renewal = self._renewal
        until = None if patience is None else time.monotonic() + patience
        while renewal.is_under_way:
            if until is not None and time.monotonic() > until:
                return stale
            yield Sleep(_LOOK)
        return renewal.result()

    def _renew(self, stale: Token | None) -> Token:
        """The same, in the thread of a renewal."""
        try:
            with self.profile.exclusive():
                token = self._stored_or_new(stale)
        except PlanetError as error:
            remembered = stale is not None and (_has_ended(error) or not stale.is_expired(time.time()))
            self._failed = Failure(stale, error, time.monotonic() + (_REMEMBERED if remembered else 0.0))
            raise
        self._token, self._failed = token, None
        return token

    def _stored_or_new(self, stale: Token | None) -> Token:
        stored = self.profile.load_token()
        if stored is not None and _is_newer(stored, stale) and not stored.is_due(time.time()):
            return stored
        before = stored if stored is not None else stale
        try:
            token: Token = self._drive(self._asked_for(before))
        except LoginRefused as refusal:
            # Programs that do not keep to the lock have perhaps used up the refresh token, and kept a new one.
            stored = self.profile.load_token()
            if refusal.code != "invalid_grant" or stored is None or not _is_newer(stored, before):
                raise
            return stored
        self._note(token)
        try:
            self.profile.save_token(token)
        except AuthError as error:
            log.warning("the new token is good for this program only: %s", error)
        return token

    def _note(self, token: Token) -> None:
        """From the answer on it is good for as long as it says, whatever the clocks say."""
        self._latest, self._latest_until = token, time.monotonic() + RENEW_AFTER * token.lifetime

    def _asked_for(self, before: Token | None) -> Flow:
        config = self.profile.config
        if config.client_type == MACHINE:
            return (yield from _grants.by_client_credentials(config))
        if before is None or not before.access_token:
            raise self._missing()
        if before.refresh_token is None:
            raise LoginRefused(
                f"The login of the profile {self.profile.name!r} cannot be renewed: it has no refresh token.",
                code="expired", hint=self.advice,
            )  # fmt: skip
        try:
            return (yield from _grants.by_refresh(config, before, self._scopes))
        except LoginRefused as refusal:
            if refusal.code == "invalid_grant":
                refusal.message = f"The login of the profile {self.profile.name!r} has ended: {refusal.message}"
            refusal.hint = self.advice
            raise


def _has_ended(error: PlanetError) -> bool:
    """Whether nothing but another login will help."""
    return isinstance(error, LoginRefused) and error.code in ("invalid_grant", "expired")


def _is_newer(stored: Token, stale: Token | None) -> bool:
    return stale is None or stored.access_token != stale.access_token
