"""What to say when a request that creates something is interrupted: by Ctrl-C, a cancellation or a time-out."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["warn_if_interrupted"]


@contextmanager
def warn_if_interrupted(log: logging.Logger, what: str, check: str) -> Iterator[None]:
    """Say that something may exist, and how to find out, if the block is interrupted.

    The interruption goes on. Its traceback has the text as a note (from Python 3.11 on), and the log as a warning.

    Args:
        log: the logger of the API.
        what: what may have been created, for example `The order 'my field'`.
        check: the call that lists what there is.
    """
    try:
        yield
    except Exception:
        raise  # an answer or an error, which says what happened
    except BaseException as interruption:
        text = f"{what} may have been created, because the request was interrupted. Check with {check}."
        log.warning("%s", text)
        if hasattr(interruption, "add_note"):
            interruption.add_note(text)
        raise
