"""`EntraAuth`: tokens of Microsoft Entra ID, from a credential that the user passes."""

import base64
import importlib
import inspect
import logging
import os
import re
import threading
import time
from collections.abc import AsyncGenerator, Generator
from pathlib import Path
from typing import Any, NamedTuple

import httpx

from .._http.urls import is_loopback
from .._redact import printable, redact
from .._utils.optional import require
from .._utils.tracebacks import clear_locals, copy_error, hides_locals
from ..exceptions import ArgumentTypeError, AuthError, PlanetError
from ._base import Auth
from ._bearer import drive_async, drive_sync
from ._flow import Await, AwaitingFlow, Sleep

__all__ = ["EntraAuth"]


log = logging.getLogger("planet.auth")

_EARLY = 300.0  # seconds before its end at which a token is renewed
_AFTER_FAILURE = 30.0  # seconds after a failed renewal in which a valid token is used without trying again
_LONGEST = 120.0  # seconds after which a renewal counts as abandoned
_POLL_INTERVAL = 0.02  # seconds between two checks whether a renewal is done
_HINT = "Sign in, for example with az login, and check the tenant. On Azure, check the managed identity."


class _Token(NamedTuple):
    """A token, when it expires, and from when on it is renewed, in seconds since 1970; None: never."""

    text: str
    expires_on: float | None
    renew_on: float | None

    def __repr__(self) -> str:
        return "<token>"


class _Renewal:
    """A request for a token that is in progress.

    Attributes:
        claims: that it asks for.
        error: why it failed; None if it has not.
    """

    def __init__(self, claims: str | None) -> None:
        self.claims = claims
        self.error: PlanetError | None = None
        self._ended = False
        self._process = os.getpid()
        self._begun = time.monotonic()

    def end(self, error: PlanetError | None) -> None:
        """It has ended, with a token or with an error."""
        self._ended, self.error = True, error

    @property
    def is_in_progress(self) -> bool:
        """Whether there is something to wait for: a forked process has no thread, and an event loop may have ended."""
        return not self._ended and self._process == os.getpid() and time.monotonic() - self._begun < _LONGEST


class EntraAuth(Auth):
    """Tokens of Microsoft Entra ID, for a GeoCatalog.

    Tokens are renewed five minutes before they expire: once for many tasks, while the others go on with the old one.
    Nothing is requested before the first use. Nothing is pickled but the default credential.

    Args:
        credential: an object with `get_token_info` or `get_token`, such as those of `azure.identity` and, with the
            async variant, `azure.identity.aio`; a function that returns a token; a token as text. Left out:
            `azure.identity.DefaultAzureCredential()`, which `pip install "planet[azure]"` installs.
        scope: what the token is for.

    Raises:
        ArgumentTypeError: *credential* is none of these.

    Example:
        ```python
        from planet.geocatalog import EntraAuth

        auth = EntraAuth(lambda: "a token", "https://geocatalog.spatio.azure.com/.default")
        print(auth)
        ```
    """

    __module__ = "planet.geocatalog"

    @hides_locals
    def __init__(self, credential: Any, scope: str) -> None:
        if not (
            credential is None
            or isinstance(credential, str)
            or callable(credential)
            or hasattr(credential, "get_token_info")
            or hasattr(credential, "get_token")
        ):
            raise ArgumentTypeError(
                f"credential must be an object with get_token, a function or text, got {type(credential).__name__}.",
                hint="Pass azure.identity.DefaultAzureCredential(), for example.",
            )
        self.scope = scope
        self._credential = credential
        self._kind = "default credential" if credential is None else type(credential).__name__
        if credential is None:
            self._recipe = (EntraAuth, (None, scope))
        self._lock = threading.Lock()
        self._token: _Token | None = None
        self._claims: str | None = None  # that the token was asked for with
        self._renewal: _Renewal | None = None  # the last one
        self._not_before = 0.0  # by the monotonic clock: no renewal is tried again until then

    def __repr__(self) -> str:
        return f"<EntraAuth: {self._kind}>"

    @property
    def advice(self) -> str | None:
        """What to do when the catalogue refuses the token."""
        return _HINT

    @property
    def value(self) -> str:
        return self._blocking_token().text

    def is_initialized(self) -> bool:
        return True

    def ensure_initialized(self, allow_open_browser: bool = False, allow_tty_prompt: bool = False) -> None:
        self._blocking_token()

    def store(self, filename: str | Path | None = None) -> None:
        raise AuthError(f"{self!r} cannot be stored: its tokens are short-lived.")

    def _blocking_token(self) -> _Token:
        found: list[_Token] = []

        def flow() -> AwaitingFlow:
            found.append((yield from self._get_token()))

        for _ in drive_sync(flow()):
            raise AssertionError  # the flow sends no request
        return found[0]

    # -- requests --------------------------------------------------------------------------------------------

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        return self.sync_auth_flow(request)

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        return drive_sync(self._flow(request))

    def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        return drive_async(self._flow(request))

    def _flow(self, request: httpx.Request) -> AwaitingFlow:
        """Send a request with a token, and once more with another one if the service asks for claims."""
        if request.url.scheme == "http" and not is_loopback(request.url.host):
            raise AuthError("A token is not sent over http.", hint="Use the https address.")
        token = yield from self._get_token()
        request.headers["Authorization"] = f"Bearer {token.text}"
        response = yield request
        claims = _claims_in(response.headers.get("www-authenticate", "")) if response.status_code == 401 else None
        if claims is None:
            return
        log.debug("The service asks for a token with further claims")
        token = yield from self._get_token(claims, stale=token)
        request.headers["Authorization"] = f"Bearer {token.text}"
        yield request

    def _get_token(self, claims: str | None = None, stale: _Token | None = None) -> AwaitingFlow:
        """Return a token that is valid; with *claims*, one that was asked for with them and replaces *stale*."""
        waited_for: _Renewal | None = None
        while True:
            now = time.time()
            with self._lock:
                token = self._token
                usable = token is not None and token is not stale and (claims is None or claims == self._claims)
                if usable and token is not None and not self._is_due(token, now):
                    return token
                if waited_for is not None and waited_for.error is not None:
                    if usable and token is not None and not _is_over(token, now):
                        return token  # it is valid for some minutes yet
                    raise _copy(waited_for.error)
                renewal = self._renewal
                begins = renewal is None or not renewal.is_in_progress
                if begins:
                    renewal = self._renewal = _Renewal(claims)
            assert renewal is not None
            if not begins and usable and token is not None and not _is_over(token, now):
                return token  # another task renews it
            if begins:
                yield from self._begin(renewal)
            waited_for = renewal
            while renewal.is_in_progress:
                yield Sleep(_POLL_INTERVAL)

    def _is_due(self, token: _Token, now: float) -> bool:
        """Whether a token is to be renewed. After a failure, not before some time has passed."""
        if token.renew_on is None or now < token.renew_on:
            return False
        return _is_over(token, now) or time.monotonic() >= self._not_before

    def _begin(self, renewal: "_Renewal") -> AwaitingFlow:
        """Ask the credential. It goes on where the task is cancelled, unless it is a coroutine."""
        if isinstance(self._credential, str):
            self._end(renewal, self._credential, None)
        elif _is_coroutine_function(self._credential):
            try:
                answer = yield Await(self._awaited, (renewal.claims,))
                self._end(renewal, answer, None)
            finally:  # also when it was cancelled: another one that waits asks then
                renewal.end(renewal.error)
        else:
            try:
                threading.Thread(target=self._ask, args=(renewal,), name="planet-entra", daemon=True).start()
            except RuntimeError:  # Python is shutting down and starts no more threads
                self._ask(renewal)

    # -- the credential --------------------------------------------------------------------------------------

    def _ask(self, renewal: "_Renewal") -> None:
        """Ask a credential that may block."""
        answer: Any = None
        error: PlanetError | None = None
        try:
            answer = self._call(renewal.claims)
        except PlanetError as problem:
            error = problem
        except BaseException as problem:  # noqa: BLE001  # a credential may raise anything; it is raised by those who wait
            error = self._failed(problem)
        self._end(renewal, answer, error)

    async def _awaited(self, claims: str | None) -> Any:
        try:
            return await self._call(claims)
        except PlanetError as error:
            return error
        except Exception as error:  # noqa: BLE001  # a credential may raise anything
            return self._failed(error)

    def _end(self, renewal: "_Renewal", answer: Any, error: PlanetError | None) -> None:
        """Keep the token, or the error, for all that wait."""
        if error is None:
            try:
                answer = answer if isinstance(answer, PlanetError) else self._as_token(answer)
            except AuthError as problem:
                answer = problem
            error = answer if isinstance(answer, PlanetError) else None
        with self._lock:
            if error is None:
                self._token, self._claims = answer, renewal.claims
            else:
                log.debug("The token could not be renewed: %s", error.message)
                self._not_before = time.monotonic() + _AFTER_FAILURE
            renewal.end(error)

    def _call(self, claims: str | None) -> Any:
        credential = self._credential
        if credential is None:
            require("azure", "The default credential", "azure.identity")
            identity = importlib.import_module("azure.identity")
            credential = self._credential = identity.DefaultAzureCredential()
        if hasattr(credential, "get_token_info"):
            return credential.get_token_info(self.scope, options={"claims": claims} if claims else None)
        if hasattr(credential, "get_token"):
            return credential.get_token(self.scope, **({"claims": claims} if claims else {}))
        return credential()

    def _as_token(self, answer: Any) -> _Token:
        text = answer if isinstance(answer, str) else getattr(answer, "token", None)
        text = text.strip().removeprefix("Bearer ") if isinstance(text, str) else ""
        if not text or not all("!" <= character <= "~" for character in text):
            hint = _HINT if hasattr(self._credential, "get_token") else "Pass a token as text, without spaces."
            raise AuthError(f"The credential ({self._kind}) returned no valid token.", hint=hint)
        now = time.time()
        expires = _number(getattr(answer, "expires_on", None))
        if expires is None:
            return _Token(text, None, None if isinstance(self._credential, str) else now + _EARLY)
        renew = expires - min(_EARLY, max(expires - now, 0.0) / 4)
        asked = _number(getattr(answer, "refresh_on", None))
        return _Token(text, expires, renew if asked is None else min(max(asked, now + 1), renew))

    def _failed(self, error: BaseException) -> AuthError:
        clear_locals(error)
        reason = printable(redact(str(error)).strip().partition("\n")[0][:500]) or type(error).__name__
        return AuthError(f"The credential ({self._kind}) returned no token: {reason}", hint=_HINT)


def _is_coroutine_function(credential: Any) -> bool:
    """Whether a credential, or the method of it that is used, has to be awaited."""
    method = getattr(credential, "get_token_info", None) or getattr(credential, "get_token", credential)
    return inspect.iscoroutinefunction(method)


def _is_over(token: _Token, now: float) -> bool:
    return token.expires_on is not None and now >= token.expires_on


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _copy(error: PlanetError) -> PlanetError:
    """A copy for each caller. The request that needed the token was not sent."""
    copied = copy_error(error)
    copied._retry.not_sent = True
    return copied


def _claims_in(header: str) -> str | None:
    """The claims that a challenge asks for, decoded; None if it asks for none."""
    match = re.search(r'claims="([A-Za-z0-9+/_=-]+)"', header)
    if match is None:
        return None
    text = match[1].rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4)).decode()
    except ValueError:
        return None
