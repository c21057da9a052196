"""The examples of the docs, executed in both colours."""

import asyncio
import inspect
import runpy

import pytest

import planet
from tests.helpers import an_order
from tools.unasync import ROOT

EXAMPLES = sorted((ROOT / "docs" / "examples").rglob("*.py"))


def test_both_colours_are_there():
    assert len(EXAMPLES) == 12


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_example(sandbox, tmp_path, monkeypatch, path):
    monkeypatch.setattr(planet.http, "RATE_LIMIT", 0)
    with sandbox.planet() as pl:
        pl.orders.create_order(an_order("a field"))
    result = runpy.run_path(str(path))["main"](tmp_path)
    if inspect.iscoroutine(result):
        result = asyncio.run(result)
    assert result
    assert list(tmp_path.rglob("*.*"))


def test_every_example_is_shown():
    """In both colours, by an instruction that the site follows."""
    pages = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "docs").glob("*.md"))
    for path in EXAMPLES:
        assert f'--8<-- "examples/{path.parent.name}/{path.name}"' in pages
