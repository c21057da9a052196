"""Catalogues: that of the sandbox, and ones that are played back."""

import pytest

from planet._async.geocatalog.catalog import AsyncGeoCatalog
from planet.http import Limits, RetryPolicy
from tests.geocatalog_data import COLLECTION, put_image
from tests.geocatalog_traffic import ENDPOINT, Player

from ..conftest import QUICK


@pytest.fixture
async def gc(sandbox, unlimited):
    """A client of the sandbox's catalogue that does not wait between attempts."""
    async with sandbox.async_geocatalog(limits=unlimited, retry=QUICK) as client:
        yield client


@pytest.fixture
async def filled(gc, sandbox):
    """The catalogue, with a collection `fields` of two items whose images are drawn; the client."""
    await gc.ingestion.wait(await gc.stac.create_collection(COLLECTION), delay=0.02)
    await gc.ingestion.create_source(sandbox.container_url("box"), sas_token=sandbox.sas_token("box"))
    items = [put_image(sandbox, "box", "a", day=1), put_image(sandbox, "box", "b", day=2)]
    await gc.ingestion.wait(await gc.stac.create_item("fields", items), delay=0.02)
    return gc


@pytest.fixture
async def played():
    """Make a client of a catalogue that answers with recorded exchanges: (client, player)."""
    made = []

    def play(*exchanges, **settings):
        player = Player(*exchanges)
        settings.setdefault("retry", RetryPolicy(base=0.01, window=0.0))
        client = AsyncGeoCatalog(
            settings.pop("endpoint", ENDPOINT),
            settings.pop("credential", "a-token"),
            transport=player,
            limits=Limits(rate=0),
            **settings,
        )
        made.append(client)
        return client, player

    yield play
    for client in made:
        await client.aclose()
