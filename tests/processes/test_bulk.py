"""A bulk order whose program is killed at any step goes on, and orders nothing twice."""

import os
import subprocess
import sys
from collections import Counter

import pytest

from planet.sandbox import Sandbox
from planet.sandbox.state.world import Timing
from tests.helpers import OREGON, PATIENCE, wait_until

# A program that runs a bulk order, and is killed before or after a step: a commit of the journal, or a request.
PROGRAM = """
import os, signal, sys
from planet import Planet
from planet._bulk.journal import Journal
from planet._sync.http.transport import BaseSession
point, journal, settle = int(sys.argv[1]), sys.argv[2], float(sys.argv[3])
passed = 0

def step():
    global passed
    passed += 1
    if passed == point:
        os.kill(os.getpid(), signal.SIGKILL)

def around(function):
    def stepping(self, *args, **settings):
        step()
        result = function(self, *args, **settings)
        step()
        return result
    return stepping

for name in ("send", "created", "note", "end", "not_sent"):
    setattr(Journal, name, around(getattr(Journal, name)))
BaseSession.request = around(BaseSession.request)
with Planet() as pl:
    report = pl.bulk.open(journal).run(settle=settle)
print(passed, flush=True)
report.raise_for_failures()
"""


@pytest.fixture
def sandbox():
    with Sandbox(timing=Timing(0.02, 0.02), scene_pixels=16) as sandbox:
        yield sandbox


@pytest.fixture
def job(sandbox, tmp_path):
    with sandbox.planet() as pl:
        yield pl.bulk.plan(
            tmp_path / "journal", item_types=["PSScene"], geometry=OREGON, acquired="2022-06-01/2022-06-03",
            bundle="analytic_udm2", select=lambda items: items[:2], per_order=1, target=tmp_path / "out",
        )  # fmt: skip


def run(sandbox, job, point=0, settle=0.2):
    """Run the program; returns its exit code, what it prints, and its errors."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(point), str(job.path), str(settle)],
        env={**os.environ, **sandbox.environment()}, capture_output=True, encoding="utf-8", timeout=PATIENCE,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def check(sandbox, job):
    """Every chosen scene is ordered once and delivered, and every file is right."""
    orders = [order.request for order in sandbox._world.orders.values()]
    assert all(count == 1 for count in Counter(order["name"] for order in orders).values())
    ordered = [item_id for order in orders for item_id in order["products"][0]["item_ids"]]
    report = job.report()
    assert report.is_complete
    assert sorted(ordered) == sorted(scene.item_id for scene in report.scenes)
    with sandbox.planet() as pl:
        for scene in report.scenes:
            pl.orders.validate_checksum(job.target / scene.order_id, "sha256")


def test_killed_at_any_step_it_goes_on(sandbox, tmp_path, job, request):
    code, out, err = run(sandbox, job)
    assert code == 0, err
    check(sandbox, job)
    steps = int(out)
    assert steps > 15
    points = range(1, steps + 1) if request.config.getoption("--thorough") else (2, 3, 4, steps // 2, steps - 1)
    for point in points:
        sandbox.reset()
        with sandbox.planet() as pl:
            again = pl.bulk.plan(
                tmp_path / f"journal {point}", item_types=["PSScene"], geometry=OREGON,
                acquired="2022-06-01/2022-06-03", bundle="analytic_udm2", select=lambda items: items[:2], per_order=1,
                target=tmp_path / f"out {point}",
            )  # fmt: skip
        code, _, _ = run(sandbox, again, point)
        assert code in (-9, 0)  # waits may take fewer steps this time
        code, _, err = run(sandbox, again)
        assert code == 0, err
        check(sandbox, again)


@pytest.mark.parametrize("settle", [60.0, 0.0], ids=["patient", "hasty"])
def test_a_service_that_creates_an_order_after_the_program_is_dead(sandbox, job, settle):
    """The proof that the settle time is needed: without it, an order is created twice."""
    sandbox.inject("slow_create", path="/orders/v2", method="POST", seconds=3.0)
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "0", str(job.path), "60"], env={**os.environ, **sandbox.environment()}
    )
    wait_until(lambda: len([seen for seen in sandbox.requests if seen.path.endswith("/orders/v2") and seen.body]) == 2)
    program.kill()
    program.wait(PATIENCE)
    code, _, err = run(sandbox, job, settle=settle)
    assert code == 0, err
    wait_until(lambda: len(sandbox._world.orders) >= (2 if settle else 3))
    if settle:
        check(sandbox, job)
    else:
        with pytest.raises(AssertionError):
            check(sandbox, job)
