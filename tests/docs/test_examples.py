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
    assert len(EXAMPLES) == 6


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_example(sandbox, tmp_path, monkeypatch, path):
    monkeypatch.setattr(planet.http, "RATE_LIMIT", 0)
    with sandbox.planet() as pl:
        pl.orders.create_order(an_order("a field"))
    result = runpy.run_path(str(path))["main"](tmp_path)
    if inspect.iscoroutine(result):
        result = asyncio.run(result)
    assert result
    assert list(tmp_path.glob("*/manifest.json"))
