"""The folders that stand for the buckets of cloud storages: what is delivered to them can be looked at."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..._builders.storage import STORAGE_PROVIDERS

__all__ = ["PROVIDERS", "folders"]


# {provider: the parameter that names the bucket}
PROVIDERS = {kind: provider.bucket for kind, provider in STORAGE_PROVIDERS.items()} | {"destination": "ref"}


def folders(root: Path, delivery: Mapping[str, Any], collection: str | None, name: str) -> list[Path]:
    """Where something called *name* goes.

    Args:
        root: the folder of all buckets.
        delivery: {provider: its parameters}.
        collection: the hosting collection that it goes to as well; None: to none.
    """
    found = []
    for provider, field in PROVIDERS.items():
        if provider in delivery:
            bucket = _safe(str(delivery[provider].get(field)))
            prefix = _inside(str(delivery[provider].get("path_prefix") or ""))
            found.append(Path(f"{root / provider / bucket}/{prefix}{name}"))
    if collection is not None:
        found.append(root / "sentinel_hub" / _safe(collection) / name)
    return [folder for folder in found if root.resolve() in folder.resolve().parents]


def _inside(prefix: str) -> str:
    """A prefix that does not lead out of the bucket: there, dots are names like any other."""
    return "/".join("_" if part in (".", "..") else part for part in prefix.lstrip("/").split("/"))


def _safe(name: str) -> str:
    return "".join(c if c.isalnum() or c in "-_." else "_" for c in name) or "_"
