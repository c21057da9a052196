"""Decorators for click commands that are coroutines. The commands of this package do not need them: they are sync."""

import functools
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import click

from ..exceptions import PlanetError
from .options import pretty

__all__ = ["command", "coro", "translate_exceptions"]


def coro(func: Callable[..., Coroutine[Any, Any, Any]]) -> Callable[..., Any]:
    """Run a coroutine function in an event loop of its own, as click calls plain functions only."""
    import asyncio  # noqa: TID251  # the coroutine is the caller's, and written for asyncio

    @functools.wraps(func)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return asyncio.run(func(*args, **kwargs))

    return wrapper


def translate_exceptions(func: Callable[..., Any]) -> Callable[..., Any]:
    """Raise `click.ClickException` for the errors of this package, so that click prints them without a traceback."""

    @functools.wraps(func)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        try:
            return func(*args, **kwargs)
        except PlanetError as error:
            raise click.ClickException(str(error)) from error

    return wrapper


def command(
    group: click.Group, name: str | None = None, extra_args: Sequence[Callable[..., Any]] = ()
) -> Callable[[Callable[..., Any]], click.Command]:
    """Add a coroutine function to a group as a command, with the context and `--pretty`.

    Args:
        group: the group.
        name: the name of the command; left out: that of the function.
        extra_args: more decorators, such as `planet.cli.options.limit`.

    Example:
        ```python
        from planet.cli.cmds import command
        from planet.cli.options import limit


        @command(group, name="list", extra_args=[limit])
        async def list_orders(ctx, pretty, limit): ...
        ```
    """

    def decorate(func: Callable[..., Any]) -> click.Command:
        decorators: list[Callable[..., Any]] = [coro, translate_exceptions, click.pass_context, pretty, *extra_args]
        for decorator in decorators:
            func = decorator(func)
        return group.command(name)(func)

    return decorate
