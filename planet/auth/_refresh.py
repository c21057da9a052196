"""`TokenRefresh`: a refresh that is in progress, and `RefreshFailure`: one that has failed."""

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from .._utils.tracebacks import clear_locals, copy_error
from ..exceptions import PlanetError
from ._client import MAX_RETRY_AFTER
from ._token import Token

__all__ = ["RefreshFailure", "TokenRefresh"]


class TokenRefresh:
    """A refresh in a thread of its own, which continues when those who wait for it are cancelled.

    Most login services invalidate the old refresh token when they issue a new one: the response has to be saved even
    if the request that needed the token was cancelled. A program that exits waits for it, too.

    Args:
        work: requests and saves the new token.
    """

    def __init__(self, work: Callable[[], Token]) -> None:
        self._work = work
        self._done = threading.Event()
        self._process = os.getpid()
        self._token: Token | None = None
        self._error: BaseException | None = None
        try:
            threading.Thread(target=self._run, name="planet-login").start()
        except RuntimeError:  # Python is shutting down and starts no more threads
            self._run()

    def _run(self) -> None:
        try:
            self._token = self._work()
        except BaseException as error:  # noqa: BLE001  # it is raised where the token is waited for
            clear_locals(error)
            self._error = error
        finally:
            self._done.set()

    @property
    def is_in_progress(self) -> bool:
        """Whether there is something to wait for. A forked process does not have the thread."""
        return not self._done.is_set() and self._process == os.getpid()

    def result(self) -> Token:
        """Return the new token.

        Raises:
            PlanetError: the refresh failed. Each caller gets a copy.
        """
        if isinstance(self._error, PlanetError):
            raise _copy(self._error)
        if self._error is not None:
            raise self._error
        if self._token is None:
            raise PlanetError(
                "The token was not refreshed: this process was forked during the refresh.", hint="Try again."
            )
        return self._token


@dataclass(frozen=True)
class RefreshFailure:
    """A refresh that has failed, and until when it is not tried again.

    Attributes:
        stale: the token that was to be refreshed.
        error: why it failed.
        until: by the clock `time.monotonic`.
        wait_until: until when the login service has asked to wait, by the same clock; 0 if it has not.
    """

    stale: Token | None
    error: PlanetError
    until: float
    wait_until: float = 0.0

    def is_of(self, token: Token | None) -> bool:
        """Whether the refresh was for that token."""
        return self.stale is token

    def is_recent(self, token: Token | None) -> bool:
        """Whether the refresh was for that token, and is not to be tried again yet."""
        return self.is_of(token) and time.monotonic() < self.until

    def has_to_wait(self, token: Token | None) -> bool:
        """Whether the refresh was for that token, and the login service has asked not to be asked again yet."""
        return self.is_of(token) and time.monotonic() < self.wait_until

    def copy_error(self) -> PlanetError:
        """Return a copy of the error, for another caller to raise."""
        error = _copy(self.error)
        if error.retry_after is not None and error.retry_after <= MAX_RETRY_AFTER:
            error.retry_after = max(self.wait_until - time.monotonic(), 0.0)
        return error


def _copy(error: PlanetError) -> PlanetError:
    """A copy with a traceback of its own. The request that needed the token was not sent."""
    copied = copy_error(error)
    copied._retry.not_sent = True
    return copied
