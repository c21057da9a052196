"""Looks at the built site: every public method must have a place that links can lead to, and pages must fetch nothing
from elsewhere when they are opened.

python tools/site_check.py SITE
"""

import inspect
import re
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import planet

_CLIENTS = [name for name in planet.__all__ if name.endswith("Client")]
_FETCHED = re.compile(r"""<(?:script|link|img|iframe|source)\b[^>]*\b(?:src|href)=["']?((?:https?:)?//[^"'\s>]+)""")
_FETCHED_LINKS = re.compile(r"""rel=["']?(?:canonical|next|prev|edit)""")


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


def main(site: Path) -> int:
    """The exit code."""
    missing = sorted(set(wanted()) - inventory(site))
    for name in missing:
        print(f"{name} is nowhere on the site")
    foreign = {
        f"{path.relative_to(site)} fetches {address}"
        for path in site.rglob("*.html")
        for address in fetched(path.read_text(encoding="utf-8"))
    }
    for text in sorted(foreign):
        print(text)
    return 1 if missing or foreign else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
