"""From an order to the files it consists of: which ones, where they go, and what each must be."""

import logging
import os
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import attrs

from .._files.manifest import Manifest
from .._files.manifest_entry import MANIFEST_NAME
from .._files.names import SafeDirectory, casefold_key, is_part
from .._models.orders import Order
from ..exceptions import ClientError, DownloadError
from .on_exists import OVERWRITE
from .part_file import PartFile

__all__ = ["Delivery", "FileToFetch", "check_space"]


log = logging.getLogger("planet.download")


@attrs.frozen
class FileToFetch:
    """One file of an order.

    Attributes:
        name: what the service calls it: `<order id>/<path in the layout>`.
        location: the signed link to it.
        target: where it goes.
        root: the folder that the user has named, below which no symbolic link is followed.
        size: its length in bytes, where the manifest says.
        digests: what it must hash to, where the manifest says.
    """

    name: str
    location: str = attrs.field(repr=False)
    target: Path
    root: Path | None = None
    size: int | None = None
    digests: Mapping[str, str] = attrs.field(factory=dict)


@attrs.frozen
class Delivery:
    """The files of an order, in the order of its results, before anything of them is written.

    Attributes:
        files: all of them.
        manifest: the one of them that is the manifest, or None.
    """

    files: tuple[FileToFetch, ...]
    manifest: FileToFetch | None

    @classmethod
    def of(cls, order: Order, directory: Path) -> "Delivery":
        """What the results of *order* mean below *directory*.

        Raises:
            ClientError: the order is not done, or there is nothing to download.
            DownloadError: a result is malformed, its name is unsafe, or two have the same name.
        """
        if not order.is_final:
            raise ClientError(
                f"Order {order.get('id')} is not done: its state is {order.state!r}.",
                hint="Wait for it first: orders.wait(order_id).",
            )
        safe = SafeDirectory(directory)
        files = tuple(_file(number, entry, safe) for number, entry in enumerate(_entries(order)) if entry)
        if not files and order.state not in ("success", "partial"):
            hints = "; ".join(order.error_hints)
            raise ClientError(
                f"Order {order.get('id')} has nothing to download: its state is {order.state!r}"
                + (f" ({hints})." if hints else "."),
            )
        if not files:
            log.warning("order %s is done and lists no files", order.get("id"))
        _check_names([file.name for file in files])
        # The manifest lies at the root of the order; a file of that name deeper down is none.
        manifests = [file for file in files if file.name.split("/")[1:] == [MANIFEST_NAME]]
        return cls(files, manifests[0] if manifests else None)

    @property
    def links(self) -> dict[str, str]:
        """The link to each file, by its name."""
        return {file.name: file.location for file in self.files}

    def promised_by(self, manifest: Manifest) -> "Delivery":
        """The same files with the sizes and digests that the manifest gives.

        Raises:
            DownloadError: the order lists a file that the manifest does not know.
        """
        assert self.manifest is not None
        entries = {entry.path: entry for entry in manifest}
        files = []
        for file in self.files:
            if file is not self.manifest:
                entry = entries.get(file.name.partition("/")[2])
                if entry is None:
                    raise DownloadError(
                        f"The order lists {file.name!r}, which its manifest does not know.",
                        hint="Nothing was written. Try again later; if it stays so, report it to Planet's support.",
                    )
                file = attrs.evolve(file, size=entry.size, digests=entry.digests)
            files.append(file)
        return attrs.evolve(self, files=tuple(files))


def _check_names(names: list[str]) -> None:
    """See that no two files need the same place, on any system, nor one of those that transfers need themselves."""
    keys = [casefold_key(name) for name in names]
    counts = Counter(keys)
    folders = {key.rpartition("/")[0] for key in keys}
    folders |= {parent.as_posix() for folder in folders for parent in PurePosixPath(folder).parents}
    double = [name for name, key in zip(names, keys, strict=True) if counts[key] > 1 or key in folders]
    if double:
        raise DownloadError(f"The order lists a file twice: {_some(double)}.", hint="Nothing was written.")
    if ours := [name for name in names if is_part(name.rpartition("/")[2])]:
        raise DownloadError(
            f"The order lists {_some(ours)}, which is no file of an order.", hint="Nothing was written."
        )


def _some(names: list[str]) -> str:
    return ", ".join(sorted(set(names))[:5])


def check_space(files: Iterable[FileToFetch], directory: Path, on_exists: str) -> None:
    """See that the disk has room for the files that are still to come.

    Raises:
        DownloadError: it has not.
    """
    needed = sum(
        max((file.size or 0) - PartFile(file.target).allocated_size(), 0)
        for file in files
        if on_exists == OVERWRITE or not os.path.lexists(file.target)
    )
    folder = directory.absolute()
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    disk = shutil.disk_usage(folder)
    if disk.total and needed > disk.free:
        raise DownloadError(
            f"The files need {needed / 1e9:.2f} GB more, and {directory} has {disk.free / 1e9:.2f} GB left.",
            hint="Nothing was written. Make room, or choose a folder on another disk.",
        )


def _entries(order: Order) -> list[Any]:
    links = order.get("_links")
    results = links.get("results") if isinstance(links, dict) else None
    if results is None:
        return []
    if not isinstance(results, list):
        raise DownloadError(f"The results of order {order.get('id')} are no list.", hint="Nothing was written.")
    return results


def _file(number: int, entry: Any, directory: SafeDirectory) -> FileToFetch:
    where = f"Result {number} of the order"
    if not isinstance(entry, dict):
        raise DownloadError(f"{where} is no object.", hint="Nothing was written.")
    name, location = entry.get("name"), entry.get("location")
    if not name:
        raise DownloadError(f"{where} has no name.", hint="Nothing was written.")
    target = directory.resolve(name)
    if not isinstance(location, str) or not location:
        delivered = "it was delivered elsewhere" if entry.get("delivery") == "success" else "it was not delivered"
        raise DownloadError(
            f"{where}, {name!r}, has no link to download it by: {delivered}.",
            hint="Orders with a cloud delivery or hosting are not downloaded from here.",
        )
    return FileToFetch(name, location, target, directory.path)
