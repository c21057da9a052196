"""The sandbox's catalogue: scenes of the whole world, generated on demand and reproducible.

The world is a grid of cells. Each cell has one scene in each period of a few days. The id of a scene tells its cell, so
that no scene has to be stored. A search with a geometry finds every scene there. A global search uses a sample of
some thousand scenes of several item types, dense at the named areas. A catalogue with a given size consists of such a
sample only.

Other well-formed ids (from the documentation or from real orders) are scenes, too: at their known location, at the
location where an order first needs them, or on a plausible orbit of their satellite.
"""

import datetime
import hashlib
import re
from collections.abc import Iterable

from ...exceptions import ArgumentError
from .item_types import ItemType, item_type
from .places import KNOWN_ITEMS
from .scene import Scene
from .scene_index import CELLS, SceneIndex, index_area, sample_scenes, scene_at, scene_of_satellite
from .window import Window

__all__ = ["DEFAULT_SIZE", "MAX_SIZE", "Catalog", "acquired_of"]


DEFAULT_SIZE, MAX_SIZE = 5000, 1_000_000
_ID_PATTERN = re.compile(r"(\d{8})_(\d{6})_([0-9A-Za-z][0-9A-Za-z_-]*)")
_LOCAL_HOUR = 10.0
# A pass over the lit half of the earth, in seconds; degrees of latitude and longitude that it moves on in a second.
_PASS, _NORTHMOST = 2050, 70.0
_SOUTHWARD, _WESTWARD = 0.0632, 0.012


class Catalog:
    """Find scenes by id, location and time.

    Args:
        size: the number of scenes, at most a million; None: one scene every few days at every location.
        strict_ids: whether only scenes that a search can find exist. Otherwise there is one for every well-formed id.

    Raises:
        ArgumentError: size is out of range.
    """

    def __init__(self, size: int | None = None, *, strict_ids: bool = False) -> None:
        if size is not None and not len(KNOWN_ITEMS) <= size <= MAX_SIZE:
            raise ArgumentError(f"catalog_size must be between {len(KNOWN_ITEMS)} and {MAX_SIZE}, got {size}")
        self._size = size
        self._strict_ids = strict_ids
        self._locations: dict[tuple[str, str], tuple[float, float]] = dict(KNOWN_ITEMS)
        self._own: dict[tuple[str, str], Scene] = {}
        self._sampled: SceneIndex | None = None

    def get(self, name: str, item_id: str) -> Scene | None:
        """Return the scene with an id; None if the id is not well-formed, or there is no such scene."""
        if (own := self._own.get((name, item_id))) is not None:
            return own
        acquired = acquired_of(item_id)
        if acquired is None:
            return None
        kind = item_type(name)
        if (scene := _generated_scene(kind, item_id, acquired)) is not None:
            return scene
        if self._strict_ids and (name, item_id) not in self._locations:
            return None
        lon, lat = self._locations.get((name, item_id)) or _on_orbit(item_id, acquired)
        seed = int.from_bytes(hashlib.sha256(f"{name}/{item_id}".encode()).digest()[:8], "big")
        return Scene(kind, item_id, lon, lat, acquired, seed, strip=seed >> 8, is_known=True)

    def add(self, scene: Scene) -> None:
        """Add a scene; it replaces one with the same id."""
        self._own[scene.item_type, scene.id] = scene

    def remove_added(self) -> None:
        """Remove all scenes that were added."""
        self._own.clear()

    def set_location(self, name: str, item_id: str, lon: float, lat: float) -> None:
        """Set the location of a scene that the catalogue has not generated, unless it is known already."""
        acquired = None if (name, item_id) in self._own else acquired_of(item_id)
        if acquired is not None and _generated_scene(item_type(name), item_id, acquired) is None:
            self._locations.setdefault((name, item_id), (lon, lat))

    def find(self, names: Iterable[str], window: Window, until: datetime.datetime) -> SceneIndex:
        """Return the candidates of a search: the scenes in its window that are published by then, unsorted."""
        kinds = [item_type(name) for name in dict.fromkeys(names)]
        if self._size is None and window.ids is not None:
            known = [self._searchable(kind, item_id) for kind in kinds for item_id in sorted(window.ids)]
            return SceneIndex.from_scenes([scene for scene in known if scene is not None]).published_by(until)
        rows = None
        if self._size is None and window.boxes is not None:
            last = min(window.last or until.date(), until.date())
            rows = index_area(kinds, window.boxes, window.first or datetime.date.min, last)
        if rows is None:  # no geometry, or a very large one
            rows = self._selection().with_types(kinds)
        named = [self.get(*key) for key in {**self._locations, **self._own} if key[0] in {kind.name for kind in kinds}]
        found = {scene.id: scene for scene in named if scene is not None}
        rows = rows.with_scenes(list(found.values())).published_by(until)
        return rows.within(window.boxes, window.first, window.last)

    def _searchable(self, kind: ItemType, item_id: str) -> Scene | None:
        """Return the scene with an id if searches find it: generated, or with a known location."""
        scene = self.get(kind.name, item_id)
        has_place = (kind.name, item_id) in self._locations or (kind.name, item_id) in self._own
        return scene if scene is None or not scene.is_known or has_place else None

    def _selection(self) -> SceneIndex:
        if self._sampled is None:
            self._sampled = sample_scenes((self._size or DEFAULT_SIZE) - len(KNOWN_ITEMS))
        return self._sampled


def acquired_of(item_id: str) -> datetime.datetime | None:
    """Return the acquisition time that an id encodes; None if the id is not well-formed."""
    if match := _ID_PATTERN.fullmatch(item_id):
        try:
            moment = datetime.datetime.strptime(match[1] + match[2], "%Y%m%d%H%M%S")
        except ValueError:
            return None
        if not 2000 <= moment.year <= 2100:
            return None
        micros = int.from_bytes(hashlib.sha256(item_id.encode()).digest()[:3], "big") % 1_000_000
        return moment.replace(microsecond=micros, tzinfo=datetime.timezone.utc)
    return None


def _generated_scene(kind: ItemType, item_id: str, moment: datetime.datetime) -> Scene | None:
    """Return the generated scene with an id; None if the id is not a generated one."""
    match = _ID_PATTERN.fullmatch(item_id)
    if match is None:
        return None
    if kind.has_satellite_ids:
        return scene_of_satellite(kind, item_id, moment)
    cell = kind.cell_of(match[3])
    if cell is None or not 0 <= cell < CELLS:
        return None
    scene = scene_at(kind, cell, kind.period_of(moment.date()))
    return scene if scene is not None and scene.id == item_id else None


def _on_orbit(item_id: str, acquired: datetime.datetime) -> tuple[float, float]:
    """Return where the satellite of an id was: on a plausible orbit, so that scenes of one pass lie along it.

    A satellite flies from north to south over places where it is morning. A known scene of the same pass tells where.
    """
    satellite = item_id.rpartition("_")[2]
    for (_, known), (lon, lat) in KNOWN_ITEMS.items():
        moment = acquired_of(known)
        seconds = (acquired - moment).total_seconds() if moment else _PASS
        if known.rpartition("_")[2] == satellite and abs(seconds) < _PASS / 4 and known != item_id:
            return round(lon - seconds * _WESTWARD, 4), round(lat - seconds * _SOUTHWARD, 4)
    phase = int.from_bytes(hashlib.sha256(satellite.encode()).digest()[:4], "big") % _PASS
    seconds = (acquired.timestamp() + phase) % _PASS
    hours = acquired.hour + acquired.minute / 60 + acquired.second / 3600
    lon = ((_LOCAL_HOUR - hours) * 15 - (seconds - _PASS / 2) * _WESTWARD + 180) % 360 - 180
    return round(max(min(lon, 179.0), -179.0), 4), round(_NORTHMOST - seconds * _SOUTHWARD, 4)
