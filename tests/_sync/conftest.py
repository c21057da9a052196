# Generated from tests/_async/conftest.py by tools/unasync.py. Edit that file and run the tool again.

"""Clients of the colour under test."""

import pytest

from planet.http import RetryPolicy

QUICK = RetryPolicy(base=0.01, window=0.0)


@pytest.fixture
def pl(sandbox, unlimited):
    """A client of the sandbox that does not wait between attempts."""
    with sandbox.planet(limits=unlimited, retry=QUICK) as client:
        yield client


@pytest.fixture
def session(pl):
    """The session of that client."""
    return pl._session
