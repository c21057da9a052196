"""Files with secrets in them."""

import os
from contextlib import suppress
from pathlib import Path

__all__ = ["make_private", "write_private"]


def make_private(folder: Path) -> None:
    """Make a folder, and those above it that are not there, for this user only, whatever the umask."""
    if not folder.is_dir():
        make_private(folder.parent)
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)


def write_private(path: Path, text: str) -> None:
    """Replace a file at once or not at all; only this user can read it (0600, in a folder of 0700 if it is new)."""
    import tempfile  # loading it costs more than the rest of this package's credentials together

    path = Path(os.path.realpath(path))  # what a link points to is replaced, and not the link
    make_private(path.parent)
    # mkstemp opens with 0600 and O_EXCL, whatever the umask.
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
