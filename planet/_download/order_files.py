"""The files of an order: their names, links, targets, sizes and digests."""

import logging
import os
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import attrs

from .._cloud.object_path import ObjectPath, Place, relative_path
from .._files.manifest import Manifest
from .._files.manifest_entry import MANIFEST_NAME, ManifestEntry
from .._files.names import SafeDirectory, casefold_key, local_paths, parent_keys, safe_relative
from .._models.orders import Order
from .._redact import printable
from ..exceptions import ClientError, DownloadError
from .on_exists import OVERWRITE
from .part_file import PartFile

__all__ = ["Delivery", "FileToFetch", "check_space"]


log = logging.getLogger("planet.download")


@attrs.frozen
class FileToFetch:
    """One file of an order.

    Attributes:
        name: what the service calls it: `<order id>/<path in the order>`.
        location: the signed link to it.
        target: the path that it is stored under.
        root: the folder or prefix that the user has named; no symbolic link is followed below it.
        size: its length in bytes, if the manifest gives it.
        digests: its digests, as far as the manifest gives them.
    """

    name: str
    location: str = attrs.field(repr=False)
    target: Place
    root: Place | None = None
    size: int | None = None
    digests: Mapping[str, str] = attrs.field(factory=dict)

    @property
    def is_renamed(self) -> bool:
        """Whether it is stored under another name than the service's, which is not valid on every system."""
        return self.root is not None and relative_path(self.target, self.root) != self.name


@attrs.frozen
class Delivery:
    """The files of an order, in the order of its results.

    Attributes:
        files: all of them.
        manifest: the one of them that is the manifest, or None.
    """

    files: tuple[FileToFetch, ...]
    manifest: FileToFetch | None

    @classmethod
    def of(cls, order: Order, directory: Place) -> "Delivery":
        """The files that the results of an order list, with their targets below a folder. Writes nothing.

        Raises:
            ClientError: the order is not final, or there is nothing to download.
            DownloadError: a result is malformed, its name is unsafe, or two have the same name.
        """
        order_id = printable(str(order.get("id")))
        if not order.is_final:
            raise ClientError(
                f"Order {order_id} cannot be downloaded: its state is {order.state!r}.",
                hint="Wait for it first: orders.wait(order_id).",
            )
        files = _files(_entries(order), SafeDirectory(directory))
        if not files and order.state not in ("success", "partial"):
            hints = printable("; ".join(order.error_hints))
            raise ClientError(
                f"Order {order_id} has nothing to download: its state is {order.state!r}"
                + (f" ({hints})." if hints else "."),
            )
        if not files:
            log.warning("Order %s is done, but lists no files", order_id)
        _check_paths(files)
        # Only the file at the root of the order is the manifest.
        manifests = [file for file in files if file.name.split("/")[1:] == [MANIFEST_NAME]]
        return cls(files, manifests[0] if manifests else None)

    @property
    def links(self) -> dict[str, str]:
        """The link to each file, by its name."""
        return {file.name: file.location for file in self.files}

    def promised_by(self, manifest: Manifest) -> "Delivery":
        """The same files with the paths, sizes and digests that the manifest gives.

        Raises:
            DownloadError: the order lists a file that the manifest does not list.
        """
        assert self.manifest is not None
        entries = {entry.service_path: entry for entry in manifest}
        files = []
        for file in self.files:
            if file is not self.manifest:
                entry = entries.get(file.name.partition("/")[2])
                if entry is None:
                    raise DownloadError(
                        f"The order cannot be verified: it lists {file.name!r}, which is not in its manifest.",
                        hint="Nothing was written. Try again later; if it stays so, report it to Planet's support.",
                    )
                file = attrs.evolve(file, target=_target_of(file, entry), size=entry.size, digests=entry.digests)
            files.append(file)
        _check_paths(files)
        return attrs.evolve(self, files=tuple(files))


def _target_of(file: FileToFetch, entry: ManifestEntry) -> Place:
    """Where a file is stored. Where names had to be changed, the manifest alone decides: it is what is read later."""
    root = file.root
    if root is None or not file.is_renamed:
        return file.target
    return SafeDirectory(root).resolve(f"{relative_path(file.target, root).split('/')[0]}/{entry.path}")


def _check_paths(files: Sequence[FileToFetch]) -> None:
    """Check that no two files need the same path on some system.

    Raises:
        DownloadError: they do.
    """
    keys = [casefold_key(file.target.as_posix()) for file in files]
    counts = Counter(keys)
    folders = parent_keys(keys)
    if double := {file.name for file, key in zip(files, keys, strict=True) if counts[key] > 1 or key in folders}:
        names = ", ".join(map(repr, sorted(double)[:5]))
        raise DownloadError(f"The order cannot be downloaded: it lists a file twice: {names}.", hint=_UNTOUCHED)


def check_space(files: Iterable[FileToFetch], directory: Place, on_exists: str) -> None:
    """Check that the disk has room for the files that are still to be downloaded.

    Raises:
        DownloadError: there is too little.
    """
    if isinstance(directory, ObjectPath):
        return
    needed = sum(
        max((file.size or 0) - PartFile(file.target).allocated_size(), 0)
        for file in files
        if not isinstance(file.target, ObjectPath) and (on_exists == OVERWRITE or not os.path.lexists(file.target))
    )
    folder = directory.absolute()
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    disk = shutil.disk_usage(folder)
    if disk.total and needed > disk.free:
        raise DownloadError(
            f"The files need {needed / 1e9:.2f} GB more, and {directory} has {disk.free / 1e9:.2f} GB left.",
            hint=f"{_UNTOUCHED} Free some space, or choose a folder on another disk.",
        )


_UNTOUCHED = "Nothing was written."


def _entries(order: Order) -> list[Any]:
    links = order.get("_links")
    results = links.get("results") if isinstance(links, dict) else None
    if results is None:
        return []
    if not isinstance(results, list):
        raise DownloadError("The order cannot be downloaded: its results are not a list.", hint=_UNTOUCHED)
    return results


def _files(entries: list[Any], directory: SafeDirectory) -> tuple[FileToFetch, ...]:
    """The files of results; empty results are skipped."""
    found = {number: entry for number, entry in enumerate(entries) if entry}
    for number, entry in found.items():
        where = f"Result {number} of the order"
        if not isinstance(entry, dict):
            raise DownloadError(f"{where} is not an object.", hint=_UNTOUCHED)
        name, location = entry.get("name"), entry.get("location")
        if not name:
            raise DownloadError(f"{where} has no name.", hint=_UNTOUCHED)
        safe_relative(name)
        if not isinstance(location, str) or not location:
            delivered = "it was delivered elsewhere" if entry.get("delivery") == "success" else "it was not delivered"
            raise DownloadError(
                f"{where}, {name!r}, has no link to download it: {delivered}.",
                hint="Orders with a cloud delivery or hosting cannot be downloaded from Planet.",
            )
    paths = local_paths(entry["name"] for entry in found.values())
    return tuple(
        FileToFetch(entry["name"], entry["location"], directory.resolve(paths[entry["name"]]), directory.path)
        for entry in found.values()
    )
