"""`Journal`: all that is known about a bulk order, in a file of SQLite.

Each step is on the disk before what follows from it is done, so that a program that is killed at any moment goes on.
"""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from time import time
from typing import Any

from .._version import __version__
from ..exceptions import BulkJournalBusy, ClientError
from .splitting import order_name
from .states import check_move
from .tables import TABLES, KnownOrder, OrderRow, WindowRow
from .windows import Window

__all__ = ["Journal"]


_FORMAT = 2
_KM2 = "CASE WHEN count(km2) = count(*) THEN sum(km2) END"  # unknown, if that of one scene is


class Journal:
    """The journal of a bulk order.

    Args:
        path: the file, which exists.

    Raises:
        ClientError: the file is missing, damaged, or not a journal.
    """

    def __init__(self, path: Path) -> None:
        self.path = path = path.resolve()  # another name of the file has the same lock
        if not path.is_file():
            what = "a folder" if path.is_dir() else "not there"
            raise ClientError(f"There is no bulk order in {path}: it is {what}.", hint="Plan one first.")
        self._lock = threading.RLock()
        self._depth = 0  # of the transaction
        try:
            self._database = _connect(path)
            row = self._database.execute("SELECT key, format, name, spec, snapshot FROM bulk").fetchall()[0]
        except (sqlite3.Error, IndexError) as error:
            if hasattr(self, "_database"):
                self._database.close()
            raise ClientError(f"{path} is not the journal of a bulk order: {error}.") from None
        self._finalizer = weakref.finalize(self, self._database.close)  # where close() is never called
        if row[1] != _FORMAT:
            self.close()
            raise ClientError(f"The journal {path} is from another version of planet.", hint="Use that version.")
        self.key, self.name, self.snapshot = str(row[0]), str(row[2]), str(row[4])
        self.spec: dict[str, Any] = json.loads(row[3])

    @classmethod
    def create(
        cls, path: Path, name: str, spec: Mapping[str, Any], *, base_url: str, snapshot: str, key: str | None = None
    ) -> Journal:
        """Create the file; *key* is that of a bulk order whose journal was lost.

        Raises:
            ClientError: it cannot be written.
        """
        path = path.resolve()
        draft = path.with_name(f"{path.name}.new-{secrets.token_hex(4)}")
        values = (key or secrets.token_hex(4), _FORMAT, __version__, name, json.dumps(spec), base_url, snapshot, time())
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with closing(_locked(path)):
                if path.exists():
                    raise BulkJournalBusy(f"Another program has just planned {path}.", hint="Plan again.")
                with closing(_connect(draft)) as database, database:
                    database.executescript(TABLES)
                    database.execute("INSERT INTO bulk VALUES (?, ?, ?, ?, ?, NULL, ?, ?, ?, NULL, NULL)", values)
                for rest in ("-journal", "-wal", "-shm"):  # of an earlier journal with this name
                    path.with_name(f"{path.name}{rest}").unlink(missing_ok=True)
                os.replace(draft, path)  # a file with this name is always a whole journal
        except (OSError, sqlite3.Error) as error:
            with suppress(OSError):  # it may not exist
                draft.unlink()
            raise ClientError(f"The journal {path} cannot be written: {error}.") from None
        return cls(path)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._finalizer()

    @contextmanager
    def driven(self) -> Iterator[None]:
        """Within the `with`, no other program changes the journal. A lock of SQLite ends with the program.

        Raises:
            BulkJournalBusy: another one does already.
        """
        try:
            guard = _locked(self.path)
        except BulkJournalBusy as error:
            error.message += f" It is process {self._one('SELECT driver FROM bulk')}."
            raise
        with closing(guard):
            if (fault := self._one("PRAGMA quick_check(1)")) != "ok":
                raise ClientError(
                    f"The journal {self.path} is damaged: {fault}.",
                    hint="Restore it from a copy: run() finds the orders that it does not know yet.",
                )
            self._change("UPDATE bulk SET driver = ?", os.getpid())
            yield

    # -- the plan --------------------------------------------------------------------------------------------

    @property
    def account(self) -> str | None:
        """What tells its account from others."""
        account: str | None = self._one("SELECT account FROM bulk")
        return account

    @property
    def base_url(self) -> str:
        """The address of the service."""
        return str(self._one("SELECT base_url FROM bulk"))

    def belong_to(self, account: str) -> bool:
        """Whether it is of this account; from the first call on, it is."""
        with self._transaction() as database:
            database.execute("UPDATE bulk SET account = coalesce(account, ?)", (account,))
            return self.account == account

    def set_budget(self, budget: Mapping[str, Any]) -> None:
        """Store another budget."""
        self.spec["budget"] = dict(budget)
        self._change("UPDATE bulk SET spec = ?", json.dumps(self.spec))

    @property
    def is_planned(self) -> bool:
        """Whether the plan is complete."""
        return self._one("SELECT planned FROM bulk") is not None

    def add_windows(self, windows: Iterable[Window], since: str | None, until: str) -> None:
        """Store windows to search, of what was published in a span. The plan is not complete until they are."""
        rows = [(one.start.isoformat(), one.stop.isoformat(), since, until, one.expected) for one in windows]
        with self._transaction() as database:
            database.execute("UPDATE bulk SET planned = NULL")
            database.executemany(
                "INSERT INTO windows (start, stop, since, until, expected) VALUES (?, ?, ?, ?, ?)", rows
            )

    def windows(self, *, left: bool = False) -> list[WindowRow]:
        """The windows, or those that are left to search."""
        condition = " WHERE found IS NULL" if left else ""
        query = f"SELECT n, start, stop, since, until, expected FROM windows{condition} ORDER BY n"
        return [WindowRow(*row) for row in self._all(query)]

    def add_scenes(self, window: int, scenes: Sequence[tuple[str, str, str, float | None, str]]) -> None:
        """Store what was found in a window: item type, id, time, km² and the item of each."""
        with self._transaction() as database:
            database.executemany("INSERT OR IGNORE INTO scenes VALUES (?, ?, ?, ?, ?, 'found', NULL, NULL)", scenes)
            database.execute("UPDATE windows SET found = ? WHERE n = ?", (len(scenes), window))

    def found(self) -> list[dict[str, Any]]:
        """The items that were found and not yet chosen from, by their time."""
        query = "SELECT item FROM scenes WHERE fate = 'found' ORDER BY acquired, item_id"
        return [json.loads(text) for (text,) in self._all(query)]

    def choose(
        self,
        chosen: Iterable[tuple[str, str]] | None,
        groups: Callable[[Any], Iterable[Any]],
        known: Iterable[KnownOrder] = (),
    ) -> None:
        """Store which scenes are ordered, and the orders that *groups* makes of them. The plan is complete then.

        Args:
            chosen: item type and id of each; None: all that were found and not yet chosen from.
            groups: splits them into orders.
            known: orders that the service has already; their scenes are not ordered again.
        """
        with self._transaction() as database:
            if chosen is None:
                database.execute("UPDATE scenes SET fate = 'chosen' WHERE fate = 'found'")
            database.executemany(
                "UPDATE scenes SET fate = 'chosen' WHERE item_type = ? AND item_id = ? AND fate = 'found'", chosen or ()
            )
            database.execute("UPDATE scenes SET fate = 'left' WHERE fate = 'found'")
            for order in known:
                self._adopt(database, order)
            self._make_orders(database, groups)
            database.execute("UPDATE bulk SET planned = ?", (time(),))

    def _adopt(self, database: sqlite3.Connection, order: KnownOrder) -> None:
        """Store an order that the service has; the next look at the list tells its state."""
        empty = ("", None, "{}", "ordered", order.seq, None)  # of a scene that the search does not find any more
        database.executemany(
            "INSERT INTO scenes VALUES (?, ?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT DO UPDATE SET seq = excluded.seq, fate = excluded.fate",
            [(*scene, *empty) for scene in order.scenes],
        )
        km2 = database.execute(f"SELECT {_KM2} FROM scenes WHERE seq = ?", (order.seq,)).fetchone()[0]
        row = (
            order.seq,
            order.attempt,
            order.name,
            "active",
            order.order_id,
            len(order.scenes),
            km2,
            order.sent_at,
            None,
        )
        database.execute(f"INSERT INTO orders VALUES ({', '.join('?' for _ in row)})", row)

    def choose_again(self, fates: Sequence[str], groups: Callable[[Any], Iterable[Any]]) -> int:
        """Plan new orders for the scenes with these fates; returns the number of scenes."""
        marks = ", ".join("?" for _ in fates)
        with self._transaction() as database:
            changed = database.execute(
                f"UPDATE scenes SET fate = 'chosen', seq = NULL, note = NULL WHERE fate IN ({marks})", tuple(fates)
            ).rowcount
            self._make_orders(database, groups)
            return changed

    def _make_orders(self, database: sqlite3.Connection, groups: Callable[[Any], Iterable[Any]]) -> None:
        query = "SELECT item_type, item_id FROM scenes WHERE fate = 'chosen' AND seq IS NULL ORDER BY acquired, item_id"
        chosen = database.execute(query).fetchall()
        last = database.execute("SELECT coalesce(max(seq), 0) FROM orders").fetchone()[0]
        for seq, group in enumerate(groups(chosen), last + 1):
            database.executemany(
                "UPDATE scenes SET seq = ? WHERE item_type = ? AND item_id = ?", [(seq, *scene) for scene in group]
            )
            km2 = database.execute(f"SELECT {_KM2} FROM scenes WHERE seq = ?", (seq,)).fetchone()[0]
            name = order_name(self.name, self.key, seq, 0)
            row = (seq, 0, name, "planned", None, len(group), km2, None, None)
            database.execute(f"INSERT INTO orders VALUES ({', '.join('?' for _ in row)})", row)

    # -- orders ----------------------------------------------------------------------------------------------

    def orders(self, *states: str) -> list[OrderRow]:
        """The orders in some states, or all, by their number."""
        condition = f" WHERE state IN ({', '.join('?' for _ in states)})" if states else ""
        return [OrderRow(*row) for row in self._all(f"SELECT * FROM orders{condition} ORDER BY seq", *states)]

    def scenes_of(self, seq: int) -> list[tuple[str, str]]:
        """The scenes of an order that are to be ordered or were: item type and id."""
        query = "SELECT item_type, item_id FROM scenes WHERE seq = ? AND fate != 'refused' ORDER BY acquired, item_id"
        return self._all(query, seq)

    def spent(self) -> tuple[int, float]:
        """Scenes and km² of the orders that the service has, or may have."""
        states = "('sending', 'active', 'ready', 'incomplete', 'done', 'unknown')"
        query = f"SELECT coalesce(sum(scenes), 0), coalesce(sum(km2), 0) FROM orders WHERE state IN {states}"
        scenes, km2 = self._all(query)[0]
        return int(scenes), float(km2)

    def send(self, order: OrderRow) -> None:
        """Store that an order is about to be sent."""
        with self._transaction() as database:
            self._move(order, "sending", sent_at=time())
            database.execute("UPDATE scenes SET fate = 'ordered' WHERE seq = ? AND fate = 'chosen'", (order.seq,))

    def not_sent(self, order: OrderRow, note: str | None = None) -> None:
        """Store that the service does not have an order that was about to be sent."""
        self._plan_again(order, note=note)

    def created(self, order: OrderRow, order_id: str) -> None:
        """Store the id of an order that the service has."""
        self._move(order, "active", order_id=order_id, note=None)

    def cancel_sent(self) -> None:
        """Store that orders of which it is not known whether the service has them are not to be sent again."""
        self._change("UPDATE orders SET note = 'cancelled' WHERE state = 'sending'")

    def names(self) -> set[str]:
        """The names of all orders."""
        return {name for (name,) in self._all("SELECT name FROM orders")}

    def refuse_items(self, order: OrderRow, item_ids: Iterable[str], note: str) -> None:
        """Store that the service refuses some items of an order; the others get an order with another name."""
        with self._transaction() as database:
            database.executemany(
                "UPDATE scenes SET fate = 'refused', note = ? WHERE seq = ? AND item_id = ?",
                [(note, order.seq, item_id) for item_id in item_ids],
            )
            count, km2 = database.execute(
                f"SELECT count(*), {_KM2} FROM scenes WHERE seq = ? AND fate = 'ordered'", (order.seq,)
            ).fetchone()
            if count == 0:
                self._move(order, "refused", note=note)
                return
            name = order_name(self.name, self.key, order.seq, order.attempt + 1)
            self._plan_again(order, attempt=order.attempt + 1, name=name, scenes=count, km2=km2)

    def _plan_again(self, order: OrderRow, **columns: Any) -> None:
        with self._transaction() as database:
            self._move(order, "planned", **columns)
            database.execute("UPDATE scenes SET fate = 'chosen' WHERE seq = ? AND fate = 'ordered'", (order.seq,))

    def end(self, order: OrderRow, state: str, note: str | None, fates: Mapping[str, tuple[str, str | None]]) -> None:
        """Store the last state of an order, and the fate of each of its scenes: {item id: (fate, reason)}."""
        with self._transaction() as database:
            self._move(order, state, note=note)
            rows = [(fate, reason, order.seq, item_id) for item_id, (fate, reason) in fates.items()]
            database.executemany("UPDATE scenes SET fate = ?, note = ? WHERE seq = ? AND item_id = ?", rows)

    def note(self, order: OrderRow, state: str, note: str | None = None) -> None:
        """Store another state of an order, which does not change its scenes."""
        self._move(order, state, note=note)

    def _move(self, order: OrderRow, state: str, **columns: Any) -> None:
        with self._transaction() as database:
            now = database.execute("SELECT state FROM orders WHERE seq = ?", (order.seq,)).fetchone()[0]
            check_move(now, state)
            settings = ", ".join(f"{name} = ?" for name in ("state", *columns))
            database.execute(f"UPDATE orders SET {settings} WHERE seq = ?", (state, *columns.values(), order.seq))

    # -- what it says ----------------------------------------------------------------------------------------

    def counts(self) -> dict[str, Any]:
        """The numbers of windows that are left, scenes by fate and orders by state, and the km² of the orders."""
        return {
            "windows_left": self._one("SELECT count(*) FROM windows WHERE found IS NULL"),
            "scenes": dict(self._all("SELECT fate, count(*) FROM scenes GROUP BY fate")),
            "orders": dict(self._all("SELECT state, count(*) FROM orders GROUP BY state")),
            "km2": self._one("SELECT sum(km2) FROM orders WHERE state NOT IN ('refused', 'cancelled', 'failed')"),
        }

    def scenes(self) -> list[tuple[Any, ...]]:
        """Each scene: item type, id, time, fate, the id of its order, and the reason."""
        return self._all(
            "SELECT item_type, item_id, acquired, fate, order_id, scenes.note FROM scenes LEFT JOIN orders USING (seq) "
            "ORDER BY acquired, item_id"
        )

    # -- SQLite ----------------------------------------------------------------------------------------------

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """One transaction, also where it is within another one."""
        with self._lock, self._readable_errors():
            self._depth += 1
            try:
                if self._depth == 1:
                    if self._database.in_transaction:
                        self._database.rollback()  # of a commit that failed
                    self._database.execute("BEGIN IMMEDIATE")
                yield self._database
                if self._depth == 1:
                    self._database.commit()
            except BaseException:
                if self._database.in_transaction:
                    self._database.rollback()
                raise
            finally:
                self._depth -= 1

    def _change(self, statement: str, *values: Any) -> None:
        with self._transaction() as database:
            database.execute(statement, values)

    def _all(self, query: str, *values: Any) -> list[Any]:
        with self._lock, self._readable_errors():
            return self._database.execute(query, values).fetchall()

    @contextmanager
    def _readable_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise ClientError(
                f"The journal {self.path} cannot be used: {error}.", hint="What is in it is kept; run it again."
            ) from None

    def _one(self, query: str) -> Any:
        rows = self._all(query)
        return rows[0][0] if rows else None


def _locked(path: Path) -> sqlite3.Connection:
    """A connection that holds the lock of a journal until it is closed, or until the program ends."""
    guard = None
    try:
        guard = sqlite3.connect(f"{path}.lock", timeout=0, isolation_level=None, check_same_thread=False)
        guard.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as error:
        if guard is not None:
            guard.close()
        if "locked" in str(error):
            raise BulkJournalBusy(f"Another program is working on {path}.", hint="Wait until it ends.") from None
        raise ClientError(f"The lock of {path} cannot be taken: {error}.") from None
    return guard


def _connect(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
    try:
        database.execute("PRAGMA journal_mode = DELETE")  # everything is in one file
        database.execute("PRAGMA synchronous = FULL")
        database.execute("SELECT count(*) FROM sqlite_master")
    except sqlite3.Error:
        database.close()
        raise
    return database
