"""How fast requests may go: which class an endpoint belongs to, and the buckets of the whole process.

The buckets belong to the process, so that all sessions and clients together keep to the limits of the account that they
share.
"""

import os
import re
import sys
from dataclasses import dataclass

from .._utils.arguments import check_int, check_not_negative
from ..exceptions import ArgumentTypeError
from .bucket import Bucket
from .learning import LearnedRate
from .service import PLANET, Service

__all__ = ["LimitInForce", "Limits", "bucket", "endpoint_class"]


# The first pace of endpoints for which the service documents no number.
_USUAL = 10.0
# How far a learned rate goes beyond the documented one.
_MOST_TIMES = 4


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How many requests a second, and how many at once. 0 switches a limit off.

    The service allows more or fewer requests than it documents, depending on the API and the plan. So each class of
    endpoint begins at the documented rate, goes faster while nothing is refused, up to four times that, and slower when
    the service answers 429.

    Attributes:
        rate: a ceiling of your own, in requests per second of each class of endpoint. None: no other than four times
            the documented rate.
        max_active: API requests in flight at once, per session.
        max_downloads: downloads in flight at once, per session.
        adaptive: whether to learn. If not, no class is asked faster than documented, and requests are evenly spaced.

    Example:
        ```python
        from planet import Session
        from planet.http import Limits

        polite = Session(limits=Limits(rate=2, max_downloads=4))
        ```
    """

    __module__ = "planet.http"

    rate: float | None = None
    max_active: int = 50
    max_downloads: int = 16
    adaptive: bool = True

    def __post_init__(self) -> None:
        for name in ("max_active", "max_downloads"):
            check_int(name, getattr(self, name), 0)
        if self.rate is not None:
            check_not_negative("rate", self.rate)
        if not isinstance(self.adaptive, bool):
            raise ArgumentTypeError(f"adaptive must be True or False, got {type(self.adaptive).__name__}.")

    @classmethod
    def default(cls) -> "Limits":
        """The default limits, or those that a script has set as `planet.http.RATE_LIMIT` and `MAX_ACTIVE`."""
        http = sys.modules.get("planet.http")
        if http is None:
            return cls()
        rate = getattr(http, "RATE_LIMIT", _USUAL)
        return cls(rate=None if rate == _USUAL else rate, max_active=getattr(http, "MAX_ACTIVE", 50))

    def rates(self, documented: float | None) -> tuple[float, float]:
        """The rate that a class begins with, and the highest; (0, 0) where limits are switched off."""
        usual = documented or self.rate or _USUAL
        most = usual * _MOST_TIMES if self.adaptive else usual
        if self.rate is not None:
            most = min(most, self.rate)
        return min(usual, most), most


@dataclass(frozen=True, kw_only=True)
class LimitInForce:
    """The limit of one class of endpoint, as it was learned so far.

    Attributes:
        origin: scheme, host and port of the service.
        endpoint: the class of endpoint, such as "orders get".
        rate: requests per second at present.
        ceiling: the most that it may become.
        refusals: how many requests the service refused (429).
    """

    __module__ = "planet.http"

    origin: str
    endpoint: str
    rate: float
    ceiling: float
    refusals: int

    def __str__(self) -> str:
        refused = f", {self.refusals} refused" if self.refusals else ""
        return f"{self.endpoint}: {self.rate:.3g} requests a second (at most {self.ceiling:.3g}){refused}"


def endpoint_class(method: str, path: str, service: Service = PLANET) -> tuple[str, float | None]:
    """The class of an endpoint and its documented rate per second, None where no number is known.

    >>> endpoint_class("GET", "/compute/ops/orders/v2/1f")
    ('orders get', 3)
    >>> endpoint_class("GET", "/basemaps/v1/mosaics")
    ('basemaps', None)
    """
    for name, rate, pattern in service.classes:
        if re.match(pattern, f"{method} {path}"):  # compiled when it is first needed, and kept by re
            return name, rate
    return path.strip("/").split("/", 1)[0], None


_buckets: dict[tuple[str, str, float, float], Bucket] = {}


def bucket(origin: str, name: str, documented: float | None, limits: Limits) -> Bucket | None:
    """The bucket of a class of endpoint, the same for all sessions with these limits; None: there is no limit."""
    start, ceiling = limits.rates(documented)
    if not start:
        return None
    key = (origin, name, start, ceiling)
    found = _buckets.get(key)
    if found is None:
        # Where there is nothing to learn, the rate is kept to evenly, and for each second.
        made = Bucket(LearnedRate(start, ceiling, bursts=start < ceiling))
        # setdefault is atomic: of two threads that make a bucket at once, both get the one that came first.
        found = _buckets.setdefault(key, made)
    return found


# A child process must inherit neither a lock that another thread held while forking, nor the queue.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_buckets.clear)
