# Generated from docs/examples/async/search.py by tools/unasync.py. Edit that file and run the tool again.

"""Find clear scenes of a field, and the days on which they cover it."""

import json
from datetime import datetime
from pathlib import Path

from planet import Planet, collect, coverage, data_filter, geojson

FIELD = geojson.box(6.29, 45.80, 6.46, 45.94)  # or any GeoJSON


def main(folder: Path) -> list[str]:
    wanted = (
        data_filter.date_range_filter(
            "acquired", gte=datetime(2024, 6, 1), lt=datetime(2024, 9, 1)
        )
        & data_filter.range_filter("cloud_cover", lt=0.1)
        & data_filter.std_quality_filter()
    )
    with Planet() as pl:
        results = pl.data.search(
            ["PSScene"], wanted, geometry=FIELD, sort="acquired asc", limit=0
        )
        scenes = collect(results)

    (folder / "scenes.geojson").write_text(json.dumps(scenes), encoding="utf-8")
    days = coverage.by_day(scenes["features"], FIELD, at_least=0.95)
    return [f"{day.key}: {len(day.items)} scenes" for day in days]
