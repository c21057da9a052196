"""Progress on stderr: a bar on a terminal or in a notebook, plain lines elsewhere.

Showing progress never raises: not without stderr, not with a closed one, not on a console of another encoding.

with StateBar(state="creating") as bar:
    order = pl.orders.create_order(request)
    bar.update(state="created", order_id=order["id"])
    pl.orders.wait(order["id"], callback=bar.update_state)
"""

import contextlib
import shutil
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Any

from ._redact import printable

__all__ = ["AssetStatusBar", "DownloadBar", "ProgressBar", "StateBar", "StatesBar"]


_LINE_INTERVAL = 10.0  # seconds between two lines where there is no terminal
_WIDE = 100  # columns of a terminal with room for a name beside the bar
_OVER = ("success", "partial", "failed", "cancelled")  # states of orders that are about to be counted as done
_SHOWN = 1  # files in flight that are named; the others are counted


class _Stderr:
    """stderr as bars write to it: never raises, and replaces characters that its encoding does not have."""

    def __init__(self) -> None:
        self._stream: Any = sys.stderr  # None where a program has no console

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> None:
        with contextlib.suppress(Exception):  # no stream, a closed one, or one of the user's own
            encoding = getattr(self._stream, "encoding", None) or "utf-8"
            self._stream.write(text.encode(encoding, "replace").decode(encoding))

    def flush(self) -> None:
        with contextlib.suppress(Exception):
            self._stream.flush()

    def isatty(self) -> bool:
        with contextlib.suppress(Exception):
            return bool(self._stream.isatty())
        return False


def _is_drawable() -> bool:
    return "ipykernel" in sys.modules or _Stderr().isatty()


def _make_bar(**options: Any) -> Any:
    """A bar of tqdm: a widget in a notebook, text on a terminal."""
    if "ipykernel" in sys.modules:
        try:
            import ipywidgets  # noqa: F401  # tqdm's notebook bar needs it and does not say so
            from tqdm.notebook import tqdm as notebook_tqdm
        except ImportError:
            pass  # the text bar works in a notebook too
        else:
            return notebook_tqdm(file=sys.stderr, **options)
    from tqdm import tqdm

    return tqdm(file=_Stderr(), **options)


class _Lines:
    """Replaces a bar where none can be drawn, and prints a line from time to time."""

    def __init__(self, total: int | None = None, **_: Any) -> None:
        self.total = total
        self.n = 0
        self._text = ""
        self._start = time.monotonic()

    def __str__(self) -> str:
        minutes, seconds = divmod(int(time.monotonic() - self._start), 60)
        return f"{minutes:02d}:{seconds:02d} - {self._text}"

    def set_description_str(self, text: str = "", refresh: bool = True) -> None:
        self._text = text

    def print(self) -> None:
        stderr = _Stderr()
        stderr.write(f"{self}\n")
        stderr.flush()

    def refresh(self) -> None:
        self.print()

    def clear(self) -> None:
        return None

    def close(self) -> None:
        return None


class ProgressBar:
    """The base class of the bars. Use one in a `with` statement, or call `open_bar` and `close`.

    Args:
        disable: show nothing.
    """

    def __init__(self, disable: bool = False) -> None:
        self.disable = disable
        self.bar: Any = None

    def __str__(self) -> str:
        return str(self.bar)

    def __enter__(self) -> Any:
        self.open_bar()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def open_bar(self) -> None:
        """Show the bar."""
        raise AttributeError(f"{type(self).__name__} cannot be shown: it is a base class")

    def clear(self) -> None:
        """Take the bar off its line, before something else is printed there. The next change shows it again."""
        if self.bar is not None and not self.disable:
            self.bar.clear()

    def close(self) -> None:
        """End the bar. Its last state stays on the screen."""
        if self.bar is not None:
            self.bar.close()


class _TextBar(ProgressBar):
    """A line of text with the elapsed time."""

    def open_bar(self) -> None:
        if _is_drawable() or self.disable:
            self.bar = _make_bar(bar_format="{elapsed} - {desc}", desc=self._text(), disable=self.disable)
            if hasattr(self.bar, "container"):  # a widget of a notebook: hide all parts but the text
                self.bar.container.children[1].layout.display = "none"
        else:
            self.bar = _Lines()
            if not self._has_news():
                return
        self._show()

    def _has_news(self) -> bool:
        """Whether there is anything to show at first."""
        return True

    def _describe(self) -> str:
        return ""

    def _text(self) -> str:
        return printable(self._describe())

    def _show(self) -> None:
        if self.bar is None:
            return
        self.bar.set_description_str(self._text(), refresh=False)
        if not self.disable:
            self.bar.refresh()


class StateBar(_TextBar):
    """The state of an order: `00:42 - order <id> - state: running`.

    Args:
        order_id: the order, once it is known.
        state: its state.
        disable: show nothing.
        what: the kind of thing that has the state.
    """

    def __init__(
        self, order_id: str | None = None, state: str | None = None, disable: bool = False, *, what: str = "order"
    ) -> None:
        super().__init__(disable)
        self.what = what
        self.order_id = order_id or ""
        self.state = state or ""

    @property
    def desc(self) -> str:
        """The text for the order: `order <id>`."""
        return f"{self.what} {self.order_id}"

    def _describe(self) -> str:
        return f"{self.desc} - state: {self.state}"

    def _has_news(self) -> bool:
        return bool(self.state)

    def update_state(self, state: str) -> None:
        """Show a new state. Pass this as the callback of `wait`."""
        self.update(state=state)

    def update(self, state: str | None = None, order_id: str | None = None) -> None:
        """Show a new state, a new order, or both."""
        before = (self.order_id, self.state)
        self.order_id = order_id or self.order_id
        self.state = state or self.state
        if (self.order_id, self.state) != before or not isinstance(self.bar, _Lines):
            self._show()


class StatesBar(_TextBar):
    """The states of many orders: `00:42 - 3 of 50 orders done - queued 7, running 40`.

    Args:
        total: how many orders there are.
        disable: show nothing.
    """

    def __init__(self, total: int, disable: bool = False) -> None:
        super().__init__(disable)
        self.total = total
        self.states: dict[str, str] = {}  # by id, of the orders that are waited for
        self.done = 0
        self._shown_at = 0.0

    def _describe(self) -> str:
        counts = Counter(state for state in self.states.values() if state not in _OVER)
        pending = ", ".join(f"{state} {count}" for state, count in sorted(counts.items()))
        return f"{self.done} of {self.total} orders done{pending and f' - {pending}'}"

    def _has_news(self) -> bool:
        return bool(self.states)

    def update_state(self, order_id: str, state: str) -> None:
        """Show a new state of an order. Pass this as the callback of `wait_many`."""
        self.states[order_id] = state
        if len(self.states) + self.done >= self.total:  # after the first look at the orders, not in the midst of it
            self._show_if_due()

    def finish(self, order_id: str) -> None:
        """Count an order as done."""
        self.states.pop(order_id, None)
        self.done += 1
        self._show_if_due(is_last=self.done == self.total)

    def _show_if_due(self, *, is_last: bool = False) -> None:
        """Show the states, but without a terminal only from time to time."""
        now = time.monotonic()
        if is_last or not isinstance(self.bar, _Lines) or not self._shown_at or now - self._shown_at >= _LINE_INTERVAL:
            self._shown_at = now
            self._show()


class AssetStatusBar(_TextBar):
    """The status of an asset: `00:12 - PSScene <item id> ortho_visual - status: activating`."""

    def __init__(self, item_type: str, item_id: str, asset_type: str, disable: bool = False) -> None:
        super().__init__(disable)
        self.item_type = item_type
        self.item_id = item_id
        self.asset_type = asset_type
        self.status = ""

    def _describe(self) -> str:
        return f"{self.item_type} {self.item_id} {self.asset_type} - status: {self.status}"

    def _has_news(self) -> bool:
        return bool(self.status)

    def update(self, status: str) -> None:
        """Show a new status. Pass this as the callback of `wait_asset`."""
        changed = status != self.status
        self.status = status
        if changed or not isinstance(self.bar, _Lines):
            self._show()


class DownloadBar(ProgressBar):
    """The progress of a download: files, bytes, rate, remaining time, and the files in flight.

    Args:
        files: the number of files.
        total: their size in bytes, or None if it is not known.
        disable: show nothing.
    """

    def __init__(self, files: int = 1, total: int | None = None, disable: bool = False) -> None:
        super().__init__(disable)
        self.files = files
        self.total = total
        self.done = 0
        self._in_progress: dict[Path, None] = {}
        self._received: dict[Path, int] = {}
        self._kept = 0
        self._waiting = 0
        self._last_line = time.monotonic()
        self._lock = threading.Lock()  # the sync variant downloads files in several threads

    def open_bar(self) -> None:
        if self.disable:
            return
        if _is_drawable():
            self.bar = _make_bar(
                total=self.total, unit="B", unit_scale=True, unit_divisor=1000, desc=self._describe(),
                dynamic_ncols=True, smoothing=0.1,
            )  # fmt: skip
        else:
            self.bar = _Lines(total=self.total)

    def _describe(self) -> str:
        text = "download" if self.files == 1 else f"{self.done}/{self.files} files"
        return f"{text}, {self._waiting} not ready" if self._waiting else text

    def waiting(self, change: int) -> None:
        """Add to the number of files that the service is still preparing."""
        with self._lock:
            self._waiting += change
            self._show()

    def start(self, path: Path) -> None:
        """Show that the download of a file has started."""
        with self._lock:
            self._in_progress[path] = None
            self._show()

    def expect(self, size: int) -> None:
        """Set the size of the only file, which the answer has told."""
        if self.bar is not None and self.bar.total is None and self.files == 1:
            self.bar.total = size

    def seen(self, path: Path, received: int) -> None:
        """Set the bytes of a file that were received: also by an earlier run, and fewer than before after a restart."""
        with self._lock:
            count = received - self._received.get(path, 0)
            self._received[path] = received
            if self.bar is None or not count:
                return
            if not isinstance(self.bar, _Lines):
                self.bar.update(count)
                return
            self.bar.n += count
            self._show()

    def failed(self, path: Path) -> None:
        """Show that the download of a file has failed."""
        with self._lock:
            self._in_progress.pop(path, None)

    def finish(self, path: Path, fetched: bool = True) -> None:
        """Show that a file is complete; *fetched* is False for one that existed."""
        with self._lock:
            self._in_progress.pop(path, None)
            self.done += 1
            self._kept += not fetched
            self._show()

    def close(self) -> None:
        if self.bar is None:
            return
        if isinstance(self.bar, _Lines):
            self._line()
        else:
            self.bar.set_postfix_str("" if not self._kept else f"{self._kept} already there")
            self.bar.close()
        self.bar = None

    def _show(self) -> None:
        if isinstance(self.bar, _Lines):
            if time.monotonic() - self._last_line >= _LINE_INTERVAL:
                self._line()
        elif self.bar is not None:
            self.bar.set_description_str(self._describe(), refresh=False)
            self.bar.set_postfix_str(self._in_flight(), refresh=False)

    def _in_flight(self) -> str:
        if shutil.get_terminal_size((_WIDE, 24)).columns < _WIDE:
            return f"{len(self._in_progress)} in progress" if self._in_progress else ""
        names = [_short(path.name) for path in list(self._in_progress)[:_SHOWN]]
        more = len(self._in_progress) - len(names)
        return ", ".join(names) + (f" +{more}" if more > 0 else "")

    def _line(self) -> None:
        self._last_line = time.monotonic()
        unit, name = (1e6, "MB") if max(self.bar.n, self.total or 0) >= 1e6 else (1e3, "kB")
        size = f"{self.bar.n / unit:.1f}" + (f" of {self.total / unit:.1f}" if self.total else "")
        kept = f", {self._kept} already there" if self._kept else ""
        waiting = f", {self._waiting} not ready" if self._waiting else ""
        self.bar.set_description_str(f"{self.done} of {self.files} files, {size} {name}{kept}{waiting}")
        self.bar.print()


def _short(name: str) -> str:
    """A name that leaves room for the bar. The end of a name differs more often than its beginning."""
    name = printable(name)
    return name if len(name) <= 30 else f"…{name[-29:]}"
