"""The steps of a login: requests, pauses and blocking calls. Generators yield them, and drivers perform them.

A flow performs no I/O itself, so the sync and the async variant share it. The driver sends the result of each step
back into the generator: a `LoginResponse` for a request, the return value for a `BlockingCall`, None for a `Sleep`.
"""

from collections.abc import Awaitable, Callable, Generator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import httpx

__all__ = ["Await", "AwaitingFlow", "BlockingCall", "Flow", "LoginResponse", "Sleep"]


@dataclass(frozen=True)
class Sleep:
    """Wait for a number of seconds."""

    seconds: float


@dataclass(frozen=True)
class BlockingCall:
    """Call a function that may block: files, locks, a browser."""

    function: Callable[..., Any]
    args: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Await:
    """Await what a function returns. Only the async variant can."""

    function: Callable[..., Awaitable[Any]]
    args: tuple[Any, ...] = ()


@dataclass(frozen=True)
class LoginResponse:
    """The response of a login service.

    Attributes:
        status: the HTTP status.
        body: the decoded body.
        retry_after: how many seconds the service asks to wait, if it is overloaded (429 or 503); None: it does not say.
    """

    status: int
    body: bytes = field(repr=False)
    retry_after: float | None = None


Step: TypeAlias = httpx.Request | Sleep | BlockingCall
Flow: TypeAlias = Generator[Step, Any, Any]
AwaitingFlow: TypeAlias = Generator[Step | Await, Any, Any]
