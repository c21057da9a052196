"""Opening GeoTIFFs with rasterio. The callers check that rasterio is installed."""

from typing import Any

import rasterio
import rasterio.errors

from .._cloud.object_path import ObjectPath, Place
from ..exceptions import ClientError

__all__ = ["open_image", "unreadable"]


def open_image(path: Place) -> Any:
    """Open an image for reading.

    Raises:
        ClientError: the image cannot be read.
    """
    try:
        return rasterio.open(path.open() if isinstance(path, ObjectPath) else path)
    except rasterio.errors.RasterioIOError as error:
        raise unreadable(path, error) from None


def unreadable(path: Place, error: Exception) -> ClientError:
    """Create the error for an image that cannot be read completely."""
    hint = "Check the file with planet.checksum.validate_checksum."
    return ClientError(f"The image {path} cannot be read: {error}.", hint=hint)
