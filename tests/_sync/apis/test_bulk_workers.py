# Generated from tests/_async/apis/test_bulk_workers.py by tools/unasync.py. Edit that file and run the tool again.

"""Bulk orders whose files are downloaded by the workers of an executor."""

import multiprocessing
import ssl
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor, ThreadPoolExecutor

import pytest

from planet import Planet
from planet._bulk.batches import Batch, Hidden, in_batches
from planet._download.order_files import FileToFetch
from planet._sync.bulk.worker import planet_probe
from planet._sync.bulk.workers import Workers
from planet.auth import Auth
from planet.exceptions import APIError, ArgumentTypeError, BulkError, ClientError, ExecutorError, StorageError
from planet.manifest import Manifest
from tests.helpers import OREGON, an_order

from ..steps import done

JUNE = {"item_types": ["PSScene"], "geometry": OREGON, "acquired": "2022-06-01/2022-06-03", "bundle": "analytic_udm2"}


@pytest.fixture
def job(pl, tmp_path, bucket):
    return pl.bulk.plan(tmp_path / "june.sqlite", target=f"{bucket.address}/out", per_order=2, **JUNE)


@pytest.fixture
def threads():
    with ThreadPoolExecutor(4) as executor:
        yield executor


def storage_requests(sandbox):
    return [seen.path.rsplit("/", 1)[1] for seen in sandbox.requests if seen.origin == "storage"]


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_workers_download_what_the_driver_orders(pl, sandbox, bucket, job, kind, threads, monkeypatch):
    given = []
    give = Workers._give

    def seen(self, files, sources):
        given.extend(file.name for file in files)
        return give(self, files, sources)

    monkeypatch.setattr(Workers, "_give", seen)
    processes = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
    with processes as executor:
        report = job.run(executor=threads if kind == "threads" else executor, storage_options=bucket.options)
    report.raise_for_failures()
    for order_id in {scene.order_id for scene in report.scenes}:
        pl.orders.validate_checksum(f"{job.target}/{order_id}", "sha256", storage_options=bucket.options)
    files = [seen for seen in sandbox.requests if seen.origin == "storage"]
    keys = [name for name in given if not name.endswith("manifest.json")]
    assert sorted(f"out/{name}" for name in keys) == sorted(key for key in bucket.objects() if "manifest" not in key)
    assert files and not any("authorization" in seen.headers for seen in files)
    assert not [key for key in bucket.objects() if "probe" in key]


def test_a_folder_that_all_share(pl, sandbox, tmp_path, threads):
    job = pl.bulk.plan(tmp_path / "j", target=tmp_path / "out", per_order=2, **JUNE)
    report = job.run(executor=threads)
    report.raise_for_failures()
    for order_id in {scene.order_id for scene in report.scenes}:
        assert not Manifest.read(tmp_path / "out" / order_id).diff(tmp_path / "out" / order_id, "md5")


def test_right_files_are_not_fetched_again(pl, sandbox, bucket, job, threads):
    sandbox.inject("corrupt", path=r"udm2\.tif$", times=None)
    broken = job.run(executor=threads, storage_options=bucket.options)
    with pytest.raises(BulkError, match="not the file that was promised"):
        broken.raise_for_failures()
    kept = bucket.objects()
    assert kept and not any("udm2.tif" in key or "manifest" in key for key in kept)
    sandbox.clear_faults()
    sandbox.requests.clear()
    (job.run(executor=threads, storage_options=bucket.options)).raise_for_failures()
    assert {name for name in storage_requests(sandbox) if "udm2" not in name} == {"manifest.json"}
    followed = [seen for seen in sandbox.requests if seen.origin == "api" and "/download" in seen.path]
    assert len(followed) == len(storage_requests(sandbox)), "no more links are followed, each of which is a download"


def test_addresses_that_have_expired_are_resolved_again(pl, sandbox, bucket, job, threads):
    sandbox.inject("status", path=r"AnalyticMS\.tif$", status=403, times=1)
    (job.run(executor=threads, storage_options=bucket.options)).raise_for_failures()


def test_nothing_is_ordered_that_a_worker_cannot_write(sandbox, bucket, job, threads, monkeypatch):
    other = {"endpoint": bucket.options["endpoint"], "retry_config": {"max_retries": 0}}
    monkeypatch.setattr("planet._cloud.object_path.ObjectPath.delete", lambda path: None)
    with pytest.raises(StorageError):
        job.run(executor=threads, storage_options=bucket.options | other | {"endpoint": "http://127.0.0.1:9"})
    with pytest.raises(ArgumentTypeError, match="executor must be"):
        job.run(executor="dask", storage_options=bucket.options)
    closed = ThreadPoolExecutor(1)
    closed.shutdown()
    with pytest.raises(ClientError, match="takes no work"):
        job.run(executor=closed, storage_options=bucket.options)
    assert not sandbox._world.orders


class Broken(ThreadPoolExecutor):
    """An executor that loses its workers after a while."""

    def submit(self, function, *args):
        if function is not planet_probe:
            raise BrokenExecutor("a child process terminated abruptly")
        return super().submit(function, *args)


def test_an_executor_that_is_lost_ends_the_run(pl, sandbox, tmp_path, bucket):
    job = pl.bulk.plan(tmp_path / "j", target=bucket.address, per_order=1, **JUNE)
    with Broken(1) as broken, pytest.raises(ExecutorError, match="terminated abruptly"):
        job.run(executor=broken, storage_options=bucket.options, max_active=1)
    assert len(sandbox._world.orders) < job.status().chosen, "no more is spent"
    # An order may have been on its way when the run ended: its fate is known after the settle time.
    (job.run(storage_options=bucket.options, settle=3)).raise_for_failures()


def test_what_cannot_be_sent_to_workers_is_said_before_anything_is_ordered(sandbox, tmp_path, bucket, threads):
    with Planet(
        auth=Auth.from_key(sandbox.api_key), base_url=sandbox.base_url, verify=ssl.create_default_context()
    ) as pl:
        job = pl.bulk.plan(tmp_path / "ssl", target=bucket.address, **JUNE)
        with pytest.raises(ArgumentTypeError, match="cannot be sent to workers"):
            job.run(executor=threads, storage_options=bucket.options)
    assert not sandbox._world.orders
    shown = repr((Hidden(bucket.options), Batch((), "s3://a", Hidden(bucket.options), Hidden({"cert": "x"}))))
    assert "a-secret" not in shown and "cert" not in shown


def test_a_link_leads_to_an_address_without_credentials(pl, session, sandbox, tmp_path):
    order = pl.orders.get_order(done(pl, an_order()))
    sandbox.requests.clear()
    address = session.resolve(order.results[0].location)
    assert not address.startswith(sandbox.base_url)
    assert not storage_requests(sandbox), "the redirect is not followed"
    assert session.resolve(address) is None
    sandbox.expire_links()
    with pytest.raises(APIError):
        session.resolve(order.results[0].location)


def test_batches_are_of_a_size_that_one_worker_takes():
    small = [FileToFetch(f"{n}", "", None, size=1000) for n in range(40)]
    assert [len(batch) for batch in in_batches(small)] == [16, 16, 8]
    large = FileToFetch("large", "", None, size=10**9)
    assert [len(batch) for batch in in_batches([small[0], large, small[1], small[2]])] == [2, 2]
