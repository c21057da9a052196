"""Safe file names: every name from a server is validated here, and made valid on every system."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

from .._cloud.object_path import Place
from .._redact import is_control
from ..exceptions import DownloadError

__all__ = [
    "SafeDirectory",
    "casefold_key",
    "disposition_name",
    "is_part",
    "last_part",
    "local_paths",
    "name_of",
    "parent_keys",
    "safe_relative",
    "with_digest",
]


def is_part(name: str) -> bool:
    """Whether a file name is that of a part file or a resume state of this package.

    >>> is_part(".planet-0123456789abcdef0123.part")
    True
    """
    name = name.lower()
    return name.startswith(".planet-") and name.endswith((".part", ".json"))


_DEVICES = r"(?i)^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³]) *(\.|$)"
_DRIVE = r"[A-Za-z]:(?:[/\\].*|[^/\\]*/.*|$)"
_PLAIN = r"[\w !#$%&'()+,.;=@\[\]^`{}~/-]*"  # of ASCII; no other character of a name needs a closer look
_RESERVED = frozenset('"*:<>?\\|')  # no name has one of these on Windows
_FILENAME = r"""(?i)filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;]+))"""
_FILENAME_STAR = r"(?i)filename\*\s*=\s*([\w!#$&+^`{}~%-]*)'[^']*'([^\s;]+)"
_REFUSED = "Nothing was written, because the name could lead out of the directory. Report this to Planet support."


def safe_relative(name: object) -> tuple[str, ...]:
    """Split a relative path from a server into the parts that a file is stored under, on every system.

    As in browsers, characters that Windows reserves, control characters and format characters become `_`, as do dots
    and spaces at the end of a part. `_` is put before device names.

    >>> safe_relative("PSScene/a b.tif")
    ('PSScene', 'a b.tif')
    >>> safe_relative("north field 12:30:11.zip")
    ('north field 12_30_11.zip',)

    Raises:
        DownloadError: the path is unsafe on some system: absolute, or with `..`, a drive letter or an empty part.
    """
    if not isinstance(name, str) or not name:
        raise DownloadError(f"The service returned {name!r} as a file name", hint=_REFUSED)
    parts = tuple(name.split("/"))
    # A part of nothing but dots and spaces is "." or ".." to Windows.
    if (
        any(not part.strip(" .") for part in parts)
        or name[0] == "\\"
        or ("\\" in name and ".." in (part.rstrip(" ") for part in re.split(r"[/\\]", name)))
        or (":" in name and re.match(_DRIVE, name, re.DOTALL))
    ):
        raise DownloadError(f"The service returned an unsafe file name: {name[:200]!r}", hint=_REFUSED)
    return tuple(map(_local_part, parts))


def _local_part(part: str) -> str:
    if not (part.isascii() and re.fullmatch(_PLAIN, part)):
        part = "".join("_" if _is_unfit(character) else character for character in part)
    if part[-1] in " .":
        kept = part.rstrip(" .")
        part = kept + "_" * (len(part) - len(kept))
    if re.match(_DEVICES, part):
        return f"_{part}"
    return f"_{part[1:]}" if is_part(part) else part


def _is_unfit(character: str) -> bool:
    """Whether some system has no files with that character, or terminals act on it."""
    return character in _RESERVED or is_control(character)


def local_paths(names: Iterable[str]) -> dict[str, str]:
    """Where the files of one folder are stored, with forward slashes, by the names that a server gives them.

    The same names give the same paths, in any order. Where a name had to be changed and is another one's now, a digest
    of the name is added.

    >>> local_paths(["a_b.tif", "a:b.tif"])
    {'a_b.tif': 'a_b.tif', 'a:b.tif': 'a_b~3590efe2.tif'}

    Raises:
        DownloadError: a name is unsafe; see `safe_relative`.
    """
    paths = {name: "/".join(safe_relative(name)) for name in names}
    if all(name == path for name, path in paths.items()):
        return paths
    keys = {name: casefold_key(path) for name, path in paths.items()}
    counts = Counter(keys.values())
    folders = parent_keys(keys.values())
    for name, key in keys.items():
        if paths[name] != name and (counts[key] > 1 or key in folders):
            paths[name] = with_digest(paths[name], name)
    return paths


def with_digest(path: str, name: str) -> str:
    """A path with a digest of the name that the server gives the file, which no other name has.

    >>> with_digest("a_b.tif", "a:b.tif")
    'a_b~3590efe2.tif'
    """
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    local = PurePosixPath(path)
    return local.with_name(f"{local.stem}~{digest}{local.suffix}").as_posix()


def parent_keys(keys: Iterable[str]) -> set[str]:
    """The folders that files of these paths lie in."""
    folders = {key.rpartition("/")[0] for key in keys}
    return folders | {parent.as_posix() for folder in folders for parent in PurePosixPath(folder).parents}


def casefold_key(name: str) -> str:
    """Return a key that is equal for names that some systems treat as the same, regardless of case and composition.

    >>> casefold_key("PSScene/A.TIF") == casefold_key("psscene/a.tif")
    True
    """
    if name.isascii():
        return name.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


class SafeDirectory:
    """Resolves names from a server to paths below a directory, or below a prefix of a bucket."""

    def __init__(self, directory: Place) -> None:
        self._directory = directory
        self._root = directory.resolve() if isinstance(directory, Path) else None
        self._checked: set[tuple[str, ...]] = set()  # an order has thousands of files in a few directories

    @property
    def path(self) -> Place:
        """The folder itself."""
        return self._directory

    def resolve(self, name: object) -> Place:
        """Return the path of a file in the directory.

        Raises:
            DownloadError: the name is unsafe, see `safe_relative`, or a symbolic link leads out of the directory.
        """
        parts = safe_relative(name)
        target = self._directory / "/".join(parts)
        if self._root is not None and parts[:-1] not in self._checked:
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
