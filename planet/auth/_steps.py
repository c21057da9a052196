"""What a login consists of: requests, pauses, and work that blocks. Generators yield them; drivers do them.

The generators decide and wait for nothing, so that one of them serves blocking and asynchronous programs. What a
request yields is an `LoginResponse`, what a `BlockingCall` yields is its result.
"""

import time
from collections.abc import Callable, Generator
from typing import Any, TypeAlias

import attrs
import httpx

from ..exceptions import InvalidAnswer, PlanetError

__all__ = ["BlockingCall", "Flow", "LoginResponse", "Sleep", "drive"]


_LARGEST, _LONGEST = 1024 * 1024, 60.0  # bytes of an answer, and seconds that it may take to come in


@attrs.frozen
class Sleep:
    """Wait for so many seconds."""

    seconds: float


@attrs.frozen
class BlockingCall:
    """Something that may block: files, locks, a browser."""

    function: Callable[..., Any]
    args: tuple[Any, ...] = ()


@attrs.frozen
class LoginResponse:
    """What a login service has answered."""

    status: int
    body: bytes = attrs.field(repr=False)


Step: TypeAlias = httpx.Request | Sleep | BlockingCall
Flow: TypeAlias = Generator[Step, Any, Any]


def _answer_of(response: httpx.Response) -> LoginResponse:
    """An answer, read to its end.

    Raises:
        InvalidAnswer: it is longer than any that makes sense, or takes longer.
    """
    body, end = bytearray(), time.monotonic() + _LONGEST
    for piece in response.iter_bytes():
        body += piece
        if len(body) > _LARGEST:
            raise InvalidAnswer(f"The login service's answer is longer than {_LARGEST} bytes.")
        if time.monotonic() > end:
            raise InvalidAnswer(f"The login service's answer is not there after {_LONGEST:g} seconds.")
    return LoginResponse(response.status_code, bytes(body))


def drive(steps: Flow, client: httpx.Client) -> Any:
    """Do the steps one after the other, blocking: what the generator returns."""
    from .._http.errors import error_from_httpx
    from .._runtime.cancellation import sleep

    result: Any = None
    failure: BaseException | None = None
    try:
        while True:
            step = steps.throw(failure) if failure is not None else steps.send(result)
            result = failure = None
            try:
                if isinstance(step, Sleep):
                    sleep(step.seconds)
                elif isinstance(step, BlockingCall):
                    result = step.function(*step.args)
                else:
                    with client.stream(step.method, step.url, content=step.content, headers=step.headers) as response:
                        result = _answer_of(response)
            except httpx.HTTPError as error:
                failure = error_from_httpx(error, step.method, step.url)  # type: ignore[union-attr]  # only requests raise it
            except PlanetError as error:
                failure = error  # the generator's to judge
    except StopIteration as end:
        return end.value
    finally:
        steps.close()
