"""Nothing secret in a log or a message: query strings, user info and credentials are cut out of text.

Signed links carry their token in the query, keys travel in headers, and httpx and httpcore log both.
"""

import logging
import re

__all__ = ["guard_logs", "redact", "redact_url"]

_QUERY = re.compile(r"(\b[a-z][a-z0-9+.-]*://[^\s'\"<>?]+)\?[^\s'\"<>)\]]*", re.IGNORECASE)
_USER = re.compile(r"(\b[a-z][a-z0-9+.-]*://)[^/\s'\"@]+@", re.IGNORECASE)
_CREDENTIAL = re.compile(r"\b(api-key|bearer|basic)(\s+)[A-Za-z0-9._~+/=-]{6,}", re.IGNORECASE)
_PARAMETER = re.compile(r"\b([\w-]*(?:api_key|token|secret|sig|signature|password))=[^\s&'\"]+", re.IGNORECASE)

# Where httpx and httpcore write what they send and receive; httpcore's DEBUG lines hold whole Location headers.
_LOGGERS = ("httpx", "httpcore.connection", "httpcore.http11", "httpcore.http2", "httpcore.proxy", "httpcore.socks")


def redact(text: str) -> str:
    """*text* without query strings, user info, keys and tokens."""
    text = _QUERY.sub(r"\1?…", text)
    text = _USER.sub(r"\1…@", text)
    text = _CREDENTIAL.sub(r"\1\2…", text)
    return _PARAMETER.sub(r"\1=…", text)


def redact_url(url: object) -> str:
    """An address as it may be shown: without query, fragment and user info."""
    return _USER.sub(r"\1…@", re.split(r"[?#]", str(url), maxsplit=1)[0])


class _Filter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redact(record.getMessage()), ()
        return True


_filter = _Filter()


def guard_logs(*more: str) -> None:
    """Make the loggers of the HTTP libraries, and *more*, redact what they write. Doing it again changes nothing."""
    for name in (*_LOGGERS, *more):
        logging.getLogger(name).addFilter(_filter)
