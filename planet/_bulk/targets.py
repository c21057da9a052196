"""Where the scenes of a bulk order go: whether it can be written, and which scenes are there."""

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .._builders.deliveries import destination
from .._cloud.object_path import ObjectPath, Place
from .._files.comparison import verify_files
from .._files.manifest import Manifest
from .._files.manifest_entry import MANIFEST_NAME
from .._redact import brief
from .._utils.arguments import Json, check_mapping, plain
from ..exceptions import ArgumentError, ChecksumError, ClientError

__all__ = ["check_delivery", "check_target", "named_in", "scenes_in", "verify_delivery"]


_PROBE = ".planet-probe"  # an object that is written and deleted, to see whether that is allowed
_WITHOUT_SECRETS = ("destination", "google_earth_engine")


def check_target(place: Place) -> None:
    """Check that a folder or a bucket can be written.

    Raises:
        ClientError: it cannot.
    """
    if isinstance(place, ObjectPath):
        probe = place / _PROBE
        probe.put(b"", {})
        probe.delete()
        return
    try:
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as error:
        raise ClientError(f"The target {place} cannot be written: {error.strerror}.") from None


def check_delivery(delivery: Any) -> Json | None:
    """Where Planet delivers to, as the journal keeps it.

    Raises:
        ArgumentError: it has credentials, which do not belong into a journal.
    """
    if delivery is None:
        return None
    config: Json = plain(check_mapping("delivery", delivery, "Make it with order_request.destination."))
    if len(config) != 1 or next(iter(config)) not in _WITHOUT_SECRETS:
        raise ArgumentError(
            f"delivery must be a destination that Planet knows, got {brief(sorted(config))}.",
            hint="Its credentials do not belong into a journal. Store them at Planet with "
            "pl.destinations.create_destination, and pass order_request.destination(ref).",
        )
    if "destination" in config:
        ref, prefix = config["destination"].get("ref"), config["destination"].get("path_prefix")
        # The service puts the prefix before each path as it is.
        config = destination(ref, f"{prefix.rstrip('/')}/" if prefix else None)
    return config


def scenes_in(folder: Place, paths: Sequence[Place], scenes: Sequence[str]) -> set[str]:
    """The ids of the scenes that are in the files of an order: a composite has all of them."""
    if not paths:
        return set()
    if not (folder / MANIFEST_NAME).exists():
        return named_in((path.name for path in paths), scenes)
    ids = {entry.item_id for entry in Manifest.read(folder) if entry.item_id}
    return ids or set(scenes)


def named_in(names: Iterable[str], scenes: Sequence[str]) -> set[str]:
    """The ids of the scenes that the names of files have."""
    names = list(names)
    return {item_id for item_id in scenes if any(item_id in name for name in names)}


def verify_delivery(folder: Place, *, by_digest: bool) -> None:
    """Compare what Planet has delivered with the order's manifest.

    Args:
        folder: the order's own folder or prefix.
        by_digest: read every file; otherwise their sizes are compared, and a bucket is listed once.

    Raises:
        ChecksumError: files are missing or wrong.
        ClientError: there is no manifest.
    """
    manifest = Manifest.read(folder)
    if isinstance(folder, ObjectPath) and not by_digest:
        sizes = folder.sizes()
        wrong: Mapping[str, str] = {
            entry.path: f"{entry.path} has {sizes[entry.path]} bytes, expected {entry.size}"
            if entry.path in sizes
            else f"{entry.path} is missing"
            for entry in manifest
            if entry.path not in sizes or entry.size not in (None, sizes[entry.path])
        }
    else:
        wrong = verify_files(folder, manifest.files, "sha256" if by_digest else None).wrong
    if wrong:
        raise ChecksumError(
            f"{len(wrong)} of {len(manifest)} files in {folder} do not match the manifest: "
            f"{'; '.join(list(wrong.values())[:5])}.",
            hint="Planet has delivered them: run again later; if it stays so, report it to Planet's support.",
        )
