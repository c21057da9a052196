"""Keep secrets out of tracebacks that show local variables, as pytest, rich and Sentry print them."""

import copy
import functools
import inspect
import sys
import traceback
from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar, cast

__all__ = ["clear_locals", "copy_error", "hides_locals"]


E = TypeVar("E", bound=BaseException)
P = ParamSpec("P")
R = TypeVar("R")


def hides_locals(function: Callable[P, R]) -> Callable[P, R]:
    """Make a function clear the local variables of all calls below it when it raises: some of them are secret.

    The function may be a coroutine function.
    """
    if inspect.iscoroutinefunction(function):
        return cast("Callable[P, R]", _hides_locals_async(function))

    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        handled = sys.exc_info()[1]  # what the caller is handling already; its locals are not ours
        try:
            return function(*args, **kwargs)
        except BaseException as error:
            clear_locals(error, handled)
            del args, kwargs
            raise

    return wrapper


def _hides_locals_async(function: Callable[P, Awaitable[R]]) -> Callable[P, Awaitable[R]]:
    @functools.wraps(function)
    async def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        handled = sys.exc_info()[1]
        try:
            return await function(*args, **kwargs)
        except BaseException as error:
            clear_locals(error, handled)
            del args, kwargs
            raise

    return wrapper


def clear_locals(error: BaseException, handled: BaseException | None = None) -> None:
    """Clear the local variables of all calls that have ended with an error, or with one that it came from.

    Args:
        error: the error.
        handled: an error that was being handled before, which is left alone.
    """
    seen = {id(handled)}
    pending: list[BaseException | None] = [error]
    while pending:
        current = pending.pop()
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        traceback.clear_frames(current.__traceback__)  # skips calls that have not ended
        pending += [current.__cause__, current.__context__]


def copy_error(error: E) -> E:
    """A copy to raise once more, without the calls that the original has come from."""
    copied = copy.copy(error).with_traceback(None)
    # tblib, which comes with Dask, copies these as well, with what is in the local variables of their calls.
    copied.__cause__ = copied.__context__ = None
    return copied
