"""Archives of orders: checked inside, unpacked safely, whatever is in them."""

import hashlib
import io
import json
import stat
import zipfile

import pytest

from planet._download.order_files import FileToFetch
from planet._download.unpack import Unpacking
from planet.archive import Archive
from planet.checksum import validate_checksum
from planet.exceptions import ChecksumError, DownloadError, PlanetError
from planet.manifest import Manifest

FILES = {"PSScene/a.tif": b"a" * 5000, "PSScene/a_metadata.json": b"{}", "PSScene/empty.xml": b""}


def entry(path, content, **changes):
    digests = {"md5": hashlib.md5(content).hexdigest(), "sha256": hashlib.sha256(content).hexdigest()}
    return {"path": path, "size": len(content), "digests": digests, **changes}


def an_archive(files=FILES, entries=None, *, manifest=True, raw=()):
    """The bytes of an archive with these files, and a manifest of them."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        for info, content in raw:
            archive.writestr(info, content)
        if manifest:
            listed = [entry(name, content) for name, content in files.items()] if entries is None else entries
            archive.writestr("manifest.json", json.dumps({"name": "", "files": listed}))
    return buffer.getvalue()


@pytest.fixture
def order(tmp_path):
    """The folder of an order with one archive: a function that makes it."""
    folder = tmp_path / "order"
    folder.mkdir()

    def make(*contents):
        entries = []
        for number, content in enumerate(contents):
            (folder / f"{number}.zip").write_bytes(content)
            entries.append(entry(f"{number}.zip", content))
        (folder / "manifest.json").write_text(json.dumps({"name": "", "files": entries}))
        return folder

    return make


def unpack(folder, *, on_exists="error"):
    """Unpack all archives of an order; the unpacking."""
    manifest = Manifest.read(folder)
    unpacking = Unpacking(folder, manifest, on_exists=on_exists)
    for one in manifest:
        unpacking.unpack(folder / one.path)
    return unpacking


def files(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_an_archive_is_checked_inside(order):
    folder = order(an_archive())
    with Archive(folder / "0.zip") as archive:
        assert [one.path for one in archive.files] == list(FILES)
        archive.check()
    validate_checksum(folder, "md5")
    validate_checksum(folder, "sha256")


def test_an_archive_that_is_right_outside_and_wrong_inside(order):
    lying = [entry("PSScene/a.tif", b"b" * 5000)]
    folder = order(an_archive(entries=lying))
    with pytest.raises(ChecksumError, match=r"PSScene/a\.tif in 0\.zip is corrupt"):
        validate_checksum(folder, "sha256")
    with pytest.raises(ChecksumError):
        unpack(folder)
    assert not (folder / "PSScene/a.tif").exists()


@pytest.mark.parametrize("where", [60, 200, -30, -5, 0])
def test_bits_that_flip_are_seen(order, where):
    content = bytearray(an_archive())
    content[where] ^= 0x55
    folder = order(bytes(content))
    try:
        validate_checksum(folder, "sha256")
        with Archive(folder / "0.zip") as archive:
            archive.check()
    except PlanetError as error:
        assert "0.zip" in str(error)
    else:
        unpack(folder)  # the flip did not matter
        assert (folder / "PSScene/a.tif").read_bytes() == FILES["PSScene/a.tif"]


def test_unpacked_it_is_as_if_it_had_never_been_packed(order):
    folder = order(an_archive())
    unpacking = unpack(folder)
    (folder / "manifest.json").write_bytes(unpacking.manifest().to_bytes())
    archive = folder / "0.zip"
    unpacking.clean([FileToFetch("order/0.zip", "", archive)])
    assert files(folder) == sorted([*FILES, "manifest.json"])
    validate_checksum(folder, "sha256")
    manifest = Manifest.read(folder)
    assert [one.path for one in manifest.archives] == ["0.zip"]
    assert manifest.archives[0].files == tuple(FILES)


def test_what_was_unpacked_is_known_again(order):
    folder = order(an_archive())
    outer = Manifest.read(folder)
    file = FileToFetch("order/0.zip", "", folder / "0.zip")
    unpacking = unpack(folder)
    assert Unpacking(folder, outer, on_exists="error").done([file]) == []
    (folder / "manifest.json").write_bytes(unpacking.manifest().to_bytes())
    again = Unpacking(folder, outer, on_exists="error")
    assert again.done([file]) == [file]
    assert again.manifest() == unpacking.manifest()
    assert again.owns_manifest(b"")
    (folder / "PSScene/a.tif").write_bytes(b"x" * 5000)
    assert Unpacking(folder, outer, on_exists="error").done([file]) == []


def test_two_archives_with_a_file_in_common(order):
    other = {"PSScene/b.tif": b"b", "PSScene/a_metadata.json": b"{}"}
    folder = order(an_archive(), an_archive(other))
    assert {one.path for one in unpack(folder).manifest()} == {*FILES, *other}
    assert files(folder) == sorted({*FILES, *other, "0.zip", "1.zip", "manifest.json"})


def test_two_archives_with_different_files_of_one_name(order):
    folder = order(an_archive(), an_archive({"PSScene/a.tif": b"b"}))
    with pytest.raises(DownloadError, match="another file of the order"):
        unpack(folder)
    assert (folder / "PSScene/a.tif").read_bytes() == FILES["PSScene/a.tif"]


def test_other_files_are_left_alone_unless_they_may_be_replaced(order):
    folder = order(an_archive())
    (folder / "PSScene").mkdir()
    (folder / "PSScene/a.tif").write_bytes(b"mine")
    with pytest.raises(DownloadError, match="left as it is"):
        unpack(folder)
    assert (folder / "PSScene/a.tif").read_bytes() == b"mine"
    unpack(folder, on_exists="overwrite")
    assert (folder / "PSScene/a.tif").read_bytes() == FILES["PSScene/a.tif"]


def symlink():
    info = zipfile.ZipInfo("PSScene/link")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return [(info, b"/etc/passwd")]


@pytest.mark.parametrize(
    "content",
    [
        an_archive({"../outside": b"x"}),
        an_archive({"/etc/outside": b"x"}),
        an_archive({"a/../../outside": b"x"}),
        an_archive({"C:/outside": b"x"}),
        an_archive({"..\\b": b"x"}),
        an_archive({"C:\\con": b"x"}),
        an_archive({"a.tif": b"x", "A.TIF": b"y"}),
        an_archive(raw=symlink()),
        an_archive({"../": b""}, manifest=False),
        an_archive({"zeros": bytes(200_000_000)}, manifest=False),
        an_archive(entries=[entry("missing", b"x")]),
        an_archive(entries=[entry("PSScene/a.tif", b"short")]),
        an_archive(entries=[entry("../PSScene/a.tif", b"x")]),
        an_archive(entries=7),
        b"",
        b"PK\x05\x06" + bytes(18) + b"junk",
        b"<html>no archive</html>",
    ],
    ids=range(17),
)
def test_hostile_and_broken_archives_write_nothing(order, tmp_path, content):
    folder = order(content)
    before = files(tmp_path)
    with pytest.raises(DownloadError) as caught:
        unpack(folder)
    assert "0.zip" in str(caught.value) or "unsafe file name" in str(caught.value)
    assert files(tmp_path) == before


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_a_member_that_is_corrupt_is_said_to_be(order, method):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        archive.writestr("x.tif", bytes(range(256)) * 50)
    content = bytearray(buffer.getvalue())
    content[60:80] = bytes(20)
    folder = order(bytes(content))
    with pytest.raises(ChecksumError, match=r"x\.tif"):
        validate_checksum(folder, "sha256")
    with pytest.raises(ChecksumError):
        unpack(folder)


def test_what_is_there_already_needs_no_room(order, monkeypatch):
    import shutil

    folder = order(an_archive())
    unpack(folder)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 10, 10))
    unpack(folder)


def test_an_encrypted_archive_is_refused(order):
    content = bytearray(an_archive(manifest=False))
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1
    with pytest.raises(DownloadError, match="encrypted"):
        unpack(order(bytes(content)))


def test_a_bomb_is_not_unpacked_beyond_the_disk(order, monkeypatch):
    import shutil

    folder = order(an_archive())
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 10, 10))
    with pytest.raises(DownloadError, match="GB left"):
        unpack(folder)
    assert files(folder) == ["0.zip", "manifest.json"]


def test_a_link_in_the_way_is_not_followed(order, tmp_path):
    folder = order(an_archive())
    outside = tmp_path / "outside"
    outside.mkdir()
    (folder / "PSScene").symlink_to(outside)
    with pytest.raises(DownloadError, match="symbolic link"):
        unpack(folder)
    assert files(outside) == []


def test_an_archive_without_a_manifest_is_unpacked_by_its_directory(order):
    folder = order(an_archive(manifest=False))
    unpack(folder)
    assert (folder / "PSScene/a.tif").read_bytes() == FILES["PSScene/a.tif"]


def test_members_that_need_other_names(order):
    odd = {"a:b.tif": b"1", "a_b.tif": b"2", ".planet-0123456789abcdef0123.part": b"3", "NUL/x\ty": b"4"}
    folder = order(an_archive(odd), an_archive({"a?b.tif": b"5"}))
    unpacking = unpack(folder)
    manifest = unpacking.manifest()
    (folder / "manifest.json").write_bytes(manifest.to_bytes())
    found = {one.service_path: (folder / one.path).read_bytes() for one in Manifest.read(folder)}
    assert found == {**odd, "a?b.tif": b"5"}
    assert manifest.get("a_b.tif").original_path is None
    assert {one.path for one in manifest} >= {"a_b.tif", "_planet-0123456789abcdef0123.part", "_NUL/x_y"}
    validate_checksum(folder, "sha256")
    assert [one.outcome for number in (0, 1) for one in unpacking.outcomes(folder / f"{number}.zip")] == [
        "unpacked"
    ] * 5


def test_a_file_and_a_folder_of_one_name(order):
    folder = order(an_archive({"a": b"1", "A/b": b"2", "c": b"3"}), an_archive({"c/d": b"4", "e": b"5"}))
    unpacking = Unpacking(folder, Manifest.read(folder), on_exists="error")
    for number, match in ((0, "name of a folder"), (1, "name of another file")):
        with pytest.raises(DownloadError, match=match):
            unpacking.unpack(folder / f"{number}.zip")
    outcomes = {one.name: one.outcome for number in (0, 1) for one in unpacking.outcomes(folder / f"{number}.zip")}
    assert {name.partition("/")[2]: outcome for name, outcome in outcomes.items()} == {
        "a": "failed", "A/b": "unpacked", "c": "unpacked", "c/d": "failed", "e": "unpacked",
    }  # fmt: skip


def test_a_file_that_the_manifest_of_an_archive_does_not_list_is_unpacked(order):
    folder = order(an_archive({"a": b"1", "b": b"2"}, entries=[entry("a", b"1")]))
    unpacking = unpack(folder)
    assert (folder / "b").read_bytes() == b"2"
    assert [(one.path, one.size) for one in unpacking.manifest()] == [("a", 1), ("b", 1)]


def test_a_bomb_beside_a_manifest_is_refused(order):
    folder = order(an_archive({"a": b"1", "zeros": bytes(200_000_000)}, entries=[entry("a", b"1")]))
    with pytest.raises(DownloadError, match="no manifest lists"):
        unpack(folder)
