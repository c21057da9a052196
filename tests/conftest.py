"""What all tests share: the sandbox, no network beyond this machine, and no settings of the person who runs them."""

import os
import socket

import pytest
from hypothesis import HealthCheck, settings

from planet import constants
from planet._apis.order_recovery import in_flight
from planet._builders import catalog
from planet._http import limits as _limits
from planet._http import retry as _retry
from planet.http import Limits
from tests.a_bucket import ABucket, s3_server

LOOPBACK = ("127.0.0.1", "::1", "localhost")

# What these are about is the same on every event loop: trio's turn comes in CI (`--thorough`). Sessions, downloads,
# faults, paging and the runtime layer always run on both loops.
ONE_LOOP_WILL_DO = {
    "test_assets", "test_buckets", "test_cassettes", "test_data", "test_destinations", "test_features", "test_logins", "test_mosaics",
    "test_operations", "test_orders", "test_quota", "test_subscriptions", "test_thumbnails", "test_tiles",
}  # fmt: skip

# How fast the machine is says nothing about what is tested.
settings.register_profile("planet", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("planet")

# Many tests start programs: these need not compile the package again each time.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_addoption(parser):
    parser.addoption(
        "--thorough", action="store_true", help="what only CI does: every test on trio, too, and many more kills"
    )


def pytest_collection_modifyitems(config, items):
    if config.getoption("--thorough"):
        return
    spared = [item for item in items if on_trio(item) and item.path.stem in ONE_LOOP_WILL_DO]
    if spared:
        config.hook.pytest_deselected(items=spared)
        items[:] = [item for item in items if item not in set(spared)]


def on_trio(item):
    return hasattr(item, "callspec") and item.callspec.params.get("anyio_backend") == "trio"


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request):
    """Asynchronous tests run on both event loops."""
    return request.param


@pytest.fixture(autouse=True)
def _private_world(monkeypatch, tmp_path_factory):
    """No variables, no home and no folder of the person who runs the tests: nothing is left there, whatever happens."""
    for name in [name for name in os.environ if name.startswith("PL_")]:
        monkeypatch.delenv(name)
    home = tmp_path_factory.mktemp("home")
    monkeypatch.chdir(home)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PL_CACHE_DIR", str(home / "cache"))
    monkeypatch.setattr(constants, "SECRET_FILE_PATH", home / ".planet.json")
    monkeypatch.setattr(catalog, "_catalog", None)


@pytest.fixture(autouse=True)
def _fresh_budget(monkeypatch):
    """Retries of one test are not charged to the next."""
    monkeypatch.setattr(_retry, "budget", _retry._Budget())
    monkeypatch.setattr(_limits, "_buckets", {})
    in_flight.__init__()


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch):
    """A test that talks to another machine fails."""
    connect = socket.socket.connect

    def guarded(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in LOOPBACK:
            raise AssertionError(f"a test wants to connect to {address}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture
def sandbox(planet_sandbox):
    """The sandbox, under a short name."""
    return planet_sandbox


@pytest.fixture
def guarded(sandbox, monkeypatch):
    """The sandbox, which lets nobody in but with a token."""
    monkeypatch.setattr(sandbox._world, "requires_token", True)
    monkeypatch.delenv("PL_API_KEY")
    monkeypatch.delenv("PL_AUTH_PROFILE")
    sandbox.identity.interval = 0.02
    return sandbox


@pytest.fixture(scope="session")
def _s3():
    with s3_server() as endpoint:
        yield endpoint


@pytest.fixture
def bucket(_s3):
    """A new bucket on a real S3 server of this machine."""
    return ABucket(_s3)


@pytest.fixture
def my_bucket(_s3, monkeypatch):
    """The bucket `s3://my-bucket` of the examples; the environment has its credentials."""
    bucket = ABucket(_s3, "my-bucket")
    for name, value in bucket.environment.items():
        monkeypatch.setenv(name, value)
    return bucket


@pytest.fixture
def unlimited():
    """No pacing: most tests are not about it."""
    return Limits(rate=0)


@pytest.fixture
def free_port():
    """A port on this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]
