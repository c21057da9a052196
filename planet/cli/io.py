"""What commands print: data on stdout, one JSON value a line."""

import json
from typing import Any

import click

__all__ = ["echo_json"]


def echo_json(value: Any, pretty: bool = False) -> None:
    """Print a value as JSON: on one line, or indented for reading."""
    click.echo(json.dumps(value, indent=2, sort_keys=True) if pretty else json.dumps(value))
