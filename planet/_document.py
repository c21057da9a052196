"""`Document`: what the models of everything that the service sends have in common."""

import datetime
from typing import Any

from .io import str_to_datetime

__all__ = ["Document", "as_time"]


class Document(dict[str, Any]):
    """A dictionary from the service."""

    def _time(self, key: str) -> datetime.datetime | None:
        return as_time(self.get(key))


def as_time(value: Any) -> datetime.datetime | None:
    return str_to_datetime(value) if isinstance(value, str) else None
