"""`planet completion`: shell completion of commands, options, item types and bundles."""

import click
from click.shell_completion import get_completion_class

__all__ = ["completion"]


_WHERE = {"bash": "~/.bashrc", "zsh": "~/.zshrc", "fish": "~/.config/fish/completions/planet.fish"}


@click.command()
@click.argument("shell", type=click.Choice(list(_WHERE)))
def completion(shell: str) -> None:
    """Print the completion script for SHELL. For example in ~/.bashrc: eval "$(planet completion bash)"."""
    from .cli import main

    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(main, {}, "planet", "_PLANET_COMPLETE").source())
