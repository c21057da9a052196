"""Makes the blocking half of the package from the asynchronous one.

    python tools/unasync.py            write the generated trees
    python tools/unasync.py --check    change nothing; print what differs and exit with 1

Code is rewritten token by token, so that comments and layout survive; `ast` tells docstrings from data. Names are
renamed by the rules below, wherever they stand in code, comments and docstrings; `async` and `await` vanish from
code, and from the code inside of docstrings. Other strings are data and stay, but for the names in `__all__`. What
cannot be turned faithfully is refused, with file and line.
"""

import argparse
import ast
import difflib
import importlib.util
import io
import re
import shutil
import subprocess
import sys
import tempfile
import tokenize
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# source folder -> generated folder
TREES = {
    "planet/_async": "planet/_sync",
    "planet/sandbox/demo/_async": "planet/sandbox/demo/_sync",
    "tests/_async": "tests/_sync",
    "docs/examples/async": "docs/examples/sync",
}

# Names that no rule covers. An entry that nothing uses is an error.
NAMES = {
    "_async": "_sync",
    "Session": "SyncSession",
    "aclose": "close",
    "aclosing": "closing",
    "anext": "next",
    "async_planet": "planet",
    "asynccontextmanager": "contextmanager",
    "enter_async_context": "enter_context",
    "handle_async_request": "handle_request",
}
RULES = [
    (re.compile(r"(Stop|Abstract)Async(\w+)"), r"\1\2"),
    (re.compile(r"Async([A-Z]\w*)"), r"\1"),  # AsyncPlanet, AsyncIterator, httpx.AsyncClient
    (re.compile(r"(_?[A-Z]\w*)Client"), r"\1API"),  # OrdersClient
    (re.compile(r"__a(enter|exit|iter|next)__"), r"__\1__"),
    (re.compile(r"aiter_(\w+)"), r"iter_\1"),
]

# What must not be left in the code of the output: it means nothing there.
FORBIDDEN = re.compile(r"\b(async|await|asyncio|anyio|trio|Awaitable|Coroutine)\b")

_WORD = re.compile(r"(?<!\w)[A-Za-z_]\w*")
_CODE = re.compile(r"(```.*?```|`[^`\n]*`|^[ \t]*(?:>>>|\.\.\.) .*?$)", re.DOTALL | re.MULTILINE)
_ASYNC_WORD = re.compile(r"\b(?:async|await)[ \t]+")
_PRUNED = re.compile(r"\b(?:async|await)\b[ \t]*")

Edit = tuple[int, int, str]


class Refusal(Exception):
    """Something that cannot be turned faithfully."""


class Converter:
    """Turns sources, and remembers which entries of the table it has used."""

    def __init__(self) -> None:
        self.used: set[str] = set()

    def rename(self, name: str) -> str:
        """The name in the blocking half."""
        if name in NAMES:
            self.used.add(name)
            return NAMES[name]
        for pattern, replacement in RULES:
            if pattern.fullmatch(name):
                return pattern.sub(replacement, name)
        return name

    def text(self, text: str) -> str:
        """A docstring or comment: names everywhere, `async` and `await` only where it is code."""
        text = _CODE.sub(lambda match: _ASYNC_WORD.sub("", match[0]), text)
        return _WORD.sub(lambda match: self.rename(match[0]), text)

    def convert(self, source: str, name: str) -> str:
        """The blocking form of a module; *name* is what refusals call it."""
        offsets = _line_offsets(source)
        tree = ast.parse(source)
        texts = {*_docstrings(tree), *_exports(tree)}
        edits: list[Edit] = []
        for token in _tokens(source):
            start, end = (offsets[row - 1] + column for row, column in (token.start, token.end))
            where = f"{name}:{token.start[0]}"
            if token.type == tokenize.NAME:
                edits += self._name(token.string, start, end, source)
            elif token.type == tokenize.COMMENT or token.start in texts:
                edits.append((start, end, self.text(token.string)))
            elif token.type == tokenize.STRING and "f" in token.string.split(token.string[-1])[0].lower():
                self._check_fstring(token.string, where)
        output = source
        for start, end, replacement in sorted(edits, reverse=True):
            output = output[:start] + replacement + output[end:]
        self._check(output, name)
        return output

    def _name(self, word: str, start: int, end: int, source: str) -> list[Edit]:
        if word in ("async", "await"):
            match = _PRUNED.match(source, start)
            assert match is not None
            return [(start, match.end(), "")]
        return [(start, end, self.rename(word))]

    def _check_fstring(self, text: str, where: str) -> None:
        """Names inside of an f-string are data on one version of Python and tokens on another: none may change."""
        for field in re.findall(r"\{([^{}]*)", text):
            for word in _WORD.findall(field):
                if word in ("async", "await") or self.rename(word) != word:
                    raise Refusal(f"{where}: {word!r} inside of an f-string: assign it to a name first")

    def _check(self, output: str, name: str) -> None:
        try:
            compile(output, name, "exec", dont_inherit=True)
        except SyntaxError as error:
            raise Refusal(f"{name}:{error.lineno}: the output does not compile: {error.msg}") from None
        for token in _tokens(output):
            if token.type == tokenize.NAME and FORBIDDEN.fullmatch(token.string):
                raise Refusal(f"{name}:{token.start[0]}: {token.string!r} would be left in the output")


def _tokens(source: str) -> Iterator[tokenize.TokenInfo]:
    """The tokens of a module. An f-string is one STRING token, whatever the version of Python."""
    start: tokenize.TokenInfo | None = None
    depth = 0
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        kind = tokenize.tok_name[token.type]
        if kind in ("FSTRING_START", "TSTRING_START"):
            start = start if depth else token
            depth += 1
        elif kind in ("FSTRING_END", "TSTRING_END"):
            depth -= 1
            if depth == 0:
                assert start is not None
                text = _between(source, start.start, token.end)
                yield tokenize.TokenInfo(tokenize.STRING, text, start.start, token.end, token.line)
        elif depth == 0:
            yield token


def _line_offsets(source: str) -> list[int]:
    offsets = [0]
    for line in source.splitlines(keepends=True):
        offsets.append(offsets[-1] + len(line))
    return offsets


def _between(source: str, start: tuple[int, int], end: tuple[int, int]) -> str:
    offsets = _line_offsets(source)
    return source[offsets[start[0] - 1] + start[1] : offsets[end[0] - 1] + end[1]]


def _docstrings(tree: ast.AST) -> Iterator[tuple[int, int]]:
    """Where the docstrings stand: (line, column) of each."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            first = node.body[0] if node.body else None
            if (
                isinstance(first, ast.Expr)
                and isinstance(first.value, ast.Constant)
                and isinstance(first.value.value, str)
            ):
                yield first.lineno, first.col_offset


def _exports(tree: ast.Module) -> Iterator[tuple[int, int]]:
    """Where the names in `__all__` stand: they are strings, but mean names."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["__all__"]:
            for entry in ast.walk(node.value):
                if isinstance(entry, ast.Constant):
                    yield entry.lineno, entry.col_offset


def generate(root: Path, destination: Path) -> list[Path]:
    """Write the generated trees below *destination*; the folders that were written."""
    converter = Converter()
    written = []
    for source, target in TREES.items():
        folder = destination / target
        for file in sorted((root / source).rglob("*")):
            if "__pycache__" in file.parts or file.is_dir():
                continue
            relative = file.relative_to(root / source)
            output = folder / relative
            output.parent.mkdir(parents=True, exist_ok=True)
            if file.suffix != ".py":
                shutil.copyfile(file, output)
                continue
            name = f"{source}/{relative.as_posix()}"
            header = f"# Generated from {name} by tools/unasync.py. Edit that file and run the tool again.\n\n"
            output.write_text(header + converter.convert(file.read_text(encoding="utf-8"), name), encoding="utf-8")
        if folder.exists():
            _format(root, target, folder)
            written.append(folder)
    if unused := set(NAMES) - converter.used:
        raise Refusal(f"tools/unasync.py: nothing uses the entries {', '.join(sorted(unused))} of NAMES")
    return written


def _format(root: Path, target: str, folder: Path) -> None:
    """Format *folder* as what lies at *target* is formatted, wherever it is now."""
    if importlib.util.find_spec("ruff") is None:
        raise Refusal("tools/unasync.py needs ruff, which this Python does not have: pip install -e '.[test]'")
    nearest = next((at for parent in Path(target).parents if (at := root / parent / "ruff.toml").exists()), None)
    config = ["--config", str(nearest or root / "pyproject.toml"), "--quiet"]
    for command in (["check", "--select", "I,F401,UP,RUF022", "--fix-only", "--no-cache"], ["format", "--no-cache"]):
        subprocess.run([sys.executable, "-m", "ruff", *command, *config, str(folder)], check=True)


def _contents(folder: Path) -> dict[str, str]:
    return {
        file.relative_to(folder).as_posix(): file.read_text(encoding="utf-8")
        for file in sorted(folder.rglob("*"))
        if file.is_file() and "__pycache__" not in file.parts
    }


def differences(root: Path, fresh: Path) -> str:
    """How the generated trees that are there differ from fresh ones, as a diff; empty if they do not."""
    lines: list[str] = []
    for target in TREES.values():
        old, new = _contents(root / target), _contents(fresh / target)
        for name in sorted(old.keys() | new.keys()):
            if old.get(name) != new.get(name):
                path = f"{target}/{name}"
                before, after = (text.splitlines(keepends=True) for text in (old.get(name, ""), new.get(name, "")))
                lines += difflib.unified_diff(before, after, f"{path} (as it is)", f"{path} (as it should be)")
    return "".join(lines)


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    parser = argparse.ArgumentParser(description="Make the blocking half of the package.")
    parser.add_argument("--check", action="store_true", help="change nothing; exit with 1 if anything would change")
    options = parser.parse_args(arguments)
    try:
        with tempfile.TemporaryDirectory() as folder:
            fresh = Path(folder)
            generate(root, fresh)
            diff = differences(root, fresh)
            if options.check:
                if diff:
                    print(diff)
                    print("The generated code is not up to date. Run: python tools/unasync.py")
                return 1 if diff else 0
            for target in TREES.values():
                shutil.rmtree(root / target, ignore_errors=True)
                if (fresh / target).exists():
                    shutil.copytree(fresh / target, root / target)
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
