"""`planet subscriptions`."""

import json

import pytest

from planet.sandbox.state.world import Timing
from tests.helpers import OREGON, a_subscription

DELIVERY = {"type": "destination", "parameters": {"ref": "pl:destinations/mine"}}


def lines(outcome):
    return [json.loads(line) for line in outcome.stdout.splitlines()]


def made(cli, **details):
    return json.loads(cli("subscriptions", "create", json.dumps(a_subscription(**details))).stdout)["id"]


def test_requests(cli, tmp_path):
    source = json.loads(
        cli(
            "subscriptions", "request-catalog", "--item-types", "psscene", "--asset-types", "ortho_visual,ortho_udm2",
            "--geometry", json.dumps(OREGON), "--start-time", "2022-06-01", "--end-time", "2022-07-01T00:00:00Z",
            "--rrule", "FREQ=MONTHLY;BYMONTH=6", "--filter", '{"type": "RangeFilter", "field_name": "cloud_cover", "config": {"lt": 1}}',
            "--publishing-stage", "finalized", "--publishing-stage", "standard", "--time-range-type", "acquired",
            "--geometry-relation", "intersects", "--pretty",
        ).stdout
    )  # fmt: skip
    assert source["parameters"]["item_types"] == ["PSScene"]
    assert source["parameters"]["publishing_stages"] == ["standard", "finalized"]
    (tmp_path / "s.json").write_text(json.dumps(source))
    request = cli(
        "subscriptions", "request", "--name", "n", "--source", "s.json", "--delivery", json.dumps(DELIVERY),
        "--notifications", '{"webhook": {"url": "https://h", "topics": ["status.all"]}}',
        "--tools", '[{"type": "toar", "parameters": {}}]', "--hosting", "sentinel_hub", "--collection-id", "c",
        "--clip-to-source", "--pretty",
    ).stdout  # fmt: skip
    assert [tool["type"] for tool in json.loads(request)["tools"]] == ["toar", "clip"]
    created = json.loads(cli("subscriptions", "create", "-", input=request).stdout)
    assert created["name"] == "n" and created["hosting"]["parameters"]["collection_id"] == "c"
    variable = cli(
        "subscriptions", "request-source", "--source-id", "SWC-AMSR2-C_V1.0_100", "--geometry", json.dumps(OREGON),
        "--start-time", "2022-06-01", "--end-time", "2022-06-03", "--pretty",
    )  # fmt: skip
    assert json.loads(variable.stdout)["parameters"]["id"].startswith("SWC")
    other = cli(
        "subscriptions",
        "request",
        "--name",
        "n",
        "--source",
        "s.json",
        "--hosting",
        "sentinel_hub",
        "--create-configuration",
    )
    assert json.loads(other.stdout)["hosting"]["parameters"] == {"create_configuration": True}
    assert cli("subscriptions", "item-types").stdout.startswith("Valid item types:\n- ")


def test_the_whole_way(cli):
    subscription_id = made(cli, days=1)
    assert json.loads(cli("subscriptions", "get", subscription_id, "--pretty").stdout)["id"] == subscription_id
    waited = cli("subscriptions", "wait", subscription_id, "--status", "completed", "--timeout", "120")
    assert waited.stdout == "completed\n" and f"subscription {subscription_id}" in waited.stderr
    found = lines(
        cli("subscriptions", "results", subscription_id, "--status", "success", "--status", "failed", "--limit", "2",
            "--created", "2020-01-01/..", "--updated", "2020-01-01/..", "--completed", "2020-01-01/..",
            "--item-datetime", "2022-06-01/2022-06-02")
    )  # fmt: skip
    assert len(found) == 2
    csv = cli("subscriptions", "results", subscription_id, "--csv").stdout.splitlines()
    assert csv[0].startswith("id,item_datetime") and len(csv) > 2
    assert "success" in cli("subscriptions", "results", subscription_id, "-o", "table").stdout
    assert json.loads(cli("subscriptions", "summarize", "--pretty").stdout)["subscriptions"]["completed"] == 1
    one = json.loads(cli("subscriptions", "summarize", "--subscription-id", subscription_id).stdout)
    assert one["results"]["success"] == len(csv) - 1


def test_listing(cli):
    ids = [made(cli, name=f"s{number}", days=40) for number in range(3)]
    everything = (
        "--created", "2020-01-01/..", "--end-time", "2022-06-01/..", "--hosting", "false", "--name-contains", "s",
        "--source-type", "catalog", "--start-time", "../2023-01-01", "--sort-by", "name DESC", "--updated", "2020-01-01/..",
        "--user-id", "all", "--page-size", "2", "--limit", "2", "--status", "preparing", "--status", "running",
        "--status", "pending",
    )  # fmt: skip
    assert [entry["id"] for entry in lines(cli("subscriptions", "list", *everything))] == [ids[2], ids[1]]
    assert (
        lines(
            cli("subscriptions", "list", "--destination-ref", "pl:destinations/x", "--geom-ref", "pl:features/my/a/b")
        )
        == []
    )
    assert len(lines(cli("subscriptions", "list", "--name", "s1"))) == 1
    assert "s0" in cli("subscriptions", "list", "-o", "csv").stdout
    assert cli("subscriptions", "list", "--status", "runing", ok=False).exit_code == 2


def test_changes(cli):
    subscription_id = made(cli, days=5000)
    body = json.dumps(a_subscription("another", days=6000))
    assert json.loads(cli("subscriptions", "update", subscription_id, body, "--pretty").stdout)["name"] == "another"
    assert (
        json.loads(cli("subscriptions", "patch", subscription_id, '{"name": "third"}', "--pretty").stdout)["name"]
        == "third"
    )
    assert "no 'end_time'" in cli("subscriptions", "patch", subscription_id, '{"end_time": "2030"}', ok=False).stderr
    suspended = cli("subscriptions", "suspend", subscription_id, "--details", "why", "--pretty")
    assert json.loads(suspended.stdout)["status"] == "suspended"
    assert cli("subscriptions", "reactivate", subscription_id, "--pretty").stdout == ""
    assert cli("subscriptions", "cancel", subscription_id, "--yes", "--pretty").stdout == ""
    assert "Conflict" in cli("subscriptions", "cancel", subscription_id, ok=False).stderr


def test_everything_takes_a_word(cli, sandbox, monkeypatch):
    monkeypatch.setattr(sandbox._world, "timing", Timing(1000, 1000))
    ids = [made(cli), made(cli)]
    for command in ("bulk-suspend", "bulk-reactivate"):
        assert cli("subscriptions", command, "--subscription-ids", ids[0], "--all", ok=False).exit_code == 2

    def suspended():
        return [json.loads(cli("subscriptions", "get", one).stdout)["status"] == "suspended" for one in ids]

    cli("subscriptions", "bulk-suspend", "--subscription-ids", ids[0], "--details", "why")
    assert suspended() == [True, False]
    cli("subscriptions", "bulk-suspend", "--all", "--yes")
    assert suspended() == [True, True]
    cli("subscriptions", "bulk-reactivate", "--subscription-ids", ",".join(ids))
    assert suspended() == [False, False]
    cli("subscriptions", "bulk-suspend", "--all")
    cli("subscriptions", "bulk-reactivate", "--all", "-y")
    assert suspended() == [False, False]
    sandbox.requests.clear()
    cli("subscriptions", "bulk-suspend")
    assert suspended() == [True, True]
    cli("subscriptions", "bulk-reactivate", "--yes")
    assert suspended() == [False, False]
    late = cli("subscriptions", "wait", ids[0], "--timeout", "0.1", ok=False)
    assert late.exit_code == 4


@pytest.mark.parametrize("shape", ["object", "list"])
def test_one_for_every_feature(cli, sandbox, shape):
    with sandbox.planet() as pl:
        collection_id = pl.features.create_collection("fields")
        pl.features.add_items(collection_id, OREGON)
    body = a_subscription("each", area=f"pl:features/my/{collection_id}")
    text = json.dumps([body] if shape == "list" else body)
    answer = cli("subscriptions", "bulk-create", text, "--hosting", "sentinel_hub", "--collection-id", "c", "--pretty")
    assert json.loads(answer.stdout)["_links"]["list"]
    assert len(lines(cli("subscriptions", "list", "--name", "each", "--hosting", "true"))) == 1
    created = cli(
        "subscriptions", "create", json.dumps(a_subscription()), "--hosting", "sentinel_hub", "--create-configuration"
    )
    assert json.loads(created.stdout)["hosting"]["parameters"]["create_configuration"]
