"""What tests of the sandbox share."""

import types

import httpx
import pytest

from tests.helpers import PATIENCE, wait_until


@pytest.fixture
def no_time_passes(monkeypatch):
    """For the rate limits of the sandbox it is always the same second."""
    monkeypatch.setattr("planet.sandbox.app.time", types.SimpleNamespace(monotonic=lambda: 1000.0))


@pytest.fixture
def api(sandbox):
    with httpx.Client(
        base_url=f"{sandbox.base_url}/compute/ops", headers={"authorization": "api-key k"}, timeout=PATIENCE
    ) as client:
        yield client


@pytest.fixture
def finished(api):
    """Return a function that creates an order and waits until it is final."""

    def finish(request):
        answer = api.post("/orders/v2", json=request)
        assert answer.status_code == 202, answer.text

        def done():
            order = api.get(f"/orders/v2/{answer.json()['id']}").json()
            return order["state"] not in ("queued", "running") and order

        return wait_until(done)

    return finish
