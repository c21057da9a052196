"""Sessions and their settings.

`RATE_LIMIT` (requests per second) and `MAX_ACTIVE` (requests at once) are read when a session is made; 0 switches
either off. `Session(limits=Limits(…))` sets them for one session.
"""

import logging

from ._async.session import Session
from ._http.events import Event, FileEvent, RateEvent, RequestEvent, RetryEvent, ThrottleEvent, TokenEvent
from ._http.limits import LimitInForce, Limits
from ._http.retry import RetryPolicy
from ._http.settings import Timeouts
from ._sync.session import SyncSession
from .auth import Auth, AuthType
from .exceptions import BadGateway, NetworkError, ServerError, TooManyRequests

__all__ = [
    "DEFAULT_READ_TIMEOUT_SECS",
    "MAX_ACTIVE",
    "MAX_RETRIES",
    "MAX_RETRY_BACKOFF",
    "RATE_LIMIT",
    "RETRY_EXCEPTIONS",
    "Auth",
    "AuthType",
    "BaseSession",
    "Event",
    "FileEvent",
    "LimitInForce",
    "Limits",
    "RateEvent",
    "RequestEvent",
    "RetryEvent",
    "RetryPolicy",
    "Session",
    "SyncSession",
    "ThrottleEvent",
    "Timeouts",
    "TokenEvent",
]


BaseSession = Session
LOGGER = logging.getLogger(__name__)

RATE_LIMIT = 10
MAX_ACTIVE = 50

# Read-only: the defaults of `RetryPolicy` and `Timeouts`.
MAX_RETRIES = 5
MAX_RETRY_BACKOFF = 64
DEFAULT_READ_TIMEOUT_SECS = 125.0
RETRY_EXCEPTIONS = [BadGateway, NetworkError, ServerError, TooManyRequests]
