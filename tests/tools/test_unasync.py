"""The generator of the sync variant: its output, its errors, and that the committed code is up to date."""

import textwrap

import pytest

from tools import unasync
from tools.unasync import ConversionError, Converter


def convert(source, **names):
    return Converter().convert(textwrap.dedent(source), "m.py")


def test_the_generated_code_is_up_to_date():
    assert unasync.main(["--check"]) == 0


def test_generating_twice_gives_the_same(tmp_path):
    for name in ("one", "two"):
        unasync.generate(unasync.ROOT, tmp_path / name)
    for target in unasync.TREES.values():
        one, two = (unasync._contents(tmp_path / name / target) for name in ("one", "two"))
        assert one == two


@pytest.mark.parametrize(
    ("source", "output"),
    [
        ("async def f(): await g()\n", "def f(): g()\n"),
        ("async def f():\n    x = (await g()).y  # await this\n", "def f():\n    x = (g()).y  # await this\n"),
        ("async def f():\n    async with a as b, c: pass\n", "def f():\n    with a as b, c: pass\n"),
        (
            "async def f():\n    return [x async for x in y if await z(x)]\n",
            "def f():\n    return [x for x in y if z(x)]\n",
        ),
        (
            "async def f():\n    await asyncio_free(\n        await g(),\n    )\n",
            "def f():\n    asyncio_free(\n        g(),\n    )\n",
        ),
        ("x: AsyncIterator[int]\n", "x: Iterator[int]\n"),
        ("from .._runtime._async import sleep\n", "from .._runtime._sync import sleep\n"),
        ("class OrdersClient(_BaseClient): pass\n", "class OrdersAPI(_BaseAPI): pass\n"),
        ("client = httpx.AsyncClient()\n", "client = httpx.Client()\n"),
        ("s = Session(); s.aclose()\n", "s = SyncSession(); s.close()\n"),
        (
            "class A:\n    def __aiter__(self): raise StopAsyncIteration\n",
            "class A:\n    def __iter__(self): raise StopIteration\n",
        ),
        ("x = 'await Session'\n", "x = 'await Session'\n"),
        ("__all__ = ['OrdersClient', 'x']\n", "__all__ = ['OrdersAPI', 'x']\n"),
        ("y = r.aiter_bytes()\n", "y = r.iter_bytes()\n"),
        ("f(f'{self.name} async {x!r:>{width}}')\n", "f(f'{self.name} async {x!r:>{width}}')\n"),
        ("clients = Client\n", "clients = Client\n"),
    ],
)
def test_code(source, output):
    assert convert(source) == output


def test_code_in_docstrings_is_converted_and_prose_is_not():
    source = '''
        async def f():
            """Make a `Session`; you await its end, async or not.

            Use `async with`, or `await session.aclose()`.

                >>> await f()

            ```python
            async with Session() as session:
                await OrdersClient(session).wait()
            ```
            """
            text = """Session is await"""
    '''
    output = '''
        def f():
            """Make a `SyncSession`; you await its end, async or not.

            Use `with`, or `session.close()`.

                >>> f()

            ```python
            with SyncSession() as session:
                OrdersAPI(session).wait()
            ```
            """
            text = """Session is await"""
    '''
    assert convert(source) == textwrap.dedent(output)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("async def f():\n    return f'{await g()}'\n", "m.py:2: 'await' in an f-string"),
        ("x = f'{Session}'\n", "m.py:1: 'Session' in an f-string"),
        ("import asyncio\n", "m.py:1: 'asyncio' has no sync equivalent"),
        ("import anyio\n", "'anyio' has no sync equivalent"),
        ("x: Awaitable[int]\n", "'Awaitable' has no sync equivalent"),
        ("async def f(): return (x async for x in y)\n\nclass A: trio = 1\n", "m.py:3: 'trio' has no sync equivalent"),
        ("async def f():\n    async\\\n    with x: pass\n", "does not compile|with"),
    ],
)
def test_code_that_cannot_be_converted(source, words):
    try:
        output = convert(source)
    except ConversionError as error:
        import re

        assert re.search(words, str(error))
    else:
        compile(output, "m.py", "exec")
        assert "with x" in output


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A small project with one tree."""
    monkeypatch.setattr(unasync, "TREES", {"a/_async": "a/_sync"})
    monkeypatch.setattr(unasync, "NAMES", {"_async": "_sync", "aclose": "close"})
    (tmp_path / "a/_async").mkdir(parents=True)
    (tmp_path / "a/_async/m.py").write_text("from ._async import x\n\n\nasync def f():\n    await x.aclose()\n")
    (tmp_path / "pyproject.toml").write_text("[tool.ruff]\n")
    assert unasync.main([], tmp_path) == 0
    return tmp_path


def test_the_header_names_the_source(project):
    assert (project / "a/_sync/m.py").read_text().startswith("# Generated from a/_async/m.py by tools/unasync.py")


def test_the_check_sees_every_difference(project, capsys):
    generated = project / "a/_sync/m.py"
    assert unasync.main(["--check"], project) == 0
    good = generated.read_text()
    generated.write_text(good + "x = 1\n")
    assert unasync.main(["--check"], project) == 1
    assert "Run: python tools/unasync.py" in capsys.readouterr().out
    generated.write_text(good)
    stale = project / "a/_sync/stale.py"
    stale.write_text("")
    stale.write_text("x = 1\n")
    assert unasync.main(["--check"], project) == 1
    assert unasync.main([], project) == 0
    assert not stale.exists()
    generated.unlink()
    assert unasync.main(["--check"], project) == 1


def test_an_unused_entry_of_the_table_is_an_error(project, monkeypatch, capsys):
    monkeypatch.setattr(unasync, "NAMES", {**unasync.NAMES, "never": "nothing"})
    assert unasync.main([], project) == 1
    assert "unused entries of NAMES: never" in capsys.readouterr().err
