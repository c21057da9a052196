"""Clients of the colour under test."""

import pytest

from planet.http import RetryPolicy

QUICK = RetryPolicy(base=0.01, window=0.0)


@pytest.fixture
async def pl(sandbox, unlimited):
    """A client of the sandbox that does not wait between attempts."""
    async with sandbox.async_planet(limits=unlimited, retry=QUICK) as client:
        yield client


@pytest.fixture
async def session(pl):
    """The session of that client."""
    return pl._session
