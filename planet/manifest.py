"""What an order consists of: its `manifest.json`, read and queried.

The manifest is the truth about an order: which files there are, where they lie relative to it, how large they are
and which digests they have. File names are no substitute, they may change over time.
"""

from ._files.manifest import Manifest
from ._files.manifest_entry import MANIFEST_NAME, MAX_MANIFEST, ManifestEntry

__all__ = ["MANIFEST_NAME", "MAX_MANIFEST", "Manifest", "ManifestEntry"]
