"""Text in the encodings that programs write."""

import json

__all__ = ["BOM", "to_text"]

BOM = "\ufeff"


def to_text(content: bytes) -> str:
    """Decode text: UTF-8, or UTF-16 and UTF-32, as PowerShell and Notepad write it, without its byte order mark.

    Raises:
        UnicodeDecodeError: the text has another encoding.
    """
    return content.decode(json.detect_encoding(content)).removeprefix(BOM)
