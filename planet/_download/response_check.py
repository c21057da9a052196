"""What the head of an answer to a download means, and whether the answer can be used."""

from __future__ import annotations

import re
from collections.abc import Mapping

import attrs

from ..exceptions import InvalidAnswer
from .expected import length_of

__all__ = ["Changed", "ResponseHead", "parse_response"]

_CONTENT_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18}|\*)$")


class Changed(InvalidAnswer):
    """What the server sends does not belong to the bytes that were received before."""


@attrs.frozen
class ResponseHead:
    """The head of an answer that holds a file, or a part of it.

    Attributes:
        is_part: whether it is a part (206), not the whole file (200).
        start: the offset of its first byte.
        total: the length of the whole file in bytes, or None if the answer does not say.
        etag: the version of the content, where it is a strong one; None otherwise.
        has_etag: whether there is an ETag header at all.
        is_encoded: whether the body is compressed.
        takes_ranges: whether the server says that it answers requests for parts.
        is_html: whether it is a web page.
    """

    is_part: bool
    start: int
    total: int | None
    etag: str | None
    has_etag: bool
    is_encoded: bool
    takes_ranges: bool
    is_html: bool


def parse_response(status: int, headers: Mapping[str, str]) -> ResponseHead:
    """The head of an answer.

    Raises:
        Changed: it holds neither the file nor a part of it.
        InvalidAnswer: its body cannot be decoded safely.
    """
    encoding = headers.get("content-encoding", "identity").lower()
    if "," in encoding:  # a kilobyte could unfold to a gigabyte
        raise InvalidAnswer("The file cannot be read: the server has compressed it more than once.")
    if encoding not in ("identity", "", "gzip", "x-gzip", "deflate"):
        raise InvalidAnswer(
            f"The file cannot be read: the server sent it in the encoding {encoding[:40]!r}, which was not requested."
        )
    start, total = 0, length_of(headers)
    if status == 206:
        match = _CONTENT_RANGE.match(headers.get("content-range", ""))
        if match is None or encoding not in ("identity", ""):
            raise Changed("The server sent a part of the file without saying which part.")
        start, total = int(match[1]), None if match[3] == "*" else int(match[3])
    elif status != 200:
        raise Changed(f"The server answered a download with the status {status}.", status_code=status)
    return ResponseHead(
        is_part=status == 206,
        start=start,
        total=None if encoding not in ("identity", "") else total,
        etag=_strong(headers.get("etag")),
        has_etag="etag" in headers,
        is_encoded=encoding not in ("identity", ""),
        takes_ranges=headers.get("accept-ranges", "").lower() == "bytes",
        is_html="text/html" in headers.get("content-type", ""),
    )


def _strong(etag: str | None) -> str | None:
    """The version of the content, if it can be relied on, and sent back."""
    usable = etag and not etag.startswith("W/") and etag.isascii() and etag.isprintable()
    return etag if usable else None
