"""Text in the encodings, and JSON in the forms, that programs and people write."""

import json
import re
from typing import Any

__all__ = ["BOM", "parse_json", "to_text"]

BOM = "\ufeff"

# A trailing comma before a closing bracket, outside of strings, is accepted.
_TRAILING_COMMA = re.compile(r'("(?:[^"\\]|\\.)*")|,(?=\s*[\]}])')


def to_text(content: bytes) -> str:
    """Decode text: UTF-8, or UTF-16 and UTF-32, as PowerShell and Notepad write it, without its byte order mark.

    Raises:
        UnicodeDecodeError: the text has another encoding.
    """
    return content.decode(json.detect_encoding(content)).removeprefix(BOM)


def parse_json(text: str) -> Any:
    """Parse JSON that people may have edited: a trailing comma is accepted.

    Raises:
        ValueError, RecursionError: it is not JSON.
    """
    return json.loads(_TRAILING_COMMA.sub(r"\1", text.removeprefix(BOM)))
