"""Output files: write them with a manifest, or pack them into archives."""

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

__all__ = ["File", "pack", "write_file", "write_files"]


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


def _once(files: list[File]) -> list[File]:
    """Remove duplicates: files that several bundles of an order share are delivered once."""
    return list({file.path: file for file in files}.values())


def write_files(folder: Path, files: list[File], image_bytes: int) -> list[str]:
    """Write files and their manifest to *folder*; returns their relative paths, the manifest last."""
    files = _once(files)
    entries = [write_file(folder, file, image_bytes) for file in files]
    manifest = json.dumps({"name": "", "files": entries}, separators=(",", ":"))
    (folder / "manifest.json").write_text(manifest, encoding="utf-8")
    return [*(file.path for file in files), "manifest.json"]


def pack(files: list[File], name: str, order_id: str, delivery: Mapping[str, Any]) -> list[File]:
    """Pack files: one archive for the order, or one for each item and bundle, each with its own manifest."""
    template = delivery.get("archive_filename") or "output.zip"
    single = bool(delivery.get("single_archive"))
    groups: dict[str, list[File]] = {}
    for file in files:
        groups.setdefault(name if single else file.group, []).append(file)
    archives = []
    for group, members in groups.items():
        filename = template.replace("{{name}}", group).replace("{{order_id}}", order_id)
        if not single and "{{name}}" not in template and len(groups) > 1:
            filename = f"{group}_{filename}"  # otherwise all archives would have the same name
        archives.append(File(filename.replace("/", "_"), _archive(members), "application/zip", {}))
    return archives


def _archive(members: list[File]) -> bytes:
    members = _once(members)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in members:
            archive.writestr(file.path, file.content)
        entries = [_entry(file, len(file.content), *_digests(file.content)) for file in members]
        archive.writestr("manifest.json", json.dumps({"name": "", "files": entries}, separators=(",", ":")))
    return buffer.getvalue()


def write_file(folder: Path, file: File, image_bytes: int) -> dict[str, Any]:
    """Write a file; returns its manifest entry."""
    path = folder / file.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(file.content)
    size = len(file.content)
    if not file.is_image or image_bytes <= size:
        return _entry(file, size, *_digests(file.content))
    # TIFF readers ignore trailing bytes, and a sparse file takes no space on disk.
    os.truncate(path, image_bytes)
    md5, sha256 = hashlib.md5(usedforsecurity=False), hashlib.sha256()
    with path.open("rb") as content:
        while chunk := content.read(1 << 20):
            md5.update(chunk)
            sha256.update(chunk)
    return _entry(file, image_bytes, md5.hexdigest(), sha256.hexdigest())


def _digests(content: bytes) -> tuple[str, str]:
    return hashlib.md5(content, usedforsecurity=False).hexdigest(), hashlib.sha256(content).hexdigest()


def _entry(file: File, size: int, md5: str, sha256: str) -> dict[str, Any]:
    return {
        "path": file.path, "media_type": file.media_type, "size": size, "digests": {"md5": md5, "sha256": sha256},
        "annotations": file.annotations,
    }  # fmt: skip
