"""Generate docs/reference/cli.md, the reference of all commands and options, and planet/cli/help.txt, the output of
`planet --help`, which is shown without loading the commands.

python tools/cli_reference.py            write both files
python tools/cli_reference.py --check    write nothing; exit with 1 if a file is not up to date
"""

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from planet.cli.cli import main

_ROOT = Path(__file__).resolve().parent.parent
PAGE = _ROOT / "docs" / "reference" / "cli.md"
HELP = _ROOT / "planet" / "cli" / "help.txt"
_INTRODUCTION = """# The command

Every command and option of `planet`. This page is made by `tools/cli_reference.py`.
"""


def commands(
    command: click.Command = main, path: tuple[str, ...] = ("planet",)
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Yield (path, command) of all commands, groups before their subcommands."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=path[-1])
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            if found is not None and not found.hidden:
                yield from commands(found, (*path, name))


def options(command: click.Command) -> list[click.Option]:
    """Return the visible options of a command."""
    return [option for option in command.params if isinstance(option, click.Option) and not option.hidden]


def reference() -> str:
    """Return the reference page."""
    lines = [_INTRODUCTION]
    for path, command in commands():
        level = "##" if len(path) <= 2 else "###"
        arguments = " ".join(_argument(entry) for entry in command.params if isinstance(entry, click.Argument))
        lines.append(f"{level} {' '.join(path)}\n")
        if not isinstance(command, click.Group):
            usage = [*path, *filter(None, [arguments]), *(["[OPTIONS]"] if options(command) else [])]
            lines.append(f"```\n{' '.join(usage)}\n```\n")
        lines.append(f"{inspect.cleandoc(command.help or '')}\n")
        if options(command):
            lines += ["| option | |", "|---|---|", *(_row(option) for option in options(command)), ""]
    return "\n".join(lines).rstrip() + "\n"


def first_help() -> str:
    """Return the output of `planet --help` in a terminal of 80 columns."""
    return click.Context(main, info_name="planet", terminal_width=78, **main.context_settings).get_help() + "\n"


def _argument(argument: click.Argument) -> str:
    name = argument.metavar or (argument.name or "").upper()
    return name if argument.required else f"[{name}]"


def _row(option: click.Option) -> str:
    names = ", ".join(f"`{name}`" for name in [*option.opts, *option.secondary_opts])
    kind = ""
    if isinstance(option.type, click.Choice):
        kind = " " + " · ".join(f"`{choice}`" for choice in option.type.choices)
    text = (option.help or "").replace("|", "\\|")
    default: Any = option.default
    if default is True and option.secondary_opts:
        default = option.opts[0]
    shown = f" Default: `{default}`." if option.show_default and default not in (None, (), False) else ""
    return f"| {names}{' (required)' if option.required else ''} | {text}{kind}{shown} |"


if __name__ == "__main__":
    for path, text in ((PAGE, reference()), (HELP, first_help())):
        if "--check" not in sys.argv[1:]:
            path.write_text(text, encoding="utf-8")
        elif not path.is_file() or path.read_text(encoding="utf-8") != text:
            sys.exit(f"{path} is not up to date. Run: python {sys.argv[0]}")
