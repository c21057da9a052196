"""`ObjectPath`: the address of an object in a bucket, with those methods of a path that downloads use."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any, BinaryIO, TypeAlias

import attrs

from .._utils.paths import as_path
from .._utils.tracebacks import hides_locals
from ..exceptions import ArgumentError
from .bucket import Bucket, ObjectInfo

__all__ = ["ObjectPath", "Place", "as_place", "relative_path"]


_SCHEMES = ("s3", "gs", "az")
_READ = 1024 * 1024


@attrs.frozen(order=True)
class ObjectPath:
    """The address of an object in a bucket, or of a prefix of objects. `str` gives `s3://bucket/key`.

    It has the methods of a path that need no folder: `name`, `stem`, `suffix`, `parent`, `/`, `relative_to`, and those
    that read: `exists`, `read_bytes`, `open("rb")`, `stat().st_size`.

    Example:
        ```python
        from planet.cloud import ObjectPath

        path = ObjectPath.parse("s3://my-bucket/iberia") / "manifest.json"
        print(path.name, path)
        ```
    """

    __module__ = "planet.cloud"

    root: str
    key: str = ""
    _bucket: Bucket = attrs.field(
        default=attrs.Factory(lambda self: Bucket(self.root), takes_self=True), repr=False, eq=False, order=False
    )

    @classmethod
    @hides_locals
    def parse(cls, address: str, storage_options: Mapping[str, Any] | None = None) -> ObjectPath:
        """The object or prefix with an address.

        Args:
            address: `s3://bucket/prefix`, `gs://bucket/prefix` or `az://container/prefix`.
            storage_options: for obstore, for example `{"endpoint": …, "region": …}`. What is left out, credentials too,
                is found in the environment, as the tools of the provider do.

        Raises:
            ArgumentError: it is not such an address.
        """
        scheme, _, rest = address.partition("://")
        scheme = scheme.lower()
        bucket, _, key = rest.partition("/")
        if scheme not in _SCHEMES or not bucket or any(mark in rest for mark in "?#@"):
            raise ArgumentError(
                "The address of a bucket is not valid.",
                hint="Write s3://bucket/prefix, gs://bucket/prefix or az://container/prefix; credentials are found in "
                "the environment or in storage_options.",
            )
        key = "/".join(part for part in key.split("/") if part)
        if not key.isprintable() or {".", ".."} & set(key.split("/")):
            raise ArgumentError(f"The prefix {key!r} cannot be used: it has control characters, or parts like '..'.")
        root = f"{scheme}://{bucket}"
        return cls(root, key, Bucket(root, storage_options))

    def __str__(self) -> str:
        return f"{self.root}/{self.key}" if self.key else self.root

    def __repr__(self) -> str:
        return f"ObjectPath({str(self)!r})"

    def __reduce__(self) -> Any:
        return type(self).parse, (str(self),)  # without the options: they may have secrets

    def __truediv__(self, name: str | PurePosixPath) -> ObjectPath:
        return self._with(f"{self.key}/{name}" if self.key else str(name))

    def _with(self, key: str) -> ObjectPath:
        return attrs.evolve(self, key=key)

    # -- as a pure path --------------------------------------------------------------------------------------

    @property
    def _pure(self) -> PurePosixPath:
        return PurePosixPath(self.key)

    @property
    def name(self) -> str:
        """The last part."""
        return self._pure.name

    @property
    def stem(self) -> str:
        """The last part without its extension."""
        return self._pure.stem

    @property
    def suffix(self) -> str:
        """The extension, with its dot."""
        return self._pure.suffix

    @property
    def parent(self) -> ObjectPath:
        """The prefix that it lies under."""
        return self._with(self.key.rpartition("/")[0])

    def as_posix(self) -> str:
        """The address."""
        return str(self)

    def relative_to(self, other: ObjectPath) -> PurePosixPath:
        """What follows another address.

        Raises:
            ValueError: it does not lie below it.
        """
        if self.root != other.root:
            raise ValueError(f"{self} is not in {other}")
        return self._pure.relative_to(other._pure)

    # -- what is stored --------------------------------------------------------------------------------------

    def info(self) -> ObjectInfo | None:
        """Size and metadata; None if there is no such object."""
        return self._bucket.info(self.key)

    def exists(self) -> bool:
        """Whether there is such an object."""
        return self.info() is not None

    is_file = exists

    def is_symlink(self) -> bool:
        """False: there are no links in a bucket."""
        return False

    def stat(self) -> ObjectInfo:
        """`st_size`: its length in bytes; `metadata`: what it was stored with.

        Raises:
            FileNotFoundError: there is no such object.
        """
        info = self.info()
        if info is None:
            raise FileNotFoundError(errno.ENOENT, "there is no such object", str(self))
        return info

    def read_bytes(self) -> bytes:
        """Its content."""
        return b"".join(self._bucket.chunks(self.key))

    def open(self, mode: str = "rb", buffering: int = -1) -> BinaryIO:
        """Open it for reading, as a file that can be sought in."""
        return io.BufferedReader(_Reader(self, self.stat().st_size), _READ)

    def sizes(self) -> dict[str, int]:
        """The objects below it: {path relative to it: length in bytes}."""
        found = self._bucket.sizes(self.key)
        return {key[len(self.key) :].lstrip("/"): size for key, size in found.items()}

    def chunks(self) -> Iterator[bytes]:
        """Its content, piece by piece, with one request."""
        return self._bucket.chunks(self.key)

    def put(self, content: Any, metadata: Mapping[str, str]) -> None:
        """Store it; see `Bucket.put`."""
        import mimetypes

        media_type = mimetypes.guess_type(self.name)[0] or "application/octet-stream"
        self._bucket.put(self.key, content, metadata, media_type)

    def delete(self) -> None:
        """Delete the object."""
        self._bucket.delete(self.key)


class _Reader(io.RawIOBase):
    """Reads an object by ranges."""

    def __init__(self, path: ObjectPath, size: int) -> None:
        self._path = path
        self._size = size
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size}[whence]
        self._position = max(start + offset, 0)
        return self._position

    def readinto(self, buffer: Any) -> int:
        count = min(len(buffer), self._size - self._position)
        if count <= 0:
            return 0
        data = self._path._bucket.range(self._path.key, self._position, count)
        buffer[: len(data)] = data
        self._position += len(data)
        return len(data)


Place: TypeAlias = Any  # a Path or an ObjectPath; what takes either uses only the methods that both have


@hides_locals
def as_place(name: str, value: Any, storage_options: Mapping[str, Any] | None = None) -> Any:
    """Where files are written: a local path, or what the address of a bucket names.

    Raises:
        ArgumentError: it is another URL, or not a valid address.
        ArgumentTypeError: it is neither.
    """
    if isinstance(value, ObjectPath):
        return value if storage_options is None else ObjectPath.parse(str(value), storage_options)
    if isinstance(value, str) and value.partition("://")[0].lower() in _SCHEMES and "://" in value:
        return ObjectPath.parse(value, storage_options)
    if storage_options is not None:
        raise ArgumentError(f"storage_options are for a bucket, and {name} is a folder.")
    return as_path(name, value)


def relative_path(path: Place, root: Place) -> str:
    """The path of a file below a folder or prefix, with forward slashes."""
    relative: PurePosixPath = path.relative_to(root)
    return relative.as_posix()
