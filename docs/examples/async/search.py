"""Find clear scenes of a field, and the days on which they cover it."""

import json
from pathlib import Path

from planet import AsyncPlanet, collect, coverage, data_filter, geojson

FIELD = geojson.box(6.29, 45.80, 6.46, 45.94)  # or a file, a table, WKT


async def main(folder: Path) -> list[str]:
    async with AsyncPlanet() as pl:
        results = pl.data.search(
            "PSScene",
            data_filter.std_quality_filter(),
            geometry=FIELD,
            datetime="2024-06/2024-08",
            cloud_cover=0.1,
            sort="acquired asc",
            limit=0,
        )
        scenes = await collect(results)

    (folder / "scenes.geojson").write_text(json.dumps(scenes), encoding="utf-8")
    days = coverage.by_day(scenes["features"], FIELD, at_least=0.95)
    return [f"{day.key}: {len(day.items)} scenes" for day in days]
