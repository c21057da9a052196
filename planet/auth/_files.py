"""Files that contain secrets."""

import os
from contextlib import suppress
from pathlib import Path

__all__ = ["make_private", "write_private"]


def make_private(folder: Path) -> None:
    """Create a folder and its missing parents with mode 0700, regardless of the umask."""
    if not folder.is_dir():
        make_private(folder.parent)
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)


def write_private(path: Path, text: str) -> None:
    """Replace a file atomically, with mode 0600. Missing folders are created with mode 0700."""
    import tempfile  # importing it takes longer than importing all of planet.auth

    path = Path(os.path.realpath(path))  # replace the target of a symbolic link, not the link
    make_private(path.parent)
    # mkstemp creates the file with mode 0600 and O_EXCL, regardless of the umask.
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
