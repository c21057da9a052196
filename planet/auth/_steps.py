"""What a login consists of: requests, pauses, and work that blocks. Generators yield them; drivers do them.

The generators decide and wait for nothing, so that one of them serves blocking and asynchronous programs. What a
request yields is an `Answer`, what a `Work` yields is its result.
"""

from collections.abc import Callable, Generator
from typing import Any, TypeAlias

import attrs
import httpx

from ..exceptions import InvalidAnswer, PlanetError

__all__ = ["Answer", "Pause", "Steps", "Work", "answer_of", "drive"]

_LARGEST = 1024 * 1024


@attrs.frozen
class Pause:
    """Wait for so many seconds."""

    seconds: float


@attrs.frozen
class Work:
    """Something that may block: files, locks, a browser."""

    function: Callable[..., Any]
    args: tuple[Any, ...] = ()


@attrs.frozen
class Answer:
    """What a login service has answered."""

    status: int
    body: bytes = attrs.field(repr=False)


Step: TypeAlias = httpx.Request | Pause | Work
Steps: TypeAlias = Generator[Step, Any, Any]


def answer_of(status: int, body: bytes) -> Answer:
    """An answer, read to its end.

    Raises:
        InvalidAnswer: it is longer than any that makes sense.
    """
    if len(body) > _LARGEST:
        raise InvalidAnswer(f"The login service's answer is longer than {_LARGEST} bytes.")
    return Answer(status, body)


def drive(steps: Steps, client: httpx.Client) -> Any:
    """Do the steps one after the other, blocking: what the generator returns."""
    from .._response import error_from_httpx
    from .._runtime._sync import sleep

    result: Any = None
    failure: BaseException | None = None
    try:
        while True:
            step = steps.throw(failure) if failure is not None else steps.send(result)
            result = failure = None
            try:
                if isinstance(step, Pause):
                    sleep(step.seconds)
                elif isinstance(step, Work):
                    result = step.function(*step.args)
                else:
                    with client.stream(step.method, step.url, content=step.content, headers=step.headers) as response:
                        result = answer_of(response.status_code, response.read())
            except httpx.HTTPError as error:
                failure = error_from_httpx(error, step.method, step.url)  # type: ignore[union-attr]  # only requests raise it
            except PlanetError as error:
                failure = error  # the generator's to judge
    except StopIteration as end:
        return end.value
    finally:
        steps.close()
