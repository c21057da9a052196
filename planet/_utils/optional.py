"""Packages that not everybody needs: looked for when they are used, and named when they are missing."""

import importlib

from ..exceptions import ClientError

__all__ = ["require"]


def require(extra: str, what: str, *modules: str) -> None:
    """See that the packages of an extra are there; *what* is what needs them.

    Raises:
        ClientError: one is not installed; the text has the command that does that.
    """
    for module in modules:
        try:
            importlib.import_module(module)
        except ModuleNotFoundError as error:
            raise ClientError(
                f"{what} needs {error.name}, which is not installed.", hint=f"pip install 'planet[{extra}]'"
            ) from None
