"""`planet collect`: lines of JSON into one value."""

import json
from typing import Any

import click

from ..io import combine_results
from .options import pretty
from .output import echo_json

__all__ = ["collect"]


@click.command()
@click.argument("file", metavar="INPUT", type=click.File(encoding="utf-8"))
@pretty
def collect(file: Any, pretty: bool) -> None:
    """Collect lines of JSON into a FeatureCollection or a list. INPUT is a file, or - for stdin."""
    values, number = [], 0
    try:
        for line in file:
            number += 1
            if line.strip():
                values.append(json.loads(line))
    except UnicodeDecodeError:
        raise click.ClickException(f"{file.name} is not valid UTF-8.") from None
    except (ValueError, RecursionError):
        raise click.ClickException(f"Line {number} of {file.name} is not JSON.") from None
    echo_json(combine_results(values), pretty)
