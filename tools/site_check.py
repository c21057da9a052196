"""Check the built documentation: every public method has an anchor, no private name is in the reference or the search,
internal links are valid, and pages load no resources from other servers.

python tools/site_check.py SITE
"""

import html
import inspect
import json
import re
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import planet

_CLIENTS = [name for name in planet.__all__ if name.endswith(("Client", "API"))]
_PRIVATE = re.compile(r"planet(?:\.\w+)*\.(?:_\w*[a-z0-9]|__\w+__)(?:\.\w+)*")
_EXTERNAL = re.compile(
    r"""<(?:script|link|img|iframe|source|video|audio|object)\b[^>]*\b(?:src|srcset|href|data)=["']?((?:https?:)?//[^"'\s>]+)""",
    re.IGNORECASE,
)
_METADATA_LINK = re.compile(r"""rel=["']?(?:canonical|next|prev|edit)""")
_LINK = re.compile(r"""<a\b[^>]*\bhref=["']?([^"'\s>]+)""", re.IGNORECASE)


def inventory(site: Path) -> set[str]:
    """Return the names in the Sphinx inventory of the site."""
    content = (site / "objects.inv").read_bytes()
    head, _, packed = content.partition(b"zlib.\n")
    assert head.startswith(b"# Sphinx inventory version 2"), "objects.inv is not a Sphinx inventory of version 2"
    return {line.split(" ")[0] for line in zlib.decompress(packed).decode("utf-8").splitlines()}


def public_names() -> Iterator[str]:
    """Yield the names of all public classes and methods of the clients."""
    for name in [*_CLIENTS, "Planet", "AsyncPlanet", "Session", "SyncSession"]:
        yield f"planet.{name}"
        for member, value in inspect.getmembers(getattr(planet, name)):
            if not member.startswith("_") and inspect.isfunction(value):
                yield f"planet.{name}.{member}"


def private_names(site: Path) -> Iterator[str]:
    """Yield the private names that the text of the reference, or the search of the site, shows."""
    for path in (site / "reference").rglob("*.html"):
        yield from _PRIVATE.findall(re.sub(r"<[^>]+>", "", path.read_text(encoding="utf-8")))
    index = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))
    for entry in index["docs"]:
        if entry["location"].startswith("reference/"):
            yield from _PRIVATE.findall(f"{entry['location']} {entry['title']} {entry['text']}")


def external_resources(page: str) -> Iterator[str]:
    """Yield the URLs of resources that a page loads from other servers."""
    for match in _EXTERNAL.finditer(page):
        if not _METADATA_LINK.search(match.group(0)):
            yield match.group(1)


def broken_links(site: Path, path: Path, page: str) -> Iterator[str]:
    """Yield the links of a page to missing files of the site."""
    for match in _LINK.finditer(page):
        address = urlsplit(html.unescape(match.group(1)))
        if address.scheme or address.netloc or not address.path:
            continue
        start = site if address.path.startswith("/") else path.parent
        target = (start / unquote(address.path).lstrip("/")).resolve()
        if not (target / "index.html" if target.is_dir() else target).is_file():
            yield match.group(1)


def main(site: Path) -> int:
    """Run all checks; returns the exit code."""
    missing = sorted(set(public_names()) - inventory(site))
    for name in missing:
        print(f"{name} is missing in the inventory of the site")
    problems = {f"{name} is private, and is shown" for name in private_names(site)}
    for path in site.rglob("*.html"):
        page, where = path.read_text(encoding="utf-8"), path.relative_to(site)
        problems |= {f"{where} loads {address}" for address in external_resources(page)}
        if where.name != "404.html":  # served at any path, so that its links are relative to the root of the server
            problems |= {
                f"{where} links to {address}, which does not exist" for address in broken_links(site, path, page)
            }
    for text in sorted(problems):
        print(text)
    return 1 if missing or problems else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
