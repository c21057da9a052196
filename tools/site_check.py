"""Looks at the built site: every public method must have a place that links can lead to, links within the site must
lead somewhere, and pages must fetch nothing from elsewhere when they are opened.

python tools/site_check.py SITE
"""

import html
import inspect
import re
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import planet

_CLIENTS = [name for name in planet.__all__ if name.endswith("Client")]
_FETCHED = re.compile(
    r"""<(?:script|link|img|iframe|source|video|audio|object)\b[^>]*\b(?:src|srcset|href|data)=["']?((?:https?:)?//[^"'\s>]+)""",
    re.IGNORECASE,
)
_FETCHED_LINKS = re.compile(r"""rel=["']?(?:canonical|next|prev|edit)""")
_LINK = re.compile(r"""<a\b[^>]*\bhref=["']?([^"'\s>]+)""", re.IGNORECASE)


def inventory(site: Path) -> set[str]:
    """The names that the site explains, as Sphinx's inventories have them."""
    content = (site / "objects.inv").read_bytes()
    head, _, packed = content.partition(b"zlib.\n")
    assert head.startswith(b"# Sphinx inventory version 2"), "no inventory"
    return {line.split(" ")[0] for line in zlib.decompress(packed).decode("utf-8").splitlines()}


def wanted() -> Iterator[str]:
    """Every public class and method of the clients."""
    for name in [*_CLIENTS, "AsyncPlanet", "Session"]:
        yield f"planet.{name}"
        for member, value in inspect.getmembers(getattr(planet, name)):
            if not member.startswith("_") and inspect.isfunction(value):
                yield f"planet.{name}.{member}"


def fetched(page: str) -> Iterator[str]:
    """What a page would fetch from other servers when it is opened."""
    for match in _FETCHED.finditer(page):
        if not _FETCHED_LINKS.search(match.group(0)):
            yield match.group(1)


def broken(site: Path, path: Path, page: str) -> Iterator[str]:
    """The links of a page to files of the site that are not there."""
    for match in _LINK.finditer(page):
        address = urlsplit(html.unescape(match.group(1)))
        if address.scheme or address.netloc or not address.path:
            continue
        start = site if address.path.startswith("/") else path.parent
        target = (start / unquote(address.path).lstrip("/")).resolve()
        if not (target / "index.html" if target.is_dir() else target).is_file():
            yield match.group(1)


def main(site: Path) -> int:
    """The exit code."""
    missing = sorted(set(wanted()) - inventory(site))
    for name in missing:
        print(f"{name} is nowhere on the site")
    faults = set()
    for path in site.rglob("*.html"):
        page, where = path.read_text(encoding="utf-8"), path.relative_to(site)
        faults |= {f"{where} fetches {address}" for address in fetched(page)}
        if where.name != "404.html":  # it is shown at any address, and its links begin at the root of the server
            faults |= {f"{where} leads to {address}, which is not there" for address in broken(site, path, page)}
    for text in sorted(faults):
        print(text)
    return 1 if missing or faults else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
