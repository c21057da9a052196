"""`python -m planet` is the `planet` command."""

from .cli import run

run()
