"""The tables of a journal, and their rows."""

from typing import NamedTuple

__all__ = ["TABLES", "KnownOrder", "OrderRow", "WindowRow"]


TABLES = """
CREATE TABLE bulk (key TEXT, format INTEGER, version TEXT, name TEXT, spec TEXT, account TEXT, base_url TEXT,
    snapshot TEXT, created REAL, planned REAL, driver INTEGER);
CREATE TABLE windows (n INTEGER PRIMARY KEY, start TEXT, stop TEXT, since TEXT, until TEXT, expected INTEGER,
    found INTEGER);
CREATE TABLE scenes (item_type TEXT, item_id TEXT, acquired TEXT, km2 REAL, item TEXT, fate TEXT, seq INTEGER,
    note TEXT, PRIMARY KEY (item_type, item_id)) WITHOUT ROWID;
CREATE INDEX scenes_by_order ON scenes (seq);
CREATE INDEX scenes_by_fate ON scenes (fate);
CREATE TABLE orders (seq INTEGER PRIMARY KEY, attempt INTEGER, name TEXT UNIQUE, state TEXT, order_id TEXT UNIQUE,
    scenes INTEGER, km2 REAL, sent_at REAL, note TEXT);
"""


class OrderRow(NamedTuple):
    """One order of a bulk order."""

    seq: int
    attempt: int
    name: str
    state: str
    order_id: str | None
    scenes: int
    km2: float | None
    sent_at: float | None
    note: str | None


class KnownOrder(NamedTuple):
    """An order of a bulk order whose journal was lost, from the list of orders."""

    seq: int
    attempt: int
    name: str
    order_id: str
    sent_at: float
    scenes: list[tuple[str, str]]  # item type and id


class WindowRow(NamedTuple):
    """A span of acquisition, and of publication, that is searched at once."""

    n: int
    start: str
    stop: str
    since: str | None
    until: str
    expected: int  # scenes
