"""Commands that write to a bucket."""

import json

import pytest

from tests.helpers import OREGON, an_order


@pytest.fixture
def environment(bucket, monkeypatch):
    """The credentials for the bucket, where the tools of AWS find them."""
    for name, value in bucket.environment.items():
        monkeypatch.setenv(name, value)


def test_an_order_is_downloaded_to_a_bucket(cli, sandbox, bucket, environment):
    order_id = json.loads(cli("orders", "create", json.dumps(an_order())).stdout)["id"]
    cli("orders", "wait", order_id)
    shown = cli("orders", "download", order_id, "--directory", f"{bucket.address}/a", "--checksum", "sha256").stdout
    assert f"{bucket.address}/a/{order_id}/manifest.json" in shown.splitlines()
    assert f"a/{order_id}/manifest.json" in bucket.objects()
    wrong = cli("orders", "download", order_id, "--directory", "s3:///nothing", ok=False)
    assert wrong.exit_code == 2 and "address of a bucket is not valid" in wrong.stderr


def test_a_bulk_order_into_a_bucket(cli, sandbox, bucket, environment):
    cli(
        "bulk", "plan", "j.sqlite", "--aoi", json.dumps(OREGON), "--from", "2022-06-01", "--to", "2022-06-03",
        "--bundle", "analytic_udm2", "--target", f"{bucket.address}/out",
    )  # fmt: skip
    unreachable = cli("bulk", "run", "j.sqlite", "--yes", "--dask", "nowhere", ok=False)
    assert unreachable.exit_code == 1 and "nowhere cannot be reached" in unreachable.stderr
    assert cli("bulk", "run", "j.sqlite", "--yes", "--workers", "2", ok=False).exit_code == 2
    done = cli("bulk", "run", "j.sqlite", "--yes", "--dask", "local", "--workers", "1")
    assert "delivered" in done.stdout and "Workers: 1" in done.stderr
    assert any(key.endswith("manifest.json") for key in bucket.objects())
