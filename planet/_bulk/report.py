"""What became of a bulk order: `BulkStatus` and `BulkReport`."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from .._utils.paths import as_path
from ..exceptions import BulkError, ClientError
from .states import FATES

__all__ = ["BulkReport", "BulkScene", "BulkStatus"]


@attrs.frozen
class BulkScene:
    """One scene of a bulk order.

    Attributes:
        item_type: for example `PSScene`.
        item_id: the id of the item.
        acquired: when it was acquired, in UTC.
        fate: `found` (the plan is not complete), `left` (not chosen), `chosen`, `ordered`, `delivered`, `missing` (the
            order has ended without it), `refused` or `failed`.
        order_id: the order that it is in, or None.
        reason: why it was not delivered, or None.
    """

    __module__ = "planet.bulk"

    item_type: str
    item_id: str
    acquired: str
    fate: str
    order_id: str | None
    reason: str | None


@attrs.frozen
class BulkStatus:
    """The state of a bulk order.

    Attributes:
        scenes: the number of scenes by their fate, see `BulkScene`.
        orders: the number of orders by their state: `planned`, `sending`, `active` (queued or running), `ready` (to be
            downloaded), `done`, `incomplete` (files are missing), `failed`, `cancelled`, `refused`, `unknown`.
        windows_left: the spans of time that are still to be searched.
        km2: the area of the scenes in its orders, in square kilometres, as far as they are clipped; None: not known.
        held: why planned orders are not created now: the budget or the quota. None: they are, or there are none.
    """

    __module__ = "planet.bulk"

    scenes: Mapping[str, int]
    orders: Mapping[str, int]
    windows_left: int = 0
    km2: float | None = None
    held: str | None = None

    @property
    def ended(self) -> int:
        """The number of chosen scenes with a last fate."""
        return sum(self.scenes.get(fate, 0) for fate in ("delivered", "missing", "refused", "failed"))

    @property
    def chosen(self) -> int:
        """The number of chosen scenes, whatever became of them."""
        return self.ended + self.scenes.get("chosen", 0) + self.scenes.get("ordered", 0)

    def __str__(self) -> str:
        parts = [f"{self.scenes[fate]:,} {fate}" for fate in FATES if self.scenes.get(fate)]
        orders = [f"{count:,} {state}" for state, count in sorted(self.orders.items())]
        text = f"scenes: {', '.join(parts) or 'none'}; orders: {', '.join(orders) or 'none'}"
        return f"{text}; on hold: {self.held}" if self.held else text


@attrs.frozen
class BulkReport:
    """What became of each scene of a bulk order.

    Attributes:
        status: the numbers.
        scenes: the scenes that were chosen, by their time.
    """

    __module__ = "planet.bulk"

    status: BulkStatus
    scenes: Sequence[BulkScene] = attrs.field(repr=False)

    def __str__(self) -> str:
        return str(self.status)

    @property
    def is_complete(self) -> bool:
        """Whether every chosen scene was delivered."""
        return self.status.chosen == self.status.scenes.get("delivered", 0)

    def raise_for_failures(self) -> None:
        """Raise an error if a chosen scene was not delivered.

        Raises:
            BulkError: the message has the numbers, and `report` this report.
        """
        if self.is_complete:
            return
        lacking = [scene for scene in self.scenes if scene.fate != "delivered"]
        first = lacking[0]
        reason = f": {first.reason}" if first.reason else ""
        raise BulkError(
            f"{len(lacking):,} of {self.status.chosen:,} scenes were not delivered. The first is "
            f"{first.item_type} {first.item_id}, {first.fate}{reason}.",
            hint=f"On hold: {self.status.held}." if self.status.held else "Call run() again, or retry() and run().",
            report=self,
        )

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON."""
        return {"status": attrs.asdict(self.status), "scenes": [attrs.asdict(scene) for scene in self.scenes]}

    def to_csv(self) -> str:
        """A line for each scene: item type, id, time, fate, order, reason."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(field.name for field in attrs.fields(BulkScene))
        writer.writerows(attrs.astuple(scene) for scene in self.scenes)
        return text.getvalue()

    def save(self, path: Path | str) -> None:
        """Write the report to a file: CSV if its name ends with .csv, otherwise JSON.

        Raises:
            ClientError: the file cannot be written.
        """
        target = as_path("path", path)
        is_csv = target.suffix.lower() == ".csv"
        text = self.to_csv() if is_csv else json.dumps(self.to_dict(), indent=2) + "\n"
        try:
            target.write_text(text, encoding="utf-8")
        except OSError as error:
            raise ClientError(f"The report {target} cannot be written: {error.strerror}.") from None
