"""Whether a file is a whole GeoTIFF."""

import struct

import numpy as np
import pytest
import rasterio
import rasterio.io
from hypothesis import given
from hypothesis import strategies as st

from planet._files.geotiff_header import find_tiff_problem


def geotiff(georeferenced=True, **options):
    """A small GeoTIFF, as bytes."""
    place = {"crs": "EPSG:3857", "transform": rasterio.transform.from_origin(0, 0, 10, 10)} if georeferenced else {}
    profile = {"driver": "GTiff", "count": 2, "height": 90, "width": 70, "dtype": "uint16", **place, **options}
    with rasterio.io.MemoryFile() as memory:
        with memory.open(**profile) as image:
            image.write(np.random.default_rng(1).integers(0, 4000, (2, 90, 70)).astype(np.uint16))
        return bytes(memory.read())


def wrong(content):
    return find_tiff_problem(lambda at, count: content[at : at + count], len(content))


KINDS = {
    "strips": {},
    "tiles": {"tiled": True, "blockxsize": 16, "blockysize": 16, "compress": "deflate"},
    "big": {"BIGTIFF": "YES", "tiled": True, "blockxsize": 32, "blockysize": 32},
    "big endian": {"ENDIANNESS": "BIG"},
    "big and big endian": {"ENDIANNESS": "BIG", "BIGTIFF": "YES"},
}
WHOLE = {name: geotiff(**options) for name, options in KINDS.items()}


@pytest.mark.parametrize("kind", KINDS)
def test_whole_files(kind):
    assert wrong(WHOLE[kind]) is None
    assert wrong(WHOLE[kind] + b"\0" * 1000) is None


@pytest.mark.parametrize("kind", KINDS)
@given(share=st.floats(0, 1, exclude_max=True))
def test_files_that_were_cut_off(kind, share):
    content = WHOLE[kind]
    assert wrong(content[: int(share * len(content))])


def test_a_file_whose_header_comes_last(tmp_path):
    """GDAL puts the header and its longer values at the end of a file that is changed later on."""
    path = tmp_path / "changed.tif"
    path.write_bytes(WHOLE["tiles"])
    with rasterio.open(path, "r+") as image:
        image.update_tags(**{f"tag {number}": "x" * 50 for number in range(20)})
    content = path.read_bytes()
    assert wrong(content) is None
    for length in range(0, len(content), 7):
        assert wrong(content[:length])


@pytest.mark.parametrize("place", [2**40, 2**62, 2**63 - 1, 2**64 - 1])
def test_places_far_beyond_the_end(place):
    head = b"II+\0" + struct.pack("<HHQ", 8, 0, place)
    assert "extends to byte" in wrong(head + b"\0" * 100)


def test_what_is_no_geotiff():
    assert wrong(b"<html>an error</html>") == "it is not a TIFF"
    assert wrong(b"") == "it is not a TIFF"
    assert wrong(b"II*\0" + struct.pack("<I", 0) + b"\0" * 30) == "its TIFF header has no image"
    with pytest.warns(rasterio.errors.NotGeoreferencedWarning):
        plain = geotiff(georeferenced=False)
    assert wrong(plain) == "it is a TIFF without georeferencing"


def test_directories_in_a_circle():
    entries = struct.pack("<H", 4) + b"".join(
        struct.pack("<HHII", tag, 4, 1, value) for tag, value in ((256, 5), (257, 5), (273, 8), (279, 4))
    )
    assert wrong(b"II*\0" + struct.pack("<I", 8) + entries + struct.pack("<I", 8)) == "its TIFF header is invalid"


@given(st.binary(max_size=400), st.sampled_from([b"II*\0", b"MM\0*", b"II+\0", b"MM\0+", b""]))
def test_nonsense_is_no_geotiff(content, start):
    assert isinstance(wrong(start + content), str)


@pytest.mark.parametrize("kind", KINDS)
@given(st.data())
def test_any_byte_may_be_wrong(kind, data):
    content = bytearray(WHOLE[kind])
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, min(len(content), 400) - 1))] = data.draw(st.integers(0, 255))
    assert wrong(bytes(content)) is None or isinstance(wrong(bytes(content)), str)
