"""The `planet` command."""

import os
import sys

__all__ = ["run"]


_HELP = os.path.join(os.path.dirname(__file__), "help.txt")
_HELP_WIDTH = 80  # columns that its lines were made for; click asks for no more either


def run() -> None:
    """What the console script calls. The version and the first help are asked for most often, and need no more
    than a file: importing click takes three times as long as starting Python."""
    arguments = sys.argv[1:]
    if arguments == ["--version"]:
        from .._version import __version__

        sys.stdout.write(f"planet, version {__version__}\n")
    elif arguments in (["--help"], ["-h"]) and _wide_enough():
        with open(_HELP, encoding="utf-8") as text:  # tools/cli_reference.py writes it
            sys.stdout.write(text.read())
    else:
        from .cli import main

        main(prog_name="planet")


def _wide_enough() -> bool:
    """Whether the lines of the written help fit. A narrow window gets them from click, which breaks them anew."""
    try:
        columns = int(os.environ.get("COLUMNS") or os.get_terminal_size(sys.stdout.fileno()).columns)
    except (OSError, ValueError):  # no terminal, or COLUMNS says nothing
        return True
    return columns >= _HELP_WIDTH
