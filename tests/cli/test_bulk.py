"""The commands of bulk orders."""

import json
import re

import pytest

from tests.helpers import OREGON

PLAN = (
    "bulk", "plan", "j.sqlite", "--aoi", json.dumps(OREGON), "--from", "2022-06-01", "--to", "2022-06-05",
    "--bundle", "analytic_udm2", "--target", "out",
)  # fmt: skip


def test_plan_run_and_report(cli, sandbox):
    planned = cli(*PLAN, "--per-order", "3")
    assert "scenes found" in planned.stdout and "Searched 1 of 1 spans of time" in planned.stderr
    assert not sandbox._world.orders
    assert cli("bulk", "status", "j.sqlite").stdout.startswith("scenes: ")
    done = cli("bulk", "run", "j.sqlite", "--yes", "--max-active", "2", "--timeout", "60", "--report", "report.csv")
    assert "delivered; orders:" in done.stdout
    now = json.loads(cli("bulk", "status", "j.sqlite", "-o", "json").stdout)
    assert now["scenes"] == {"delivered": sum(now["scenes"].values())}
    lines = cli("bulk", "report", "j.sqlite").stdout.splitlines()
    assert lines[0] == "item_type,item_id,acquired,fate,order_id,reason"
    assert len(lines) == now["scenes"]["delivered"] + 1
    assert len(json.loads(cli("bulk", "report", "j.sqlite", "--output", "json").stdout)["scenes"]) == len(lines) - 1


def test_every_choice_of_a_plan(cli, sandbox):
    found = cli(
        *PLAN, "--item-type", "PSScene", "--cloud-cover", "0.9", "--best", "all", "--coverage", "0.5", "--clip",
        "--archive", "item", "--budget-scenes", "10", "--budget-km2", "0.5", "--name", "bold", "--per-order", "5",
        "--filter", '{"type": "RangeFilter", "field_name": "cloud_cover", "config": {"gte": 0}}',
        "--base-url", sandbox.base_url,
    )  # fmt: skip
    assert "budget 10 scenes and 0 km²" in found.stdout
    stopped = cli("bulk", "run", "j.sqlite", "--yes", "--base-url", sandbox.base_url, ok=False)
    assert stopped.exit_code == 6 and "On hold: the budget is used up" in stopped.stderr


def test_retry_and_cancel(cli, sandbox):
    cli(*PLAN)
    sandbox.inject("status", path="/orders/v2", method="POST", status=400)
    refused = cli("bulk", "run", "j.sqlite", "--yes", ok=False)
    assert refused.exit_code == 3 and "were not delivered" in refused.stderr
    assert "are planned again" in cli("bulk", "retry", "j.sqlite").stdout
    assert cli("bulk", "cancel", "j.sqlite", "--yes", "--base-url", sandbox.base_url).stdout == (
        "1 orders were cancelled\n"
    )


def test_extend(cli, sandbox):
    cli(*PLAN)
    assert cli("bulk", "extend", "j.sqlite", "--from", "2022-06-06", ok=False).exit_code == 2
    lost = cli(*PLAN[:2], "other.sqlite", *PLAN[3:], "--key", "00000000", ok=False)
    assert "There is no order with the key 00000000" in lost.stderr
    wanted = "--from", "2022-06-05", "--to", "2022-06-08", "--base-url", sandbox.base_url
    shown = cli("bulk", "extend", "j.sqlite", *wanted).stdout
    assert re.match(r"[1-9]\d* more scenes were chosen", shown)


@pytest.mark.parametrize("command", ["run", "status", "report", "retry", "cancel", "extend"])
def test_a_journal_that_is_not_there(cli, command):
    missing = cli("bulk", command, "nothing.sqlite", ok=False)
    assert missing.exit_code == 1 and "There is no bulk order in" in missing.stderr


def test_planet_delivers(cli, sandbox):
    wanted = PLAN[: PLAN.index("--target")]
    assert cli(*wanted, ok=False).exit_code == 2
    assert cli(*PLAN, "--path-prefix", "here", ok=False).exit_code == 2
    cli(*wanted, "--destination", "pl:destinations/mine", "--path-prefix", "here")
    assert "delivered" in cli("bulk", "run", "j.sqlite", "--yes").stdout
    assert not [seen for seen in sandbox.requests if seen.origin == "storage"]
