"""The item types of the catalogue: scene size, instrument, revisit time and format of the ids.

Ids have the format that they have at Planet. Those of PlanetScope and Tanager name time and satellite, which tell where
it was; the others encode the cell of the catalogue's grid.
"""

import datetime
import re
import zlib
from typing import Any

import attrs

__all__ = ["SATELLITES", "SUPERDOVE", "ItemType", "epoch_days", "item_type", "satellite_id", "shares"]


_EPOCH = datetime.date(2009, 1, 1)
_BY_SATELLITE = r"(?:(\d{2})_)?([0-9a-f]{4})"
SUPERDOVE = datetime.date(2020, 3, 1)  # since then scenes of PlanetScope have eight bands, and ids of four parts
SATELLITES = 180  # of a generation


@attrs.frozen
class ItemType:
    """A type of item.

    Attributes:
        name: for example `PSScene`.
        revisit_days: each cell has one scene in each period of this many days.
        half_size: half the side length of a scene, in degrees.
        jitter: how far the centre of a scene may lie from the centre of its cell, in degrees.
        first: the first day with scenes.
        last: the last day with scenes; None: no end.
        share: the percentage of the scenes of the catalogue that have this type.
        instrument: the instrument; None: items of this type have no such property.
        provider: the provider.
        gsd: the ground sampling distance in metres.
        pixel_resolution: metres; None: items of this type have no such property.
        tile: whether items are tiles of a projected grid.
        id_pattern: a regular expression for the part of an id after date and time.
    """

    name: str
    revisit_days: int = 1
    half_size: float = 0.16
    jitter: float = 0.03
    first: datetime.date = datetime.date(2016, 1, 1)
    last: datetime.date | None = None
    share: int = 0
    instrument: str | None = "PSB.SD"
    provider: str = "planetscope"
    gsd: float = 3.7
    pixel_resolution: float | None = 3
    tile: bool = False
    id_pattern: str = _BY_SATELLITE

    @property
    def pixel_size(self) -> float:
        """The size of a pixel that its items name, in metres."""
        return self.pixel_resolution or self.gsd

    @property
    def code(self) -> int:
        """A number that is unique to the item type."""
        return zlib.crc32(self.name.encode()) & 0x3FFFFFFF

    @property
    def periods(self) -> range:
        """The periods of `revisit_days` days that have scenes, counted from a fixed day."""
        last = self.last or datetime.date.max
        return range((self.first - _EPOCH).days // self.revisit_days, (last - _EPOCH).days // self.revisit_days)

    def period_of(self, day: datetime.date) -> int:
        """Return the period that contains a day."""
        return (day - _EPOCH).days // self.revisit_days

    def id_suffix(self, cell: int, seed: int) -> str:
        """Return the part of a scene's id that follows date and time, where it encodes the cell."""
        satellite = seed >> 40
        if self.name == "SkySatScene":
            frame, satellite = divmod(cell, 63)
            return f"ssc{satellite // 3 + 1}d{satellite % 3 + 1}_{frame:04d}"
        if self.name == "SkySatCollect":
            number, satellite = divmod(cell, 21)
            return f"ssc{satellite + 1}_u{number:04d}"
        return f"{cell + 1_000_000}_RapidEye-{satellite % 5 + 1}"

    def cell_of(self, ending: str) -> int | None:
        """Return the cell that the end of an id encodes; None if the format is another."""
        match = re.fullmatch(self.id_pattern, ending)
        if match is None:
            return None
        if self.name == "SkySatScene":
            return int(match[3]) * 63 + (int(match[1]) - 1) * 3 + int(match[2]) - 1
        if self.name == "SkySatCollect":
            return int(match[2]) * 21 + int(match[1]) - 1
        return int(match[1]) - 1_000_000

    @property
    def has_satellite_ids(self) -> bool:
        """Whether an id names the satellite, and time and satellite tell where it was."""
        return self.id_pattern == _BY_SATELLITE


def satellite_id(number: int, kind: ItemType, day: datetime.date) -> str:
    """Return the id of a satellite of the generation that flew on a day."""
    if kind.name == "TanagerScene":
        return "4001"
    if day >= SUPERDOVE:
        return f"{0x2401 + number:04x}"
    return f"{(0x1001 if day.year >= 2017 else 0x0E01) + number:04x}"


def epoch_days() -> int:
    """Return the first day of period 0, in days since 1970."""
    return (_EPOCH - datetime.date(1970, 1, 1)).days


_RAPIDEYE: dict[str, Any] = {
    "revisit_days": 20, "first": datetime.date(2009, 2, 1), "last": datetime.date(2020, 3, 31), "instrument": None,
    "provider": "rapideye", "gsd": 6.5, "id_pattern": r"(\d{7})_RapidEye-[1-5]",
}  # fmt: skip
_TYPES = {
    entry.name: entry
    for entry in (
        ItemType("PSScene", share=60),
        ItemType("REOrthoTile", half_size=0.115, share=12, pixel_resolution=5, tile=True, **_RAPIDEYE),
        ItemType("REScene", half_size=0.3, pixel_resolution=None, **_RAPIDEYE),
        ItemType("PSOrthoTile", half_size=0.115, instrument="PS2", gsd=3.9, pixel_resolution=3.125, tile=True),
        ItemType(
            "SkySatScene", revisit_days=30, half_size=0.02, jitter=0.2, first=datetime.date(2018, 1, 1), share=14,
            instrument=None, provider="skysat", gsd=0.72, pixel_resolution=0.5,
            id_pattern=r"ssc(\d{1,2})d([1-3])_(\d{4,5})",
        ),
        ItemType(
            "SkySatCollect", revisit_days=45, half_size=0.05, jitter=0.15, first=datetime.date(2018, 1, 1), share=8,
            instrument=None, provider="skysat", gsd=0.72, pixel_resolution=None, id_pattern=r"ssc(\d{1,2})_u(\d{4,5})",
        ),
        ItemType(
            "TanagerScene", revisit_days=30, half_size=0.09, jitter=0.1, first=datetime.date(2024, 9, 1), share=6,
            instrument=None, provider="tanager", gsd=30, pixel_resolution=30,
        ),
    )
}  # fmt: skip


def item_type(name: str) -> ItemType:
    """Return the description of an item type. Unknown types get the properties of PlanetScope scenes."""
    return _TYPES.get(name) or ItemType(name)


def shares() -> list[ItemType]:
    """Return the item types of the catalogue, each as often as its percentage."""
    return [entry for entry in _TYPES.values() for _ in range(entry.share)]
