"""A program ends when its work is done, however its event loop ends, and leaves no thread waiting."""

import os
import signal
import subprocess
import sys
import time

import pytest

COMMON = """
import asyncio, signal, sys, tempfile
signal.signal(signal.SIGINT, signal.default_int_handler)  # also where the tests themselves run in the background
from planet import DataClient, Session
from planet._runtime._async import run_blocking
async def one():
    async with Session() as session:
        items = [item async for item in DataClient(session).search(["PSScene"], limit=1)]
    await run_blocking(len, items)  # as downloads do
    print("done", flush=True)
"""
ENDS = {
    "sys.exit": """
async def main():
    await one()
    sys.exit(0)
asyncio.new_event_loop().run_until_complete(main())
""",
    "Ctrl-C": """
async def main():
    await one()
    await asyncio.sleep(60)
asyncio.new_event_loop().run_until_complete(main())
""",
    "loop.stop": """
loop = asyncio.new_event_loop()
async def main():
    await one()
    loop.stop()
task = loop.create_task(main())
loop.run_forever()
""",
    "loop left open": """
loop = asyncio.new_event_loop()
loop.run_until_complete(one())
""",
    "nest_asyncio": """
import nest_asyncio2
nest_asyncio2.apply()
asyncio.run(one())
""",
    "asyncio.run": "asyncio.run(one())",
    "trio": "import trio; trio.run(one)",
}


@pytest.mark.parametrize("end", ENDS)
def test_the_program_ends(sandbox, end):
    if end == "nest_asyncio":
        pytest.importorskip("nest_asyncio2")
    process = subprocess.Popen(
        [sys.executable, "-c", COMMON + ENDS[end]], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=os.environ
    )
    try:
        assert process.stdout.readline() == b"done\n"
        start = time.monotonic()
        if end == "Ctrl-C":
            process.send_signal(signal.SIGINT)
        process.wait(10)
        assert time.monotonic() - start < 10
    finally:
        process.kill()
        process.stdout.close()
        process.wait()


FORK = """
import importlib.abc, importlib.util, os, sys, threading, time
loading = threading.Event()
class Slow(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == "planet._sync.apis.data":  # it is loaded when it is first needed
            sys.meta_path.remove(self)
            spec = importlib.util.find_spec(name)
            execute = spec.loader.exec_module
            def slowly(module):
                loading.set()
                time.sleep(0.5)
                execute(module)
            spec.loader.exec_module = slowly
            return spec
sys.meta_path.insert(0, Slow())
from planet import Planet
pl = Planet()
thread = threading.Thread(target=lambda: pl.data)
thread.start()
assert loading.wait(5)
child = os.fork()
found = len(list(Planet().data.search(["PSScene"], limit=1)))
if child == 0:
    os._exit(0 if found == 1 else 1)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_fork_while_another_thread_loads_a_module(sandbox):
    subprocess.run([sys.executable, "-W", "ignore", "-c", FORK], timeout=20, check=True)
