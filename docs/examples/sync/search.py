# Generated from docs/examples/async/search.py by tools/unasync.py: change that one, and run the tool again.

"""Find clear scenes of a field, save them as GeoJSON, and see on which days all of it was covered."""

import json
from datetime import datetime
from pathlib import Path

from planet import Planet, collect, coverage, data_filter

FIELD = {
    "type": "Polygon",
    "coordinates": [[[6.29, 45.80], [6.46, 45.80], [6.46, 45.94], [6.29, 45.94], [6.29, 45.80]]],
}


def main(folder: Path) -> list[str]:
    summer = data_filter.date_range_filter("acquired", gte=datetime(2024, 6, 1), lt=datetime(2024, 9, 1))
    clear = data_filter.range_filter("cloud_cover", lt=0.1) & data_filter.std_quality_filter()

    with Planet() as pl:
        results = pl.data.search(["PSScene"], summer & clear, geometry=FIELD, sort="acquired asc", limit=0)
        scenes = collect(results)

    (folder / "scenes.geojson").write_text(json.dumps(scenes), encoding="utf-8")
    days = coverage.by_day(scenes["features"], FIELD, at_least=0.95)
    return [f"{day.key}: {day.share:.0%} in {len(day.items)} scenes" for day in days]
