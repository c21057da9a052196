# Generated from tests/_async/geocatalog/conftest.py by tools/unasync.py. Edit that file and run the tool again.

"""Catalogues that are played back."""

import pytest

from planet._sync.geocatalog.catalog import GeoCatalog
from planet.http import Limits, RetryPolicy
from tests.geocatalog_traffic import ENDPOINT, Player


@pytest.fixture
def played():
    """Make a client of a catalogue that answers with recorded exchanges: (client, player)."""
    made = []

    def play(*exchanges, **settings):
        player = Player(*exchanges)
        settings.setdefault("retry", RetryPolicy(base=0.01, window=0.0))
        client = GeoCatalog(
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
        client.close()
