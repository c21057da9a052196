"""The transfer of one file, without a network: every edge of it."""

import errno
import hashlib
import os
import stat

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from planet import _retry, _transfer
from planet._retry import RetryPolicy
from planet._transfer import Busy, Transfer, store
from planet.exceptions import APIError, ChecksumError, DownloadError, InvalidAnswer, NetworkError, PlanetError

CONTENT = bytes(range(256)) * 40
SHA = {"sha256": hashlib.sha256(CONTENT).hexdigest()}
QUICK = RetryPolicy(base=0, window=0)


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def a_transfer(tmp_path, **details):
    return Transfer(tmp_path / "x.tif", **{"size": len(CONTENT), "digests": SHA, "retry": QUICK, **details})


def broken_off_at(tmp_path, count, etag='"one"'):
    """A part file of so many bytes, left by an earlier attempt."""
    transfer = a_transfer(tmp_path)
    transfer.open()
    transfer.start(200, {"etag": etag, "content-length": str(len(CONTENT))})
    transfer.write([CONTENT[:count]])
    transfer.abandon(NetworkError("gone"))


def test_from_nothing_to_a_file(tmp_path):
    transfer = a_transfer(tmp_path)
    assert transfer.open() == {"Accept-Encoding": "identity"}
    assert not transfer.target.exists()
    transfer.start(200, {"content-length": str(len(CONTENT))})
    transfer.write([CONTENT[:100], CONTENT[100:]])
    assert not transfer.target.exists()
    transfer.finish()
    assert transfer.target.read_bytes() == CONTENT
    assert names(tmp_path) == ["x.tif"]


def test_a_new_file_has_the_usual_permissions(tmp_path):
    before = os.umask(0o027)
    try:
        store(tmp_path / "x", b"1")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "x").stat().st_mode) == 0o640


def test_going_on_where_it_broke_off(tmp_path):
    broken_off_at(tmp_path, 1000)
    transfer = a_transfer(tmp_path)
    headers = transfer.open()
    assert (headers["Range"], headers["If-Range"]) == ("bytes=1000-", '"one"')
    transfer.start(206, {"content-range": f"bytes 1000-{len(CONTENT) - 1}/{len(CONTENT)}", "etag": '"one"'})
    transfer.write([CONTENT[1000:]])
    transfer.finish()
    assert transfer.target.read_bytes() == CONTENT
    assert names(tmp_path) == ["x.tif"]


@pytest.mark.parametrize("etag", [None, 'W/"weak"'])
def test_without_a_strong_version_it_begins_again(tmp_path, etag):
    transfer = a_transfer(tmp_path)
    transfer.open()
    transfer.start(200, {"etag": etag} if etag else {})
    transfer.write([CONTENT[:1000]])
    transfer.close()
    assert "Range" not in a_transfer(tmp_path).open()


def test_an_answer_from_the_start_begins_again(tmp_path):
    broken_off_at(tmp_path, 1000)
    transfer = a_transfer(tmp_path)
    transfer.open()
    transfer.start(200, {"etag": '"two"'})
    assert transfer.received == 0
    transfer.write([CONTENT])
    transfer.finish()
    assert transfer.target.read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (206, {}),
        (206, {"content-range": "bytes 999-10239/10240"}),
        (206, {"content-range": "bytes 1000-10239/10240", "content-encoding": "gzip"}),
        (416, {}),
        (204, {}),
        (304, {}),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_and_it_begins_again(tmp_path, status, headers):
    broken_off_at(tmp_path, 1000)
    transfer = a_transfer(tmp_path)
    transfer.open()
    with pytest.raises(InvalidAnswer) as caught:
        transfer.start(status, headers)
    assert transfer.failed(caught.value, 0.0) == 0.0
    transfer.close()
    assert "Range" not in transfer.open()


def test_a_part_that_is_whole_already_needs_no_request(tmp_path):
    broken_off_at(tmp_path, len(CONTENT))
    transfer = a_transfer(tmp_path)
    assert transfer.open() is None
    assert transfer.target.read_bytes() == CONTENT
    assert names(tmp_path) == ["x.tif"]


def test_a_part_that_is_whole_but_wrong_begins_again(tmp_path):
    broken_off_at(tmp_path, len(CONTENT))
    part = next(path for path in tmp_path.iterdir() if path.suffix == ".part")
    part.write_bytes(b"x" * len(CONTENT))
    assert "Range" not in a_transfer(tmp_path).open()


def test_a_side_file_that_is_half_written_is_as_none(tmp_path):
    broken_off_at(tmp_path, 1000)
    side = next(path for path in tmp_path.iterdir() if path.suffix == ".json")
    for text in ("", "{", "[]", '{"etag": 7}'):
        side.write_text(text)
        transfer = a_transfer(tmp_path)
        assert "Range" not in transfer.open()
        transfer.close()


def test_a_short_body_is_no_file_and_is_kept(tmp_path):
    transfer = a_transfer(tmp_path, digests={}, size=None)
    transfer.open()
    transfer.start(200, {"content-length": "100", "etag": '"one"'})
    transfer.write([b"1" * 99])
    with pytest.raises(NetworkError, match="broke off at 99 of 100"):
        transfer.finish()
    transfer.abandon(NetworkError())
    assert not transfer.target.exists()
    assert len(names(tmp_path)) == 2


def test_a_long_body_is_cut_off_at_once(tmp_path):
    transfer = a_transfer(tmp_path, size=10)
    transfer.open()
    transfer.start(200, {})
    with pytest.raises(ChecksumError, match="more than 10 bytes"):
        transfer.write([b"1" * 11])
    transfer.abandon(ChecksumError())
    assert names(tmp_path) == []


def test_a_wrong_length_is_seen_before_the_body(tmp_path):
    transfer = a_transfer(tmp_path)
    transfer.open()
    with pytest.raises(ChecksumError, match="offers 5 bytes"):
        transfer.start(200, {"content-length": "5"})


def test_a_wrong_digest_is_tried_three_times(tmp_path):
    transfer = a_transfer(tmp_path)
    for attempt in range(3):
        transfer.open()
        transfer.start(200, {"etag": '"one"'})
        transfer.write([b"x" * len(CONTENT)])
        with pytest.raises(ChecksumError) as caught:
            transfer.finish()
        if attempt < 2:
            assert transfer.failed(caught.value, 0.0) == 0.0
        else:
            with pytest.raises(ChecksumError):
                transfer.failed(caught.value, 0.0)
        transfer.close()
    assert not transfer.target.exists()


def test_a_web_page_is_not_an_image(tmp_path):
    transfer = a_transfer(tmp_path, digests={}, size=None)
    transfer.open()
    with pytest.raises(InvalidAnswer, match="web page"):
        transfer.start(200, {"content-type": "text/html; charset=utf-8"})


def test_an_encoded_body_is_taken_without_its_length(tmp_path):
    transfer = a_transfer(tmp_path)
    transfer.open()
    transfer.start(200, {"content-encoding": "gzip", "content-length": "17", "etag": '"one"'})
    transfer.write([CONTENT])
    transfer.finish()
    assert transfer.target.read_bytes() == CONTENT


def test_attempts_count_only_without_progress(tmp_path):
    transfer = a_transfer(tmp_path, digests={}, retry=RetryPolicy(max_retries=2, base=0, window=0))
    transfer.open()
    for count in range(1, 50):
        transfer.received = count
        transfer.failed(NetworkError("x"), 0.0)
    transfer.received = 10  # begun again: no progress until it is further than ever
    for _ in range(2):
        transfer.failed(NetworkError("x"), 0.0)
    with pytest.raises(NetworkError):
        transfer.failed(NetworkError("x"), 0.0)
    transfer.close()


def test_progress_costs_nothing_of_the_budget(tmp_path, monkeypatch):
    budget = _retry._Budget()
    monkeypatch.setattr(_retry, "budget", budget)
    transfer = a_transfer(tmp_path, digests={})
    for count in range(1, 500):
        transfer.received = count
        transfer.failed(NetworkError("x"), 0.0)
    assert budget._left == budget.capacity


def test_another_version_is_not_appended(tmp_path):
    broken_off_at(tmp_path, 1000)
    transfer = a_transfer(tmp_path, digests={})
    transfer.open()
    with pytest.raises(InvalidAnswer):
        transfer.start(206, {"content-range": f"bytes 1000-{len(CONTENT) - 1}/{len(CONTENT)}", "etag": '"two"'})
    assert transfer.received == 0
    transfer.close()


def test_what_the_session_gave_up_on_is_not_tried_again(tmp_path):
    error = APIError("gone", status_code=503)
    error.settled = True
    with pytest.raises(APIError):
        a_transfer(tmp_path).failed(error, 0.0)


def test_what_stands_there(tmp_path):
    target = tmp_path / "x.tif"
    target.write_bytes(CONTENT)
    assert a_transfer(tmp_path).open() is None
    assert a_transfer(tmp_path, digests={}).open() is None
    assert a_transfer(tmp_path, digests={}, size=None).open() is None
    for content in (CONTENT[:-1], b"x" * len(CONTENT)):
        target.write_bytes(content)
        with pytest.raises(DownloadError, match="left as it is"):
            a_transfer(tmp_path).open()
        assert target.read_bytes() == content
    target.unlink()
    target.mkdir()
    with pytest.raises(DownloadError, match="no file"):
        a_transfer(tmp_path).open()
    target.rmdir()
    target.symlink_to("nowhere")
    with pytest.raises(DownloadError, match="no file"):
        a_transfer(tmp_path).open()
    assert names(tmp_path) == ["x.tif"]


def test_overwriting_keeps_the_old_file_until_the_end(tmp_path):
    (tmp_path / "x.tif").write_bytes(b"old")
    transfer = a_transfer(tmp_path, overwrite=True)
    transfer.open()
    transfer.start(200, {})
    transfer.write([CONTENT[:-1]])
    with pytest.raises(NetworkError):
        transfer.finish()
    transfer.abandon(NetworkError())
    assert (tmp_path / "x.tif").read_bytes() == b"old"
    assert names(tmp_path) == ["x.tif"]


def test_two_at_once(tmp_path):
    one, two = a_transfer(tmp_path), a_transfer(tmp_path)
    one.open()
    with pytest.raises(Busy):
        two.open()
    one.start(200, {})
    one.write([CONTENT])
    one.finish()
    assert two.open() is None
    assert names(tmp_path) == ["x.tif"]


def test_a_full_disk_leaves_nothing(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    transfer = a_transfer(tmp_path)
    transfer.open()
    transfer.start(200, {"etag": '"one"'})
    transfer.write([CONTENT[:100]])
    monkeypatch.setattr(_transfer.os, "write", full)
    with pytest.raises(OSError, match="No space") as caught:
        transfer.write([CONTENT[100:]])
    transfer.abandon(caught.value)
    assert names(tmp_path) == []


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=3000), st.lists(st.integers(1, 700), max_size=12))
def test_any_content_in_any_pieces(tmp_path, content, sizes):
    target = tmp_path / "x"
    target.unlink(missing_ok=True)
    transfer = Transfer(target, size=len(content), digests={"md5": hashlib.md5(content).hexdigest()})
    transfer.open()
    transfer.start(200, {})
    start = 0
    for size in [*sizes, len(content)]:
        transfer.write([content[start : start + size]])
        start += size
    transfer.finish()
    assert target.read_bytes() == content


class Interleavings(RuleBasedStateMachine):
    """Any order of opens, answers, pieces, cuts and new versions ends in the right bytes or an error."""

    @initialize(size=st.integers(0, 2000), promised=st.booleans())
    def begin(self, size, promised):
        import tempfile

        self.folder = tempfile.TemporaryDirectory()
        self.target = _transfer.Path(self.folder.name) / "f"
        self.version = 0
        self.contents = [os.urandom(size)]
        self.promised = promised
        self.transfer = None
        self.serving = None

    def fresh(self):
        content = self.contents[self.version]
        promise = {"size": len(content), "digests": {"sha256": hashlib.sha256(content).hexdigest()}}
        return Transfer(self.target, retry=QUICK, overwrite=True, **(promise if self.promised else {}))

    def drop(self, error):
        self.transfer.abandon(error)
        self.transfer = self.serving = None

    @precondition(lambda self: self.transfer is None)
    @rule(ranges=st.booleans(), length=st.booleans(), etag=st.sampled_from(["strong", "weak", "none"]))
    def ask(self, ranges, length, etag):
        self.transfer = self.fresh()
        headers = self.transfer.open()
        if headers is None:
            self.transfer = None
            return
        content = self.contents[self.version]
        tag = {"strong": f'"{self.version}"', "weak": f'W/"{self.version}"', "none": None}[etag]
        answer = {"etag": tag} if tag else {}
        status, start = 200, 0
        if ranges and headers.get("If-Range") == f'"{self.version}"':
            start = int(headers["Range"].removeprefix("bytes=").rstrip("-"))
            status = 206 if start < len(content) else 416
            answer["content-range"] = f"bytes {start}-{len(content) - 1}/{len(content)}"
        if length:
            answer["content-length"] = str(len(content) - start)
        try:
            self.transfer.start(status, answer)
        except PlanetError as error:
            self.drop(error)
            return
        self.serving = (content, start, length or status == 206)

    @precondition(lambda self: self.serving is not None)
    @rule(count=st.integers(0, 900))
    def piece(self, count):
        content, start, known = self.serving
        self.transfer.write([content[start : start + count]])
        self.serving = (content, min(start + count, len(content)), known)

    @precondition(lambda self: self.serving is not None)
    @rule()
    def cut(self):
        """The connection breaks, and says so."""
        self.drop(NetworkError("cut"))

    @precondition(lambda self: self.serving is not None)
    @rule()
    def killed(self):
        """The process is gone without a word."""
        self.transfer.close()
        self.transfer = self.serving = None

    @precondition(lambda self: self.serving is not None)
    @rule()
    def end(self):
        content, start, known = self.serving
        whole = start == len(content)
        if not whole and not known and not self.promised:
            self.cut()  # nobody could tell: HTTP itself reports a chunked body that breaks off
            return
        try:
            self.transfer.finish()
        except PlanetError as error:
            assert not whole or self.promised
            self.drop(error)
            return
        assert self.target.read_bytes() == content
        self.transfer = self.serving = None

    @precondition(lambda self: self.transfer is None)
    @rule(size=st.integers(0, 2000))
    def new_version(self, size):
        self.contents.append(os.urandom(size))
        self.version += 1

    @invariant()
    def what_has_the_name_is_whole(self):
        if getattr(self, "target", None) is not None and self.target.exists():
            assert self.target.read_bytes() in self.contents

    def teardown(self):
        if getattr(self, "transfer", None) is not None:
            self.transfer.close()
        if hasattr(self, "folder"):
            self.folder.cleanup()


TestInterleavings = Interleavings.TestCase
TestInterleavings.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
