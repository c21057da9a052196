"""The demo: search, order, download and validate scenes on a sandbox, with the sync or async client."""

import importlib.util
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


AOI: dict[str, Any] = AOIS["annecy"]  # a landscape that exists only in the sandbox


def demonstrate(folder: Path, *, asynchronous: bool) -> Iterator[str]:
    """Run the demo on a new sandbox; yields the lines of its report."""
    job: Callable[..., Any]
    to_catalog: Callable[..., Any]
    if asynchronous:
        import anyio

        from ._async.catalog import order_to_catalog as to_catalog
        from ._async.job import order_scenes as job
    else:
        from ._sync.catalog import order_to_catalog as to_catalog
        from ._sync.job import order_scenes as job

    def run(function: Callable[..., Any], *args: Any) -> Any:
        return anyio.run(function, *args) if asynchronous else function(*args)

    with Sandbox() as sandbox, sandbox.as_default():
        yield f"A sandbox is running at {sandbox.base_url}. Searching, ordering, waiting, downloading, validating:"
        yield ""
        order_id = str(run(job, AOI, folder))
        has_stac = importlib.util.find_spec("pystac") is not None
        ingested = run(to_catalog, order_id, AOI, folder) if has_stac else None
    root = folder / order_id
    manifest = Manifest.read(root)
    yield ""
    yield f"All {len(manifest)} files exist and match the manifest:"
    yield ""
    yield f"{root}/"
    for entry in manifest:
        digest = hash_file(root / entry.path, "sha256")
        yield f"  {entry.path:<65} {entry.size or 0:>9,} bytes  sha256 {digest[:16]}…"
    image = next(entry for entry in manifest if entry.media_type == "image/tiff" and "udm" not in entry.path)
    preview = write_preview(root / image.path, folder / f"{Path(image.path).stem}.png")
    yield ""
    yield f"Preview of the first scene: {preview}"
    yield ""
    if ingested is None:
        yield "With pip install 'planet[stac]', the demo also brings the scenes into the sandbox's GeoCatalog."
    else:
        report, found, picture = ingested
        yield f"The scenes in the sandbox's GeoCatalog: {report}."
        yield f"A search finds {', '.join(found)}; drawn as one image: {picture}"
    yield ""
    yield "The code of this demo, which also works with a real account:"
    yield ""
    yield from (f"    {line}" for line in inspect.getsource(job).splitlines())
