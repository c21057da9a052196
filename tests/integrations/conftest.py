"""A downloaded order, which the tests look at and leave as it is."""

import pytest

from planet import data_filter, order_request
from planet.http import Limits
from planet.sandbox import Sandbox
from planet.sandbox.world import Timing
from tests.helpers import OREGON


def download(pl, folder, *items, bundle="analytic_udm2", tools=(), **details):
    """Order, wait and download; the folder of the order."""
    product = order_request.product(list(items), bundle, "PSScene")
    order = pl.orders.create_order(order_request.build_request("an order", [product], tools=list(tools), **details))
    assert pl.orders.wait(order.id, delay=0.05) == "success"
    report = pl.orders.download_order(order.id, folder)
    return report, folder / order.id


@pytest.fixture(scope="module")
def pl():
    """A client of a sandbox that the tests of a module share."""
    timing = Timing(queued=0, running=0)
    with Sandbox(timing=timing, scene_pixels=128) as sandbox, sandbox.planet(limits=Limits(rate=0)) as client:
        yield client


@pytest.fixture(scope="module")
def clipped(pl, tmp_path_factory):
    """(report, folder) of two scenes, clipped to the same area."""
    whole = data_filter.geometry_filter(OREGON, relation="contains") & data_filter.permission_filter()
    items = [item.id for item in pl.data.search(["PSScene"], whole, limit=2)]
    return download(pl, tmp_path_factory.mktemp("clipped"), *items, tools=[order_request.clip_tool(OREGON)])
