"""Generate the sync variant of the package from the async variant.

    python tools/unasync.py            write the generated trees
    python tools/unasync.py --check    write nothing; print the differences and exit with 1 if there are any

Code is converted token by token, which keeps comments and layout; `ast` distinguishes docstrings from other strings.
Names are renamed by the table and the rules below in code, comments and docstrings. `async` and `await` are removed
from code, and from code in docstrings. Other strings are kept, except the names in `__all__`. Code that cannot be
converted is an error with file and line.
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

# Names that no rule covers. An unused entry is an error.
NAMES = {
    "_async": "_sync",
    "Session": "SyncSession",
    "aclose": "close",
    "aclosing": "closing",
    "anext": "next",
    "asend": "send",
    "async_auth_flow": "sync_auth_flow",
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
    (re.compile(r"async_([a-z]\w*)"), r"\1"),  # sandbox.async_planet
]

# Names that must not occur in generated code, as they exist only in async code.
FORBIDDEN = re.compile(r"\b(async|await|asyncio|anyio|trio|Awaitable|Coroutine)\b")

_WORD = re.compile(r"(?<!\w)[A-Za-z_]\w*")
_CODE = re.compile(r"(```.*?```|`[^`\n]*`|^[ \t]*(?:>>>|\.\.\.) .*?$)", re.DOTALL | re.MULTILINE)
_ASYNC_WORD = re.compile(r"\b(?:async|await)[ \t]+")
_ASYNC_KEYWORD = re.compile(r"\b(?:async|await)\b[ \t]*")

Edit = tuple[int, int, str]


class ConversionError(Exception):
    """Code that cannot be converted."""


class Converter:
    """Converts source code.

    Attributes:
        used: the entries of `NAMES` that were used.
    """

    def __init__(self) -> None:
        self.used: set[str] = set()

    def rename(self, name: str) -> str:
        """Return a name in the sync variant."""
        if name in NAMES:
            self.used.add(name)
            return NAMES[name]
        for pattern, replacement in RULES:
            if pattern.fullmatch(name):
                return pattern.sub(replacement, name)
        return name

    def text(self, text: str) -> str:
        """Convert a docstring or comment: rename all names, remove `async` and `await` from code in it."""
        text = _CODE.sub(lambda match: _ASYNC_WORD.sub("", match[0]), text)
        return _WORD.sub(lambda match: self.rename(match[0]), text)

    def convert(self, source: str, name: str) -> str:
        """Convert a module.

        Args:
            source: the source code.
            name: the name of the module in error messages.

        Raises:
            ConversionError: the code cannot be converted.
        """
        offsets = _line_offsets(source)
        tree = ast.parse(source)
        texts = {*_docstrings(tree), *_exports(tree)}
        edits: list[Edit] = []
        for token in _tokens(source):
            start, end = (offsets[row - 1] + column for row, column in (token.start, token.end))
            where = f"{name}:{token.start[0]}"
            if token.type == tokenize.NAME:
                edits += self._convert_name(token.string, start, end, source)
            elif token.type == tokenize.COMMENT or token.start in texts:
                edits.append((start, end, self.text(token.string)))
            elif token.type == tokenize.STRING and "f" in token.string.split(token.string[-1])[0].lower():
                self._validate_fstring(token.string, where)
        output = source
        for start, end, replacement in sorted(edits, reverse=True):
            output = output[:start] + replacement + output[end:]
        self._validate(output, name)
        return output

    def _convert_name(self, word: str, start: int, end: int, source: str) -> list[Edit]:
        if word in ("async", "await"):
            match = _ASYNC_KEYWORD.match(source, start)
            assert match is not None
            return [(start, match.end(), "")]
        return [(start, end, self.rename(word))]

    def _validate_fstring(self, text: str, where: str) -> None:
        """Reject names to convert in an f-string, which is a single token in Python 3.11 and earlier."""
        for field in re.findall(r"\{([^{}]*)", text):
            for word in _WORD.findall(field):
                if word in ("async", "await") or self.rename(word) != word:
                    raise ConversionError(
                        f"{where}: {word!r} in an f-string cannot be converted: assign the value to a variable first"
                    )

    def _validate(self, output: str, name: str) -> None:
        try:
            compile(output, name, "exec", dont_inherit=True)
        except SyntaxError as error:
            raise ConversionError(f"{name}:{error.lineno}: the generated code does not compile: {error.msg}") from None
        for token in _tokens(output):
            if token.type == tokenize.NAME and FORBIDDEN.fullmatch(token.string):
                raise ConversionError(f"{name}:{token.start[0]}: {token.string!r} has no sync equivalent")


def _tokens(source: str) -> Iterator[tokenize.TokenInfo]:
    """Yield the tokens of a module. An f-string is one STRING token in every version of Python."""
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
    """Yield the position (line, column) of each docstring."""
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
    """Yield the position (line, column) of each name in `__all__`."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == ["__all__"]:
            for entry in ast.walk(node.value):
                if isinstance(entry, ast.Constant):
                    yield entry.lineno, entry.col_offset


def generate(root: Path, destination: Path) -> list[Path]:
    """Write the generated trees below *destination*; returns the written folders.

    Raises:
        ConversionError: the code cannot be converted, or ruff is not installed.
    """
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
        raise ConversionError(f"tools/unasync.py: unused entries of NAMES: {', '.join(sorted(unused))}")
    return written


def _format(root: Path, target: str, folder: Path) -> None:
    """Format *folder* with the ruff configuration that applies to *target*."""
    if importlib.util.find_spec("ruff") is None:
        raise ConversionError("tools/unasync.py requires ruff, which is not installed. Run: pip install -e '.[test]'")
    nearest = next((p for parent in Path(target).parents if (p := root / parent / "ruff.toml").exists()), None)
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
    """Return a diff from the existing generated trees to fresh ones; empty if they are equal."""
    lines: list[str] = []
    for target in TREES.values():
        old, new = _contents(root / target), _contents(fresh / target)
        for name in sorted(old.keys() | new.keys()):
            if old.get(name) != new.get(name):
                path = f"{target}/{name}"
                before, after = (text.splitlines(keepends=True) for text in (old.get(name, ""), new.get(name, "")))
                lines += difflib.unified_diff(before, after, f"{path} (existing)", f"{path} (expected)")
    return "".join(lines)


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Run the command; returns the exit code."""
    parser = argparse.ArgumentParser(description="Generate the sync variant of the package from the async variant.")
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit with 1 if the generated code is not up to date"
    )
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
    except ConversionError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
