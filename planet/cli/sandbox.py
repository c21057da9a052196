"""`planet sandbox`: start a local Planet server, run a program against it, or run the demo."""

import os
import shlex
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

import click

from .files import LocalPath

__all__ = ["sandbox"]


def _create_sandbox(**settings: Any) -> Any:
    try:
        from ..sandbox import Sandbox
    except ModuleNotFoundError as error:
        raise click.ClickException(str(error)) from None
    return Sandbox(**settings)


_speed = click.option(
    "--fast/--realtime", default=True, show_default=True,
    help="Complete orders in seconds, or in minutes and with the rate limits of the real service.",
)  # fmt: skip
_folder = click.option(
    "--folder",
    type=LocalPath(file_okay=False),
    help="Directory for the files of the sandbox. Default: a temporary one.",
)
_pixels = click.option(
    "--scene-pixels", type=click.IntRange(min=16), default=512, show_default=True, help="Width of a scene in pixels."
)
_clip_pixels = click.option(
    "--clip-pixels", type=click.IntRange(min=1), default=400_000, show_default=True,
    help="Clips have the true resolution up to this many pixels; larger ones are coarser.",
)  # fmt: skip

_catalog = click.option(
    "--catalog-size", type=int, metavar="N",
    help="Number of scenes in the catalogue, at most 1000000. Default: several thousand worldwide, and one every few "
    "days in each AOI that is searched.",
)  # fmt: skip
_requires_token = click.option(
    "--requires-token", is_flag=True,
    help="Reject API keys and require an access token, to try planet auth login. The login page accepts any input.",
)  # fmt: skip
_strict_ids = click.option(
    "--strict-ids", is_flag=True, help="Answer 404 for IDs of scenes that no search finds."
)  # fmt: skip
_tls = click.option(
    "--tls", is_flag=True,
    help="Serve HTTPS. SSL_CERT_FILE names its authority. Needs planet[sandbox-tls].",
)  # fmt: skip
_cors = click.option("--cors", is_flag=True, help="Let web pages of other origins use the sandbox.")
_faults = click.option(
    "--fault", "faults", multiple=True, metavar="KIND[,DETAIL=VALUE]…",
    help="Fault to inject, for example cut,path=tif$,after=5000,times=2; times=always means every request. May be "
    "repeated; --fault help lists the kinds.",
)  # fmt: skip


def _show_faults(faults: tuple[str, ...]) -> bool:
    """If --fault help is given, list the kinds of faults and return True."""
    if "help" not in faults:
        return False
    from ..sandbox.state.faults import KINDS

    for kind, what in KINDS.items():
        click.echo(f"{kind:<16} {what}")
    return True


@click.group()
def sandbox() -> None:
    """Run a local Planet server for tests."""


@sandbox.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8900,
    show_default=True,
    help="Port to listen on; 0: any free port.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0: all.")
@click.option(
    "--storage-port", type=click.IntRange(0, 65535), default=0, help="Port of the storage. Default: any free."
)
@click.option("--public-url", help="Address at which clients reach the API, if it is another one.")
@click.option("--storage-url", help="The same for the storage.")
@_speed
@_folder
@_pixels
@_clip_pixels
@_catalog
@_requires_token
@_strict_ids
@_tls
@_cors
@_faults
def serve(fast: bool, faults: tuple[str, ...], **settings: Any) -> None:
    """Start the sandbox, and print the variables to set. It runs until Ctrl-C."""
    if _show_faults(faults):
        return
    with _create_sandbox(realtime=not fast, faults=faults, **settings) as server:
        click.echo(f"The sandbox is listening on {server.base_url}. To use it, set:\n", err=True)
        for name, value in server.environment().items():
            click.echo(f"export {name}={shlex.quote(value)}")
        click.echo(f"\nFiles are in {server.folder}. Open {server.base_url} to see what it does.", err=True)
        click.echo("Press Ctrl-C to stop.", err=True)
        stop = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: stop.set())
        try:
            while not stop.wait(1.0):
                pass
        except KeyboardInterrupt:
            click.echo("Cancelled.", err=True)


@sandbox.command(context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@_speed
@_folder
@_pixels
@_clip_pixels
@_catalog
@_requires_token
@_strict_ids
@_tls
@_faults
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
@click.pass_context
def run(ctx: click.Context, /, fast: bool, faults: tuple[str, ...], command: tuple[str, ...], **settings: Any) -> None:
    """Run COMMAND against a new sandbox, and stop the sandbox when it ends.

    For example: planet sandbox run -- python my_script.py
    """
    with _create_sandbox(realtime=not fast, faults=faults, **settings) as server:
        try:
            child = subprocess.Popen(command, env={**os.environ, **server.environment()})
        except OSError as error:
            raise click.ClickException(f"{command[0]} cannot be run: {error.strerror}.") from None
        # A SIGTERM is forwarded to the program; the sandbox stops after it.
        signal.signal(signal.SIGTERM, lambda *_: child.terminate())
        try:
            code = child.wait()
        except KeyboardInterrupt:
            code = child.wait()  # the terminal has sent SIGINT to both
    # As in a shell, a program that was killed by a signal has the exit code 128 + its number.
    ctx.exit(code if code >= 0 else 128 - code)


@sandbox.command()
@click.option(
    "--directory", type=LocalPath(file_okay=False),
    help="Directory for the downloaded files. Default: a new temporary one.",
)  # fmt: skip
@click.option("--async", "asynchronous", is_flag=True, help="Use the async client.")
def demo(directory: Path | None, asynchronous: bool) -> None:
    """Run a demo on a new sandbox: search, order, wait, download and validate."""
    _create_sandbox()  # fails if the extra is not installed
    from ..sandbox.demo import demonstrate

    folder = directory or Path(tempfile.mkdtemp(prefix="planet-demo-"))
    for line in demonstrate(folder, asynchronous=asynchronous):
        click.echo(line)
    sys.stdout.flush()
