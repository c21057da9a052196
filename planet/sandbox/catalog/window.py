"""The window of a search: necessary conditions that narrow down the candidates before filters are evaluated."""

import datetime

__all__ = ["Window"]


Box = tuple[float, float, float, float]


class Window:
    """Necessary conditions for the results of a search: bounding boxes, days and ids.

    A search finds no scene outside of its window, but not every scene inside. None is no condition.

    Attributes:
        boxes: (west, south, east, north) of boxes, one of which a scene touches.
        first: the first day.
        last: the last day.
        ids: the item ids.
    """

    def __init__(self) -> None:
        self.boxes: list[Box] | None = None
        self.first: datetime.date | None = None
        self.last: datetime.date | None = None
        self.ids: set[str] | None = None

    def intersection(self, other: "Window") -> "Window":
        """Return a window for scenes in both windows. Of their boxes, it has those with the smaller area."""
        both = Window()
        both.boxes = min((boxes for boxes in (self.boxes, other.boxes) if boxes is not None), key=_area, default=None)
        both.first = max((day for day in (self.first, other.first) if day is not None), default=None)
        both.last = min((day for day in (self.last, other.last) if day is not None), default=None)
        both.ids = self.ids if other.ids is None else other.ids if self.ids is None else self.ids & other.ids
        return both

    def union(self, other: "Window") -> "Window":
        """Return a window for scenes in either window."""
        either = Window()
        if self.boxes is not None and other.boxes is not None:
            either.boxes = self.boxes + other.boxes
        if self.first is not None and other.first is not None:
            either.first = min(self.first, other.first)
        if self.last is not None and other.last is not None:
            either.last = max(self.last, other.last)
        if self.ids is not None and other.ids is not None:
            either.ids = self.ids | other.ids
        return either


def _area(boxes: list[Box]) -> float:
    return sum((east - west) * (north - south) for west, south, east, north in boxes)
