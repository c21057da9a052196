"""What the builders of requests have in common."""

from typing import Any

__all__ = ["Json", "given"]

Json = dict[str, Any]


def given(**values: Any) -> Json:
    """The values that were given: everything but None."""
    return {name: value for name, value in values.items() if value is not None}
