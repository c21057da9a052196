"""What tests of the sandbox share."""

import types

import pytest


@pytest.fixture
def no_time_passes(monkeypatch):
    """For the rate limits of the sandbox it is always the same second."""
    monkeypatch.setattr("planet.sandbox.app.time", types.SimpleNamespace(monotonic=lambda: 1000.0))
