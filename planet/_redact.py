"""Remove secrets from log lines and messages: query strings, user info and credentials.

Signed links carry their token in the query, keys travel in headers, and httpx and httpcore log both. Every function
here takes time in proportion to the length of the text, whatever the text is: it may come from a server, or from a
request that was cut off.
"""

import logging
import re
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

__all__ = ["brief", "guard_logs", "is_control", "own_request", "printable", "redact", "redact_url"]


# Patterns as text: re compiles them when they are first needed, and keeps them, so that starting costs nothing.
# Nothing in them repeats over what another repetition next to it can match, and a match cannot begin inside of what an
# earlier attempt has scanned: that keeps them linear.
_SCHEME = r"(?i)\b[a-z][a-z0-9+.-]{0,15}://"
_PATH_END = r"[?\s'\"<>]"
_QUERY_END = r"[\s'\"<>)\]]"
_USER = r"(?i)(\b[a-z][a-z0-9+.-]{0,15}://)[^/\s'\"?#]*@"
_CREDENTIAL = r"(?i)\b(api-key|bearer|basic)(\s+|\s?[:=]\s?)[A-Za-z0-9._~+/=-]{6,}"
_PLANET_KEY = r"\bPLAK\w{8,}"  # how the keys of Planet begin
# A key and the opening quote of its value, of a dictionary as its repr or JSON has it, also inside of a JSON string.
_ENTRY = r"""["']([\w-]*)\\*["']\s*:\s*b?(\\*["'])"""
_SECRET_KEY = r"(?i)api_?key|access_key|secret|token|credential|password|signature"
_PARAMETER = r"(?i)(api_?key|token|secret|sig|signature|password)(?:=|%3d)(?:[^\s&'\"\\]|\\/)+"

# Where httpx and httpcore write what they send and receive; httpcore's DEBUG lines hold whole Location headers.
_LOGGERS = ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.http2", "httpcore.proxy", "httpcore.socks")


def redact(text: str) -> str:
    """*text* without query strings, user info, keys and tokens."""
    text = _replace(text, _SCHEME, _query_of)
    text = re.sub(_USER, r"\1…@", text)
    text = re.sub(_CREDENTIAL, r"\1\2…", text)
    text = _replace(text, _ENTRY, _value_of)
    text = re.sub(_PARAMETER, r"\1=…", text)
    return re.sub(_PLANET_KEY, "PLAK…", text)


def _replace(text: str, pattern: str, find: Callable[[str, re.Match[str]], tuple[int, int] | int]) -> str:
    """*text* with "…" for what *find* says after each match: (start, end) to replace, or where to search on."""
    search = re.compile(pattern).search
    parts, done, position = [], 0, 0
    while (match := search(text, position)) is not None:
        found = find(text, match)
        if isinstance(found, int):
            position = found
        else:
            start, position = found
            parts += [text[done:start], "…"]
            done = position
    return "".join([*parts, text[done:]])


def _query_of(text: str, scheme: re.Match[str]) -> tuple[int, int] | int:
    start = _end(text, _PATH_END, scheme.end())
    if text[start : start + 1] != "?":
        return start
    end = _end(text, _QUERY_END, start + 1)
    return start + 1, _before_escapes(text, end, start + 1) if text[end : end + 1] in ("'", '"') else end


def _value_of(text: str, entry: re.Match[str]) -> tuple[int, int] | int:
    if not re.search(_SECRET_KEY, entry[1]):
        return entry.end() - len(entry[2])  # the value may be a key, in its turn
    start, quote, escapes = entry.end(), entry[2][-1], len(entry[2]) - 1
    if escapes:  # inside of a JSON string: up to the next quote that is escaped as the first one is, or less
        end = text.find(quote, start)
        while end >= 0 and end - _before_escapes(text, end, start) > escapes:
            end = text.find(quote, end + 1)
        return start, len(text) if end < 0 else _before_escapes(text, end, start)
    value = re.compile(rf"[^{quote}\\]*(?:\\.[^{quote}\\]*)*", re.DOTALL).match(text, start)
    assert value is not None  # it matches the empty string
    end = value.end()
    return start, end if text[end : end + 1] == quote else len(text)


def _end(text: str, pattern: str, start: int) -> int:
    found = re.compile(pattern).search(text, start)
    return len(text) if found is None else found.start()


def _before_escapes(text: str, end: int, start: int) -> int:
    """Where the backslashes before *end* begin."""
    while end > start and text[end - 1] == "\\":
        end -= 1
    return end


def brief(value: object) -> str:
    """The repr of a value, short and without secrets, for an error message."""
    return redact(repr(value)[:200])[:100]


def redact_url(url: object) -> str:
    """A URL without query, fragment and user info."""
    return re.sub(_USER, r"\1…@", re.split(r"[?#]", str(url), maxsplit=1)[0])


_is_own: ContextVar[bool] = ContextVar("planet_own_request", default=False)


@contextmanager
def own_request() -> Iterator[None]:
    """Drop the log line of httpx for a request of this package: the logger `planet.http` has its own."""
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
    r"""Escape control characters, which can make a terminal show, hide or do something else.

    Args:
        text: a text that a service or a file has written.
        keep_lines: whether tabs and line feeds are kept.

    >>> printable("a\x1b[31m.tif")
    'a\\x1b[31m.tif'
    """
    if text.isascii() and text.isprintable():
        return text
    kept = "\t\n" if keep_lines else ""
    return "".join(
        character.encode("unicode_escape").decode() if is_control(character) and character not in kept else character
        for character in text
    )
