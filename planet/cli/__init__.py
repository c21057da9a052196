"""The `planet` command."""

import os
import sys
from typing import Any

__all__ = ["run"]


_HELP = os.path.join(os.path.dirname(__file__), "help.txt")
_HELP_WIDTH = 80  # columns that its lines are wrapped for, and the most that click uses


def run() -> None:
    """Entry point of the console script. `--version` and `--help` are answered without importing click, which takes
    three times as long as starting Python."""
    _prepare_streams()
    arguments = sys.argv[1:]
    if arguments == ["--version"]:
        from .._version import __version__

        sys.stdout.write(f"planet, version {__version__}\n")
    elif arguments in (["--help"], ["-h"]) and _wide_enough() and (text := _saved_help()):
        sys.stdout.write(text)
    else:
        from .cli import main

        main(prog_name="planet")


def _saved_help() -> str | None:
    """Return the content of help.txt, which tools/cli_reference.py writes; None if a frozen program is without it."""
    # The loader also reads from a zip file, and needs no import.
    loader: Any = __spec__ and __spec__.loader
    try:
        content: bytes = loader.get_data(_HELP)
    except (OSError, AttributeError):
        return None
    return content.decode()


def _prepare_streams() -> None:
    """Make stdin, stdout and stderr usable where they are closed, or where the console has a small character set."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:  # a service, cron, or >&-
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115  # open until the end
        elif mode == "w" and hasattr(stream, "reconfigure") and _can_fail(stream):
            stream.reconfigure(errors="backslashreplace")


def _can_fail(stream: Any) -> bool:
    """Whether there are characters that cannot be written; in the C locale, `surrogateescape` is for bytes only."""
    is_utf8 = stream.encoding.lower().replace("-", "") == "utf8"
    return stream.errors == "strict" or (stream.errors == "surrogateescape" and not is_utf8)


def _wide_enough() -> bool:
    """Whether the lines of help.txt fit. In a narrow terminal, click wraps them."""
    try:
        columns = int(os.environ.get("COLUMNS") or os.get_terminal_size(sys.stdout.fileno()).columns)
    except (OSError, ValueError):  # no terminal, or COLUMNS is not a number
        return True
    return columns >= _HELP_WIDTH
