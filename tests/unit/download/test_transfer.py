"""The transfer of one file, without a network: every edge of it."""

import base64
import errno
import hashlib
import os
import stat
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from planet._download import part_file as _part
from planet._download import segments as _spans
from planet._download import transfer as _transfer
from planet._download.store import store_bytes
from planet._download.transfer import Busy, Changed, Transfer
from planet._http import retry as _retry
from planet._http.retry import RetryPolicy
from planet.exceptions import APIError, ChecksumError, DownloadError, InvalidAnswer, NetworkError, PlanetError

CONTENT = bytes(range(256)) * 40
SIZE = len(CONTENT)
MD5 = hashlib.md5(CONTENT).digest()
SHA = {"sha256": hashlib.sha256(CONTENT).hexdigest()}
QUICK = RetryPolicy(base=0, window=0)
WHOLE = {"content-length": str(SIZE), "etag": '"one"', "accept-ranges": "bytes"}


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def a_transfer(tmp_path, name="x.tif", **details):
    return Transfer(tmp_path / name, **{"size": SIZE, "digests": SHA, "retry": QUICK, **details})


def opened(tmp_path, **details):
    """A transfer that is open, and its first stretch."""
    transfer = a_transfer(tmp_path, **details)
    assert transfer.open()
    return transfer, transfer.pending()[0]


def broken_off_at(tmp_path, count, etag='"one"', **details):
    """A part file of so many bytes, left by an earlier attempt."""
    transfer, segment = opened(tmp_path, **details)
    transfer.accept_response(segment, 200, {"etag": etag, "content-length": str(SIZE)} if etag else {})
    transfer.write(segment, [CONTENT[:count]])
    transfer.abandon(NetworkError("gone"))


def part_of(segment, etag='"one"', total=SIZE):
    """The headers of an answer that fits."""
    return {"content-range": f"bytes {segment.offset}-{(segment.stop or total) - 1}/{total}", "etag": etag}


@pytest.fixture
def small_pieces(monkeypatch):
    """Large files are small here: the first stretch has 100 bytes, and there are four others."""
    for module, name, value in (
        (_transfer, "SPLIT_FROM", 1000),
        (_transfer, "PROBE", 100),
        (_spans, "MAX_SEGMENTS_IN_FLIGHT", 4),
        (_spans, "_PIECE", 5000),
    ):
        monkeypatch.setattr(module, name, value)


def test_from_nothing_to_a_file(tmp_path):
    transfer, segment = opened(tmp_path)
    assert transfer.headers(segment) == {"Accept-Encoding": "identity"}
    transfer.accept_response(segment, 200, {"content-length": str(SIZE)})
    transfer.write(segment, [CONTENT[:100], CONTENT[100:-1]])
    assert not transfer.target.exists()
    transfer.write(segment, [CONTENT[-1:]], True)
    assert transfer.is_finished
    assert transfer.pending() == []
    assert transfer.target.read_bytes() == CONTENT
    assert names(tmp_path) == ["x.tif"]


def test_a_new_file_has_the_usual_permissions(tmp_path):
    before = os.umask(0o027)
    try:
        store_bytes(tmp_path / "x", b"1")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "x").stat().st_mode) == 0o640


def test_going_on_where_it_broke_off(tmp_path):
    broken_off_at(tmp_path, 1000)
    transfer, segment = opened(tmp_path)
    headers = transfer.headers(segment)
    assert (headers["Range"], headers["If-Range"]) == ("bytes=1000-", '"one"')
    transfer.accept_response(segment, 206, part_of(segment))
    transfer.write(segment, [CONTENT[1000:]], True)
    assert transfer.target.read_bytes() == CONTENT
    assert names(tmp_path) == ["x.tif"]


@pytest.mark.parametrize("etag", [None, 'W/"weak"'])
def test_without_a_strong_version_it_begins_again(tmp_path, etag):
    transfer, segment = opened(tmp_path)
    transfer.accept_response(segment, 200, {"etag": etag} if etag else {})
    transfer.write(segment, [CONTENT[:1000]])
    transfer.close()
    transfer, segment = opened(tmp_path)
    assert "Range" not in transfer.headers(segment)


def test_an_answer_from_the_start_begins_again(tmp_path):
    broken_off_at(tmp_path, 1000)
    transfer, segment = opened(tmp_path)
    transfer.accept_response(segment, 200, {"etag": '"two"'})
    assert transfer.received == 0
    transfer.write(segment, [CONTENT], True)
    assert transfer.target.read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (206, {}),
        (206, {"content-range": "bytes 999-10239/10240"}),
        (206, {"content-range": "bytes 1000-10239/10240", "content-encoding": "gzip"}),
        (206, {"content-range": "bytes 1000-10239/10240", "etag": '"two"'}),
        (416, {}),
        (204, {}),
        (304, {}),
    ],
)
def test_an_answer_that_does_not_fit_is_refused_and_it_begins_again(tmp_path, status, headers):
    broken_off_at(tmp_path, 1000)
    transfer, segment = opened(tmp_path)
    with pytest.raises(InvalidAnswer) as caught:
        transfer.accept_response(segment, status, headers)
    with pytest.raises(Changed):
        transfer.retry_delay(segment, caught.value, 0.0)
    assert transfer.restart_delay(caught.value, 0.0) == 0.0
    assert transfer.open()
    assert "Range" not in transfer.headers(transfer.pending()[0])
    transfer.close()


def test_answers_that_never_fit_end(tmp_path):
    transfer, _ = opened(tmp_path, retry=RetryPolicy(max_retries=3, base=0, window=0))
    for _ in range(3):
        transfer.restart_delay(Changed("no"), 0.0)
        transfer.open()
    with pytest.raises(Changed, match="tried 4 times"):
        transfer.restart_delay(Changed("no"), 0.0)
    transfer.close()


def test_a_part_that_is_whole_already_needs_no_request(tmp_path):
    broken_off_at(tmp_path, SIZE - 1)
    next(path for path in tmp_path.iterdir() if path.suffix == ".part").write_bytes(CONTENT)
    transfer = a_transfer(tmp_path)
    assert transfer.open()
    assert transfer.pending() == []
    transfer.finish()
    assert transfer.target.read_bytes() == CONTENT
    assert names(tmp_path) == ["x.tif"]


def test_a_part_that_is_whole_but_wrong_begins_again(tmp_path):
    broken_off_at(tmp_path, SIZE - 1)
    next(path for path in tmp_path.iterdir() if path.suffix == ".part").write_bytes(b"x" * SIZE)
    transfer = a_transfer(tmp_path)
    transfer.open()
    with pytest.raises(ChecksumError) as caught:
        transfer.finish()
    transfer.restart_delay(caught.value, 0.0)
    transfer.open()
    assert "Range" not in transfer.headers(transfer.pending()[0])


@pytest.mark.parametrize("text", ["", "{", "[]", '{"etag": 7}', '{"etag": "a", "piece": -1}', '{"etag": "a", "x": 1}'])
def test_a_note_that_makes_no_sense_is_as_none(tmp_path, text):
    broken_off_at(tmp_path, 1000)
    next(path for path in tmp_path.iterdir() if path.suffix == ".json").write_text(text)
    transfer, segment = opened(tmp_path)
    assert "Range" not in transfer.headers(segment)
    transfer.close()


def test_a_short_body_is_no_file_and_is_kept(tmp_path):
    transfer, segment = opened(tmp_path, digests={}, size=None)
    transfer.accept_response(segment, 200, {"content-length": "100", "etag": '"one"'})
    with pytest.raises(NetworkError, match="broke off at 99 of 100"):
        transfer.write(segment, [b"1" * 99], True)
    transfer.abandon(NetworkError())
    assert not transfer.target.exists()
    assert len(names(tmp_path)) == 2


def test_a_long_body_is_cut_off_at_once(tmp_path):
    transfer, segment = opened(tmp_path, size=10)
    transfer.accept_response(segment, 200, {})
    with pytest.raises(ChecksumError, match="more than 10 bytes"):
        transfer.write(segment, [b"1" * 11])
    transfer.abandon(ChecksumError())
    assert names(tmp_path) == []


def test_a_wrong_length_is_seen_before_the_body(tmp_path):
    transfer, segment = opened(tmp_path)
    with pytest.raises(ChecksumError, match="offers 5 bytes"):
        transfer.accept_response(segment, 200, {"content-length": "5"})
    transfer.close()


def test_a_wrong_digest_is_tried_three_times(tmp_path):
    transfer = a_transfer(tmp_path)
    for attempt in range(3):
        transfer.open()
        (segment,) = transfer.pending()
        assert segment.offset == 0
        transfer.accept_response(segment, 200, {"etag": '"one"'})
        with pytest.raises(ChecksumError) as caught:
            transfer.write(segment, [b"x" * SIZE], True)
        if attempt < 2:
            assert transfer.restart_delay(caught.value, 0.0) == 0.0
        else:
            with pytest.raises(ChecksumError):
                transfer.restart_delay(caught.value, 0.0)
    transfer.abandon(caught.value)
    assert names(tmp_path) == []


def test_a_web_page_is_not_an_image(tmp_path):
    transfer, segment = opened(tmp_path, digests={}, size=None)
    with pytest.raises(InvalidAnswer, match="web page"):
        transfer.accept_response(segment, 200, {"content-type": "text/html; charset=utf-8"})
    transfer.close()


def test_an_encoded_body_is_taken_without_its_length(tmp_path):
    transfer, segment = opened(tmp_path)
    transfer.accept_response(segment, 200, {"content-encoding": "gzip", "content-length": "17", "etag": '"one"'})
    transfer.write(segment, [CONTENT], True)
    assert transfer.target.read_bytes() == CONTENT


def test_attempts_count_only_without_progress(tmp_path):
    transfer, segment = opened(tmp_path, digests={}, retry=RetryPolicy(max_retries=2, base=0, window=0))
    for count in range(1, 50):
        segment.offset = count
        transfer.retry_delay(segment, NetworkError("x"), 0.0)
    segment.offset = 10  # begun again: no progress until it is further than ever
    for _ in range(2):
        transfer.retry_delay(segment, NetworkError("x"), 0.0)
    with pytest.raises(NetworkError):
        transfer.retry_delay(segment, NetworkError("x"), 0.0)
    transfer.close()


def test_progress_costs_nothing_of_the_budget(tmp_path, monkeypatch):
    budget = _retry._Budget()
    monkeypatch.setattr(_retry, "budget", budget)
    transfer, segment = opened(tmp_path, digests={})
    for count in range(1, 500):
        segment.offset = count
        transfer.retry_delay(segment, NetworkError("x"), 0.0)
    assert budget._left == budget.capacity
    transfer.close()


def test_what_the_session_gave_up_on_is_not_tried_again(tmp_path):
    transfer, segment = opened(tmp_path)
    error = APIError("gone", status_code=503)
    error._retry.retries_exhausted = True
    with pytest.raises(APIError):
        transfer.retry_delay(segment, error, 0.0)
    transfer.close()


def test_what_stands_there(tmp_path):
    target = tmp_path / "x.tif"
    target.write_bytes(CONTENT)
    assert not a_transfer(tmp_path).open()
    assert not a_transfer(tmp_path, digests={}).open()
    for content in (CONTENT[:-1], b"x" * SIZE):
        target.write_bytes(content)
        with pytest.raises(DownloadError, match="left as it is"):
            a_transfer(tmp_path).open()
        assert target.read_bytes() == content
    target.unlink()
    target.mkdir()
    with pytest.raises(DownloadError, match="not a file"):
        a_transfer(tmp_path).open()
    target.rmdir()
    target.symlink_to("nowhere")
    with pytest.raises(DownloadError, match="not a file"):
        a_transfer(tmp_path).open()
    assert names(tmp_path) == ["x.tif"]


UNKNOWN = {"digests": {}, "size": None}


def answered(tmp_path, headers, **details):
    """A transfer of unknown content, whose target exists, after the head of the answer."""
    transfer, segment = opened(tmp_path, **UNKNOWN, **details)
    transfer.accept_response(segment, 200, headers)
    assert transfer.needs_comparison
    return transfer


@pytest.mark.parametrize(
    "headers",
    [
        {"content-length": str(SIZE)},
        {"content-length": str(SIZE), "x-goog-hash": f"crc32c=AAAAAA==,md5={base64.b64encode(MD5).decode()}"},
        {"content-length": str(SIZE), "content-md5": base64.b64encode(MD5).decode()},
        {"content-length": str(SIZE), "etag": f'"{MD5.hex()}"', "x-amz-request-id": "1"},
    ],
)
def test_an_existing_file_of_unknown_content_is_compared_with_the_answer(tmp_path, headers):
    (tmp_path / "x.tif").write_bytes(CONTENT)
    transfer = answered(tmp_path, headers)
    transfer.compare_existing()
    assert transfer.is_finished and transfer.is_kept and transfer.pending() == []
    assert names(tmp_path) == ["x.tif"]


@pytest.mark.parametrize(
    ("content", "headers", "problem"),
    [
        (CONTENT[:-1], {"content-length": str(SIZE)}, "999 bytes instead of 1000"),
        (b"x" * SIZE, {"content-length": str(SIZE), "content-md5": base64.b64encode(MD5).decode()}, "md5 differs"),
        (b"x" * SIZE, {"content-length": str(SIZE), "content-type": "image/tiff"}, "not of the type image/tiff"),
        (CONTENT, {}, "neither its length nor a digest"),
        (CONTENT, {"content-length": "10", "content-encoding": "gzip"}, "neither its length nor a digest"),
    ],
)
def test_an_existing_file_that_the_answer_does_not_confirm_is_left_alone(tmp_path, content, headers, problem):
    target = tmp_path / "x.tif"
    target.write_bytes(content)
    transfer = answered(tmp_path, headers)
    with pytest.raises(DownloadError, match=problem.replace("999", str(SIZE - 1)).replace("1000", str(SIZE))) as caught:
        transfer.compare_existing()
    transfer.abandon(caught.value)
    assert target.read_bytes() == content
    assert names(tmp_path) == ["x.tif"]


@pytest.mark.parametrize("content", [b"another", CONTENT])
def test_a_file_that_appears_during_a_download_is_never_taken_for_it_unread(tmp_path, content):
    """Without a digest, only the bytes tell whether it is the same file."""
    transfer, segment = opened(tmp_path, **UNKNOWN)
    transfer.accept_response(segment, 200, {"content-length": str(SIZE)})
    transfer.target.write_bytes(content)
    if content == CONTENT:
        transfer.write(segment, [CONTENT], True)
        assert transfer.is_finished and transfer.is_kept
    else:
        with pytest.raises(DownloadError, match="appeared during the download") as caught:
            transfer.write(segment, [CONTENT], True)
        transfer.abandon(caught.value)
    assert transfer.target.read_bytes() == content
    assert names(tmp_path) == ["x.tif"]


def test_a_file_that_appears_while_another_process_has_the_lock(tmp_path):
    transfer, other = a_transfer(tmp_path, **UNKNOWN), a_transfer(tmp_path)
    other.open()
    with pytest.raises(Busy):
        transfer.open()
    other.abandon(KeyboardInterrupt())
    transfer.target.write_bytes(b"x" * SIZE)
    assert transfer.open()
    (segment,) = transfer.pending()
    transfer.accept_response(segment, 200, {"content-length": str(SIZE)})
    assert not transfer.needs_comparison, "what appeared in the meantime is not compared by its length"
    with pytest.raises(DownloadError, match="content differs"):
        transfer.write(segment, [CONTENT], True)


def test_skipping_leaves_any_file(tmp_path):
    (tmp_path / "x.tif").write_bytes(b"anything")
    transfer = a_transfer(tmp_path, on_exists="skip")
    assert not transfer.open() and transfer.is_kept
    assert (tmp_path / "x.tif").read_bytes() == b"anything"


@pytest.mark.skipif(os.name == "nt", reason="needs links")
def test_a_part_file_that_is_a_hard_link_is_not_written_through(tmp_path):
    """Somebody who may write to the folder could have any file on this disk overwritten."""
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    first = a_transfer(tmp_path)
    first.open()
    (part,) = [path for path in tmp_path.iterdir() if path.suffix == ".part"]
    first.close()
    part.unlink()
    os.link(victim, part)
    transfer, segment = opened(tmp_path)
    transfer.accept_response(segment, 200, {"content-length": str(SIZE)})
    transfer.write(segment, [CONTENT], True)
    assert victim.read_bytes() == b"precious"
    assert transfer.target.read_bytes() == CONTENT


@pytest.mark.skipif(os.name == "nt", reason="needs links")
def test_a_folder_that_becomes_a_link_after_it_was_checked_is_not_followed(tmp_path):
    folder, elsewhere = tmp_path / "downloads" / "PSScene", tmp_path / "elsewhere"
    elsewhere.mkdir()
    folder.parent.mkdir()
    transfer = Transfer(folder / "x.tif", size=SIZE, root=folder.parent)
    folder.symlink_to(elsewhere)
    with pytest.raises(DownloadError, match="symbolic link"):
        transfer.open()
    assert list(elsewhere.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="needs links")
def test_a_folder_that_is_swapped_during_a_download_gets_nothing(tmp_path):
    folder, elsewhere = tmp_path / "downloads" / "PSScene", tmp_path / "elsewhere"
    elsewhere.mkdir()
    transfer = Transfer(folder / "x.tif", size=SIZE, root=folder.parent)
    transfer.open()
    (segment,) = transfer.pending()
    folder.rename(tmp_path / "moved")
    folder.symlink_to(elsewhere)
    transfer.accept_response(segment, 200, {"content-length": str(SIZE)})
    transfer.write(segment, [CONTENT], True)
    assert list(elsewhere.iterdir()) == []
    assert (tmp_path / "moved" / "x.tif").read_bytes() == CONTENT


@pytest.mark.parametrize("code", [errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP])
def test_a_file_system_that_cannot_flush_keeps_the_files(tmp_path, monkeypatch, caplog, code):
    def fsync(_):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(_part.os, "fsync", fsync)
    _part._warn_once.cache_clear()
    for name in ("x.tif", "y.tif"):
        transfer, segment = opened(tmp_path, name=name)
        transfer.accept_response(segment, 200, {"content-length": str(SIZE)})
        transfer.write(segment, [CONTENT], True)
    assert names(tmp_path) == ["x.tif", "y.tif"]
    assert caplog.text.count("cannot flush files") == 1


@pytest.mark.parametrize("encoding", ["zstd", "br", "gzip, gzip", "rot13"])
def test_an_encoding_that_nobody_asked_for_is_an_error(tmp_path, encoding):
    transfer, segment = opened(tmp_path)
    with pytest.raises(InvalidAnswer, match="requested|more than once"):
        transfer.accept_response(segment, 200, {"content-encoding": encoding})


def test_overwriting_keeps_the_old_file_until_the_end(tmp_path):
    (tmp_path / "x.tif").write_bytes(b"old")
    transfer, segment = opened(tmp_path, on_exists="overwrite")
    transfer.accept_response(segment, 200, {})
    with pytest.raises(NetworkError):
        transfer.write(segment, [CONTENT[:-1]], True)
    transfer.abandon(NetworkError())
    assert (tmp_path / "x.tif").read_bytes() == b"old"
    assert names(tmp_path) == ["x.tif"]


def test_two_at_once(tmp_path):
    one, segment = opened(tmp_path)
    two = a_transfer(tmp_path)
    with pytest.raises(Busy):
        two.open()
    one.accept_response(segment, 200, {})
    one.write(segment, [CONTENT], True)
    assert not two.open()
    assert names(tmp_path) == ["x.tif"]


def test_the_second_one_does_not_destroy_what_is_not_right(tmp_path, monkeypatch):
    """Another file appears between the first look and the lock."""
    transfer = a_transfer(tmp_path)
    lock = _part.PartFile.lock

    def slow_lock(part):
        transfer.target.write_bytes(b"mine")
        return lock(part)

    monkeypatch.setattr(_part.PartFile, "lock", slow_lock)
    with pytest.raises(DownloadError, match="left as it is"):
        transfer.open()
    assert not transfer.is_open
    assert names(tmp_path) == ["x.tif"]


def test_a_full_disk_leaves_nothing_and_names_the_file(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    transfer, segment = opened(tmp_path)
    transfer.accept_response(segment, 200, {"etag": '"one"'})
    transfer.write(segment, [CONTENT[:100]])
    monkeypatch.setattr(_part.os, "pwrite", full)
    with pytest.raises(OSError, match=r"No space.*x\.tif") as caught:
        transfer.write(segment, [CONTENT[100:]])
    transfer.abandon(caught.value)
    assert names(tmp_path) == []


def test_a_name_that_is_too_long_is_said_before_anything_is_fetched(tmp_path):
    with pytest.raises(OSError, match="too long"):
        Transfer(tmp_path / ("n" * 300)).open()
    assert names(tmp_path) == []


@pytest.mark.parametrize("etag", [None, 'W/"weak"', '"\xe9"'])
def test_two_versions_are_not_mixed_where_the_server_names_none(tmp_path, etag):
    transfer, segment = opened(tmp_path, size=None, digests={})
    transfer.accept_response(segment, 200, {"content-length": "1000", **({"etag": etag} if etag else {})})
    transfer.write(segment, [b"A" * 500])
    transfer.retry_delay(segment, NetworkError("cut"), 0.0)
    assert "Range" not in transfer.headers(segment)
    with pytest.raises(Changed):
        transfer.accept_response(segment, 206, {"content-range": "bytes 500-799/800"})
    transfer.accept_response(segment, 200, {"content-length": "3"})
    transfer.write(segment, [b"BBB"], True)
    assert transfer.target.read_bytes() == b"BBB"


def test_a_part_of_unknown_total_does_not_hide_what_is_missing(tmp_path):
    transfer, segment = opened(tmp_path, size=1000, digests={})
    transfer.accept_response(segment, 200, {"content-length": "1000", "etag": '"one"'})
    transfer.write(segment, [b"A" * 500])
    transfer.accept_response(segment, 206, {"content-range": "bytes 500-599/*", "etag": '"one"'})
    with pytest.raises(NetworkError, match="broke off at 600 of 1000"):
        transfer.write(segment, [b"A" * 100], True)
    transfer.close()


def test_what_comes_after_too_much_is_not_written(tmp_path):
    transfer, segment = opened(tmp_path, size=1000, digests={})
    transfer.accept_response(segment, 200, {})
    transfer.write(segment, [b"A" * 1000])
    with pytest.raises(ChecksumError) as caught:
        transfer.write(segment, [b"A"])
    transfer.write(segment, [], True)
    assert not transfer.is_finished
    transfer.restart_delay(caught.value, 0.0)
    transfer.open()
    assert [segment.offset for segment in transfer.pending()] == [0]
    transfer.close()


def test_an_error_of_the_disk_while_it_is_opened_leaves_nothing_open(tmp_path, monkeypatch):
    broken_off_at(tmp_path, 1000)
    transfer = a_transfer(tmp_path, digests={}, size=5)
    with monkeypatch.context() as patch:
        patch.setattr(_part.os, "ftruncate", lambda *_: (_ for _ in ()).throw(OSError(errno.EIO, "broken")))
        with pytest.raises(OSError, match="broken"):
            transfer.open()
    assert not transfer.is_open
    assert transfer.open()
    assert transfer.received == 0
    transfer.close()


@pytest.mark.parametrize("headers", [{"content-encoding": "gzip, gzip"}, {"content-range": "bytes 0-1/" + "9" * 5000}])
def test_answers_that_are_meant_to_hurt(tmp_path, headers):
    transfer, segment = opened(tmp_path)
    with pytest.raises(InvalidAnswer):
        transfer.accept_response(segment, 206 if "content-range" in headers else 200, headers)
    transfer.close()


def test_a_first_stretch_that_breaks_is_completed_and_no_more(tmp_path, small_pieces):
    transfer, segment = opened(tmp_path, size=None)
    transfer.accept_response(segment, 200, WHOLE)
    transfer.write(segment, [CONTENT[:40]])
    transfer.retry_delay(segment, NetworkError("cut"), 0.0)
    assert transfer.headers(segment)["Range"] == "bytes=40-99"
    serve(transfer, segment)
    assert len(transfer.pending()) == 4
    transfer.close()


# -- large files ---------------------------------------------------------------------------------------------


def serve(transfer, segment, etag='"one"', content=CONTENT):
    """Bring one stretch, from a server that does ranges."""
    headers = transfer.headers(segment)
    start, _, stop = headers["Range"].removeprefix("bytes=").partition("-")
    start, stop = int(start), int(stop or len(content) - 1)
    transfer.accept_response(segment, 206, {"content-range": f"bytes {start}-{stop}/{len(content)}", "etag": etag})
    transfer.write(segment, [content[start : stop + 1]], True)


def test_a_large_file_comes_in_stretches_in_any_order(tmp_path, small_pieces):
    transfer, probe = opened(tmp_path)
    assert transfer.headers(probe)["Range"] == "bytes=0-99"
    serve(transfer, probe)
    segments = transfer.pending()
    assert len(segments) == 4
    assert [segment.start for segment in segments] == [100, *(segment.stop for segment in segments[:-1])]
    assert all(transfer.headers(segment)["If-Range"] == '"one"' for segment in segments)
    for segment in reversed(segments):
        serve(transfer, segment)
    assert transfer.pending() == []
    transfer.finish()
    assert transfer.target.read_bytes() == CONTENT
    assert names(tmp_path) == ["x.tif"]


def test_of_a_file_whose_size_is_learned_the_rest_of_the_first_answer_is_left_unread(tmp_path, small_pieces):
    transfer, segment = opened(tmp_path, size=None)
    assert "Range" not in transfer.headers(segment)
    transfer.accept_response(segment, 200, WHOLE)
    assert (segment.stop, segment.stop_early) == (100, True)
    transfer.write(segment, [CONTENT[:150]], True)
    assert next(segment.offset for segment in transfer.pending()) == 100
    for segment in transfer.pending():
        serve(transfer, segment)
    transfer.finish()
    assert transfer.target.read_bytes() == CONTENT


@pytest.mark.parametrize(
    "headers",
    [{"etag": None}, {"etag": 'W/"one"'}, {"accept-ranges": "none"}, {"content-length": "999"}, {"content-length": ""}],
)
def test_what_cannot_be_split_comes_in_one_go(tmp_path, small_pieces, headers):
    transfer, segment = opened(tmp_path, size=None, digests={})
    answer = {name: value for name, value in {**WHOLE, **headers}.items() if value is not None}
    transfer.accept_response(segment, 200, answer)
    assert not segment.stop_early
    transfer.close()


def test_a_server_that_does_no_ranges_sends_all_at_once(tmp_path, small_pieces):
    transfer, probe = opened(tmp_path)
    transfer.accept_response(probe, 200, WHOLE)
    transfer.write(probe, [CONTENT], True)
    assert transfer.is_finished
    assert transfer.target.read_bytes() == CONTENT


def test_a_server_that_names_no_version_is_asked_for_all_at_once(tmp_path, small_pieces):
    transfer, probe = opened(tmp_path)
    with pytest.raises(Changed) as caught:
        transfer.accept_response(probe, 206, {"content-range": f"bytes 0-99/{SIZE}"})
    transfer.restart_delay(caught.value, 0.0)
    transfer.open()
    (segment,) = transfer.pending()
    assert "Range" not in transfer.headers(segment)
    transfer.close()


def test_a_new_version_in_the_middle_begins_again(tmp_path, small_pieces):
    transfer, probe = opened(tmp_path)
    serve(transfer, probe)
    one, two, *_ = transfer.pending()
    serve(transfer, one)
    for status, headers in ((200, WHOLE), (206, part_of(two, etag='"two"'))):
        with pytest.raises(Changed):
            transfer.accept_response(two, status, headers)
    transfer.restart_delay(Changed("x"), 0.0)
    transfer.open()
    (segment,) = transfer.pending()
    assert (segment.offset, transfer.headers(segment)) == (0, {"Accept-Encoding": "identity"})
    transfer.accept_response(segment, 200, {**WHOLE, "etag": '"two"'})
    transfer.write(segment, [CONTENT], True)
    assert transfer.target.read_bytes() == CONTENT


@pytest.mark.parametrize("digests", [SHA, {}])
def test_the_next_process_goes_on_in_every_stretch(tmp_path, small_pieces, digests):
    transfer, probe = opened(tmp_path, digests=digests)
    serve(transfer, probe)
    one, two, _three, four = transfer.pending()
    serve(transfer, two)
    for segment, count in ((one, 10), (four, 20)):
        transfer.accept_response(segment, 206, part_of(segment))
        transfer.write(segment, [CONTENT[segment.offset : segment.offset + count]])
    transfer.close()  # as a kill leaves it
    transfer, _ = opened(tmp_path, digests=digests)
    # Where no digest will tell, only what is known to be on disk counts.
    extra = (10, 20) if digests else (0, 0)
    assert [segment.offset - segment.start for segment in transfer.pending()] == [extra[0], 0, extra[1]]
    for segment in transfer.pending():
        serve(transfer, segment)
    transfer.finish()
    assert transfer.target.read_bytes() == CONTENT
    assert names(tmp_path) == ["x.tif"]


def test_a_part_that_came_in_one_go_is_completed_in_stretches(tmp_path, small_pieces):
    transfer, probe = opened(tmp_path, size=None)
    transfer.accept_response(probe, 200, {**WHOLE, "accept-ranges": "none"})
    transfer.write(probe, [CONTENT[:2000]])
    transfer.close()
    transfer, _ = opened(tmp_path)
    assert next(segment.offset for segment in transfer.pending()) == 2000
    assert len(transfer.pending()) == 4
    for segment in transfer.pending():
        serve(transfer, segment)
    transfer.finish()
    assert transfer.target.read_bytes() == CONTENT


def test_a_stretch_that_is_too_long_spoils_the_file(tmp_path, small_pieces):
    transfer, probe = opened(tmp_path)
    serve(transfer, probe)
    segment = transfer.pending()[0]
    transfer.accept_response(segment, 206, part_of(segment))
    with pytest.raises(ChecksumError, match="sends more"):
        transfer.write(segment, [CONTENT])
    transfer.abandon(ChecksumError())
    assert names(tmp_path) == []


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.binary(max_size=3000), st.lists(st.integers(1, 700), max_size=12))
def test_any_content_in_any_pieces(tmp_path, content, sizes):
    target = tmp_path / "x"
    target.unlink(missing_ok=True)
    transfer = Transfer(target, size=len(content), digests={"md5": hashlib.md5(content).hexdigest()})
    transfer.open()
    segment = transfer.segments[0]
    transfer.accept_response(segment, 200, {})
    start = 0
    for size in sizes:
        transfer.write(segment, [content[start : start + size]])
        start += size
    transfer.write(segment, [content[start:]], True)
    assert target.read_bytes() == content


class Interleavings(RuleBasedStateMachine):
    """Any order of opens, answers, pieces, cuts, kills and new versions ends in the right bytes or an error."""

    @initialize(size=st.integers(0, 2000), promised=st.booleans(), in_stretches=st.booleans())
    def begin(self, size, promised, in_stretches):
        self.folder = tempfile.TemporaryDirectory()
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(_transfer, "SPLIT_FROM", 300 if in_stretches else 10**9)
        self.patch.setattr(_transfer, "PROBE", 40)
        self.patch.setattr(_spans, "MAX_SEGMENTS_IN_FLIGHT", 3)
        self.patch.setattr(_spans, "_PIECE", 200)
        self.patch.setattr(_retry, "budget", _retry._Budget())  # what one example spends is not there for the next
        self.target = Path(self.folder.name) / "f"
        self.version = 0
        self.contents = [bytes(number * 7 % 251 for number in range(size))]
        self.promised = promised
        self.transfer = None
        self.serving = {}  # of each stretch whose answer has begun: the bytes to come, and whether their end is known

    def fresh(self):
        content = self.contents[self.version]
        promise = {"size": len(content), "digests": {"sha256": hashlib.sha256(content).hexdigest()}}
        return Transfer(self.target, retry=QUICK, on_exists="overwrite", **(promise if self.promised else {}))

    def drop(self, error):
        self.transfer.abandon(error)
        self.transfer = None
        self.serving.clear()

    def spoiled(self, error):
        """What the driver does about an error that calls for a new beginning."""
        self.serving.clear()
        try:
            self.transfer.restart_delay(error, 0.0)
            self.transfer.open()
        except PlanetError as final:
            self.drop(final)

    @precondition(lambda self: self.transfer is None)
    @rule()
    def open(self):
        self.transfer = self.fresh()
        assert self.transfer.open()
        if not self.transfer.pending():
            self.complete()

    @precondition(lambda self: self.transfer is not None and self.transfer.pending())
    @rule(data=st.data(), ranges=st.booleans(), length=st.booleans(), etag=st.sampled_from(["strong", "weak", "none"]))
    def ask(self, data, ranges, length, etag):
        idle = [segment for segment in self.transfer.pending() if segment not in self.serving]
        if not idle:
            return
        segment = data.draw(st.sampled_from(idle))
        headers = self.transfer.headers(segment)
        content = self.contents[self.version]
        tag = {"strong": f'"{self.version}"', "weak": f'W/"{self.version}"', "none": None}[etag]
        answer = {"accept-ranges": "bytes"} | ({"etag": tag} if tag else {})
        status, start, stop = 200, 0, len(content)
        if ranges and "Range" in headers and headers.get("If-Range", f'"{self.version}"') == f'"{self.version}"':
            first, _, last = headers["Range"].removeprefix("bytes=").partition("-")
            start, stop = int(first), min(int(last) + 1 if last else len(content), len(content))
            status = 206 if start < len(content) else 416
            answer["content-range"] = f"bytes {start}-{stop - 1}/{len(content)}"
        if length:
            answer["content-length"] = str(stop - start)
        try:
            self.transfer.accept_response(segment, status, answer)
        except (ChecksumError, Changed) as error:
            self.spoiled(error)
            return
        except PlanetError as error:
            self.drop(error)
            return
        self.serving[segment] = (content[start:stop], length or status == 206)

    @precondition(lambda self: self.serving)
    @rule(data=st.data(), count=st.integers(0, 900))
    def piece(self, data, count):
        segment = data.draw(st.sampled_from(list(self.serving)))
        rest, known = self.serving[segment]
        self.transfer.write(segment, [rest[:count]])
        self.serving[segment] = (rest[count:], known)

    @precondition(lambda self: self.serving)
    @rule(data=st.data())
    def cut(self, data):
        """A connection breaks, and says so: the stretch is asked for again, or the whole is given up."""
        segment = data.draw(st.sampled_from(list(self.serving)))
        del self.serving[segment]
        try:
            self.transfer.retry_delay(segment, NetworkError("cut"), 0.0)
        except PlanetError as error:
            self.drop(error)

    @precondition(lambda self: self.transfer is not None)
    @rule()
    def interrupted(self):
        self.drop(KeyboardInterrupt())

    @precondition(lambda self: self.transfer is not None)
    @rule()
    def killed(self):
        """The process is gone without a word."""
        self.transfer.close()
        self.transfer = None
        self.serving.clear()

    @precondition(lambda self: self.serving)
    @rule(data=st.data())
    def end(self, data):
        segment = data.draw(st.sampled_from(list(self.serving)))
        rest, known = self.serving.pop(segment)
        if rest and not segment.stop_early and not known and not self.promised:
            return self.drop(
                NetworkError("cut")
            )  # nobody could tell: HTTP itself reports a chunked body that breaks off
        if segment.stop_early:
            self.transfer.write(segment, [rest])
            rest = b""
        try:
            self.transfer.write(segment, [], True)
        except ChecksumError as error:
            return self.spoiled(error)
        except PlanetError as error:
            assert rest or self.promised
            return self.drop(error)
        if not self.transfer.pending():
            self.complete()
        return None

    def complete(self):
        try:
            if not self.transfer.is_finished:
                self.transfer.finish()
        except PlanetError as error:
            self.spoiled(error)
            return
        assert self.target.read_bytes() in (self.contents if not self.promised else [self.contents[self.version]])
        self.transfer = None
        self.serving.clear()

    @precondition(lambda self: self.transfer is None)
    @rule(size=st.integers(0, 2000))
    def new_version(self, size):
        self.contents.append(bytes((number * 11 + len(self.contents)) % 251 for number in range(size)))
        self.version += 1

    @precondition(lambda self: self.transfer is not None and not self.promised)
    @rule(size=st.integers(0, 2000))
    def new_version_while_it_comes(self, size):
        self.contents.append(bytes((number * 11 + len(self.contents)) % 251 for number in range(size)))
        self.version += 1

    @invariant()
    def what_has_the_name_is_whole(self):
        if getattr(self, "target", None) is not None and self.target.exists():
            assert self.target.read_bytes() in self.contents

    def teardown(self):
        if getattr(self, "transfer", None) is not None:
            self.transfer.close()
        if hasattr(self, "folder"):
            self.patch.undo()
            self.folder.cleanup()


TestInterleavings = Interleavings.TestCase
TestInterleavings.settings = settings(max_examples=80, stateful_step_count=40)


def test_an_end_that_cannot_be_saved_leaves_no_lock(tmp_path, monkeypatch):
    transfer, segment = opened(tmp_path)
    transfer.accept_response(segment, 200, {"etag": '"one"', "content-length": str(SIZE)})
    transfer._part.write(CONTENT[:10], 0)
    segment.offset = 10

    def full(part, state):
        raise OSError(errno.ENOSPC, "No space left")

    monkeypatch.setattr(_part.PartFile, "save_state", full)
    transfer.abandon(NetworkError("broken"))
    assert a_transfer(tmp_path).open()  # another one is not told that it is busy


@pytest.mark.skipif(not hasattr(os, "mkfifo") or os.name == "nt", reason="needs pipes")
def test_a_pipe_in_the_place_of_the_resume_state_is_not_waited_for(tmp_path):
    broken_off_at(tmp_path, 10)
    (state,) = tmp_path.glob(".planet-*.json")
    state.unlink()
    os.mkfifo(state)
    _, segment = opened(tmp_path)
    assert segment.offset == 0


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs to give files away")
def test_a_part_file_of_another_user_is_not_taken(tmp_path):
    first = a_transfer(tmp_path)
    first.open()
    first.close()
    (part,) = tmp_path.glob(".planet-*.part")
    os.chown(part, 1234, 1234)
    transfer, segment = opened(tmp_path)
    transfer.accept_response(segment, 200, {"content-length": str(SIZE)})
    transfer.write(segment, [CONTENT], True)
    assert transfer.target.stat().st_uid == os.geteuid()
