"""Nothing secret in a log or a message: query strings, user info and credentials are cut out of text.

Signed links carry their token in the query, keys travel in headers, and httpx and httpcore log both.
"""

import logging
import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["brief", "guard_logs", "is_control", "own_request", "printable", "redact", "redact_url"]


# Patterns as text: re compiles them when they are first needed, and keeps them. Only starting costs nothing.
_QUERY = r"(?i)(\b[a-z][a-z0-9+.-]{0,15}://[^\s'\"<>?]+)\?[^\s'\"<>)\]]*"
_USER = r"(?i)(\b[a-z][a-z0-9+.-]{0,15}://)[^/\s'\"@]+@"
_CREDENTIAL = r"(?i)\b(api-key|bearer|basic)(\s+)[A-Za-z0-9._~+/=-]{6,}"
_ENTRY = r"""(?ix) (["'] [\w-]* (?:api_?key|access_key|secret|token|credential|password|signature) [\w-]* ["'] :\s*)
    (["']) .*? (?:\2|$)"""  # of a dictionary, as its repr or JSON has it
_PARAMETER = r"(?i)\b([\w-]*(?:api_key|token|secret|sig|signature|password))=[^\s&'\"]+"

# Where httpx and httpcore write what they send and receive; httpcore's DEBUG lines hold whole Location headers.
_LOGGERS = ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.http2", "httpcore.proxy", "httpcore.socks")


def redact(text: str) -> str:
    """*text* without query strings, user info, keys and tokens."""
    text = re.sub(_QUERY, r"\1?…", text)
    text = re.sub(_USER, r"\1…@", text)
    text = re.sub(_CREDENTIAL, r"\1\2…", text)
    text = re.sub(_ENTRY, r"\1…", text)
    return re.sub(_PARAMETER, r"\1=…", text)


def brief(value: object) -> str:
    """What was given, short and without secrets, for a message that says what is wrong with it."""
    return redact(repr(value)[:200])[:100]


def redact_url(url: object) -> str:
    """An address as it may be shown: without query, fragment and user info."""
    return re.sub(_USER, r"\1…@", re.split(r"[?#]", str(url), maxsplit=1)[0])


_is_own: ContextVar[bool] = ContextVar("planet_own_request", default=False)


@contextmanager
def own_request() -> Iterator[None]:
    """Send a request of this package. The logger `planet.http` has a line for it, so httpx's own is dropped."""
    token = _is_own.set(True)
    try:
        yield
    finally:
        _is_own.reset(token)


class _Filter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        if record.name == "httpx" and _is_own.get():
            return False
        record.msg, record.args = redact(record.getMessage()), ()
        return True


_filter = _Filter()


def guard_logs(*more: str) -> None:
    """Make the loggers of the HTTP libraries, and *more*, redact what they write. Doing it again changes nothing."""
    for name in (*_LOGGERS, *more):
        logging.getLogger(name).addFilter(_filter)


def is_control(character: str) -> bool:
    """Whether terminals may act on a character: controls (C0, C1), bidirectional and other format characters.

    The two joiners are part of the spelling of Persian and of Indian languages, and of emoji.
    """
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") and character not in "\u200c\u200d"


def printable(text: str, *, keep_lines: bool = False) -> str:
    """*text* as it may be written to a terminal: control characters are escaped.

    Args:
        text: a text that a service or a file has written.
        keep_lines: whether tabs and line feeds are kept.

    >>> printable("a\\x1b[31m.tif")
    'a\\\\x1b[31m.tif'
    """
    if text.isascii() and text.isprintable():
        return text
    kept = "\t\n" if keep_lines else ""
    return "".join(
        character.encode("unicode_escape").decode() if is_control(character) and character not in kept else character
        for character in text
    )
