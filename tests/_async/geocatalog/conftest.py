"""Catalogues that are played back."""

import pytest

from planet._async.geocatalog.catalog import AsyncGeoCatalog
from planet.http import Limits, RetryPolicy
from tests.geocatalog_traffic import ENDPOINT, Player


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
