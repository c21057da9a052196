"""Where clients are used: notebooks, several loops, forks, threads, and at the end of a program."""

import asyncio
import gc
import os
import socket
import subprocess
import sys
import textwrap
import threading

import anyio
import pytest

from planet import Planet, Session
from planet._async.apis.orders import OrdersClient
from planet._async.session import Session as AsyncSession
from planet._runtime._async import _has_taken, is_quiet, network
from planet.http import Limits
from tests.helpers import PATIENCE, an_order


def test_the_blocking_client_works_inside_of_a_running_event_loop(sandbox):
    async def cell():
        with Planet(limits=Limits(rate=0)) as pl:
            return pl.orders.create_order(an_order()).state

    assert asyncio.run(cell()) == "queued"


def test_one_session_in_several_event_loops(sandbox):
    session = AsyncSession(limits=Limits(rate=0))
    orders = OrdersClient(session)

    async def use():
        return await orders.aggregated_order_stats()

    for backend in ("asyncio", "trio", "asyncio"):

        async def main():
            await use()
            pool = await session._pool()
            await pool.client.aclose()

        anyio.run(main, backend=backend)


def test_one_client_in_many_threads_from_the_first_call_on(sandbox):
    pl = Planet(limits=Limits(rate=0))
    failures = []
    start = threading.Barrier(16)

    def work():
        try:
            start.wait()
            for _ in range(5):
                pl.orders.aggregated_order_stats()
        except BaseException as error:  # noqa: BLE001
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(pl._session._pools) == 1
    pl.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_child_has_connections_of_its_own(sandbox):
    script = """
        import os, sys
        from planet import Planet
        from planet.http import Limits
        pl = Planet(limits=Limits(rate=0))
        pl.orders.aggregated_order_stats()
        child = os.fork()
        for _ in range(20):
            pl.orders.aggregated_order_stats()
        if child == 0:
            assert len(pl._session._pools) == 2
            os._exit(0)
        sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    """
    run(script, sandbox)


def test_a_settings_bundle_for_the_blocking_client(sandbox):
    session = Session(limits=Limits(rate=0))
    with Planet(session=session) as pl:
        assert pl._session.settings is session.settings
        assert pl.orders.aggregated_order_stats()["user"]["queued_orders"] == 0
    with pytest.raises(TypeError, match="cannot be combined with session"):
        Planet(session=session, read_timeout_secs=3)


def run(script, sandbox, *options):
    outcome = subprocess.run(
        [sys.executable, *options, "-c", textwrap.dedent(script)],
        env={**os.environ, **sandbox.environment()}, capture_output=True, encoding="utf-8", timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert outcome.returncode == 0, outcome.stderr
    return outcome


@pytest.mark.parametrize("closing", ["pl.close()", "del pl", "pass"])
def test_no_socket_is_left_open(sandbox, closing):
    script = f"""
        from planet import Planet
        pl = Planet()
        pl.orders.aggregated_order_stats()
        {closing}
    """
    outcome = run(script, sandbox, "-X", "dev", "-W", "error")
    assert outcome.stderr == ""


def test_leaving_an_asynchronous_client_open_is_the_only_thing_that_is_said(sandbox):
    script = """
        import asyncio
        from planet import AsyncPlanet
        async def main():
            async with AsyncPlanet() as pl:
                await pl.orders.aggregated_order_stats()
                async for order in pl.orders.list_orders():
                    break
        asyncio.run(main())
    """
    said = run(script, sandbox, "-X", "dev", "-W", "error").stderr.splitlines()
    assert [line for line in said if not line.startswith("Executing <")] == [], "but for asyncio's own stop-watch"


def test_each_colour_loads_alone(sandbox):
    run(
        """
        import sys
        import planet
        assert "httpx" not in sys.modules
        pl = planet.Planet()
        pl.orders.aggregated_order_stats()
        colours = sorted(name for name in sys.modules if name.startswith(("planet._async", "planet._runtime")))
        assert "planet._runtime._sync" in colours and not any("_async" in name for name in colours), colours
        """,
        sandbox,
    )
    run(
        """
        import asyncio, sys
        from planet import AsyncPlanet
        async def main():
            async with AsyncPlanet() as pl:
                await pl.orders.aggregated_order_stats()
        asyncio.run(main())
        assert not [name for name in sys.modules if name.startswith("planet._sync")]
        for heavy in ("rasterio", "starlette", "tqdm", "planet.cli"):  # httpx itself loads click
            assert heavy not in sys.modules, heavy
        """,
        sandbox,
    )


@pytest.mark.parametrize("kind", ["Planet", "AsyncPlanet"])
def test_a_client_is_made_without_what_connections_need(sandbox, kind):
    run(
        f"""
        import ssl, sys
        ssl.create_default_context = None  # reads the certificates
        from planet import {kind}
        {kind}()
        for heavy in ("httpcore", "attrs", "certifi"):
            assert "{kind}" == "AsyncPlanet" or heavy not in sys.modules, heavy
        """,
        sandbox,
    )


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio", "trio"])
async def test_a_connection_with_something_to_read_is_not_quiet(anyio_backend):
    listener = socket.create_server(("127.0.0.1", 0))
    stream = await network().connect_tcp(*listener.getsockname())
    server, _ = listener.accept()
    if anyio_backend == "asyncio":
        assert _has_taken(stream) is False, "anyio has changed: each request takes six more turns of the loop"
    assert await is_quiet(stream)
    server.sendall(b"ab")
    assert await stream.read(1, timeout=PATIENCE) == b"a"
    assert not await is_quiet(stream)  # anyio or the loop has the other byte
    assert await stream.read(1, timeout=PATIENCE) == b"b" and await is_quiet(stream)
    server.close()
    while await is_quiet(stream):
        await anyio.sleep(0.01)
    await stream.aclose()
    listener.close()


def test_a_client_that_is_dropped_closes_its_sockets(sandbox):
    pl = Planet(limits=Limits(rate=0))
    pl.orders.aggregated_order_stats()
    pool = next(iter(pl._session._pools.values()))
    del pl
    gc.collect()
    assert pool.client.is_closed
