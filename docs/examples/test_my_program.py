"""Tests of a program that orders imagery: `pytest test_my_program.py`."""

from pathlib import Path
from typing import Any

import pytest

from planet import Planet, order_request
from planet.exceptions import DownloadError, WaitTimeout


def fetch(item_id: str, folder: Path, timeout: float = 600) -> list[Path]:
    """The program: order a scene, wait, download."""
    pl = Planet()
    product = order_request.product([item_id], "visual", "PSScene")
    order = pl.orders.create_order(
        order_request.build_request("a scene", [product])
    )
    pl.orders.wait(order.id, timeout=timeout)
    return pl.orders.download_order(order.id, folder)


def test_it_fetches_a_scene(planet_sandbox: Any, tmp_path: Path) -> None:
    paths = fetch("20220304_093300_37_2430", tmp_path)
    assert any(path.suffix == ".tif" for path in paths)


def test_it_gets_through_bad_weather(
    planet_sandbox: Any, tmp_path: Path
) -> None:
    planet_sandbox.inject(
        "lose_answer", path="/orders/v2$", method="POST"
    )  # ordered, but nobody says so
    planet_sandbox.inject(
        "cut", path="tif$", after=5000
    )  # the connection breaks within a file
    fetch("20220304_093300_37_2430", tmp_path)
    assert len(list(Planet().orders.list_orders())) == 1


def test_it_says_what_it_could_not_get(
    planet_sandbox: Any, tmp_path: Path
) -> None:
    planet_sandbox.inject("corrupt", path="tif$", times=None)
    with pytest.raises(DownloadError) as caught:
        fetch("20220304_093300_37_2430", tmp_path)
    assert not list(tmp_path.rglob("*.tif"))
    assert all("tif" in name for name in caught.value.failures)


def test_it_does_not_wait_for_ever(planet_sandbox: Any, tmp_path: Path) -> None:
    planet_sandbox.clock.stop()  # nothing goes on any more
    with pytest.raises(WaitTimeout):
        fetch("20220304_093300_37_2430", tmp_path, timeout=1)
