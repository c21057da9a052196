"""A local server that implements the APIs of Planet, for development and tests without an account.

    from planet.sandbox import Sandbox

    with Sandbox() as sandbox:
        pl = sandbox.planet()
        ...

Orders go through their states, files are valid GeoTIFFs, links expire, and faults can be injected. On the command line:
`planet sandbox serve`, or `planet sandbox run -- python my_script.py`.
"""

import importlib
from typing import TYPE_CHECKING, Any

from .catalog.places import AOIS

if TYPE_CHECKING:
    from .app import RecordedRequest
    from .catalog.clock import Clock
    from .catalog.own_scenes import OwnScene
    from .server import Sandbox
    from .state.faults import KINDS, Fault, parse_fault
    from .state.identity import Identity
    from .state.world import Timing

__all__ = [
    "AOIS",
    "KINDS",
    "Clock",
    "Fault",
    "Identity",
    "OwnScene",
    "RecordedRequest",
    "Sandbox",
    "Timing",
    "parse_fault",
]


_EXPORTS = {
    "KINDS": "state.faults",
    "Clock": "catalog.clock",
    "OwnScene": "catalog.own_scenes",
    "Fault": "state.faults",
    "Identity": "state.identity",
    "RecordedRequest": "app",
    "Sandbox": "server",
    "Timing": "state.world",
    "parse_fault": "state.faults",
}
_EXTRA = frozenset({"starlette", "uvicorn", "rasterio", "numpy", "shapely", "h5py", "cql2"})


def __getattr__(name: str) -> Any:
    if name not in _EXPORTS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return getattr(importlib.import_module(f".{_EXPORTS[name]}", __name__), name)
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in _EXTRA:
            raise
        raise ModuleNotFoundError(
            f"The sandbox requires {package}, which is not installed. Run: pip install 'planet[sandbox]'",
            name=error.name,
        ) from None
