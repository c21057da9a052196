"""Run the command on a terminal."""

import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time

from tests.helpers import PATIENCE

# A job in the background of a shell, as CI may be, ignores Ctrl-C, and so do the programs that it starts.
INTERRUPTIBLE = (
    sys.executable, "-c",
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\nfrom planet.cli import run; run()",
)  # fmt: skip


def environment(sandbox):
    return {**os.environ, **sandbox.environment(), "COLUMNS": "100", "TERM": "xterm-256color"}


def on_a_terminal(sandbox, *words, answers=b"", seconds=PATIENCE, command=None):
    """What a person sees who runs the command at a terminal, and types in the answers."""
    child, terminal = pty.fork()
    if child == 0:
        words = command or [sys.executable, "-m", "planet", *words]
        os.execvpe(words[0], words, environment(sandbox))
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
    os.write(terminal, answers)
    seen, end = b"", time.monotonic() + seconds
    while time.monotonic() < end:
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                piece = os.read(terminal, 65536)
            except OSError:
                break
            if not piece:
                break
            seen += piece
    _, status = os.waitpid(child, 0)
    return seen.decode(), os.waitstatus_to_exitcode(status)
