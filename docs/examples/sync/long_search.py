# Generated from docs/examples/async/long_search.py by tools/unasync.py. Edit that file and run the tool again.

"""Read a very long search, and go on where it stopped another day."""

from pathlib import Path

from planet import Planet
from planet.exceptions import PlanetError


def main(folder: Path) -> int:
    bookmark, ids = folder / "position.json", folder / "ids.txt"
    ids.touch()
    position = None
    if bookmark.exists():
        position = bookmark.read_text(encoding="utf-8")

    with Planet() as pl:
        results = pl.data.search(["PSScene", "SkySatScene"], limit=0)
        results.resume(position)
        try:
            for page in results.pages():
                with ids.open("a", encoding="utf-8") as file:
                    file.writelines(f"{item.id}\n" for item in page)
                bookmark.write_text(results.position or "", encoding="utf-8")
        except PlanetError as error:
            print(f"{error} Run it again to go on.")
    return len(ids.read_text(encoding="utf-8").splitlines())
