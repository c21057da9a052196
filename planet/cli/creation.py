"""What a command says if it is interrupted, or the response is lost, while something is being created."""

import contextlib
import re
import shlex
from collections.abc import Iterator

import click

from ..exceptions import APIError, OutcomeUnknown

__all__ = ["creating", "listed_by_name"]


def listed_by_name(api: str, name: object) -> str:
    """Return the command that lists what has this name."""
    return f"planet {api} list --name {shlex.quote(str(name))}" if name else f"planet {api} list"


@contextlib.contextmanager
def creating(ctx: click.Context, what: str, check: str) -> Iterator[None]:
    """Say how to check whether something was created, if that is unknown.

    Args:
        ctx: the context of the command.
        what: what is being created: 'The order'.
        check: the command that shows whether it was.
    """
    advice = f"{what} may have been created. Before you repeat the command, check with: {check}"
    try:
        yield
    except KeyboardInterrupt:
        ctx.obj["RESUME_HINT"] = advice
        raise
    except (OutcomeUnknown, APIError) as error:
        if isinstance(error, OutcomeUnknown) or (error.status_code or 0) >= 500:
            # The hint of the library names a Python method, or says which of several may be it.
            hint = error.hint if error.hint and "match:" in error.hint else advice
            error.hint = re.sub(r"\blist_\w+\(.*\)", lambda _: check, hint)
        raise
