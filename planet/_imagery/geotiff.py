"""GeoTIFFs on disk, as rasterio opens them. What asks for rasterio says if it is missing."""

from pathlib import Path
from typing import Any

import rasterio
import rasterio.errors

from ..exceptions import ClientError

__all__ = ["open_image", "unreadable"]


def open_image(path: Path) -> Any:
    """An image, opened for reading.

    Raises:
        ClientError: it cannot be read.
    """
    try:
        return rasterio.open(path)
    except rasterio.errors.RasterioIOError as error:
        raise unreadable(path, error) from None


def unreadable(path: Path, error: Exception) -> ClientError:
    """The error for an image that cannot be read, or not to its end."""
    hint = "planet.checksum.validate_checksum tells whether it is whole."
    return ClientError(f"The image {path} cannot be read: {error}.", hint=hint)
