"""The `planet` command."""

import sys

__all__ = ["run"]


def run() -> None:
    """What the console script calls. The version is asked for often, by scripts above all: it needs no more."""
    if sys.argv[1:] == ["--version"]:
        from .._version import __version__

        sys.stdout.write(f"planet, version {__version__}\n")
        return
    from .cli import main

    main(prog_name="planet")
