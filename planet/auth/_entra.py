"""`EntraAuth`: tokens of Microsoft Entra ID, from a credential that the user passes."""

import base64
import copy
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

from .._redact import redact
from .._utils.optional import require
from .._utils.tracebacks import clear_locals, hides_locals
from ..exceptions import ArgumentTypeError, AuthError, PlanetError
from ._base import Auth
from ._bearer import drive_async, drive_sync
from ._flow import Await, AwaitingFlow, BlockingCall, Sleep

__all__ = ["EntraAuth"]


log = logging.getLogger("planet.auth")

_EARLY = 300.0  # seconds before its end at which a token is renewed
_POLL_INTERVAL = 0.02  # seconds between two checks whether a renewal is done
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_HINT = "Sign in, for example with az login, and check the tenant. On Azure, check the managed identity."


class _Token(NamedTuple):
    """A token, when it expires, and from when on it is renewed, in seconds since 1970; None: never."""

    text: str
    expires_on: float | None
    renew_on: float | None

    def __repr__(self) -> str:
        return "<token>"


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
                f"credential must have a method get_token, got {type(credential).__name__}.",
                hint="Pass azure.identity.DefaultAzureCredential(), for example.",
            )
        self.scope = scope
        self._credential = credential
        self._kind = "default credential" if credential is None else type(credential).__name__
        if credential is None:
            self._recipe = (EntraAuth, (None, scope))
        self._lock = threading.Lock()
        self._token: _Token | None = None
        self._renewal: object = None  # the one that is in progress
        self._failure: tuple[object, PlanetError] | None = None

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
        if request.url.scheme == "http" and not _is_loopback(request.url.host):
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
        """Return a token that is valid; with *claims*, one that replaces *stale*."""
        waited_for: object = None
        while True:
            now = time.time()
            with self._lock:
                token, renewal, failure = self._token, self._renewal, self._failure
                wanted = token is None or token is stale
                if token is not None and not wanted and (token.renew_on is None or now < token.renew_on):
                    return token
                if waited_for is not None and failure is not None and failure[0] is waited_for:
                    raise _copy(failure[1])
                if not _is_in_progress(renewal):
                    mine = self._renewal = (os.getpid(), object())
                    break
            if token is not None and not wanted and not _is_over(token, now):
                return token  # another task renews it
            waited_for = renewal
            yield Sleep(_POLL_INTERVAL)
        old = None if wanted else token
        try:
            answer = yield BlockingCall(self._ask, (claims,))
            if inspect.isawaitable(answer):
                answer = yield Await(self._awaited(answer))
            with self._lock:
                if isinstance(answer, PlanetError):
                    self._failure = (mine, answer)
                else:
                    self._token = answer
        finally:  # also when it was cancelled: another one that waits renews it then
            with self._lock:
                if self._renewal is mine:
                    self._renewal = None
        if not isinstance(answer, PlanetError):
            return answer
        if old is not None and not _is_over(old, time.time()):
            log.debug("The token could not be renewed; the old one is still valid: %s", answer.message)
            return old
        raise _copy(answer)

    # -- the credential --------------------------------------------------------------------------------------

    def _ask(self, claims: str | None) -> Any:
        """Ask the credential: a token, an error, or what has to be awaited. It may block."""
        try:
            answer = self._call(claims)
            return answer if inspect.isawaitable(answer) else self._as_token(answer)
        except PlanetError as error:
            return error
        except Exception as error:  # noqa: BLE001  # a credential may raise anything
            return self._failed(error)

    async def _awaited(self, answer: Any) -> Any:
        try:
            return self._as_token(await answer)
        except PlanetError as error:
            return error
        except Exception as error:  # noqa: BLE001  # a credential may raise anything
            return self._failed(error)

    def _call(self, claims: str | None) -> Any:
        credential = self._credential
        if credential is None:
            require("azure", "The default credential", "azure.identity")
            identity = importlib.import_module("azure.identity")
            credential = self._credential = identity.DefaultAzureCredential()
        if isinstance(credential, str):
            return credential
        if hasattr(credential, "get_token_info"):
            return credential.get_token_info(self.scope, options={"claims": claims} if claims else None)
        if hasattr(credential, "get_token"):
            return credential.get_token(self.scope, **({"claims": claims} if claims else {}))
        return credential()

    def _as_token(self, answer: Any) -> _Token:
        text = answer if isinstance(answer, str) else getattr(answer, "token", None)
        text = text.strip().removeprefix("Bearer ") if isinstance(text, str) else ""
        if not text or not all("!" <= character <= "~" for character in text):
            raise AuthError(f"The credential ({self._kind}) returned no valid token.", hint=_HINT)
        now = time.time()
        expires = _number(getattr(answer, "expires_on", None))
        if expires is None:
            return _Token(text, None, None if isinstance(self._credential, str) else now + _EARLY)
        renew = expires - min(_EARLY, max(expires - now, 0.0) / 4)
        asked = _number(getattr(answer, "refresh_on", None))
        return _Token(text, expires, renew if asked is None else min(max(asked, now + 1), renew))

    def _failed(self, error: Exception) -> AuthError:
        clear_locals(error)
        reason = redact(str(error)).strip().partition("\n")[0][:500] or type(error).__name__
        return AuthError(f"The credential ({self._kind}) returned no token: {reason}", hint=_HINT)


def _is_in_progress(renewal: Any) -> bool:
    """Whether a renewal goes on. In a forked process it does not."""
    return renewal is not None and renewal[0] == os.getpid()


def _is_over(token: _Token, now: float) -> bool:
    return token.expires_on is not None and now >= token.expires_on


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _copy(error: PlanetError) -> PlanetError:
    """A copy for each caller. The request that needed the token was not sent."""
    copied = copy.copy(error)
    copied.__traceback__ = None
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


def _is_loopback(host: str) -> bool:
    return host in _LOOPBACK or host.endswith(".localhost")
