"""The runtime layer: what differs between the sync and the async variant of the package."""

from . import fork as fork
