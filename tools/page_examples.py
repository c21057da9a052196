"""Write the example programs into the pages of the docs, so that they read the same on the site and in the repository.

python tools/page_examples.py [--check]

A page says where an example belongs, and how it is started there:

    <!-- example: search -->
    <!-- example: search | main(Path("downloads")) -->
    <!-- example: order_to_map | - -->
    <!-- example: service.py -->

This tool writes what stands between that line and `<!-- end of example -->`: the blocking program, and below it, to
be unfolded, the asynchronous one; a dash: it is not started. A name with a suffix is a single file of `docs/examples`.
"""

import re
import sys
from pathlib import Path

DOCS = Path(__file__).parent.parent / "docs"
END = "<!-- end of example -->"
MARK = re.compile(
    r"<!-- example: (\S+)(?: \| (.+?))? -->\n(?:(?:(?!<!-- example:).)*?" + re.escape(END) + "\n)?", re.DOTALL
)


def code_of(name: str) -> str:
    """The program of an example, without the line that says that it is generated."""
    lines = (DOCS / "examples" / name).read_text(encoding="utf-8").splitlines()
    return "\n".join(lines[2:] if lines[0].startswith("# Generated") else lines)


def fence(code: str) -> str:
    """A block of Python."""
    return f"```python\n{code.rstrip()}\n```\n"


def example(name: str, call: str | None) -> str:
    """The blocks of an example."""
    if Path(name).suffix:
        return fence(code_of(name))
    blocking, asynchronous = code_of(f"sync/{name}.py"), code_of(f"async/{name}.py")
    if call != "-":
        start = call or 'print(main(Path(".")))'
        run = start.replace("main(", "asyncio.run(main(", 1) + ")"
        blocking, asynchronous = f"{blocking}\n\n\n{start}", f"{asynchronous}\n\n\nimport asyncio\n\n{run}"
    return (
        fence(blocking)
        + f"\n<details markdown>\n<summary>The same, asynchronous</summary>\n\n{fence(asynchronous)}\n</details>\n"
    )


def filled(text: str) -> str:
    """A page with its examples."""
    return MARK.sub(lambda found: f"{found[0].splitlines()[0]}\n\n{example(found[1], found[2])}\n{END}\n", text)


def shown(text: str) -> set[str]:
    """The names of the examples that a page shows."""
    return {found[1] for found in MARK.finditer(text)}


def without_examples(text: str) -> str:
    """A page without the code that this tool has written: that is run as programs of its own."""
    return MARK.sub("", text)


def main(arguments: list[str]) -> int:
    """Fill the pages; with --check, only say which ones are not up to date."""
    stale = []
    for page in sorted(DOCS.glob("*.md")):
        text = page.read_text(encoding="utf-8")
        if (new := filled(text)) != text:
            stale.append(page.name)
            if "--check" not in arguments:
                page.write_text(new, encoding="utf-8")
    if "--check" in arguments and stale:
        print(f"Not up to date: {', '.join(stale)}. Run python tools/page_examples.py.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
