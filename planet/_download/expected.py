"""`ExpectedContent`: what a file must be, and whether one that exists is that."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping

import attrs

from .._cloud.object_path import ObjectPath, Place
from .._files.hashing import best_digest, hash_file

__all__ = ["ContentCheck", "ExpectedContent", "length_of"]

# Given how to read a file, (offset, count) to bytes, and its length: what is wrong with its content, or None.
ContentCheck = Callable[[Callable[[int, int], bytes], int], str | None]

_MD5_ETAG = re.compile(r'"([0-9a-f]{32})"')
_GOOGLE_MD5 = re.compile(r"(?:^|,)\s*md5=([\w+/]{22}==)")
# The first bytes of a file, by the media type that a server gives.
_SIGNATURES: dict[str, tuple[bytes, ...]] = {
    "image/tiff": (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"),
    "application/zip": (b"PK",),
    "image/png": (b"\x89PNG",),
    "image/jpeg": (b"\xff\xd8",),
}


@attrs.frozen
class ExpectedContent:
    """What is known beforehand of the content of a file.

    Attributes:
        size: its length in bytes, or None.
        digest: its digest as (algorithm, lower-case hex), or None.
        check: finds out what is wrong with the content, where there is no digest; or None.
    """

    size: int | None = None
    digest: tuple[str, str] | None = None
    check: ContentCheck | None = None

    @property
    def is_known(self) -> bool:
        """Whether anything tells this file from another one."""
        return self.size is not None or self.digest is not None or self.check is not None

    @property
    def tells_content(self) -> bool:
        """Whether the content itself can be verified, not just its length."""
        return self.digest is not None or self.check is not None

    @property
    def algorithm(self) -> str | None:
        """The algorithm of the digest."""
        return self.digest and self.digest[0]

    def problem_with(self, path: Place) -> str | None:
        """Why a file is not the expected one, or None if it is. Reads the file.

        Of an object in a bucket that this package has stored, the digest that it was verified with is known.
        """
        status = path.stat()
        size: int = status.st_size
        if self.size is not None and size != self.size:
            return f"it has {size} bytes instead of {self.size}"
        if self.digest is not None:
            algorithm, value = self.digest
            # What another program has stored as its digest may be in another form.
            is_known = isinstance(path, ObjectPath) and status.metadata.get(algorithm) == value
            if not is_known and hash_file(path, algorithm) != value:
                return f"its {algorithm} differs"
        if self.check is None:
            return None
        with path.open("rb") as file:

            def read(offset: int, count: int) -> bytes:
                file.seek(offset)
                content: bytes = file.read(count)
                return content

            return self.check(read, size)

    @classmethod
    def of_answer(cls, headers: Mapping[str, str]) -> ExpectedContent:
        """What the headers of an answer tell of a file: its length, its MD5, its kind."""
        encoded = headers.get("content-encoding", "identity").lower() != "identity"
        signatures = _SIGNATURES.get(headers.get("content-type", "").partition(";")[0].strip().lower())

        def check(read: Callable[[int, int], bytes], size: int) -> str | None:
            if signatures is not None and not read(0, 8).startswith(signatures):
                return f"it is not of the type {headers.get('content-type')}"
            return None

        md5 = None if encoded else _md5_of(headers)
        return cls(
            size=None if encoded else length_of(headers),
            digest=best_digest({"md5": md5}),
            check=None if signatures is None else check,
        )


def _md5_of(headers: Mapping[str, str]) -> str | None:
    """The MD5 of the content, as storage services give it."""
    is_s3 = "x-amz-request-id" in headers and "x-amz-server-side-encryption" not in headers
    if is_s3 and (match := _MD5_ETAG.fullmatch(headers.get("etag", "").lower())):  # elsewhere it may be anything
        return match[1]
    encoded = headers.get("content-md5", "")
    if match := _GOOGLE_MD5.search(headers.get("x-goog-hash", "")):
        encoded = match[1]
    try:
        value = base64.b64decode(encoded, validate=True)
    except ValueError:
        return None
    return value.hex() if len(value) == 16 else None


def length_of(headers: Mapping[str, str]) -> int | None:
    """The length that an answer announces, or None."""
    value = headers.get("content-length", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) <= 18 else None
