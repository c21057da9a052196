"""The sandbox's catalogue: scenes over the whole world, made up on demand and always the same.

The world is a grid of cells. In each period of a few days a satellite takes one scene of a cell; the id of that scene
holds the cell, so that nothing has to be kept. A search that names a place sees every scene there; a search of the
whole world sees a selection, sampled once: some thousand scenes of several types, dense over a few places. A catalogue
whose size is given consists of such a selection and nothing else.

Ids that the catalogue has not made up (those of documents and of real orders) stand for scenes as well: at the place
that is known for them, or where they are first needed, or somewhere.
"""

import datetime
import hashlib
import re
from collections.abc import Iterable

from ...exceptions import ClientError
from .item_types import ItemType, item_type
from .places import KNOWN_ITEMS
from .scene import Scene
from .scene_index import CELLS, SceneIndex, index_area, sample_scenes, scene_at

__all__ = ["DEFAULT_SIZE", "MAX_SIZE", "Catalog", "Window"]


DEFAULT_SIZE, MAX_SIZE = 5000, 1_000_000
_ID_PATTERN = re.compile(r"(\d{8})_(\d{6})_([0-9A-Za-z][0-9A-Za-z_-]*)$")
_LOCAL_HOUR = 10.0


class Window:
    """What is known of the scenes that a search can find: the boxes they touch, the days they are of, their ids.

    None is no bound. All scenes that a search finds lie within; not all that lie within are found.
    """

    def __init__(self) -> None:
        self.boxes: list[tuple[float, float, float, float]] | None = None
        self.first: datetime.date | None = None
        self.last: datetime.date | None = None
        self.ids: set[str] | None = None

    def intersection(self, other: "Window") -> "Window":
        """What lies within both; of two places, the smaller one is bound enough."""
        both = Window()
        both.boxes = min((boxes for boxes in (self.boxes, other.boxes) if boxes is not None), key=_size, default=None)
        both.first = max((day for day in (self.first, other.first) if day is not None), default=None)
        both.last = min((day for day in (self.last, other.last) if day is not None), default=None)
        both.ids = self.ids if other.ids is None else other.ids if self.ids is None else self.ids & other.ids
        return both

    def union(self, other: "Window") -> "Window":
        """What lies within either."""
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


def _size(boxes: list[tuple[float, float, float, float]]) -> float:
    return sum((east - west) * (north - south) for west, south, east, north in boxes)


class Catalog:
    """Finds scenes by id, and by place and time.

    Args:
        size: how many scenes there are, at most a million; None: everywhere one in every few days.
    """

    def __init__(self, size: int | None = None) -> None:
        if size is not None and not len(KNOWN_ITEMS) <= size <= MAX_SIZE:
            raise ClientError(
                f"The size of the catalogue is {size}.", hint=f"It is a number from {len(KNOWN_ITEMS)} to {MAX_SIZE}."
            )
        self._size = size
        self._locations: dict[tuple[str, str], tuple[float, float]] = dict(KNOWN_ITEMS)
        self._sampled: SceneIndex | None = None

    def get(self, name: str, item_id: str) -> Scene | None:
        """The scene of an id; None if the id is not well-formed."""
        acquired = _acquired(item_id)
        if acquired is None:
            return None
        kind = item_type(name)
        if (scene := _generated_scene(kind, item_id, acquired.date())) is not None:
            return scene
        lon, lat = self._locations.get((name, item_id)) or _arbitrary_location(item_id, acquired)
        seed = int.from_bytes(hashlib.sha256(f"{name}/{item_id}".encode()).digest()[:8], "big")
        return Scene(kind, item_id, lon, lat, acquired, seed, strip=seed >> 8, is_known=True)

    def set_location(self, name: str, item_id: str, lon: float, lat: float) -> None:
        """Say where a scene lies that the catalogue does not know; one that it knows stays where it is."""
        acquired = _acquired(item_id)
        if acquired is not None and _generated_scene(item_type(name), item_id, acquired.date()) is None:
            self._locations.setdefault((name, item_id), (lon, lat))

    def find(self, names: Iterable[str], window: Window, until: datetime.datetime) -> SceneIndex:
        """What a search has to look at: the scenes within its window that are published by then, in no order."""
        kinds = [item_type(name) for name in dict.fromkeys(names)]
        if self._size is None and window.ids is not None:
            known = [self._searchable(kind, item_id) for kind in kinds for item_id in sorted(window.ids)]
            return SceneIndex.from_scenes([scene for scene in known if scene is not None]).published_by(until)
        rows = None
        if self._size is None and window.boxes is not None:
            last = min(window.last or until.date(), until.date())
            rows = index_area(kinds, window.boxes, window.first or datetime.date.min, last)
        if rows is None:  # no place is named, or half the world
            rows = self._selection().with_types(kinds)
        named = [self.get(*key) for key in self._locations if key[0] in {kind.name for kind in kinds}]
        found = {scene.id: scene for scene in named if scene is not None}
        rows = rows.with_scenes(list(found.values())).published_by(until)
        return rows.within(window.boxes, window.first, window.last)

    def _searchable(self, kind: ItemType, item_id: str) -> Scene | None:
        """The scene of an id, if a search can find it: not one that only stands for an id that nobody knows."""
        scene = self.get(kind.name, item_id)
        return scene if scene is None or not scene.is_known or (kind.name, item_id) in self._locations else None

    def _selection(self) -> SceneIndex:
        if self._sampled is None:
            self._sampled = sample_scenes((self._size or DEFAULT_SIZE) - len(KNOWN_ITEMS))
        return self._sampled


def _acquired(item_id: str) -> datetime.datetime | None:
    """When the scene of an id was taken; None if the id is not well-formed."""
    if match := _ID_PATTERN.match(item_id):
        try:
            moment = datetime.datetime.strptime(match[1] + match[2], "%Y%m%d%H%M%S")
        except ValueError:
            return None
        if not 2000 <= moment.year <= 2100:
            return None
        micros = int.from_bytes(hashlib.sha256(item_id.encode()).digest()[:3], "big") % 1_000_000
        return moment.replace(microsecond=micros, tzinfo=datetime.timezone.utc)
    return None


def _generated_scene(kind: ItemType, item_id: str, day: datetime.date) -> Scene | None:
    """The scene that the catalogue itself has given that id."""
    match = _ID_PATTERN.match(item_id)
    cell = kind.cell_of(match[3]) if match else None
    if cell is None or not 0 <= cell < CELLS:
        return None
    scene = scene_at(kind, cell, kind.period_of(day))
    return scene if scene.id == item_id else None


def _arbitrary_location(item_id: str, acquired: datetime.datetime) -> tuple[float, float]:
    """A place at which it was morning when the scene was taken."""
    digest = hashlib.sha256(item_id.encode()).digest()
    hours = acquired.hour + acquired.minute / 60
    lon = ((_LOCAL_HOUR - hours) * 15 + 180) % 360 - 180
    return round(max(min(lon, 179.0), -179.0), 4), round((digest[0] / 255 - 0.5) * 110, 4)
