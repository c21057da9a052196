"""`TokenRefresh`: a token that is being asked for, and `Failure`: what came of it."""

import copy
import os
import threading
import time
from collections.abc import Callable

import attrs

from ..exceptions import PlanetError
from ._token import Token

__all__ = ["Failure", "TokenRefresh"]


class TokenRefresh:
    """Work in a thread of its own, so that whoever waits for it may give up, and still nothing is lost.

    A login service that has handed out a new refresh token has often made the old one worthless: the answer has to
    be kept even if the request that it was for was cancelled. A program that ends waits for it, too.
    """

    def __init__(self, work: Callable[[], Token]) -> None:
        self._work = work
        self._done = threading.Event()
        self._process = os.getpid()
        self._token: Token | None = None
        self._error: BaseException | None = None
        try:
            threading.Thread(target=self._run, name="planet-login").start()
        except RuntimeError:  # Python is about to end, and starts no threads any more
            self._run()

    def _run(self) -> None:
        try:
            self._token = self._work()
        except BaseException as error:  # noqa: BLE001  # it is raised where the token is waited for
            self._error = error
        finally:
            self._done.set()

    @property
    def is_under_way(self) -> bool:
        """Whether there is something to wait for. A process that was forked has no such thread."""
        return not self._done.is_set() and self._process == os.getpid()

    def result(self) -> Token:
        """The token.

        Raises:
            PlanetError: there is none; an exception of its own for each who waits.
        """
        if isinstance(self._error, PlanetError):
            raise _own(self._error)
        if self._error is not None:
            raise self._error
        if self._token is None:
            raise PlanetError("The login was being renewed when this process was forked.", hint="Try again.")
        return self._token


@attrs.frozen
class Failure:
    """A renewal that has failed, and for how long nobody needs to find out anew.

    Attributes:
        stale: the token that was to be renewed.
        error: why it could not be.
        until: by the clock `time.monotonic`.
    """

    stale: Token | None
    error: PlanetError
    until: float

    def is_of(self, token: Token | None) -> bool:
        """Whether it was that token."""
        return self.stale is token

    def counts_for(self, token: Token | None) -> bool:
        """Whether it was that token, a moment ago."""
        return self.stale is token and time.monotonic() < self.until

    def again(self) -> PlanetError:
        """The error, for another one to raise."""
        return _own(self.error)


def _own(error: PlanetError) -> PlanetError:
    """A copy, which has a traceback of its own. What the token was for was not sent."""
    own = copy.copy(error)
    own.__traceback__ = None
    own._retry.not_sent = True
    return own
