"""What a type checker says of a user's program."""

import subprocess
import sys

import pytest

PROGRAM = """
from planet import AsyncPlanet, Planet, Session, collect
from planet.http import Limits

pl = Planet(api_key="x", limits=Limits(rate=5), timeouts=None)
reveal_type(pl.orders.get_order("x").results)
reveal_type(collect(pl.data.search("PSScene", datetime="2024-06", cloud_cover=0.1)))
reveal_type(collect(pl.orders.list_orders()))
reveal_type(Session().client("orders"))
reveal_type(pl.order((0, 0, 1, 1), "2024-06", "visual").folder)


async def main(pl: AsyncPlanet) -> None:
    reveal_type(await collect(pl.data.search("PSScene")))
    reveal_type([order async for order in pl.orders.list_orders()])
    reveal_type(await pl.orders.wait("x", progress_bar=True))


Planet(limit=5)
Planet(verify=b"x")
"""


@pytest.mark.timeout(600)
def test_types_of_a_program(tmp_path):
    (tmp_path / "program.py").write_text(PROGRAM)
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), "program.py"]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True).stdout
    for revealed in (
        "list[planet._models.orders.OrderResult]",
        'program.py:7: note: Revealed type is "planet._models.feature_collection.FeatureCollection"',
        "list[planet._models.orders.Order]",
        "planet._async.apis.orders.OrdersClient",
        "planet._models.feature_collection.FeatureCollection",
        '"str"',
    ):
        assert revealed in said.replace("builtins.", ""), said
    wrong = [line for line in said.splitlines() if "error:" in line]
    assert len(wrong) == 2, said
    assert 'Unexpected keyword argument "limit" for "Planet"' in wrong[0] and '"verify"' in wrong[1]
