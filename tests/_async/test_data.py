"""The Data API against the sandbox's real server."""

from datetime import datetime, timezone

import pytest

from planet import data_filter
from planet.exceptions import BadQuery, ClientError, GeoJSONError, MissingResource, SpecificationException
from tests.helpers import ITEMS, OREGON

JUNE = data_filter.date_range_filter("acquired", gte=datetime(2022, 6, 1), lt=datetime(2022, 7, 1))


async def test_search(pl):
    items = [item async for item in pl.data.search(["psscene"], JUNE, geometry=OREGON, limit=0)]
    assert len(items) > 10
    assert len({item.id for item in items}) == len(items)
    start, end = (datetime(2022, month, 1, tzinfo=timezone.utc) for month in (6, 7))
    assert all(start <= item.acquired < end for item in items)
    published = [item.published for item in items]
    assert published == sorted(published, reverse=True)
    assert all(item.item_type == "PSScene" and "ortho_analytic_4b" in item.assets for item in items)


async def test_search_sorted_and_filtered(pl):
    clear = data_filter.and_filter([JUNE, data_filter.range_filter("cloud_cover", lte=0.1)])
    items = [item async for item in pl.data.search(["PSScene"], clear, sort="acquired asc", geometry=OREGON)]
    assert items
    assert all(item.cloud_cover <= 0.1 for item in items)
    assert [item.acquired for item in items] == sorted(item.acquired for item in items)


async def test_a_search_can_be_read_one_by_one(pl, sandbox):
    results = pl.data.search(["PSScene"], geometry=OREGON)
    assert sandbox.requests == []
    first = await anext(results)
    assert (await anext(results)).id != first.id
    await results.aclose()
    assert [item async for item in results] == []


async def test_no_more_is_fetched_than_is_wanted(pl, sandbox):
    results = pl.data.search(["PSScene"], geometry=OREGON, limit=3)
    assert len([item async for item in results]) == 3
    assert len(results._items) == 0
    assert len(sandbox.requests) == 1
    assert len([item async for item in pl.data.search(["PSScene"], geometry=OREGON, limit=260)]) == 260
    assert len(sandbox.requests) == 3


async def test_get_item(pl):
    item = await pl.data.get_item("PSScene", ITEMS[0])
    assert item.id == ITEMS[0]
    assert item.__geo_interface__["geometry"] == item.geometry
    with pytest.raises(MissingResource):
        await pl.data.get_item("PSScene", "no item")


async def test_ids_cannot_change_the_path(pl, sandbox):
    with pytest.raises(MissingResource):
        await pl.data.get_item("PSScene", "../../../compute/ops?x=1#y")
    assert sandbox.requests[-1].path.startswith("/data/v1/item-types/PSScene/items/")


async def test_a_filter_that_the_service_refuses(pl):
    with pytest.raises(BadQuery) as caught:
        await anext(pl.data.search(["PSScene"], {"type": "AndFilter", "config": [{"type": "RangeFilter"}]}))
    assert list(caught.value.field_errors) == ["filter.config.0.config"]


async def test_arguments_are_checked_at_the_call(pl, sandbox):
    with pytest.raises(SpecificationException, match="Did you mean 'PSScene'"):
        pl.data.search(["PSScen"])
    with pytest.raises(ClientError, match="It is a list"):
        pl.data.search("PSScene")
    with pytest.raises(ClientError, match="sort"):
        pl.data.search(["PSScene"], sort="newest")
    with pytest.raises(GeoJSONError):
        pl.data.search(["PSScene"], geometry={"type": "Polygon", "coordinates": []})
    assert sandbox.requests == []
    with pytest.raises(BadQuery, match="not a valid item type"):
        await anext(pl.data.search(["NewScene"], validate=False))
