"""`DownloadReport`: the result of a download, with the outcome of each file."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import attrs

__all__ = ["DownloadReport", "FileOutcome"]


@attrs.frozen
class FileOutcome:
    """The outcome of one file.

    Attributes:
        name: what the service calls it: `<order id>/<path in the layout>`, or `<item type>/<item id>/<asset type>`.
        path: the path that it is stored under. Where some system cannot hold the name, characters are replaced.
        outcome: `fetched`, `kept` (it existed and is right), `unpacked` (an archive, and each of the files in it) or
            `failed`.
        size: its length in bytes, if that is known.
        error: why it failed, or None.
    """

    name: str
    path: Path
    outcome: str
    size: int | None = None
    error: Exception | None = None


class DownloadReport(list[Path]):
    """The list of the paths of a download, with the outcome of each file.

    Attributes:
        outcomes: the outcome of each file, in the order of the service.
        folder: the folder that the files are in: that of the order, which `raster.open_order` and `stac.from_order`
            read; None, if there is none.

    Example:
        ```python
        report = pl.orders.download_order(order_id, folder)
        print(report.summary())
        report.save(folder / "report.json")
        ```
    """

    def __init__(self, paths: Iterable[Path], outcomes: Iterable[FileOutcome], folder: Any = None) -> None:
        super().__init__(paths)
        self.outcomes = tuple(outcomes)
        self.folder = folder

    def _of(self, outcome: str) -> list[FileOutcome]:
        return [entry for entry in self.outcomes if entry.outcome == outcome]

    @property
    def fetched(self) -> list[FileOutcome]:
        """The files that were downloaded."""
        return self._of("fetched")

    @property
    def kept(self) -> list[FileOutcome]:
        """The files that existed and were kept."""
        return self._of("kept")

    @property
    def failed(self) -> list[FileOutcome]:
        """The files that could not be downloaded."""
        return self._of("failed")

    def summary(self) -> str:
        """The report in one line: `12 files fetched (318.0 MB), 2 kept, 0 failed`."""
        size = sum(entry.size or 0 for entry in self.fetched)
        count = len(self.fetched)
        large = f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{size / 1e3:.1f} kB"
        text = f"{count} {'file' if count == 1 else 'files'} fetched ({large}), {len(self.kept)} kept"
        if unpacked := len(self._of("unpacked")):
            text += f", {unpacked} unpacked"
        return f"{text}, {len(self.failed)} failed"

    def _repr_html_(self) -> str:
        from ._html import as_size, figure, table

        # Failures come first: of a long list only the beginning is shown.
        ordered = sorted(self.outcomes, key=lambda entry: entry.outcome != "failed")
        rows = ([entry.path.name, as_size(entry.size), entry.outcome, entry.error] for entry in ordered)
        head = ["file", "size", "", ""] if self.failed else ["file", "size", ""]
        return figure(self.summary(), table(head, (row[: len(head)] for row in rows), len(ordered)))

    def to_dict(self) -> dict[str, Any]:
        """The report as JSON: {"files": [{"name", "path", "outcome", "size", "error"}]}."""
        return {
            "files": [
                {
                    "name": entry.name,
                    "path": str(entry.path),
                    "outcome": entry.outcome,
                    "size": entry.size,
                    "error": None if entry.error is None else str(entry.error),
                }
                for entry in self.outcomes
            ]
        }

    def save(self, path: Path | str) -> None:
        """Write the report to a JSON file."""
        Path(path).write_text(json.dumps(self.to_dict(), indent=2) + "\n", encoding="utf-8")
