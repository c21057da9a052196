# Generated from docs/examples/async/assets.py by tools/unasync.py: change that one, and run the tool again.

"""Download single assets of what a search finds: activated, waited for and verified, many at once."""

from pathlib import Path

from planet import Planet, data_filter
from planet.exceptions import DownloadError

FIELD = {
    "type": "Polygon",
    "coordinates": [[[6.29, 45.80], [6.46, 45.80], [6.46, 45.94], [6.29, 45.94], [6.29, 45.80]]],
}


def main(folder: Path) -> list[Path]:
    with Planet() as pl:
        scenes = pl.data.search(["PSScene"], data_filter.permission_filter(), geometry=FIELD, limit=3)
        try:
            report = pl.data.download_assets(scenes, ["ortho_visual", "ortho_udm2"], folder)
        except DownloadError as error:
            print(error)  # what could not be had; the others are complete, and a second run gets what is missing
            report = error.report
    print(report.summary())
    return [outcome.path for outcome in report.outcomes if outcome.outcome != "failed"]
