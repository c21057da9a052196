"""Names and addresses that come from a server are hostile until proved otherwise. One check for all of them."""

import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote

from ..exceptions import DownloadError

__all__ = ["SafeDirectory", "casefold_key", "disposition_name", "is_part", "last_part", "name_of", "safe_relative"]


def is_part(name: str) -> bool:
    """Whether a file of that name is one of these, and no file of a user's.

    >>> is_part(".planet-0123456789abcdef0123.part")
    True
    """
    return name.startswith(".planet-") and name.endswith((".part", ".json"))


_DEVICES = r"(?i)^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)"
_FILENAME = r"""(?i)filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;]+))"""
_FILENAME_STAR = r"(?i)filename\*\s*=\s*([\w!#$&+^`{}~%-]*)'[^']*'([^\s;]+)"


def safe_relative(name: object) -> tuple[str, ...]:
    """The parts of a relative path that a server has given, the same on every system.

    >>> safe_relative("PSScene/a b.tif")
    ('PSScene', 'a b.tif')

    Raises:
        DownloadError: it is no path below the folder that it is taken to: absolute, with `..`, a drive letter, a
            backslash, a control character, a device's name, an empty part.
    """
    if not isinstance(name, str) or not name:
        raise DownloadError(f"The service gave {name!r} as the name of a file.", hint=_REFUSED)
    parts = tuple(name.split("/"))
    bad = (
        "\\" in name
        or ":" in name  # a drive, or a second stream of a file
        or (
            not (name.isascii() and name.isprintable())
            and any(unicodedata.category(character) in ("Cc", "Cf") for character in name)
        )
        or any(part in ("", ".", "..") or re.match(_DEVICES, part) or part != part.rstrip(" .") for part in parts)
    )
    if not bad:
        try:
            name.encode("utf-8")
        except UnicodeEncodeError:
            bad = True
    if bad:
        raise DownloadError(f"The service gave an unsafe name for a file: {name[:200]!r}.", hint=_REFUSED)
    return parts


_REFUSED = "Nothing was written. Report this to Planet's support: such a name could lead out of the folder."


def casefold_key(name: str) -> str:
    """What two names have in common that some systems take for the same one: case and composed letters aside.

    >>> casefold_key("PSScene/A.TIF") == casefold_key("psscene/a.tif")
    True
    """
    if name.isascii():
        return name.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


class SafeDirectory:
    """A folder, and where files go below it."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._root = directory.resolve()
        self._checked: set[tuple[str, ...]] = set()  # an order has thousands of files in a few folders

    @property
    def path(self) -> Path:
        """The folder itself."""
        return self._directory

    def resolve(self, name: object) -> Path:
        """Where a file of that name goes; see `safe_relative` for what is refused.

        A folder on the way that is a symbolic link to elsewhere is refused as well.
        """
        parts = safe_relative(name)
        target = self._directory.joinpath(*parts)
        if parts[:-1] not in self._checked:
            parent = target.parent.resolve()
            if parent != self._root and self._root not in parent.parents:
                raise DownloadError(
                    f"{target.parent} leads out of {self._directory}, through a symbolic link.",
                    hint="Remove the link, or choose another folder.",
                )
            self._checked.add(parts[:-1])
        return target


def last_part(name: str) -> str:
    """The last component of whatever a server calls a file, as a safe name.

    Raises:
        DownloadError: there is nothing left that could be a name.
    """
    return safe_relative(re.split(r"[/\\]", name)[-1].strip())[0]


def disposition_name(header: str | None) -> str | None:
    """The file name in a Content-Disposition header, its encoded form (`filename*`) first; None if there is none.

    >>> disposition_name('attachment; filename="a.tif"')
    'a.tif'
    """
    if not header:
        return None
    if match := re.search(_FILENAME_STAR, header):
        try:
            return unquote(match[2], encoding=match[1] or "utf-8", errors="strict")
        except (LookupError, ValueError):
            pass  # an encoding nobody knows: the plain form stands beside it
    if match := re.search(_FILENAME, header):
        return re.sub(r"\\(.)", r"\1", match[1]) if match[1] is not None else match[2]
    return None


def name_of(headers: Mapping[str, str], path: str, otherwise: str | None = None) -> str:
    """What to call a file that is downloaded: as its headers say, else as its address ends, else *otherwise*, or
    something new.

    Raises:
        DownloadError: the server's name for it is unsafe.
    """
    name = disposition_name(headers.get("content-disposition")) or path.rstrip("/")
    if not name or name.endswith("/download"):  # the endpoint of signed links: it names no file
        import mimetypes
        import secrets

        extension = mimetypes.guess_extension(headers.get("content-type", "").partition(";")[0]) or ""
        name = f"{otherwise or f'planet-{secrets.token_hex(4)}'}{extension}"
    return last_part(name)
