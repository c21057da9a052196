"""The form of log lines on stderr."""

import logging
from typing import Any

from .._redact import printable

__all__ = ["LogFormatter"]


class LogFormatter(logging.Formatter):
    """Escapes control characters: log messages contain text of services and names of files."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = printable(record.message)
        return super().formatMessage(record)

    def formatException(self, ei: Any) -> str:
        return printable(super().formatException(ei), keep_lines=True)
