"""Small pictures of items, and results as tables, in both colours."""

import json
import struct

import httpx
import pytest

from planet import AsyncPlanet, Auth
from planet.exceptions import ClientError, InvalidAnswer, MissingResource
from planet.models import FeatureCollection, Item
from tests.helpers import ITEMS, OREGON

PNG = b"\x89PNG\r\n\x1a\n"


async def test_a_picture_of_an_item(pl, sandbox):
    item = await pl.data.get_item("PSScene", ITEMS[0])
    picture = await pl.data.get_thumbnail(item, width=64)
    assert picture.startswith(PNG)
    assert struct.unpack(">I", picture[16:20]) == (64,)
    assert item.thumbnail == picture
    assert await pl.data.get_thumbnail(("PSScene", ITEMS[0]), width=64) == picture
    assert sandbox.requests[-1].path.endswith("/thumb")


async def test_pictures_of_what_a_search_finds(pl):
    scenes = await pl.data.add_thumbnails(pl.data.search(["PSScene"], geometry=OREGON, limit=5), width=32)
    assert isinstance(scenes, FeatureCollection)
    assert all(scene.thumbnail.startswith(PNG) for scene in scenes.features)
    json.dumps(scenes)
    again = await pl.data.add_thumbnails(json.loads(json.dumps(scenes)), width=32)
    assert [scene.thumbnail for scene in again.features] == [scene.thumbnail for scene in scenes.features]


async def test_an_item_of_which_there_is_none(pl):
    with pytest.raises(MissingResource):
        await pl.data.get_thumbnail(("PSScene", "nothing"))
    scenes = await pl.data.add_thumbnails([Item(id="nothing", type="Feature", properties={"item_type": "PSScene"})])
    assert scenes.features[0].thumbnail is None


@pytest.mark.parametrize("width", [0, 2000, "wide", True])
async def test_a_width_that_is_none(pl, width):
    with pytest.raises(ClientError, match="width"):
        await pl.data.get_thumbnail(("PSScene", ITEMS[0]), width)


async def test_a_web_page_is_no_picture(pl, sandbox):
    sandbox.inject("login_page", path="/thumb", times=None)
    with pytest.raises(InvalidAnswer, match="not a PNG"):
        await pl.data.get_thumbnail(("PSScene", ITEMS[0]))


async def test_pictures_of_the_real_service_are_at_its_tile_service():
    """The key goes there and nowhere else, whatever the item's own link says."""
    seen = []

    def answer(request):
        seen.append((str(request.url), "authorization" in request.headers))
        return httpx.Response(200, content=PNG)

    item = Item(id="a b", properties={"item_type": "PSScene"}, _links={"thumbnail": "https://evil.example/thumb"})
    transport = httpx.MockTransport(answer)
    async with AsyncPlanet(
        auth=Auth.from_key("PLAK"), base_url="https://api.planet.com", transport=transport
    ) as client:
        await client.data.get_thumbnail(item)
    assert seen == [("https://tiles.planet.com/data/v1/item-types/PSScene/items/a%20b/thumb?width=256", True)]


async def test_results_as_a_table(pl):
    table = await pl.data.search(["PSScene"], geometry=OREGON, limit=7).to_geodataframe()
    assert len(table) == 7
    assert table.crs == "EPSG:4326"
    assert len(await pl.orders.list_orders().to_geodataframe()) == 0
