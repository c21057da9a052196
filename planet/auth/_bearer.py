"""Send requests with a token: the flow, and its drivers for the sync and the async variant of httpx."""

import contextlib
import logging
from collections.abc import AsyncGenerator, Generator

import httpx

from ..exceptions import ArgumentTypeError
from ._flow import Await, AwaitingFlow, BlockingCall, Flow, Sleep
from ._refresher import TokenRefresher

__all__ = ["bearer_flow", "drive_async", "drive_sync"]


log = logging.getLogger("planet.auth")


def bearer_flow(request: httpx.Request, refresher: TokenRefresher) -> Flow:
    """Send a request with a token, and once more with a new token if the service returns 401.

    The result of a request is an `httpx.Response` here, since httpx sends it.
    """
    token = yield from refresher.get_token()
    request.headers["Authorization"] = f"Bearer {token.access_token}"
    response = yield request
    if response.status_code != 401 or not refresher.can_refresh(token):
        return
    log.debug("The service has refused the token (401); requesting a new one")
    token = yield from refresher.refresh(token)
    request.headers["Authorization"] = f"Bearer {token.access_token}"
    yield request


def drive_sync(flow: AwaitingFlow) -> Generator[httpx.Request, httpx.Response, None]:
    """Drive a flow for `httpx.Client`."""
    from .._runtime import _sync as runtime  # each variant loads its own runtime only

    result = None
    with contextlib.closing(flow), contextlib.suppress(StopIteration):
        while True:
            step = flow.send(result)
            if isinstance(step, Sleep):
                runtime.sleep(step.seconds)
                result = None
            elif isinstance(step, BlockingCall):
                result = step.function(*step.args)
            elif isinstance(step, Await):
                raise ArgumentTypeError(
                    "The credential is asynchronous, which a blocking client cannot use.",
                    hint="Pass a credential of azure.identity (not of azure.identity.aio), or use the async client.",
                )
            else:
                result = yield step


async def drive_async(flow: AwaitingFlow) -> AsyncGenerator[httpx.Request, httpx.Response]:
    """Drive a flow for `httpx.AsyncClient`. Blocking calls run in a thread."""
    from .._runtime import _async as runtime

    result = None
    with contextlib.closing(flow), contextlib.suppress(StopIteration):
        while True:
            step = flow.send(result)
            if isinstance(step, Sleep):
                await runtime.sleep(step.seconds)
                result = None
            elif isinstance(step, BlockingCall):
                result = await runtime.run_blocking(step.function, *step.args)
            elif isinstance(step, Await):
                result = await step.function(*step.args)
            else:
                result = yield step
