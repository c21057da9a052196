"""Options that many commands have."""

import click

__all__ = ["limit", "pretty"]

limit = click.option(
    "--limit", type=click.IntRange(min=0), default=100, show_default=True, help="The most results; 0 is all."
)
pretty = click.option("--pretty", is_flag=True, help="Indent the JSON for reading.")
