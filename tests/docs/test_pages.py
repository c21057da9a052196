"""The code that stands in the pages, executed page by page on the sandbox, in the order in which it stands there."""

import contextlib
import json
import re
import textwrap
from datetime import datetime

import geopandas
import matplotlib
import pytest
from shapely.geometry import shape

import planet
from planet import Planet, data_filter, geojson, order_request, subscription_request
from tests.docs.running import run
from tests.geocatalog_data import fill
from tests.helpers import OREGON, a_subscription, an_order
from tools.page_examples import without_examples
from tools.unasync import ROOT

PAGES = sorted((ROOT / "docs").glob("*.md"))
ITEM = "20220304_093300_37_2430"
# Logins that a person has to allow, or that are there before; the tests of logins have them.
_ASKS = r"from_profile|print\(f\"Open"


def blocks(page):
    """The blocks of Python of a page, but for the examples: these are run as programs of their own."""
    text = without_examples(page.read_text(encoding="utf-8"))
    found = re.findall(r"^( *)```python\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE)
    code = [textwrap.dedent(code) for _, code in found]
    return [block for block in code if not (page.stem == "auth" and re.search(_ASKS, block))]


def names_of(pl, sandbox, folder):
    """What the pages leave to the reader to have."""
    tools = [order_request.clip_tool(OREGON)]
    whole = data_filter.geometry_filter(OREGON, relation="contains") & data_filter.permission_filter()
    item = pl.data.search(["PSScene"], whole, limit=1).first()
    order = pl.orders.create_order(an_order(items=[item.id], tools=tools))
    pl.orders.wait(order.id)
    pl.orders.download_order(order.id, folder / "downloads")
    collection = pl.features.create_collection("fields")
    refs = pl.features.add_items(collection, OREGON)
    (folder / "fields.geojson").write_text(
        json.dumps({"type": "Feature", "properties": {"name": "a"}, "geometry": OREGON})
    )
    geopandas.GeoSeries([shape(OREGON)], crs="EPSG:4326").to_crs("EPSG:32611").to_file(folder / "field.shp")
    running = a_subscription()
    running["source"]["parameters"] |= {"start_time": "2026-11-01T00:00:00Z", "end_time": "2099-01-01T00:00:00Z"}
    products = [order_request.product([ITEM], "visual", "PSScene")]
    return {
        "pl": pl, "sandbox": sandbox, "aoi": OREGON, "order": order, "order_id": order.id, "folder": folder / "downloads",
        "request": an_order("another"), "shape": OREGON, "refs": refs, "data_filter": data_filter,
        "collection": pl.features.get_collection(collection), "feature": pl.features.list_items(collection).first(),
        "order_request": order_request, "subscription_request": subscription_request, "geojson": geojson,
        "item_id": ITEM, "item": pl.data.get_item("PSScene", ITEM), "products": products,
        "subscription_id": pl.subscriptions.create_subscription(running).id,
        "product_id": next(product.id for product in pl.quota.list_products() if product.supports_reservation),
        "key_id": "AKIA", "secret": "hush", "client_id": "client", "client_secret": "secret", "key": sandbox.api_key,
        "datetime": datetime,
    }  # fmt: skip


def names_of_catalog(sandbox):
    """What the page about catalogues leaves to the reader to have."""
    with sandbox.geocatalog() as gc:
        fill(sandbox, gc)
    return {
        "endpoint": sandbox.geocatalog_url, "credential": "a-token", "container_url": sandbox.container_url("mine"),
        "sas_token": sandbox.sas_token("mine"),
    }  # fmt: skip


@contextlib.asynccontextmanager
async def asynchronous():
    async with planet.AsyncPlanet() as client:
        yield {"pl": client}


@pytest.mark.filterwarnings("ignore:.*shapely.ops.transform:DeprecationWarning")  # in odc-geo
@pytest.mark.filterwarnings("ignore:All-NaN slice:RuntimeWarning")  # pixels that no scene has
@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page)], ids=lambda page: page.stem)
def test_the_code_of_a_page(sandbox, tmp_path, monkeypatch, page, capsys, my_bucket):
    monkeypatch.setattr(planet.http, "RATE_LIMIT", 0)
    monkeypatch.chdir(tmp_path)
    matplotlib.use("agg")
    with Planet() as pl:
        names = names_of(pl, sandbox, tmp_path)
        if page.stem in ("geocatalog", "order_to_map"):
            names |= names_of_catalog(sandbox)
        for code in blocks(page):
            run(code, f"{page.name}:\n{code}", names, asynchronous)
