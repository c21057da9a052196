"""`OAuth`: logins of users and service accounts, whose tokens are renewed before they expire."""

import logging
import time
from collections.abc import AsyncGenerator, Generator, Mapping
from pathlib import Path
from typing import Any

import httpx

from ..exceptions import AuthError, InvalidAnswer, NetworkError, PlanetError
from . import _grants
from ._base import Auth
from ._config import DEVICE, MACHINE
from ._login import login
from ._profiles import ProcessLock, Profile
from ._steps import Pause, Steps, Work, answer_of, drive
from ._token import Token

__all__ = ["OAuth"]

log = logging.getLogger(__name__)

_LOOK, _LOOK_OUTSIDE = 0.02, 0.1  # seconds until it is looked again whether another task, or process, is done
_REMEMBERED = 5.0  # seconds for which others need not find out for themselves that a login has ended


class OAuth(Auth):
    """A login whose requests carry `Authorization: Bearer …`.

    The token is renewed when three quarters of its life are over, and once more where the service does not take it: one
    renewal at a time, in this process and in all others that use the same profile.
    """

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self._token: Token | None = None
        self._failed: tuple[Token | None, PlanetError, float] | None = None
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
        return "planet auth login" if name == "planet-user" else f"planet auth login --auth-profile {name}"

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
        if self._token is None:
            self._token = self.profile.load_token()
        return self._token

    def _missing(self) -> AuthError:
        return AuthError(
            f"Nobody is logged in with the profile {self.profile.name!r}.",
            hint=f"Log in: {self._command}. Or set PL_API_KEY, or PL_AUTH_CLIENT_ID and PL_AUTH_CLIENT_SECRET.",
        )

    def is_initialized(self) -> bool:
        config = self.profile.config
        if config.client_type == MACHINE and config.client_secret:
            return True
        token = self._current()
        return token is not None and (token.refresh_token is not None or not token.is_expired(time.time()))

    def connect_with(self, settings: Any) -> None:
        self._settings = settings

    def store(self, filename: str | Path | None = None) -> None:
        if self._token is None:
            raise self._missing()
        self.profile.save_token(self._token)

    # -- logins ----------------------------------------------------------------------------------------------

    def ensure_initialized(self, allow_open_browser: bool = False, allow_tty_prompt: bool = False) -> None:
        attended = self.profile.config.is_attended
        if not attended and self.profile.config.client_secret:
            return
        try:
            self._drive(self._fresh())
        except AuthError:
            if not attended or not (allow_open_browser or allow_tty_prompt):
                raise
            self.user_login(allow_open_browser, allow_tty_prompt)

    def user_login(self, allow_open_browser: bool = False, allow_tty_prompt: bool = False) -> None:
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

    def refresh(self) -> Token:
        """Renew the token now. Blocks.

        Raises:
            AuthError: the login has ended.
            NetworkError: the login service does not answer.
        """
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
        self._token, self._failed = token, None
        self.profile.save_token(token)

    def _drive(self, steps: Steps) -> Any:
        from ._client import make_client

        with make_client(self._settings) as client:
            return drive(steps, client)

    # -- requests --------------------------------------------------------------------------------------------

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        yield from self.sync_auth_flow(request)

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """What httpx drives for a blocking client."""
        from .._runtime import _sync as runtime

        steps, result, failure = self._steps(request), None, None
        try:
            while True:
                step = steps.throw(failure) if failure is not None else steps.send(result)
                result = failure = None
                try:
                    if isinstance(step, Pause):
                        runtime.sleep(step.seconds)
                    elif isinstance(step, Work):
                        result = step.function(*step.args)
                    else:
                        response = yield step
                        result = response if step is request else answer_of(response.status_code, response.read())
                except PlanetError as error:
                    failure = error
        except StopIteration:
            return
        finally:
            steps.close()

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """What httpx drives for an asynchronous client: nothing here blocks the event loop."""
        from .._runtime import _async as runtime

        steps, result, failure = self._steps(request), None, None
        try:
            while True:
                step = steps.throw(failure) if failure is not None else steps.send(result)
                result = failure = None
                try:
                    if isinstance(step, Pause):
                        await runtime.sleep(step.seconds)
                    elif isinstance(step, Work):
                        result = await runtime.run_blocking(step.function, *step.args)
                    else:
                        response = yield step
                        # httpx reads it once more, which only what it has read itself allows.
                        result = (
                            response if step is request else answer_of(response.status_code, await response.aread())
                        )
                except PlanetError as error:
                    failure = error
        except StopIteration:
            return
        finally:
            steps.close()

    def _steps(self, request: httpx.Request) -> Steps:
        """A request with a token, and again with a new one if the service does not take that."""
        token = yield from self._fresh()
        request.headers["Authorization"] = f"Bearer {token.access_token}"
        response = yield request
        if response.status_code != 401:
            return
        token = yield from self._renewed(token)
        request.headers["Authorization"] = f"Bearer {token.access_token}"
        yield request

    def _fresh(self) -> Steps:
        """A token that is good, renewed ahead of its end."""
        token = self._token
        if token is None:
            kept = yield Work(self.profile.load_token)
            token = self._token = self._token or kept  # somebody may have got one in the meantime
        now = time.time()
        if token is not None and not token.is_due(now):
            return token
        try:
            return (yield from self._renewed(token))
        except (AuthError, NetworkError, InvalidAnswer) as error:
            if token is None or token.is_expired(now) or isinstance(error, _grants.LoginRefused):
                raise
            log.warning("the token of profile %s could not be renewed yet: %s", self.profile.name, error)
            return token

    def _renewed(self, stale: Token | None) -> Steps:
        """A token in place of *stale*: one that somebody else has got in the meantime, or a new one."""
        began = time.monotonic()
        lock = ProcessLock.of(self.profile.lock_key())
        while not lock.acquire(blocking=False):
            yield Pause(_LOOK)
        try:
            if self._token is not None and self._token is not stale:
                return self._token
            if self._failed is not None and self._failed[0] is stale and began < self._failed[2]:
                raise self._failed[1]  # somebody has just found out
            try:
                token = yield from self._renewed_by_one(stale)
            except PlanetError as error:
                lasting = _REMEMBERED if isinstance(error, _grants.LoginRefused) else 0.0
                self._failed = (stale, error, time.monotonic() + lasting)
                raise
            self._token, self._failed = token, None
            return token
        finally:
            lock.release()

    def _renewed_by_one(self, stale: Token | None) -> Steps:
        """The same, while no one else in this process does it."""
        guard = yield Work(self.profile.file_lock)
        while guard is not None and not (yield Work(_taken, (guard,))):
            yield Pause(_LOOK_OUTSIDE)
        try:
            stored = yield Work(self.profile.load_token)
            if stored is not None and _is_newer(stored, stale) and not stored.is_due(time.time()):
                return stored
            token = yield from self._asked_for(stored or stale)
            try:
                yield Work(self.profile.save_token, (token,))
            except AuthError as error:
                log.warning("the new token is good for this program only: %s", error)
            return token
        finally:
            if guard is not None:
                guard.release()

    def _asked_for(self, before: Token | None) -> Steps:
        config = self.profile.config
        if config.client_type == MACHINE:
            return (yield from _grants.by_client_credentials(config))
        if before is None or not before.access_token:
            raise self._missing()
        if before.refresh_token is None:
            raise _grants.LoginRefused(
                f"The login of the profile {self.profile.name!r} has expired.", code="expired", hint=self.advice
            )
        try:
            return (yield from _grants.by_refresh(config, before))
        except _grants.LoginRefused as refusal:
            if refusal.code == "invalid_grant":
                refusal.message = f"The login of the profile {self.profile.name!r} has ended: {refusal.message}"
            refusal.hint = self.advice
            raise


def _taken(guard: Any) -> bool:
    """Whether a lock could be had at once."""
    import filelock

    try:
        guard.acquire(blocking=False)
    except filelock.Timeout:
        return False
    except (OSError, RuntimeError):
        return True  # files cannot be locked, or not written, there: go on without
    return True


def _is_newer(stored: Token, stale: Token | None) -> bool:
    return stale is None or stored.access_token != stale.access_token
