"""The types of arguments."""

import json
import re
from typing import Any

import click

__all__ = ["JSON", "CommaSeparated"]

# A comma before a closing bracket, outside of strings: people write it, and its meaning is plain.
_TRAILING_COMMA = re.compile(r'("(?:[^"\\]|\\.)*")|,(?=\s*[\]}])')


class _Json(click.ParamType):  # type: ignore[type-arg]  # generic in the newest click only
    name = "json"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        if value.lstrip().startswith(("{", "[")):
            text, source = value, "the text"
        else:
            try:
                with click.open_file(value, encoding="utf-8") as file:
                    text = file.read()
            except (OSError, UnicodeDecodeError) as error:
                self.fail(
                    f"{value!r} cannot be read: {getattr(error, 'strerror', None) or 'not UTF-8 text'}.", param, ctx
                )
            source = "stdin" if value == "-" else value
        try:
            content = json.loads(_TRAILING_COMMA.sub(r"\1", text))
        except (ValueError, RecursionError) as error:
            self.fail(f"{source} is not JSON: {error}.", param, ctx)
        if not content:
            self.fail(f"{source} is empty.", param, ctx)
        return content


class CommaSeparated(click.ParamType):  # type: ignore[type-arg]  # generic in the newest click only
    """Values with commas between them."""

    name = "csv"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        entries = [entry.strip() for entry in value.split(",")]
        if not all(entries):
            self.fail(f"{value!r} has an empty entry.", param, ctx)
        return entries


JSON = _Json()
