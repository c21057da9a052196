"""`Service`: what differs between the services that a session can talk to, such as Planet's and a GeoCatalog."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["ELSEWHERE", "PLANET", "Service"]


@dataclass(frozen=True, kw_only=True)
class Service:
    """A service, as requests and errors have to treat it.

    Attributes:
        classes: (name, requests per second, pattern of "METHOD /path") for each class of endpoint whose rate is
            documented. The first pattern that matches names the class, so the narrower ones come first.
        query: added to the query of every request that lacks it, such as the version of the API.
        hints: (status, pattern of "METHOD /path", what to do next), in place of what the error for Planet's services
            says. The first one that matches counts.
        has_quota: whether a 429 that speaks of a quota means that it is used up, so that waiting does not help.
        is_planet: whether the header `X-Planet-App` is meant for it.
    """

    classes: tuple[tuple[str, float, str], ...] = ()
    query: Mapping[str, str] = field(default_factory=dict)
    hints: tuple[tuple[int, str, str], ...] = ()
    has_quota: bool = False
    is_planet: bool = False

    def hint(self, status: int, method: str, path: str) -> str | None:
        """What to do next after an error; None: as the error says."""
        call = f"{method} {path}"
        return next((hint for code, pattern, hint in self.hints if code == status and re.match(pattern, call)), None)


# Other servers, such as those that signed links lead to.
ELSEWHERE = Service(
    hints=(
        (401, "", "Get a new link or signature."),
        (403, "", "The link or signature is refused, or has expired: get a new one."),
    ),
)
# The rates are those that Planet documents; an endpoint of none of these classes has the usual rate.
PLANET = Service(
    classes=(
        ("orders stats", 5, r"GET .*/stats/orders/v2/?$"),
        ("orders bulk cancel", 5, r"POST .*/orders/v2/cancel/?$"),
        ("orders download", 5, r"GET .*/compute/ops/download/?$"),
        ("orders create", 3, r"POST .*/orders/v2/?$"),
        ("orders list", 3, r"GET .*/orders/v2/?$"),
        ("orders cancel", 3, r"PUT .*/orders/v2/[^/]+$"),
        ("orders get", 3, r"GET .*/orders/v2/[^/]+$"),
        ("data activation", 5, r"(GET|POST) .*/data/v1/assets/[^/]+/activate$"),
        ("data download", 15, r"GET .*/data/v1/download/?$"),
        ("data", 10, r"\w+ .*/data/v1/"),
        ("destinations", 3, r"\w+ .*/destinations/v1"),
    ),
    has_quota=True,
    is_planet=True,
)
