"""Many scenes as columns of numbers, which a search filters and sorts before it creates single scenes."""

import datetime
import math
from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from .item_types import SATELLITES, SUPERDOVE, ItemType, epoch_days, satellite_id, shares
from .places import AOIS
from .random_numbers import mix
from .scene import Scene
from .sun import sun_elevation

__all__ = ["CELLS", "SceneIndex", "index_area", "sample_scenes", "scene_at", "scene_of_satellite"]


Ints = NDArray[np.int64]
Bounds = tuple[float, float, float, float]

_CELL = 0.25  # degrees
_COLUMNS, _ROWS = 1440, 720
CELLS = _COLUMNS * _ROWS
_STRIP = 16  # cells in a strip
_SECONDS_PER_ROW = 4
_LOWEST_SUN = 5.0  # degrees above the horizon
_LOCAL_HOUR = 10.0  # local time of the overpass
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
_SECOND = 1_000_000  # times are microseconds since 1970
_REACH = math.cos(math.radians(8)) + math.sin(math.radians(8))  # half the width of the bounds of a tilted unit square

# The sample that global searches use: the share of it at the named areas, and its last day.
_AOI_SHARE, _MAX_AT_AOIS = 0.4, 20_000
_LAST_SAMPLED_DAY = datetime.date(2025, 12, 31)

# A search of an area with more scenes than this uses the global sample instead.
_MAX_IN_AREA = 1_000_000


@attrs.frozen(eq=False)
class SceneIndex:
    """Scenes as columns of numbers. Scenes that were not generated have kind -1; their cell is an index into `scenes`.

    Attributes:
        kinds: the item types; `kind` has indices into it.
        scenes: the scenes that were not generated.
    """

    kinds: list[ItemType]
    scenes: list[Scene]
    kind: Ints
    cell: Ints
    seed: NDArray[np.uint64]
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    acquired: Ints
    published: Ints

    def __len__(self) -> int:
        return len(self.kind)

    def scene(self, index: int) -> Scene:
        """Return one scene."""
        kind, cell = int(self.kind[index]), int(self.cell[index])
        if kind < 0:
            return self.scenes[cell]
        return _scene(
            self.kinds[kind],
            cell,
            int(self.seed[index]),
            float(self.lon[index]),
            float(self.lat[index]),
            int(self.acquired[index]),
        )

    @classmethod
    def from_scenes(cls, scenes: list[Scene]) -> "SceneIndex":
        """Create an index of scenes."""
        count = len(scenes)
        return cls(
            [],
            scenes,
            np.full(count, -1, np.int64),
            np.arange(count, dtype=np.int64),
            np.array([scene.seed for scene in scenes], np.uint64),
            np.array([scene.lon for scene in scenes], np.float64),
            np.array([scene.lat for scene in scenes], np.float64),
            np.array([_micros(scene.acquired) for scene in scenes], np.int64),
            np.array([_micros(scene.published) for scene in scenes], np.int64),
        )

    def with_scenes(self, scenes: list[Scene]) -> "SceneIndex":
        """Return an index with additional scenes. All scenes of this index must be generated ones."""
        return _concatenate(
            [attrs.evolve(self, scenes=scenes), attrs.evolve(SceneIndex.from_scenes(scenes), kinds=self.kinds)]
        )

    def take(self, which: NDArray[np.bool_] | Ints) -> "SceneIndex":
        """Return an index of the selected rows, by a mask or by their numbers, in that order."""
        columns = ("kind", "cell", "seed", "lon", "lat", "acquired", "published")
        return attrs.evolve(self, **{name: getattr(self, name)[which] for name in columns})

    def _lit(self) -> "SceneIndex":
        """Return the scenes on which the sun shone: satellites take none in the polar night."""
        return self.take(np.asarray(sun_elevation(self.lon, self.lat, self.acquired / _SECOND) > _LOWEST_SUN))

    def with_types(self, kinds: Sequence[ItemType]) -> "SceneIndex":
        """Return the scenes of some item types."""
        wanted = [number for number, kind in enumerate(self.kinds) if kind in kinds]
        return self.take(np.isin(self.kind, wanted))

    def within(
        self, boxes: Sequence[Bounds] | None, first: datetime.date | None = None, last: datetime.date | None = None
    ) -> "SceneIndex":
        """Return the scenes acquired on some days whose bounds touch a box. The footprints may not touch it."""
        keep = np.ones(len(self), np.bool_)
        if first is not None:
            keep &= self.acquired >= _day_start(first)
        if last is not None and last < datetime.date.max:
            keep &= self.acquired < _day_start(last + datetime.timedelta(days=1))
        if boxes is not None:
            reach = np.array([kind.half_size for kind in self.kinds] + [1.0])[self.kind] * _REACH
            across = reach / np.maximum(np.cos(np.radians(self.lat)), 0.2)
            touches = np.zeros(len(self), np.bool_)
            for west, south, east, north in boxes:
                touches |= (
                    (self.lat + reach >= south)
                    & (self.lat - reach <= north)
                    & (self.lon + across >= west)
                    & (self.lon - across <= east)
                )
            keep &= touches
        return self.take(keep)

    def published_by(self, moment: datetime.datetime) -> "SceneIndex":
        """Return the scenes that were published by a time."""
        return self.take(self.published <= _micros(moment))

    def sorted(self, order: str) -> "SceneIndex":
        """Return the scenes sorted, for example by `published desc`."""
        field, direction = order.split()
        ties = mix(self.seed)  # a stable order for scenes of the same time
        numbers = np.lexsort((ties, getattr(self, field)))
        return self.take(numbers[::-1] if direction == "desc" else numbers)


def _concatenate(parts: Sequence[SceneIndex]) -> SceneIndex:
    """Concatenate indices that share `kinds` and `scenes`."""
    columns = ("kind", "cell", "seed", "lon", "lat", "acquired", "published")
    joined = {name: np.concatenate([getattr(part, name) for part in parts]) for name in columns}
    return SceneIndex(parts[0].kinds, parts[0].scenes, **joined)


def _generate(kinds: list[ItemType], number: int, cells: Ints, periods: Ints) -> SceneIndex:
    """Generate the scenes of an item type in cells and periods."""
    kind = kinds[number]
    seed = mix(np.uint64(kind.code << 34) | periods.astype(np.uint64) << np.uint64(20) | cells.astype(np.uint64))
    row, column = np.divmod(cells, _COLUMNS)
    # All cells of a pass have the same day.
    chance = mix(np.uint64(kind.code << 34) | periods.astype(np.uint64) << np.uint64(11) | column.astype(np.uint64))
    days = epoch_days() + periods * kind.revisit_days + (chance % np.uint64(kind.revisit_days)).astype(np.int64)
    lon = -180 + (column + 0.5) * _CELL + (_byte(seed, 8) - 0.5) * kind.jitter
    lat = -90 + (row + 0.5) * _CELL + (_byte(seed, 16) - 0.5) * kind.jitter
    # A satellite flies down a column of cells, from north to south.
    middle = -180 + (column + 0.5) * _CELL
    late = _late(days, column) + (_ROWS - row) * _SECONDS_PER_ROW
    seconds = ((_LOCAL_HOUR - middle / 15) * 3600 + late).astype(np.int64) % 86400
    micros = ((seed >> np.uint64(44)) & np.uint64(0xFFFFF)).astype(np.int64) % _SECOND
    acquired = (days * 86400 + seconds) * _SECOND + micros
    hours = 4 * 3600 + 5 * (seed >> np.uint64(52)).astype(np.int64)
    published = (acquired // _SECOND + hours) * _SECOND
    return SceneIndex(kinds, [], np.full(len(cells), number, np.int64), cells, seed, lon, lat, acquired, published)


def _late(days: Ints, columns: Ints) -> Ints:
    """How many seconds after the earliest time a satellite begins to fly down a column."""
    return np.asarray((mix((days << 11 | columns).astype(np.uint64)) % np.uint64(2400)).astype(np.int64))


def _satellites(days: Ints, columns: Ints) -> Ints:
    """The numbers of the satellites that fly down columns on some days: each again only 45 degrees further."""
    chance = mix(days.astype(np.uint64)) % np.uint64(SATELLITES)
    return np.asarray((columns * 37 + chance.astype(np.int64)) % SATELLITES)


def _byte(seed: NDArray[np.uint64], shift: int) -> NDArray[np.float64]:
    return np.asarray(((seed >> np.uint64(shift)) & np.uint64(0xFF)) / 255.0)


def _scene(kind: ItemType, cell: int, seed: int, lon: float, lat: float, acquired: int) -> Scene:
    moment = _EPOCH + datetime.timedelta(microseconds=acquired)
    row, column = divmod(cell, _COLUMNS)
    item_id = f"{moment:%Y%m%d_%H%M%S}_{_suffix(kind, cell, seed, moment)}"
    strip = mix(acquired // (86400 * _SECOND) << 11 | column) + row // _STRIP
    return Scene(kind, item_id, lon, lat, moment, seed, strip)


def _suffix(kind: ItemType, cell: int, seed: int, moment: datetime.datetime) -> str:
    """Return the part of an id that follows date and time."""
    if not kind.has_satellite_ids:
        return kind.id_suffix(cell, seed)
    day, column = np.array([(moment - _EPOCH).days], np.int64), np.array([cell % _COLUMNS], np.int64)
    satellite = satellite_id(int(_satellites(day, column)[0]), kind, moment.date())
    return f"{moment.microsecond // 10_000:02d}_{satellite}" if moment.date() >= SUPERDOVE else satellite


def scene_of_satellite(kind: ItemType, item_id: str, moment: datetime.datetime) -> Scene | None:
    """Return the scene that a satellite took at a time to the second; None if it took none.

    Time and satellite tell the columns that it may have flown down then, and the rows there.
    """
    columns = np.arange(_COLUMNS, dtype=np.int64)
    days = np.full(_COLUMNS, (moment - _EPOCH).days, np.int64)
    wanted = item_id.rpartition("_")[2]
    numbers = [n for n in range(SATELLITES) if satellite_id(n, kind, moment.date()) == wanted]
    mine = np.isin(_satellites(days, columns), numbers)
    columns, days = columns[mine], days[mine]
    starts = ((_LOCAL_HOUR - (-180 + (columns + 0.5) * _CELL) / 15) * 3600).astype(np.int64) + _late(days, columns)
    second = moment.hour * 3600 + moment.minute * 60 + moment.second
    rows = _ROWS - ((second - starts) % 86400) // _SECONDS_PER_ROW
    near = np.concatenate([(rows + by) * _COLUMNS + columns for by in (-1, 0, 1) if len(rows)] or [columns[:0]])
    cells = near[(near >= 0) & (near < CELLS)]
    period = kind.period_of(moment.date())
    made = _generate([kind], 0, cells, np.full(len(cells), period, np.int64))._lit()
    scenes = map(made.scene, range(len(made)))
    return next((scene for scene in scenes if scene.id == item_id), None)


def scene_at(kind: ItemType, cell: int, period: int) -> Scene | None:
    """Return the scene of a cell in a period; None if it was dark."""
    made = _generate([kind], 0, np.array([cell], np.int64), np.array([period], np.int64))._lit()
    return made.scene(0) if len(made) else None


def index_area(
    kinds: list[ItemType], boxes: Sequence[Bounds], first: datetime.date, last: datetime.date
) -> SceneIndex | None:
    """Return the scenes of all cells that touch one of the boxes, acquired on some days; None if there are too many."""
    parts = [_generate(kinds, 0, np.array([], np.int64), np.array([], np.int64))]
    count = 0
    for number, kind in enumerate(kinds):
        cells = np.unique(np.concatenate([_cells(kind, box) for box in boxes]))
        start, end = max(first, kind.first), min(last, kind.last or last)
        periods = np.arange(kind.period_of(start), kind.period_of(end) + 1, dtype=np.int64)
        count += len(cells) * len(periods)
        if count > _MAX_IN_AREA:
            return None
        if end >= start:
            made = _generate(kinds, number, np.tile(cells, len(periods)), np.repeat(periods, len(cells)))
            parts.append(made._lit())
    return _concatenate(parts)


def _cells(kind: ItemType, bounds: Bounds) -> Ints:
    """Return the cells whose scenes may touch a box: a scene extends into the neighbouring cells."""
    west, south, east, north = bounds
    reach = kind.half_size * _REACH + kind.jitter
    across = reach / max(math.cos(math.radians(max(abs(south), abs(north)))), 0.2)
    first, last = math.floor((west - across + 180) / _CELL), math.floor((east + across + 180) / _CELL)
    low, high = math.floor((south - reach + 90) / _CELL), math.floor((north + reach + 90) / _CELL)
    columns = np.unique(np.arange(first, min(last + 1, first + _COLUMNS), dtype=np.int64) % _COLUMNS)
    rows = np.arange(max(low, 0), min(high + 1, _ROWS), dtype=np.int64)
    return (rows[:, None] * _COLUMNS + columns[None, :]).ravel()


def sample_scenes(count: int) -> SceneIndex:
    """Return a global sample of scenes, the same in every sandbox."""
    kinds = list(dict.fromkeys(shares()))
    by_share = np.array([kinds.index(kind) for kind in shares()], np.int64)
    aoi_share = min(_AOI_SHARE, _MAX_AT_AOIS / max(count, 1))
    sampled = np.array([], np.int64)
    start, size = 0, count + count // 4 + 100
    while len(sampled) < count:
        noise = mix(np.arange(start, start + size, dtype=np.uint64))
        more = _sample(noise, kinds, by_share, aoi_share)
        sampled = np.concatenate([sampled, more[_is_lit(kinds, more)]])
        _, firsts = np.unique(sampled, return_index=True)
        sampled = sampled[np.sort(firsts)]
        start += size
    return _concatenate([_unpacked(kinds, number, sampled[:count]) for number in range(len(kinds))])


def _unpacked(kinds: list[ItemType], number: int, packed: Ints) -> SceneIndex:
    """Return the scenes of one item type among packed ones."""
    mine = packed[packed >> 40 == number]
    return _generate(kinds, number, mine & 0xFFFFF, mine >> 20 & 0xFFFFF)


def _is_lit(kinds: list[ItemType], packed: Ints) -> NDArray[np.bool_]:
    lit = np.zeros(len(packed), np.bool_)
    for number in range(len(kinds)):
        made = _unpacked(kinds, number, packed)
        lit[packed >> 40 == number] = sun_elevation(made.lon, made.lat, made.acquired / _SECOND) > _LOWEST_SUN
    return lit


def _sample(noise: NDArray[np.uint64], kinds: list[ItemType], by_share: Ints, aoi_share: float) -> Ints:
    """Return a scene for every number: item type, period and cell packed into one integer."""
    bits = noise.view(np.int64) & 0x7FFFFFFFFFFFFFFF
    more = mix(noise).view(np.int64) & 0x7FFFFFFFFFFFFFFF
    kind = by_share[bits % len(by_share)]
    row, column = 120 + (bits >> 24) % 520, (bits >> 36) % _COLUMNS  # from 60 degrees south to 70 north
    cell = row * _COLUMNS + column
    period = np.zeros(len(bits), np.int64)
    place = np.where((more >> 8) % 1000 < aoi_share * 1000, more % len(AOIS), -1)
    for number, one in enumerate(kinds):
        mine = kind == number
        last = one.period_of(_LAST_SAMPLED_DAY)
        periods = range(one.periods.start, min(one.periods.stop, last))
        period[mine] = periods.start + (more[mine] >> 24) % len(periods)
        for which, aoi in enumerate(AOIS.values()):
            here = mine & (place == which)
            cells = _cells(one, _bounds_of(aoi))
            cell[here] = cells[(bits[here] >> 24) % len(cells)]
    return np.asarray(kind << 40 | period << 20 | cell)


def _bounds_of(box: dict[str, list[list[list[float]]]]) -> Bounds:
    xs, ys = zip(*box["coordinates"][0], strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _micros(moment: datetime.datetime) -> int:
    return (moment - _EPOCH) // datetime.timedelta(microseconds=1)


def _day_start(day: datetime.date) -> int:
    return (day - _EPOCH.date()).days * 86400 * _SECOND
