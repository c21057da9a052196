"""`planet sandbox`: start a local Planet, run a program against it, see it do the main job."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

import click

__all__ = ["sandbox"]


def _make(**settings: Any) -> Any:
    try:
        from ..sandbox import Sandbox
    except ModuleNotFoundError as error:
        raise click.ClickException(str(error)) from None
    return Sandbox(**settings)


_speed = click.option(
    "--fast/--realtime", default=True, show_default=True,
    help="Orders take seconds, or minutes as they do at Planet, with its rate limits.",
)  # fmt: skip
_folder = click.option(
    "--folder", type=click.Path(file_okay=False, path_type=Path), help="Where to keep the files; by default they go."
)
_pixels = click.option(
    "--scene-pixels", type=click.IntRange(min=16), default=512, show_default=True, help="Width of scenes."
)

_catalog = click.option(
    "--catalog-size", type=int, metavar="N",
    help="Exactly so many scenes, at most a million; by default thousands over the world, and at every place that a "
    "search names one every few days.",
)  # fmt: skip
_requires_token = click.option(
    "--requires-token", is_flag=True,
    help="Take no API key: to try logins with planet auth login, whose page allows everything.",
)  # fmt: skip
_faults = click.option(
    "--fault", "faults", multiple=True, metavar="KIND[,DETAIL=VALUE]…",
    help="Let something go wrong, for example: cut,path=tif$,after=5000,times=2 (times=always: with every request). "
    "Can be given several times; --fault help lists the kinds.",
)  # fmt: skip


def _show_faults(faults: tuple[str, ...]) -> bool:
    """Whether the kinds of faults were asked for; then they have been listed."""
    if "help" not in faults:
        return False
    from ..sandbox.faults import KINDS

    for kind, what in KINDS.items():
        click.echo(f"{kind:<16} {what}")
    return True


@click.group()
def sandbox() -> None:
    """A local Planet to try things on, with no account."""


@sandbox.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8900, show_default=True, help="Where to listen; 0: any port."
)
@_speed
@_folder
@_pixels
@_catalog
@_requires_token
@_faults
def serve(
    port: int, fast: bool, folder: Path | None, scene_pixels: int, catalog_size: int | None, requires_token: bool,
    faults: tuple[str, ...],
) -> None:  # fmt: skip
    """Serve until Ctrl-C."""
    if _show_faults(faults):
        return
    with _make(
        port=port,
        realtime=not fast,
        folder=folder,
        scene_pixels=scene_pixels,
        catalog_size=catalog_size,
        requires_token=requires_token,
        faults=faults,
    ) as server:
        click.echo(f"The sandbox listens on {server.base_url}. Point programs at it with:\n", err=True)
        for name, value in server.environment().items():
            click.echo(f"export {name}={value}")
        click.echo(f"\nFiles are kept in {server.folder}. Ctrl-C ends it.", err=True)
        stop = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: stop.set())
        try:
            while not stop.wait(1.0):
                pass
        except KeyboardInterrupt:
            click.echo("Stopped.", err=True)


@sandbox.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@_speed
@_folder
@_pixels
@_catalog
@_requires_token
@_faults
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@click.pass_context
def run(
    ctx: click.Context,
    fast: bool,
    folder: Path | None,
    scene_pixels: int,
    catalog_size: int | None,
    requires_token: bool,
    faults: tuple[str, ...],
    command: tuple[str, ...],
) -> None:
    """Run COMMAND against a sandbox of its own, which goes when it ends.

    For example: planet sandbox run -- python my_script.py
    """
    with _make(
        realtime=not fast, folder=folder, scene_pixels=scene_pixels, catalog_size=catalog_size,
        requires_token=requires_token, faults=faults,
    ) as server:  # fmt: skip
        try:
            child = subprocess.Popen(command, env={**os.environ, **server.environment()})
        except OSError as error:
            raise click.ClickException(f"{command[0]} cannot be run: {error.strerror}.") from None
        # Who ends this one means the program: it is told, and the sandbox goes after it.
        signal.signal(signal.SIGTERM, lambda *_: child.terminate())
        try:
            code = child.wait()
        except KeyboardInterrupt:
            code = child.wait()  # the terminal has told both
    # As a shell says it: a program that a signal ended has 128 and the signal's number.
    ctx.exit(code if code >= 0 else 128 - code)


@sandbox.command()
@click.option(
    "--directory", type=click.Path(file_okay=False, path_type=Path),
    help="Where to put the files; by default in a new folder among the temporary files.",
)  # fmt: skip
@click.option("--async", "asynchronous", is_flag=True, help="Do it with the asynchronous client.")
def demo(directory: Path | None, asynchronous: bool) -> None:
    """Do the main job before your eyes: search, order, wait, download, validate."""
    _make()  # says what to install, if the extra is missing
    from ..sandbox.demo import demonstrate

    folder = directory or Path(tempfile.mkdtemp(prefix="planet-demo-"))
    for line in demonstrate(folder, asynchronous=asynchronous):
        click.echo(line)
    sys.stdout.flush()
