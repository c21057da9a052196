"""The demonstration: the main job on a sandbox, in both colours, with a look at what came of it."""

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ..._files.manifest import Manifest
from ...checksum import hash_file
from ..catalog.places import AOIS
from ..imagery.preview import write_preview
from ..server import Sandbox

__all__ = ["AOI", "demonstrate"]


AOI: dict[str, Any] = AOIS["annecy"]  # fields, hills and a lake that are nowhere but in the sandbox


def demonstrate(folder: Path, *, asynchronous: bool) -> Iterator[str]:
    """Do the main job on a sandbox of its own; yields what there is to say, step by step."""
    job: Callable[..., Any]
    if asynchronous:
        import anyio

        from ._async.job import order_scenes as job
    else:
        from ._sync.job import order_scenes as job
    with Sandbox() as sandbox, sandbox.as_default():
        yield f"A sandbox is running at {sandbox.base_url}. Searching, ordering, waiting, downloading, validating:"
        yield ""
        order_id = str(anyio.run(job, AOI, folder) if asynchronous else job(AOI, folder))
    root = folder / order_id
    manifest = Manifest.read(root)
    yield ""
    yield f"Every file is there and is what the manifest says ({len(manifest)} files):"
    yield ""
    yield f"{root}/"
    for entry in manifest:
        digest = hash_file(root / entry.path, "sha256")
        yield f"  {entry.path:<65} {entry.size or 0:>9,} bytes  sha256 {digest[:16]}…"
    image = next(entry for entry in manifest if entry.media_type == "image/tiff" and "udm" not in entry.path)
    picture = write_preview(root / image.path, folder / f"{Path(image.path).stem}.png")
    yield ""
    yield f"A picture of the first scene: {picture}"
    yield ""
    yield "This did it, and does the same with a real account:"
    yield ""
    yield from (f"    {line}" for line in inspect.getsource(job).splitlines())
