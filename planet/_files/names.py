"""Safe file names: every name from a server is validated here before it becomes a path."""

import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote

from ..exceptions import DownloadError

__all__ = ["SafeDirectory", "casefold_key", "disposition_name", "is_part", "last_part", "name_of", "safe_relative"]


def is_part(name: str) -> bool:
    """Whether a file name is that of a part file or a resume state of this package.

    >>> is_part(".planet-0123456789abcdef0123.part")
    True
    """
    return name.startswith(".planet-") and name.endswith((".part", ".json"))


_DEVICES = r"(?i)^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)"
_FILENAME = r"""(?i)filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;]+))"""
_FILENAME_STAR = r"(?i)filename\*\s*=\s*([\w!#$&+^`{}~%-]*)'[^']*'([^\s;]+)"


def safe_relative(name: object) -> tuple[str, ...]:
    """Split a relative path from a server into its parts, and validate it by the rules of all systems.

    >>> safe_relative("PSScene/a b.tif")
    ('PSScene', 'a b.tif')

    Raises:
        DownloadError: the path is unsafe: absolute, or with `..`, a drive letter, a backslash, a control character, a
            device name or an empty part.
    """
    if not isinstance(name, str) or not name:
        raise DownloadError(f"The service returned {name!r} as a file name", hint=_REFUSED)
    parts = tuple(name.split("/"))
    bad = (
        "\\" in name
        or ":" in name  # a drive letter, or an alternate data stream of NTFS
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
        raise DownloadError(f"The service returned an unsafe file name: {name[:200]!r}", hint=_REFUSED)
    return parts


_REFUSED = "Nothing was written, because the name could lead out of the directory. Report this to Planet support."


def casefold_key(name: str) -> str:
    """Return a key that is equal for names that some systems treat as the same, regardless of case and composition.

    >>> casefold_key("PSScene/A.TIF") == casefold_key("psscene/a.tif")
    True
    """
    if name.isascii():
        return name.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


class SafeDirectory:
    """Resolves names from a server to paths below a directory."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._root = directory.resolve()
        self._checked: set[tuple[str, ...]] = set()  # an order has thousands of files in a few directories

    @property
    def path(self) -> Path:
        """The folder itself."""
        return self._directory

    def resolve(self, name: object) -> Path:
        """Return the path of a file in the directory.

        Raises:
            DownloadError: the name is unsafe, see `safe_relative`, or a symbolic link leads out of the directory.
        """
        parts = safe_relative(name)
        target = self._directory.joinpath(*parts)
        if parts[:-1] not in self._checked:
            parent = target.parent.resolve()
            if parent != self._root and self._root not in parent.parents:
                raise DownloadError(
                    f"{target.parent} leads out of {self._directory} through a symbolic link",
                    hint="Remove the link, or choose another directory.",
                )
            self._checked.add(parts[:-1])
        return target


def last_part(name: str) -> str:
    """Return the last component of a path from a server as a safe file name.

    Raises:
        DownloadError: it is not a safe name.
    """
    return safe_relative(re.split(r"[/\\]", name)[-1].strip())[0]


def disposition_name(header: str | None) -> str | None:
    """Return the file name of a Content-Disposition header, preferably the encoded one (`filename*`), or None.

    >>> disposition_name('attachment; filename="a.tif"')
    'a.tif'
    """
    if not header:
        return None
    if match := re.search(_FILENAME_STAR, header):
        try:
            return unquote(match[2], encoding=match[1] or "utf-8", errors="strict")
        except (LookupError, ValueError):
            pass  # unknown or wrong encoding: use the plain form
    if match := re.search(_FILENAME, header):
        return re.sub(r"\\(.)", r"\1", match[1]) if match[1] is not None else match[2]
    return None


def name_of(headers: Mapping[str, str], path: str, otherwise: str | None = None) -> str:
    """Return the file name for a download: from the headers, else the last component of *path*, else *otherwise*.

    If there is none of them, the name is random.

    Raises:
        DownloadError: the server's name is unsafe.
    """
    name = disposition_name(headers.get("content-disposition")) or path.rstrip("/")
    if not name or name.endswith("/download"):  # the endpoint of signed links has no file name
        import mimetypes
        import secrets

        extension = mimetypes.guess_extension(headers.get("content-type", "").partition(";")[0]) or ""
        name = f"{otherwise or f'planet-{secrets.token_hex(4)}'}{extension}"
    return last_part(name)
