"""Let a fork wait until other threads have loaded the modules that they are loading.

In the child, a module that another thread was loading would never be complete, and importing it would wait for ever.
Much of this package, and of what it stands on, is loaded when it is first needed, which may be in any thread.
"""

import os
import sys
import time

__all__: list[str] = []

_PACKAGES = frozenset(
    {"anyio", "attrs", "certifi", "encodings", "h11", "httpcore", "httpx", "idna", "msgspec", "planet", "sniffio"}
)
_SECONDS = 5.0  # at most: a fork must not wait for ever, either


def _is_loading() -> bool:
    return any(
        getattr(getattr(module, "__spec__", None), "_initializing", False)
        for name, module in list(sys.modules.items())
        if name.partition(".")[0] in _PACKAGES
    )


def _wait_for_imports() -> None:
    deadline = time.monotonic() + _SECONDS
    while _is_loading() and time.monotonic() < deadline:
        time.sleep(0.002)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_wait_for_imports)
