"""Manifests, and orders checked against them."""

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planet.checksum import validate_checksum, validate_file
from planet.exceptions import ChecksumError, ClientError, PlanetError
from planet.hashing import best_digest, hash_file
from planet.manifest import Manifest


def entry(path, content, **more):
    digests = {"md5": hashlib.md5(content).hexdigest(), "sha256": hashlib.sha256(content).hexdigest()}
    return {"path": path, "size": len(content), "digests": digests, "media_type": "image/tiff", **more}


@pytest.fixture
def order(tmp_path):
    """A downloaded order of three files."""
    files = {"PSScene/a.tif": b"aaaa", "PSScene/b c.tif": b"bb", "empty.json": b""}
    for path, content in files.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_bytes(content)
    entries = [entry(path, content) for path, content in files.items()]
    (tmp_path / "manifest.json").write_text(json.dumps({"name": "", "files": entries}))
    return tmp_path


@pytest.mark.parametrize("kind", ["md5", "MD5", "sha256", "Sha256"])
def test_an_order_that_is_right(order, kind):
    validate_checksum(order, kind)
    validate_checksum(str(order), kind)


def test_every_wrong_file_is_named(order):
    (order / "PSScene/a.tif").write_bytes(b"aaaX")
    (order / "PSScene/b c.tif").write_bytes(b"b")
    (order / "empty.json").unlink()
    with pytest.raises(ChecksumError) as caught:
        validate_checksum(order, "md5")
    assert set(caught.value.failures) == {"PSScene/a.tif", "PSScene/b c.tif", "empty.json"}
    for words in ("a.tif is corrupt", "b c.tif has 1 bytes, expected 2", "empty.json is missing", "3 of 3"):
        assert words in str(caught.value)


def test_what_cannot_be_checked_is_an_error(order, tmp_path_factory):
    with pytest.raises(ClientError, match="not one of 'md5', 'sha256'"):
        validate_checksum(order, "crc32")
    with pytest.raises(ClientError, match="cannot be read"):
        validate_checksum(tmp_path_factory.mktemp("nothing"), "md5")
    content = json.loads((order / "manifest.json").read_text())
    del content["files"][1]["digests"]["md5"]
    (order / "manifest.json").write_text(json.dumps(content))
    with pytest.raises(ClientError, match="no md5 for PSScene/b c.tif"):
        validate_checksum(order, "md5")
    validate_checksum(order, "sha256")


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"\xff", b"[]", b"{}", b'{"files": {}}', b'{"files": [7]}', b'{"files": [{}]}', b"[" * 100_000,
        b'{"files": [{"path": "../x"}]}', b'{"files": [{"path": "/x"}]}', b'{"files": [{"path": "..\\\\b"}]}',
        b'{"files": [{"path": "x", "size": "1"}]}', b'{"files": [{"path": "x", "size": -1}]}',
        b'{"files": [{"path": "x", "digests": []}]}', b'{"files": [{"path": "x", "digests": {"md5": "zz"}}]}',
        b'{"files": [{"path": "x", "digests": {"sha256": "00"}}]}', b'{"files": [{"path": "x"}, {"path": "x"}]}',
        b'{"files": [{"path": "x", "annotations": 1}]}',
    ],
    ids=lambda content: content[:40].decode("latin-1"),
)  # fmt: skip
def test_what_is_no_manifest_is_a_clear_error(order, content):
    (order / "manifest.json").write_bytes(content)
    with pytest.raises(ClientError, match="is not a valid manifest"):
        validate_checksum(order, "md5")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["files", "path", "size", "digests", "md5", "annotations"]), inner, max_size=4
            )
        ),
        max_leaves=10,
    )
)
def test_any_document_is_a_manifest_or_a_clear_error(document):
    try:
        manifest = Manifest.parse(json.dumps(document).encode())
    except PlanetError as error:
        assert str(error)
    else:
        assert all(".." not in file.path for file in manifest)


def test_queries():
    annotations = {"planet/item_id": "i", "planet/asset_type": "ortho_visual", "planet/bundle_type": "visual"}
    metadata = {"planet/item_id": "i", "planet/item_type": "PSScene"}
    files = [entry("a.tif", b"a", annotations=annotations), entry("a.json", b"{}", annotations=metadata)]
    manifest = Manifest.parse(json.dumps({"files": files}).encode())
    assert len(manifest) == 2
    assert [file.path for file in manifest.find(item_id="i")] == ["a.tif", "a.json"]
    assert [file.path for file in manifest.find(asset_type="ortho_visual", bundle_type="visual")] == ["a.tif"]
    assert manifest.get("a.json").item_type == "PSScene"
    assert manifest.get("b") is None


def test_one_file(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"x" * 3_000_000)
    digest = hashlib.md5(b"x" * 3_000_000).hexdigest()
    assert hash_file(path, "md5") == digest
    validate_file(path, digest.upper())
    with pytest.raises(ChecksumError, match="is corrupt"):
        validate_file(path, "0" * 32)
    with pytest.raises(ChecksumError, match="does not exist"):
        validate_file(tmp_path / "y", digest)


def test_the_fastest_digest_is_taken():
    assert best_digest({"md5": "A", "sha256": "B"}) == ("sha256", "b")
    assert best_digest({"md5": "A", "sha256": None}) == ("md5", "a")
    assert best_digest({}) is None


def test_the_difference_between_a_manifest_and_a_folder(order):
    manifest = Manifest.read(order)
    assert not manifest.diff(order)
    assert not manifest.diff(order, "md5")
    first, second, *_ = manifest.files
    (order / first.path).unlink()
    content = (order / second.path).read_bytes()
    (order / second.path).write_bytes(bytes([content[0] ^ 1]) + content[1:])
    (order / "extra.txt").write_text("mine")
    (order / ".planet-0.part").write_text("a part")
    diff = manifest.diff(order)
    assert (list(diff.missing), list(diff.corrupt), diff.unlisted) == ([first.path], [], ("extra.txt",))
    diff = manifest.diff(order, "sha256")
    assert (list(diff.wrong), list(diff.corrupt)) == ([first.path, second.path], [second.path])
    (order / second.path).write_bytes(b"short")
    assert list(manifest.diff(order).wrong_size) == [second.path]
    assert Manifest.parse(manifest.to_bytes()) == manifest
