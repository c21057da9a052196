"""`TokenCache`: the token of a login in memory."""

import threading
import time

from .._utils.tracebacks import hides_locals
from ._profiles import Profile
from ._token import REFRESH_AFTER, Token

__all__ = ["TokenCache"]


class TokenCache:
    """The token of a login in memory. It is loaded from the profile when it is first needed.

    Attributes:
        profile: where tokens are saved.
        token: the token; None if it is not loaded, or nobody is logged in.
        lock: guards `token` against other threads.
    """

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.token: Token | None = None
        self.lock = threading.Lock()
        self._received: Token | None = None
        self._refresh_at = 0.0

    def get(self) -> Token | None:
        """Return the token, loaded if necessary; None if nobody is logged in. May block."""
        return self.token if self.token is not None else self.load()

    @hides_locals
    def load(self) -> Token | None:
        """Load the token from the profile. Blocks."""
        stored = self.profile.load_token()
        if stored is not None:
            stored.is_due(0.0)  # imports the JWT library here, and not in the event loop
        with self.lock:
            if self.token is None:  # no other thread has got one in the meantime
                self.token = stored
            return self.token

    @hides_locals
    def store(self, token: Token) -> None:
        """Use a new token from now on, and save it. Blocks."""
        with self.profile.exclusive():
            self.token = token
            self.start_lifetime(token)
            self.profile.save_token(token)

    def start_lifetime(self, token: Token) -> None:
        """Measure the lifetime of a token from now on, because the login service has just issued it."""
        self._received, self._refresh_at = token, time.monotonic() + REFRESH_AFTER * token.lifetime

    def is_within_lifetime(self, token: Token) -> bool:
        """Whether a token was issued to this program recently, even if the clock of this machine is wrong."""
        return token is self._received and time.monotonic() < self._refresh_at
