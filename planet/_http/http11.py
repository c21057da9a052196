"""Read the head of an HTTP/1.1 answer of the simple form that servers of files send, and build requests for files.

This is strict: an answer of any other form (another version, folded lines, chunks, two lengths, no length) is None
here, and h11 reads it.
"""

import re
from collections.abc import Mapping

import attrs
import httpx

__all__ = ["END", "MAX_HEAD", "Head", "build_request", "is_text", "parse_head", "split_url"]


MAX_HEAD = 64 * 1024
END = b"\r\n\r\n"

_STATUS = re.compile(rb"HTTP/1\.1 ([2345]\d\d)(?: [\t\x20-\x7e\x80-\xff]*)?")
_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(rb"[\t\x20-\x7e\x80-\xff]*")
# Bytes that no head may contain. h11 refuses them, too, but takes a minute for a head that is full of blanks.
_FORBIDDEN = re.compile(rb"[^\t\r\n\x20-\x7e\x80-\xff]")
# An address in which nothing needs to be encoded.
_PLAIN_URL = re.compile(r"https?://([0-9a-z.-]+(?::\d+)?)(/[0-9A-Za-z!$%&'()*+,./:;=?@_~-]*)(?:#.*)?")
_BODILESS = (204, 205, 304)


@attrs.frozen
class Head:
    """The head of an answer whose body has a length.

    Attributes:
        status: the HTTP status.
        headers: the headers, as they were sent.
        length: of the body, in bytes.
        keep_alive: whether the connection can be used again after it.
    """

    status: int
    headers: list[tuple[bytes, bytes]]
    length: int
    keep_alive: bool


def split_url(url: str) -> tuple[str, bytes]:
    """The host of a URL, as in the header `Host`, and the target of the request.

    >>> split_url("https://storage.test:8443/a/b.tif?sig=1#top")
    ('storage.test:8443', b'/a/b.tif?sig=1')
    """
    match = _PLAIN_URL.fullmatch(url)
    if match is not None:
        return match[1], match[2].encode("ascii")
    address = httpx.URL(url)  # encodes what needs it
    return address.netloc.decode("ascii"), address.raw_path


def build_request(target: bytes, headers: Mapping[str, str]) -> bytes:
    """Build a GET request. The target comes from `split_url`, so it has no line ends.

    Raises:
        httpx.LocalProtocolError: a header has a character that it must not have. The message does not repeat it.
    """
    lines = [b"GET " + target + b" HTTP/1.1"]
    for name, value in headers.items():
        if not (value.isascii() and value.isprintable()):
            raise httpx.LocalProtocolError(f"the value of the header {name} has a character that is not allowed")
        lines.append(f"{name}: {value}".encode("ascii"))
    return b"\r\n".join(lines) + END


def is_text(head: bytes) -> bool:
    """Whether these bytes can be a head."""
    return _FORBIDDEN.search(head) is None


def parse_head(head: bytes) -> Head | None:
    """Parse a head, which ends with an empty line; None if it is not of the simple form.

    >>> parse_head(b"HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\n\\r\\n")
    Head(status=200, headers=[(b'Content-Length', b'5')], length=5, keep_alive=True)
    """
    first, *lines = head[: -len(END)].split(b"\r\n")
    match = _STATUS.fullmatch(first)
    if match is None or (status := int(match[1])) in _BODILESS:
        return None
    headers: list[tuple[bytes, bytes]] = []
    length: bytes | None = None
    keep_alive = True
    for line in lines:
        name, colon, value = line.partition(b":")
        value = value.strip(b" \t")
        if not colon or not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
            return None
        headers.append((name, value))
        lowered = name.lower()
        if lowered == b"content-length":
            if length is not None or not value.isdigit() or len(value) > 18:
                return None
            length = value
        elif lowered == b"transfer-encoding":
            return None
        elif lowered == b"connection":
            keep_alive = keep_alive and value.lower() == b"keep-alive"
    return None if length is None else Head(status, headers, int(length), keep_alive)
