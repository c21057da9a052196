"""What to do about a file that exists under the name of one that is to be downloaded."""

from typing import Literal, TypeAlias

from ..exceptions import ArgumentError

__all__ = ["ERROR", "OVERWRITE", "SKIP", "OnExists", "on_exists_of"]

OnExists: TypeAlias = Literal["error", "skip", "overwrite"]

ERROR: OnExists = "error"  # the right file is kept, any other one is an error
SKIP: OnExists = "skip"  # any file is kept, without looking into it
OVERWRITE: OnExists = "overwrite"  # any file is replaced, when the new one is complete and verified


def on_exists_of(on_exists: str | None, overwrite: bool) -> OnExists:
    """The choice that two parameters stand for: *on_exists*, and the older *overwrite*.

    Raises:
        ArgumentError: they contradict each other, or it is not a choice.
    """
    if on_exists is None:
        return OVERWRITE if overwrite else ERROR
    for choice in (ERROR, SKIP, OVERWRITE):
        if on_exists == choice:
            if overwrite and choice != OVERWRITE:
                raise ArgumentError(f"overwrite=True contradicts on_exists={on_exists!r}.", hint="Pass one of them.")
            return choice
    raise ArgumentError(f"on_exists must be 'error', 'skip' or 'overwrite', got {on_exists!r}.")
