"""`Planet`: the sync client of all of Planet's APIs."""

from .._runtime._sync import APP as SYNC_CLIENT_X_PLANET_APP
from .._sync.planet import Planet
from .._sync.session import SyncSession

__all__ = ["SYNC_CLIENT_X_PLANET_APP", "Planet", "SyncSession"]
