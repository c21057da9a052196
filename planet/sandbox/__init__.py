"""A local Planet, for anyone and with no account: a real HTTP server with the wire format of the real one.

    from planet.sandbox import Sandbox

    with Sandbox() as sandbox:
        pl = sandbox.planet()
        ...

Orders run through their states, files are real GeoTIFFs, links expire, and faults happen on demand. From a shell:
`planet sandbox serve`, or `planet sandbox run -- python my_script.py`.
"""

from typing import TYPE_CHECKING, Any

from .catalog.places import AOIS

if TYPE_CHECKING:
    from .server import Sandbox

__all__ = ["AOIS", "Sandbox"]


_NEEDED = frozenset({"starlette", "uvicorn", "rasterio", "numpy", "shapely", "h5py"})


def __getattr__(name: str) -> Any:
    if name != "Sandbox":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        from .server import Sandbox
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in _NEEDED:
            raise
        raise ModuleNotFoundError(
            f"The sandbox needs {error.name}, which is not installed: pip install 'planet[sandbox]'", name=error.name
        ) from None
    return Sandbox
