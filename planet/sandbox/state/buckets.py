"""Local folders in place of cloud storage buckets, so that deliveries can be inspected."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..._builders.storage import STORAGE_PROVIDERS

__all__ = ["PROVIDERS", "delivery_folders"]


# {provider: the parameter that names the bucket}
PROVIDERS = {kind: provider.bucket for kind, provider in STORAGE_PROVIDERS.items()} | {"destination": "ref"}


def delivery_folders(root: Path, delivery: Mapping[str, Any], collection: str | None, name: str) -> list[Path]:
    """Return the folders to which a delivery goes.

    Args:
        root: the folder of all buckets.
        delivery: {provider: parameters}.
        collection: the id of the hosting collection, if any.
        name: the name of the delivery in each bucket.
    """
    found = []
    for provider, field in PROVIDERS.items():
        if provider in delivery:
            bucket = _safe_name(str(delivery[provider].get(field)))
            prefix = _safe_prefix(str(delivery[provider].get("path_prefix") or ""))
            found.append(Path(f"{root / provider / bucket}/{prefix}{name}"))
    if collection is not None:
        found.append(root / "sentinel_hub" / _safe_name(collection) / name)
    return [folder for folder in found if root.resolve() in folder.resolve().parents]


def _safe_prefix(prefix: str) -> str:
    """Replace `.` and `..` in a path prefix, which are plain names in a bucket but not in a file system."""
    return "/".join("_" if part in (".", "..") else part for part in prefix.lstrip("/").split("/"))


def _safe_name(name: str) -> str:
    return "".join(c if c.isalnum() or c in "-_." else "_" for c in name) or "_"
