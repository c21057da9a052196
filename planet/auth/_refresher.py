"""`TokenRefresher`: valid tokens, refreshed before they expire; one refresh at a time, shared by all who need it."""

import logging
import time
from collections.abc import Sequence

from .._http.events import TokenEvent, emit
from ..exceptions import AuthError, PlanetError
from ._client import MAX_RETRY_AFTER, LoginClient
from ._config import MACHINE
from ._errors import LoginRefused
from ._flow import BlockingCall, Flow, Sleep
from ._grants import by_client_credentials, by_refresh
from ._hints import not_logged_in, refused_hint
from ._profiles import Profile
from ._refresh import RefreshFailure, TokenRefresh
from ._token import Token
from ._token_cache import TokenCache

__all__ = ["TokenRefresher"]


log = logging.getLogger("planet.auth")

_POLL_INTERVAL = 0.02  # seconds between two checks whether a refresh is done
_EARLY_TIMEOUT = 5.0  # seconds to wait for a new token while the old one is still valid
_FAILURE_LIFETIME = 5.0  # seconds during which a failed refresh is not tried again


class TokenRefresher:
    """Returns the token of a login, and refreshes it.

    Args:
        cache: the token in memory.
        client: requests new tokens.

    Attributes:
        scopes: the scopes to request in a refresh; empty: the same as before.
    """

    def __init__(self, cache: TokenCache, client: LoginClient) -> None:
        self.scopes: list[str] = []
        self._cache = cache
        self._client = client
        self._refresh: TokenRefresh | None = None
        self._failure: RefreshFailure | None = None

    def get_token(self) -> Flow:
        """Return a valid token. It is refreshed early, after three quarters of its lifetime.

        If an early refresh fails or takes long, the old token is returned as long as it is valid.
        """
        token = self._cache.token
        if token is None:
            token = yield BlockingCall(self._cache.load)
        if token is not None and self._cache.is_within_lifetime(token):
            return token
        now = time.time()
        if token is not None and not token.is_due(now):
            return token
        if token is None or token.is_expired(now):
            return (yield from self.refresh(token))
        if self._failure is not None and self._failure.is_recent(token):
            return token
        try:
            return (yield from self.refresh(token, _EARLY_TIMEOUT))
        except PlanetError as error:
            if _is_final(error):
                raise
            log.debug("The profile %s continues with its current token, which is still valid", self._cache.profile.name)
            return token

    def refresh(self, stale: Token | None, timeout: float | None = None) -> Flow:
        """Return a token that replaces *stale*: one that was obtained in the meantime, or a new one.

        After *timeout* seconds *stale* is returned, and the refresh continues.
        """
        with self._cache.lock:
            if self._cache.token is not None and self._cache.token is not stale:
                return self._cache.token
            failure = self._failure
            if failure is not None and (
                (failure.is_recent(stale) and _is_final(failure.error)) or failure.has_to_wait(stale)
            ):
                raise failure.copy_error()
            if self._refresh is None or not self._refresh.is_in_progress:
                log.debug("Refreshing the token of the profile %s", self._cache.profile.name)
                self._refresh = TokenRefresh(lambda: self._replace(stale))
            refresh = self._refresh
        end = None if timeout is None else time.monotonic() + timeout
        while refresh.is_in_progress:
            if end is not None and time.monotonic() > end:
                return stale
            yield Sleep(_POLL_INTERVAL)
        return refresh.result()

    def can_refresh(self, token: Token) -> bool:
        """Whether a new token can be requested without the user."""
        config = self._cache.profile.config
        return bool(config.client_secret) if config.client_type == MACHINE else token.refresh_token is not None

    def final_error(self, token: Token | None) -> PlanetError | None:
        """Return the error of a refresh of this token that only a new login can fix; None if there was none."""
        failure = self._failure
        if failure is None or not failure.is_of(token) or not _is_final(failure.error):
            return None
        return failure.copy_error()

    # -- in the thread of the refresh ------------------------------------------------------------------------

    def _replace(self, stale: Token | None) -> Token:
        """Put a new token into the cache, or remember the failure."""
        events: list[TokenEvent] = []
        try:
            with self._cache.profile.exclusive():
                token = self._load_or_request(stale, events)
            self._cache.token, self._failure = token, None
        except PlanetError as error:
            is_remembered = stale is not None and (_is_final(error) or not stale.is_expired(time.time()))
            now, pause = time.monotonic(), min(error.retry_after or 0.0, MAX_RETRY_AFTER)
            until = now + max(_FAILURE_LIFETIME if is_remembered else 0.0, pause)
            self._failure = RefreshFailure(stale, error, until, now + pause if pause else 0.0)
            raise
        finally:
            for event in events:  # after the lock is released: a hook may take long
                emit(event, self._client.on_event)
        return token

    def _load_or_request(self, stale: Token | None, events: list[TokenEvent]) -> Token:
        """Return the token that another program has saved, or else request one and save it."""
        profile = self._cache.profile
        stored = profile.load_token()
        if stored is not None and _differs(stored, stale) and not stored.is_due(time.time()):
            log.debug("The profile %s uses a token that was saved by another program", profile.name)
            return stored
        before = stored if stored is not None else stale
        if profile.config.is_attended and (before is None or not before.access_token):
            raise not_logged_in(profile)
        started = time.monotonic()
        try:
            token: Token = self._client.run(_request_token(profile, before, self.scopes))
        except PlanetError as error:
            saved = self._saved_meanwhile(error, before)
            if saved is None:
                events.append(_event(profile, started, error.message))
                raise
            return saved
        events.append(_event(profile, started))
        self._cache.start_lifetime(token)
        try:
            profile.save_token(token)
        except AuthError as error:
            log.warning("The token of the profile %s is kept only in memory: %s", profile.name, error)
        return token

    def _saved_meanwhile(self, error: PlanetError, before: Token | None) -> Token | None:
        """Return the token of a program that ignores the lock, and has used up the refresh token; None without one."""
        if not isinstance(error, LoginRefused) or error.code != "invalid_grant":
            return None
        stored = self._cache.profile.load_token()
        if stored is None or not _differs(stored, before):
            return None
        log.debug("The profile %s uses a token that another program has refreshed", self._cache.profile.name)
        return stored


def _request_token(profile: Profile, before: Token | None, scopes: Sequence[str]) -> Flow:
    """Request a token by the grant that the profile is for."""
    if profile.config.client_type == MACHINE:
        return (yield from by_client_credentials(profile.config))
    if before is None or before.refresh_token is None:
        raise LoginRefused(
            f"The token of the profile {profile.name!r} cannot be refreshed: it has no refresh token.",
            code="expired", hint=refused_hint(profile),
        )  # fmt: skip
    try:
        return (yield from by_refresh(profile.config, before, scopes))
    except LoginRefused as refusal:
        if refusal.code == "invalid_grant":
            refusal.message = f"The login of the profile {profile.name!r} has ended: {refusal.message}"
        refusal.hint = refused_hint(profile)
        raise


def _event(profile: Profile, started: float, error: str | None = None) -> TokenEvent:
    return TokenEvent(profile=profile.name, duration=time.monotonic() - started, error=error)


def _is_final(error: PlanetError) -> bool:
    """Whether only a new login helps."""
    return isinstance(error, LoginRefused) and error.code in ("invalid_grant", "expired")


def _differs(stored: Token, other: Token | None) -> bool:
    return other is None or stored.access_token != other.access_token
