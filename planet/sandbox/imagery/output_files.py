"""Output files: write them with a manifest, or pack them into archives."""

import hashlib
import json
import os
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import attrs

__all__ = ["File", "Written", "pack", "write_file", "write_manifest"]


@attrs.define
class File:
    """A file of an order, before it is written.

    Attributes:
        path: the path relative to the order's folder.
        content: the bytes.
        media_type: the media type in the manifest.
        annotations: the annotations in the manifest.
        group: the archive that it belongs to if there is one for each item and bundle.
        is_image: whether it may be padded to a minimum size.
    """

    path: str
    content: bytes
    media_type: str
    annotations: dict[str, str]
    group: str = ""
    is_image: bool = False


@attrs.frozen
class Written:
    """A file that has been written: what the manifest says of it, and the archive that it belongs to."""

    path: str
    size: int
    md5: str
    sha256: str
    media_type: str
    annotations: dict[str, str]
    group: str = ""

    @property
    def entry(self) -> dict[str, Any]:
        """The entry of the manifest."""
        return {
            "path": self.path, "media_type": self.media_type, "size": self.size,
            "digests": {"md5": self.md5, "sha256": self.sha256}, "annotations": self.annotations,
        }  # fmt: skip


def _once(files: Iterable[Written]) -> list[Written]:
    """Remove duplicates: files that several bundles of an order share are delivered once."""
    return list({file.path: file for file in files}.values())


def write_manifest(folder: Path, files: Iterable[Written]) -> list[str]:
    """Write the manifest of files; returns their relative paths, that of the manifest last."""
    files = _once(files)
    (folder / "manifest.json").write_text(_manifest(files), encoding="utf-8")
    return [*(file.path for file in files), "manifest.json"]


def _manifest(files: list[Written]) -> str:
    return json.dumps({"name": "", "files": [file.entry for file in files]}, separators=(",", ":"))


def pack(folder: Path, files: list[Written], name: str, order_id: str, delivery: Mapping[str, Any]) -> list[Written]:
    """Move files into archives: one for the order, or one for each item and bundle, each with its own manifest."""
    template = delivery.get("archive_filename") or "output.zip"
    single = bool(delivery.get("single_archive"))
    groups: dict[str, list[Written]] = {}
    for file in files:
        groups.setdefault(name if single else file.group, []).append(file)
    archives = []
    for group, members in groups.items():
        filename = template.replace("{{name}}", group).replace("{{order_id}}", order_id)
        if not single and "{{name}}" not in template and len(groups) > 1:
            filename = f"{group}_{filename}"  # otherwise all archives would have the same name
        archives.append(_archive(folder, filename.replace("/", "_"), members))
    for path in {file.path for file in files}:
        (folder / path).unlink()
    return archives


def _archive(folder: Path, name: str, members: list[Written]) -> Written:
    path, members = folder / name, _once(members)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in members:
            archive.write(folder / file.path, file.path)
        archive.writestr("manifest.json", _manifest(members))
    return Written(name, path.stat().st_size, *_digests(path), "application/zip", {})


def write_file(folder: Path, file: File, image_bytes: int) -> Written:
    """Write a file. Images that are smaller than *image_bytes* are padded."""
    path = folder / file.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(file.content)
    if file.is_image and image_bytes > len(file.content):
        # TIFF readers ignore trailing bytes, and a sparse file takes no space on disk.
        os.truncate(path, image_bytes)
    return Written(file.path, path.stat().st_size, *_digests(path), file.media_type, file.annotations, file.group)


def _digests(path: Path) -> tuple[str, str]:
    """The MD5 and SHA-256 digests of a file."""
    md5, sha256 = hashlib.md5(usedforsecurity=False), hashlib.sha256()
    with path.open("rb") as content:
        while chunk := content.read(1 << 20):
            md5.update(chunk)
            sha256.update(chunk)
    return md5.hexdigest(), sha256.hexdigest()
