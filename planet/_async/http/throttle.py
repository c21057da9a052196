"""`Throttle`: waits for the slot of a request in the schedule of its endpoint, and slows that down after a 429."""

from __future__ import annotations

from time import monotonic

import httpx

from ..._http.events import ThrottleEvent, emit
from ..._http.limits import Bucket, bucket, endpoint_class
from ..._http.settings import Settings
from ..._http.urls import origin
from ..._runtime._async import sleep

__all__ = ["Throttle"]


class Throttle:
    """The rate limits of one session. The schedules are shared by all sessions of the process."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def wait_turn(self, method: str, url: str) -> None:
        """Wait for a slot in the schedule of the endpoint; a cancellation gives it back."""
        name, documented = endpoint_class(method, httpx.URL(url).path)
        schedule = bucket(origin(url), name)
        ticket = schedule.reserve(monotonic(), self._settings.limits.rate_of(documented))
        try:
            while (pause := schedule.wait(ticket, monotonic())) > 0:
                await sleep(pause)
        except BaseException:
            schedule.cancel(ticket)
            raise

    def on_success(self, method: str, url: str) -> None:
        """Call it when the service has accepted a request."""
        self._schedule(method, url).on_success()

    def on_throttled(self, method: str, url: str, pause: float) -> None:
        """Call it when the service has answered 429, and asks to wait *pause* seconds."""
        self._schedule(method, url).on_throttled(monotonic(), pause)
        endpoint, _ = endpoint_class(method, httpx.URL(url).path)
        emit(ThrottleEvent(origin=origin(url), endpoint=endpoint, pause=pause), self._settings.on_event)

    @staticmethod
    def _schedule(method: str, url: str) -> Bucket:
        return bucket(origin(url), endpoint_class(method, httpx.URL(url).path)[0])
