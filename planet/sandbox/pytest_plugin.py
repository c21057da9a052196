"""The pytest fixture `planet_sandbox`, for tests of programs that use Planet.

    def test_my_program(planet_sandbox):
        planet_sandbox.inject("status", path="/orders/v2", status=503)
        assert my_program.main() == 0

pytest loads the plugin once the package is installed.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .server import Sandbox

__all__ = ["planet_sandbox", "planet_sandbox_server"]


@pytest.fixture(scope="session")
def planet_sandbox_server() -> "Iterator[Sandbox]":
    """The sandbox of a test session. Override this fixture to change its settings."""
    from planet.sandbox import Sandbox, Timing

    with Sandbox(timing=Timing(queued=0.05, running=0.05), scene_pixels=128, clip_pixels=40_000) as sandbox:
        yield sandbox


@pytest.fixture
def planet_sandbox(planet_sandbox_server: "Sandbox", monkeypatch: pytest.MonkeyPatch) -> "Iterator[Sandbox]":
    """An empty sandbox that all clients of a test use by default."""
    for name, value in planet_sandbox_server.environment().items():
        monkeypatch.setenv(name, value)
    planet_sandbox_server.reset()
    yield planet_sandbox_server
    planet_sandbox_server.reset()
