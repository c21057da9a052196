"""Decompress bodies piece by piece, so that a small body that unfolds to gigabytes never does so in memory."""

import zlib
from collections.abc import Iterator

import httpx

__all__ = ["ACCEPT_ENCODING", "Decoder", "UnsupportedEncoding"]


ACCEPT_ENCODING = "gzip, deflate"
_PIECE = 64 * 1024  # bytes that are decompressed at once


class UnsupportedEncoding(httpx.DecodingError):
    """A body is compressed in a way that the request did not allow. Sending the request again does not help."""


class Decoder:
    """Decompresses one body.

    Args:
        encoding: the header `Content-Encoding`.

    Raises:
        UnsupportedEncoding: it names anything but gzip or deflate, or more than one encoding.
    """

    def __init__(self, encoding: str) -> None:
        names = [name for name in encoding.lower().replace(" ", "").split(",") if name not in ("", "identity")]
        if len(names) > 1:
            raise UnsupportedEncoding(f"it is compressed more than once ({', '.join(names)[:80]})")
        self._encoding = names[0].removeprefix("x-") if names else None
        if self._encoding not in (None, "gzip", "deflate"):
            raise UnsupportedEncoding(
                f"its Content-Encoding is {self._encoding[:40]!r}, but {ACCEPT_ENCODING} was asked for"
            )
        self._inflate = zlib.decompressobj(zlib.MAX_WBITS | (16 if self._encoding == "gzip" else 0))
        self._empty = True

    def decode(self, data: bytes) -> Iterator[bytes]:
        """The decompressed bytes of the next part of the body, in pieces of at most 64 KB where it is compressed.

        Raises:
            httpx.DecodingError: the body is broken.
        """
        if self._encoding is None:
            if data:
                yield data
            return
        while data:
            if self._inflate.eof:
                if self._encoding != "gzip":
                    return  # nothing may follow, and nothing does any harm
                self._inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)  # the next member
            piece = self._decompress(data)
            data = self._inflate.unconsumed_tail or self._inflate.unused_data
            if piece:
                yield piece

    def _decompress(self, data: bytes) -> bytes:
        first, self._empty = self._empty, False
        try:
            return self._inflate.decompress(data, _PIECE)
        except zlib.error as error:
            if first and self._encoding == "deflate":  # some servers leave the zlib header out
                self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)
                return self._decompress(data)
            raise httpx.DecodingError(str(error)) from None

    def finish(self) -> Iterator[bytes]:
        """What is left at the end of the body.

        Raises:
            httpx.DecodingError: the body ended too early.
        """
        if self._encoding is None or self._empty:
            return
        while not self._inflate.eof:
            piece = self._decompress(b"")
            if not piece:
                raise httpx.DecodingError("the compressed data ends too early")
            yield piece
