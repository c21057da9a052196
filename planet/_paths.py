"""Names and addresses that come from a server are hostile until proved otherwise. One check for all of them."""

import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, unquote, urljoin, urlsplit

from ._redact import redact_url
from .exceptions import ClientError, DownloadError

__all__ = [
    "Inside",
    "disposition_name",
    "encode",
    "join_link",
    "last_part",
    "name_of",
    "origin",
    "safe_relative",
    "same_file",
]

# Patterns as text: re compiles them when they are first needed.
_LONGEST_URL = 60_000
_CONTROL = r"[\x00-\x1f\x7f]"
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


def same_file(name: str) -> str:
    """What two names have in common that some systems take for the same one: case and composed letters aside.

    >>> same_file("PSScene/A.TIF") == same_file("psscene/a.tif")
    True
    """
    if name.isascii():
        return name.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


class Inside:
    """A folder, and where files go below it."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._root = directory.resolve()
        self._checked: set[tuple[str, ...]] = set()  # an order has thousands of files in a few folders

    def place(self, name: object) -> Path:
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


def encode(part: object) -> str:
    """One part of a URL's path, so that no value can change the path around it."""
    text = str(part)
    if text in ("", ".", ".."):
        raise ClientError(f"{text!r} is not an id.", hint="Check the id.")
    return quote(text, safe="")


def origin(url: str) -> str:
    """Scheme, host and port of an address: what credentials belong to.

    >>> origin("https://API.planet.com/data/v1?x=1")
    'https://api.planet.com:443'
    """
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}[parts.scheme.lower()]
        if parts.hostname and len(url) < _LONGEST_URL and not re.search(_CONTROL, url):
            host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
            return f"{parts.scheme.lower()}://{host.lower()}:{port}"
    except (ValueError, KeyError):
        pass  # said below
    raise ClientError(f"This is no http or https address: {redact_url(url)!r}.", hint="Check the address.")


def join_link(base: str, link: str) -> str:
    """A link of an answer, resolved against the address of that answer.

    Raises:
        ClientError: it leads to another origin, where the credentials do not belong.
    """
    try:
        url = urljoin(base, link)
    except ValueError:
        url = link  # no address at all, which the next line says
    if origin(url) != origin(base):
        raise ClientError(
            f"The service's answer links to another server, {origin(url)}; it was not followed.",
            hint="The credentials belong to the API's own address. Behind a gateway, set the base URL to its address.",
        )
    # Some APIs repeat the key in their links. It travels in a header, and does not belong where addresses are kept.
    return re.sub(r"([?&])api_key=[^&#]*&?", r"\1", url).rstrip("?&")
