# Generated from tests/_async/download/test_buckets.py by tools/unasync.py. Edit that file and run the tool again.

"""Downloads to a bucket: the same rules as for a folder, against a real S3 server on this machine."""

import hashlib
import pickle
import re
import sys

import pytest

from planet._cloud.object_path import ObjectPath
from planet._download import upload
from planet._download.transfer import Transfer
from planet.checksum import validate_checksum
from planet.exceptions import ArgumentError, ChecksumError, ClientError, DownloadError, StorageError
from planet.manifest import Manifest
from tests.helpers import ITEMS, an_order, locals_with

from ..steps import done

MB = 1024 * 1024


@pytest.fixture
def order_id(pl):
    """An order that is done."""
    return done(pl, an_order(items=ITEMS))


def fetched(sandbox):
    return sorted(seen.path.rsplit("/", 1)[1] for seen in sandbox.requests if seen.origin == "storage")


def test_an_order_in_a_bucket_is_the_one_in_a_folder(pl, order_id, bucket, tmp_path):
    folder = pl.orders.download_order(order_id, tmp_path)
    report = pl.orders.download_order(order_id, f"{bucket.address}/a/b", storage_options=bucket.options)
    assert report.summary() == folder.summary()
    assert [str(path) for path in report] == [
        f"{bucket.address}/a/b/{path.relative_to(tmp_path).as_posix()}" for path in folder
    ]
    for path in folder:
        key = f"a/b/{path.relative_to(tmp_path).as_posix()}"
        assert bucket.read(key) == path.read_bytes()
        assert bucket.metadata(key)["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert len(bucket.objects()) == len(folder)
    for checksum in ("md5", "sha256"):
        pl.orders.validate_checksum(f"{bucket.address}/a/b/{order_id}", checksum, storage_options=bucket.options)
    assert [entry.path for entry in Manifest.read(report[-1].parent)] == [
        entry.path for entry in Manifest.read(tmp_path / order_id)
    ]
    assert not Manifest.read(report[-1].parent).diff(report[-1].parent, "sha256")


def test_the_environment_has_the_credentials(pl, order_id, bucket, monkeypatch):
    for name, value in bucket.environment.items():
        monkeypatch.setenv(name, value)
    report = pl.orders.download_order(order_id, bucket.address)
    assert set(bucket.objects()) == {path.key for path in report}


def test_a_profile_of_the_aws_tools_has_the_credentials(pl, order_id, bucket, monkeypatch, tmp_path):
    file = tmp_path / "credentials"
    file.write_text("[mine]\naws_access_key_id = an-access-key\naws_secret_access_key = a-secret\nregion = us-east-1\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))
    monkeypatch.setenv("AWS_PROFILE", "mine")
    monkeypatch.setenv("AWS_ENDPOINT_URL", bucket.options["endpoint"])
    pl.orders.download_order(order_id, bucket.address)
    assert bucket.objects()


def test_a_second_call_fetches_only_what_is_missing(pl, order_id, bucket, sandbox):
    report = pl.orders.download_order(order_id, bucket.address, storage_options=bucket.options)
    bucket.delete(report[1].key)
    sandbox.requests.clear()
    again = pl.orders.download_order(order_id, bucket.address, storage_options=bucket.options)
    assert again == report
    assert fetched(sandbox) == sorted(["manifest.json", report[1].name])
    assert len(again.kept) == len(report.outcomes) - 1


def test_an_object_of_somebody_else_is_left_and_reported(pl, order_id, bucket):
    report = pl.orders.download_order(order_id, bucket.address, storage_options=bucket.options)
    bucket.put(report[0].key, b"mine")
    with pytest.raises(DownloadError, match="already exists") as caught:
        pl.orders.download_order(order_id, bucket.address, storage_options=bucket.options)
    assert [outcome.path for outcome in caught.value.report.failed] == [report[0]]
    assert bucket.read(report[0].key) == b"mine"
    with pytest.raises(ChecksumError, match="has 4 bytes"):
        pl.orders.validate_checksum(report[-1].parent, "md5")
    # One of the same length, which was not stored by this package, is read.
    bucket.put(report[0].key, b"x" * report.outcomes[0].size)
    with pytest.raises(DownloadError, match="sha256 differs"):
        pl.orders.download_order(order_id, bucket.address, storage_options=bucket.options)
    pl.orders.download_order(order_id, bucket.address, overwrite=True, storage_options=bucket.options)
    pl.orders.validate_checksum(report[-1].parent, "md5")


@pytest.mark.parametrize("part", [8 * MB, 1000])
@pytest.mark.parametrize("fault", [{"kind": "corrupt"}, {"kind": "cut", "after": 3000}], ids=["corrupt", "cut"])
def test_nothing_appears_that_is_not_right(pl, order_id, bucket, sandbox, monkeypatch, part, fault):
    monkeypatch.setattr(upload, "PART", part)
    sandbox.inject(path=r"udm2\.tif$", times=1, **fault)
    pl.orders.download_order(order_id, bucket.address, storage_options=bucket.options)
    validate_checksum(f"{bucket.address}/{order_id}", "sha256", storage_options=bucket.options)
    sandbox.inject("corrupt", path=r"udm2\.tif$", times=None)
    with pytest.raises(DownloadError):
        pl.orders.download_order(order_id, f"{bucket.address}/b", storage_options=bucket.options)
    keys = [key for key in bucket.objects() if key.startswith("b/")]
    assert keys and not any("udm2" in key or "manifest" in key for key in keys)
    assert not bucket.parts()


@pytest.mark.parametrize("single", [True, False])
def test_archives_are_unpacked_on_the_way(pl, sandbox, bucket, tmp_path, single):
    delivery = {"archive_type": "zip", "archive_filename": "{{name}}.zip", "single_archive": single}
    packed = done(pl, an_order(items=ITEMS, delivery=delivery))
    folder = pl.orders.download_order(packed, tmp_path, unzip=True)
    for _ in range(2):
        sandbox.requests.clear()
        report = pl.orders.download_order(packed, bucket.address, unzip=True, storage_options=bucket.options)
        assert {entry.outcome for entry in report.outcomes} == {"unpacked"}
        assert sorted(bucket.objects()) == sorted(path.relative_to(tmp_path).as_posix() for path in folder)
        pl.orders.validate_checksum(f"{bucket.address}/{packed}", "md5", storage_options=bucket.options)
    assert fetched(sandbox) == ["manifest.json"], "the second time, nothing else is fetched"
    with pytest.raises(ClientError, match="was unpacked"):
        pl.orders.download_order(packed, bucket.address, storage_options=bucket.options)


def test_a_bucket_that_cannot_be_written_ends_the_download(pl, order_id, bucket, free_port):
    nowhere = bucket.options | {"endpoint": f"http://127.0.0.1:{free_port}", "retry_config": {"max_retries": 0}}
    for address, options, reason in [
        ("s3://no-such-bucket/a", bucket.options, "there is no such bucket"),
        (bucket.address, nowhere, "cannot be read"),
    ]:
        with pytest.raises(StorageError, match=reason) as caught:
            pl.orders.download_order(order_id, address, storage_options=options)
        assert "secret" not in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "address",
    ["s3://", "s3:///a", "s3://key:secret@bucket/a", "s3://bucket/a?token=x", "s3://bucket/../a", "ftp://bucket/a"],
)
def test_addresses_that_are_not_valid(pl, order_id, address):
    with pytest.raises(ArgumentError) as caught:
        pl.orders.download_order(order_id, address)
    assert "secret" not in str(caught.value) and "token" not in str(caught.value)
    with pytest.raises(ArgumentError, match="storage_options are for a bucket"):
        pl.orders.download_order(order_id, "folder", storage_options={})


def test_assets_of_many_items(pl, sandbox, bucket, tmp_path):
    items = [("PSScene", item_id) for item_id in ITEMS]
    types = ["ortho_visual", "ortho_udm2"]
    folder = pl.data.download_assets(items, types, tmp_path, progress_bar=False)
    for outcome in ("fetched", "kept"):
        sandbox.requests.clear()
        report = pl.data.download_assets(
            items, types, f"{bucket.address}/a", progress_bar=False, storage_options=bucket.options
        )
        assert {entry.outcome for entry in report.outcomes} == {outcome}
        assert sorted(path.name for path in report) == sorted(path.name for path in folder)
    assert not fetched(sandbox)
    for path in folder:
        assert bucket.read(f"a/{path.name}") == path.read_bytes()


def test_a_missing_package_says_which_command_installs_it(pl, order_id, bucket, monkeypatch):
    monkeypatch.setitem(sys.modules, "obstore", None)
    install = re.escape("pip install 'planet[cloud]'")
    with pytest.raises(ClientError, match=install):
        pl.orders.download_order(order_id, bucket.address, storage_options=bucket.options)
    with pytest.raises(ClientError, match=install):
        validate_checksum(f"{bucket.address}/{order_id}", "md5", storage_options=bucket.options)


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"endpoint": "localhost:9000"}, "endpoint of the storage is not valid"),
        ({"nonsense": "a-secret-access-key"}, "not valid for store"),
        ("abc", "must be a dictionary"),
        ({"access_key_id": "line\n"}, "cannot be"),
    ],
    ids=["endpoint", "unknown", "text", "control"],
)
def test_options_that_are_not_valid(pl, order_id, bucket, options, reason):
    if isinstance(options, dict):
        options = {**bucket.options, **options}
    with pytest.raises(ClientError, match=reason) as caught:
        pl.orders.download_order(order_id, bucket.address, storage_options=options)
    assert not locals_with("a-secret-acc", caught.value, __file__)


def test_no_secret_in_the_variables_of_a_call_that_fails(pl, order_id, bucket):
    for address in ("s3://no-such-bucket/a", "s3://bucket/a#b"):
        with pytest.raises(ClientError) as caught:
            pl.orders.download_order(order_id, address, storage_options=bucket.options)
        assert not locals_with("a-secret-acc", caught.value, __file__)
        with pytest.raises(ClientError) as caught:
            validate_checksum(address, "md5", storage_options=bucket.options)
        assert not locals_with("a-secret-acc", caught.value, __file__)


def test_a_digest_that_another_program_has_stored(pl, order_id, bucket, sandbox):
    report = pl.orders.download_order(order_id, bucket.address, storage_options=bucket.options)
    path = report[0]
    content = bucket.read(path.key)
    path.put(content, {"sha256": hashlib.sha256(content).hexdigest().upper()})
    again = pl.orders.download_order(order_id, bucket.address, storage_options=bucket.options)
    assert len(again.kept) == len(report.outcomes)


def test_a_path_does_not_show_or_pickle_its_options(bucket):
    path = ObjectPath.parse(f"{bucket.address}//a/", bucket.options) / "b.tif"
    assert str(path) == f"{bucket.address}/a/b.tif" and (path.name, path.stem, path.suffix) == ("b.tif", "b", ".tif")
    assert path.parent == ObjectPath.parse(f"{bucket.address}/a") and path.parent < path
    assert "a-secret" not in repr(path) + repr(vars(type(path)))
    assert b"a-secret" not in pickle.dumps(path)
    assert pickle.loads(pickle.dumps(path)) == path


def test_a_large_object_is_sent_in_parts(bucket):
    content = bytes(range(256)) * (20 * MB // 256)
    path = ObjectPath.parse(f"{bucket.address}/large", bucket.options)

    def send(digest, *, overwrite=False):
        transfer = Transfer(
            path, size=len(content), digests={"sha256": digest}, on_exists="overwrite" if overwrite else "error"
        )
        assert transfer.open()
        segment = transfer.segments[0]
        transfer.accept_response(segment, 200, {"content-length": str(len(content))})
        for start in range(0, len(content), MB):
            transfer.write(segment, [content[start : start + MB]])
        try:
            transfer.write(segment, [], True)
        except ChecksumError as error:
            transfer.abandon(error)
            raise
        return transfer

    with pytest.raises(ChecksumError):
        send("0" * 64)
    assert not bucket.objects() and not bucket.parts()
    right = hashlib.sha256(content).hexdigest()
    assert send(right).is_finished
    assert bucket.read("large") == content and bucket.metadata("large") == {"sha256": right}
    with pytest.raises(ChecksumError):
        send("0" * 64, overwrite=True)
    assert bucket.read("large") == content, "the object that was there is kept"
    with path.open() as file:
        file.seek(-3, 2)
        assert file.read() == content[-3:] and file.seek(5) == 5 and file.read(2) == content[5:7]
    assert not Transfer(path, size=len(content), digests={"sha256": right}).open(), "it is known to be right"
