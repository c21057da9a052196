"""`Planet`: the sync client of all of Planet's APIs."""

from typing import TYPE_CHECKING, Any

from .._runtime._sync import APP as SYNC_CLIENT_X_PLANET_APP
from .._sync.planet import Planet
from .._sync.session import SyncSession

if TYPE_CHECKING:
    from .._async.session import Session

__all__ = ["SYNC_CLIENT_X_PLANET_APP", "Planet", "Session", "SyncSession"]


def __getattr__(name: str) -> Any:
    if name == "Session":  # `Planet` accepts it; it is loaded on first use, because it is the async one
        from .._async.session import Session

        return Session
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
