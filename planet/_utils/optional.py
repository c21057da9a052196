"""Optional dependencies: imported when they are needed, with a clear error if they are missing."""

import importlib

from ..exceptions import ClientError

__all__ = ["require"]


def require(extra: str, what: str, *modules: str) -> None:
    """Check that the packages of an extra can be imported; *what* is the feature that needs them.

    Raises:
        ClientError: a package is not installed; the hint is the command that installs it.
    """
    for module in modules:
        try:
            importlib.import_module(module)
        except ModuleNotFoundError as error:
            raise ClientError(
                f"{what} needs {error.name}, which is not installed.", hint=f"pip install 'planet[{extra}]'"
            ) from None
