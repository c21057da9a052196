"""`Picture`: an image as a catalogue draws it."""

import base64
import uuid
from pathlib import Path
from typing import Any

from ...exceptions import ClientError

__all__ = ["Picture"]


class Picture(bytes):
    """An image as the catalogue draws it: bytes, which a notebook shows. Empty where a tile has no data.

    Attributes:
        media_type: for example `image/png`.

    Example:
        ```python
        source = gc.data.item("naip", "ga_m_3308421_se_16_060_20211114")
        picture = source.preview(assets="image", max_size=256)
        picture.save("preview.png")
        ```
    """

    __module__ = "planet.geocatalog"

    media_type: str

    def __new__(cls, content: bytes, media_type: str = "image/png") -> "Picture":
        picture = super().__new__(cls, content)
        picture.media_type = media_type
        return picture

    def __getnewargs__(self) -> tuple[Any, ...]:
        return bytes(self), self.media_type

    def __repr__(self) -> str:
        return f"<Picture {self.media_type}, {len(self):,} bytes>"

    __str__ = __repr__

    def save(self, path: Path | str) -> Path:
        """Write the image to a file, which appears under its name when it is complete; returns its path.

        Raises:
            ClientError: it is empty, as a tile is where a mosaic has no data.
        """
        if not self:
            raise ClientError("The picture is empty: there is no data.", hint="Check the place, and the assets.")
        path = Path(path)
        part = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
        try:
            part.write_bytes(self)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        return path

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        shown: dict[str, Any] = {"text/plain": repr(self)}
        if self and self.media_type in ("image/png", "image/jpeg"):
            shown[self.media_type] = base64.b64encode(self).decode()
        return shown
