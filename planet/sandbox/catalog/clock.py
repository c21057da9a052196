"""The time in the sandbox: the real one, unless it is stopped or moved."""

import datetime
import time

__all__ = ["Clock"]


class Clock:
    """What the sandbox takes for the time. Order states, links and listings all go by it.

    Example:
        ```python
        sandbox.clock.stop()
        sandbox.clock.advance(3600)  # an hour later, at once
        ```
    """

    def __init__(self) -> None:
        self._offset = 0.0
        self._stopped: float | None = None

    def time(self) -> float:
        """Seconds since 1970."""
        return (time.time() if self._stopped is None else self._stopped) + self._offset

    def now(self) -> datetime.datetime:
        """The time in UTC."""
        return datetime.datetime.fromtimestamp(self.time(), datetime.timezone.utc)

    def advance(self, seconds: float | datetime.timedelta) -> None:
        """Move on by so many seconds, or by a `timedelta`."""
        self._offset += seconds.total_seconds() if isinstance(seconds, datetime.timedelta) else seconds

    def stop(self) -> None:
        """Stand still; from now on the time moves by `advance` alone."""
        self._stopped = time.time() if self._stopped is None else self._stopped

    def start(self) -> None:
        """Go on from where it stands."""
        if self._stopped is not None:
            self._offset -= time.time() - self._stopped
            self._stopped = None


def stamp(moment: datetime.datetime, timespec: str = "milliseconds") -> str:
    """A time as the APIs write it: `2024-08-22T01:53:19.755Z`."""
    return moment.astimezone(datetime.timezone.utc).isoformat(timespec=timespec).replace("+00:00", "Z")
