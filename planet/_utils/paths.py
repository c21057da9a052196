"""Local paths in the forms that callers pass."""

import os
import re
from pathlib import Path
from typing import Any

from ..exceptions import ArgumentError, ArgumentTypeError

__all__ = ["as_path"]


# pathlib merges the two slashes of a URL.
_URL = re.compile(r"(?i)(s3a?|gs|gcs|az|abfss?|wasbs?|adl|oci|hdfs|ftp|https?|file):/")


def as_path(name: str, value: Any) -> Path:
    """Return a local path, given a string or any path-like object; a leading `~` is the home folder.

    Raises:
        ArgumentError: it is the address of a cloud storage, or another URL.
        ArgumentTypeError: it is not a path.
    """
    try:
        text = os.fsdecode(value)
    except TypeError:
        raise ArgumentTypeError(f"{name} must be a str or Path, got {type(value).__name__}.") from None
    for form in (text, str(value)):  # a path object of a cloud library may name a local copy
        if _URL.match(form):
            raise ArgumentError(
                f"{name} must be a local path, got {form}.",
                hint="Download to a local folder and copy the files from there, or let an order or a subscription "
                "deliver to cloud storage.",
            )
    return Path(os.path.expanduser(text))
