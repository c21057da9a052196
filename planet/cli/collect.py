"""`planet collect`: lines of JSON into one value."""

import json
from typing import Any

import click

from ..io import combine_results
from .files import read_text
from .options import pretty
from .output import echo_json

__all__ = ["collect"]


@click.command()
@click.argument("file", metavar="INPUT")
@pretty
def collect(file: str, pretty: bool) -> None:
    """Collect lines of JSON into a FeatureCollection or a list. INPUT is a file, or - for stdin."""
    values: list[Any] = []
    name, number = "stdin" if file == "-" else file, 0
    try:
        for line in read_text(file).split("\n"):
            number += 1
            if line.strip():
                values.append(json.loads(line))
    except OSError as error:
        raise click.BadParameter(f"{file!r} cannot be read: {error.strerror}.", param_hint="INPUT") from None
    except UnicodeDecodeError:
        raise click.ClickException(f"{name} is not valid UTF-8.") from None
    except (ValueError, RecursionError):
        raise click.ClickException(f"Line {number} of {name} is not JSON.") from None
    echo_json(combine_results(values), pretty)
