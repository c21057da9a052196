"""Read and query the `manifest.json` of an order.

The manifest lists the files of an order, with their paths relative to it, sizes, digests and annotations. Do not
parse file names instead: they may change over time.
"""

from ._files.manifest import Manifest
from ._files.manifest_entry import MANIFEST_NAME, MAX_MANIFEST, ManifestEntry

__all__ = ["MANIFEST_NAME", "MAX_MANIFEST", "Manifest", "ManifestEntry"]
