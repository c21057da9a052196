# Generated from docs/examples/async/assets.py by tools/unasync.py. Edit that file and run the tool again.

"""Download single assets of what a search finds, many at once."""

from pathlib import Path

from planet import Planet, data_filter, geojson
from planet.exceptions import DownloadError

FIELD = geojson.box(6.29, 45.80, 6.46, 45.94)  # or any GeoJSON


def main(folder: Path) -> list[Path]:
    with Planet() as pl:
        mine = data_filter.permission_filter()
        scenes = pl.data.search(["PSScene"], mine, geometry=FIELD, limit=3)
        try:
            report = pl.data.download_assets(
                scenes, ["ortho_visual", "ortho_udm2"], folder
            )
        except DownloadError as error:
            # The others are complete; a second run gets what is missing.
            print(error)
            report = error.report
    print(report.summary())
    return [file.path for file in report.outcomes if file.outcome != "failed"]
