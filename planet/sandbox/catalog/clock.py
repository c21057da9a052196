"""The clock of the sandbox: real time, unless it is stopped or advanced."""

import datetime
import time

__all__ = ["Clock"]


class Clock:
    """The clock of a sandbox. Order states, links and listings depend on it.

    Example:
        ```python
        sandbox.clock.stop()
        sandbox.clock.advance(3600)  # an hour later, at once
        ```
    """

    __module__ = "planet.sandbox"

    def __init__(self) -> None:
        self._offset = 0.0
        self._stopped: float | None = None

    def time(self) -> float:
        """Return the time in seconds since 1970."""
        return (time.time() if self._stopped is None else self._stopped) + self._offset

    def now(self) -> datetime.datetime:
        """Return the time in UTC."""
        return datetime.datetime.fromtimestamp(self.time(), datetime.timezone.utc)

    def advance(self, seconds: float | datetime.timedelta) -> None:
        """Move the clock forward by a number of seconds or a `timedelta`."""
        self._offset += seconds.total_seconds() if isinstance(seconds, datetime.timedelta) else seconds

    @property
    def is_stopped(self) -> bool:
        """Whether it stands still."""
        return self._stopped is not None

    def stop(self) -> None:
        """Stop the clock; from then on only `advance` moves it."""
        self._stopped = time.time() if self._stopped is None else self._stopped

    def start(self) -> None:
        """Start the clock again from the time at which it stopped."""
        if self._stopped is not None:
            self._offset -= time.time() - self._stopped
            self._stopped = None


def stamp(moment: datetime.datetime, timespec: str = "milliseconds") -> str:
    """Format a time as the APIs do: `2024-08-22T01:53:19.755Z`."""
    return moment.astimezone(datetime.timezone.utc).isoformat(timespec=timespec).replace("+00:00", "Z")
