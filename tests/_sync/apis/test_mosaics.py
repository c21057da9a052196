# Generated from tests/_async/apis/test_mosaics.py by tools/unasync.py. Edit that file and run the tool again.

"""The Basemaps API against the sandbox's real server."""

import datetime
import json
import os

import pytest
import rasterio

from planet.checksum import validate_checksum
from planet.exceptions import (
    BadQuery,
    ChecksumError,
    ClientError,
    DownloadError,
    FeatureError,
    GeoJSONError,
    InvalidAnswer,
    MissingResource,
    NetworkError,
    NoPermission,
)
from planet.models import Mosaic, Quad, Series
from tests.helpers import OREGON

NAME = "global_monthly_2022_01_mosaic"
BOX = [-117.59, 45.2, -117.3, 45.4]  # two columns, three rows
FULL = r"/full$"
IMAGE = r"^/basemaps/.*tif$"


class Shape:
    __geo_interface__ = OREGON


def files(folder):
    """What lies in a folder, beside its manifest."""
    return sorted(path.name for path in folder.iterdir() if path.name != "manifest.json")


@pytest.fixture
def mosaic(pl, sandbox):
    """The mosaic of the guides; the requests that it took are forgotten."""
    found = pl.mosaics.get_mosaic(NAME)
    sandbox.requests.clear()
    return found


@pytest.fixture
def quad(pl, mosaic, sandbox):
    """A quad of it."""
    found = pl.mosaics.get_quad(mosaic, "355-1313")
    sandbox.requests.clear()
    return found


def test_a_mosaic_by_name_id_and_itself(pl, sandbox):
    mosaic = pl.mosaics.get_mosaic(NAME)
    assert isinstance(mosaic, Mosaic)
    assert (mosaic.name, mosaic.interval, mosaic.datatype, mosaic.quad_download) == (NAME, "1 mon", "byte", True)
    assert mosaic.bbox == [-180, -85, 180, 85]
    assert mosaic.first_acquired == datetime.datetime(2022, 1, 1, tzinfo=datetime.timezone.utc)
    assert mosaic.last_acquired.month == 2
    assert repr(mosaic).startswith("{") and NAME in repr(mosaic)
    assert pl.mosaics.get_mosaic(mosaic.id) == mosaic
    sandbox.requests.clear()
    assert pl.mosaics.get_mosaic(mosaic) == mosaic
    assert sandbox.requests == []


def test_a_series_by_name_and_id(pl):
    series = pl.mosaics.get_series("Global Quarterly")
    assert isinstance(series, Series)
    assert (series.interval, series.first_acquired.year) == ("3 mons", 2016)
    assert pl.mosaics.get_series(series.id) == series


@pytest.mark.parametrize("name", ["no_such_thing", "3a9b0c1e-0000-4000-8000-000000000000"])
def test_what_there_is_not(pl, name):
    with pytest.raises(MissingResource, match=f"Mosaic Not Found: {name}"):
        pl.mosaics.get_mosaic(name)
    with pytest.raises(MissingResource, match=f"Series Not Found: {name}"):
        pl.mosaics.get_series(name)
    with pytest.raises(MissingResource, match="Mosaic Not Found"):
        pl.mosaics.list_quads(name, full_extent=True).first()
    with pytest.raises(MissingResource, match="Series Not Found"):
        pl.mosaics.list_series_mosaics(name).first()
    with pytest.raises(MissingResource, match="Mosaic Not Found"):
        pl.mosaics.download_quads(name, bbox=BOX)


def test_series_and_their_mosaics(pl):
    assert [s.name for s in pl.mosaics.list_series(name_contains="MONTHLY", interval="1 mon")] == [
        "Global Monthly",
        "PS Monthly Normalized Analytic SR",
    ]
    assert [s.name for s in pl.mosaics.list_series(acquired_gt=datetime.datetime(2025, 1, 1))] == [
        "Global Monthly",
        "Global Quarterly",
    ]
    assert len([s for s in pl.mosaics.list_series(limit=2)]) == 2
    series = pl.mosaics.get_series("Global Quarterly")
    for named in (series, series.name, series.id):
        year = [
            m.name
            for m in pl.mosaics.list_series_mosaics(
                named, acquired_gt=datetime.datetime(2022, 1, 1), acquired_lt="2022-12-31"
            )
        ]
        assert year == [f"global_quarterly_2022q{number}_mosaic" for number in (1, 2, 3, 4)]
    newest = [m for m in pl.mosaics.list_series_mosaics(series, latest=True)]
    everything = [m for m in pl.mosaics.list_series_mosaics(series)]
    assert newest == everything[-1:]
    assert all(isinstance(m, Mosaic) for m in everything)


def test_mosaics_come_in_pages(pl, sandbox):
    names = [m.name for m in pl.mosaics.list_mosaics()]
    assert len(names) == len(set(names)) > 150
    assert (
        len([request for request in sandbox.requests if request.path == "/basemaps/v1/mosaics"]) == len(names) // 50 + 1
    )
    half = pl.mosaics.list_mosaics()
    first = [(next(half)).name for _ in range(70)]
    assert first + [m.name for m in pl.mosaics.list_mosaics().resume(half.position)] == names
    assert [m.name for m in pl.mosaics.list_mosaics(name_contains="2022_01")] == [
        NAME,
        "ps_monthly_normalized_analytic_sr_2022_01_mosaic",
    ]


def test_times_go_out_as_the_service_reads_them(pl, sandbox):
    moment = datetime.datetime(2021, 1, 15, 12)
    between = pl.mosaics.list_mosaics(acquired_gt=moment, acquired_lt="2021-03-01T00:00:00Z", interval="1 mon")
    names = {mosaic.name for mosaic in between}
    assert {name for name in names if name.startswith("global")} == {
        "global_monthly_2021_01_mosaic",
        "global_monthly_2021_02_mosaic",
    }
    with pytest.raises(ClientError, match="acquired_gt"):
        pl.mosaics.list_mosaics(acquired_gt=2021)
    with pytest.raises(BadQuery, match="yesterday"):
        pl.mosaics.list_mosaics(acquired_lt="yesterday").first()


def test_quads_of_an_area(pl, mosaic):
    by_box = [quad for quad in pl.mosaics.list_quads(mosaic, bbox=BOX)]
    assert all(isinstance(quad, Quad) for quad in by_box)
    assert len({quad.id for quad in by_box}) == len(by_box) == 6
    assert by_box[0].percent_covered == 100 and by_box[0].is_downloadable
    for shape in (OREGON, Shape(), {"type": "Feature", "geometry": OREGON}):
        assert {q.id for q in pl.mosaics.list_quads(mosaic, geometry=shape)} == {"355-1313"}
    for named in (NAME, mosaic.id, mosaic):
        assert pl.mosaics.summarize_quads(named, bbox=BOX) == {"total_quads": 6}
        assert pl.mosaics.summarize_quads(named, geometry=OREGON) == {"total_quads": 1}
    minimal = pl.mosaics.list_quads(mosaic, bbox=BOX, minimal=True).first()
    assert "percent_covered" not in minimal and minimal.is_downloadable
    quad = by_box[0]
    west, south, east, north = quad.bbox
    assert west < BOX[0] < east and south < BOX[1] < north
    assert {q.id for q in pl.mosaics.list_quads(mosaic, geometry=quad)} >= {quad.id}


def test_the_grid_is_the_documented_one(pl, mosaic):
    for quad_id, longitude, latitude in (("455-1272", -100, 40), ("1050-1374", 4.6, 52.35)):
        box = [longitude, latitude, longitude + 1e-6, latitude + 1e-6]
        assert [q.id for q in pl.mosaics.list_quads(mosaic, bbox=box)] == [quad_id]


def test_all_quads_of_a_mosaic(pl, mosaic, sandbox):
    assert pl.mosaics.summarize_quads(mosaic) == {"total_quads": 2048 * 2042}
    first = pl.mosaics.list_quads(mosaic, full_extent=True, limit=120)
    assert len({quad.id for quad in first}) == 120
    small = pl.mosaics.get_mosaic("annecy_summer_2022_mosaic")
    every = [quad for quad in pl.mosaics.list_quads(small, full_extent=True)]
    assert len(every) == (pl.mosaics.summarize_quads(small))["total_quads"] == 16
    assert not any(quad.is_downloadable for quad in every)


def test_many_quads_of_a_geometry_come_in_pages(pl, mosaic, sandbox):
    box = [-118.0, 44.0, -116.0, 46.0]
    area = {"type": "Polygon", "coordinates": [[[-118, 44], [-116, 44], [-116, 46], [-118, 46], [-118, 44]]]}
    by_box = {quad.id for quad in pl.mosaics.list_quads(mosaic, bbox=box)}
    quads = pl.mosaics.list_quads(mosaic, geometry=area)
    first = [(next(quads)).id for _ in range(60)]
    rest = [q.id for q in pl.mosaics.list_quads(mosaic, geometry=area).resume(quads.position)]
    assert len(by_box) == len(first) + len(rest) > 100
    assert by_box == {*first, *rest}


def test_a_feature_as_the_area(pl, mosaic):
    collection_id = pl.features.create_collection("fields")
    (ref,) = pl.features.add_items(collection_id, OREGON)
    feature = pl.features.list_items(collection_id).first()
    for area in (ref, feature, {"type": "ref", "content": ref}, {"type": "ref", "content": [ref]}):
        assert pl.mosaics.summarize_quads(mosaic, geometry=area) == {"total_quads": 1}
    with pytest.raises(MissingResource):
        pl.mosaics.summarize_quads(mosaic, geometry="pl:features/my/no/thing")
    for several in (f"pl:features/my/{collection_id}", {"type": "ref", "content": [ref, ref]}):
        with pytest.raises(FeatureError, match="not a reference to one feature"):
            pl.mosaics.summarize_quads(mosaic, geometry=several)


def test_areas_that_are_none(pl, mosaic, sandbox, tmp_path):
    listings = (
        lambda **area: pl.mosaics.list_quads(mosaic, **area),
        lambda **area: pl.mosaics.summarize_quads(mosaic, **area),
        lambda **area: pl.mosaics.download_quads(mosaic, directory=tmp_path, **area),
    )
    for call in listings:
        for area, error, said in (
            ({"bbox": BOX, "geometry": OREGON}, ClientError, "exclude each other"),
            ({"bbox": BOX[:3]}, ClientError, "bbox must be"),
            ({"bbox": [1, 2, "x", 4]}, ClientError, "bbox must be"),
            ({"bbox": "1,2,3,4"}, ClientError, "bbox must be"),
            ({"bbox": [45.2, -117.6, 45.4, -117.4]}, ClientError, "must be within -180 to 180"),
            ({"bbox": [3, 2, 1, 4]}, ClientError, "west <= east"),
            ({"geometry": {"type": "Polygon"}}, GeoJSONError, "coordinates"),
        ):
            with pytest.raises(error, match=said):
                call(**area)
    with pytest.raises(ClientError, match="full_extent=True"):
        pl.mosaics.list_quads(mosaic)
    with pytest.raises(ClientError, match="bbox or geometry is required"):
        pl.mosaics.download_quads(mosaic)
    for wrong in (0, True, "4"):
        with pytest.raises(ClientError, match="concurrency"):
            pl.mosaics.download_quads(mosaic, bbox=BOX, concurrency=wrong)
    with pytest.raises(ClientError, match="is not a valid Mosaic"):
        pl.mosaics.get_mosaic(None)
    with pytest.raises(ClientError, match="quad"):
        pl.mosaics.download_quad("355-1313")
    assert sandbox.requests == [] and files(tmp_path) == []


def test_what_a_quad_is_made_of(pl, quad):
    contributions = pl.mosaics.get_quad_contributions(quad)
    assert contributions
    for entry in contributions[:2]:
        item_id = entry["link"].rpartition("/")[2]
        item = pl.data.get_item("PSScene", item_id)
        assert item.acquired.month == 1 and item.cloud_cover <= 0.1
    with pytest.raises(ClientError, match="no link 'items'"):
        pl.mosaics.get_quad_contributions(Quad(id="1-1"))
    with pytest.raises(ClientError, match="another server"):
        pl.mosaics.get_quad_contributions(Quad(id="1-1", _links={"items": "http://evil.example/x"}))


# -- downloads -----------------------------------------------------------------------------------------------


def test_a_quad(pl, mosaic, quad, sandbox, tmp_path):
    path = pl.mosaics.download_quad(quad, directory=tmp_path / "new")
    assert path == tmp_path / "new" / "355-1313.tif"
    with rasterio.open(path) as image:
        assert image.crs.to_epsg() == 3857 and image.count == 4
        west, _, east, _ = rasterio.warp.transform_bounds(image.crs, "EPSG:4326", *image.bounds)
        assert west == pytest.approx(quad.bbox[0]) and east == pytest.approx(quad.bbox[2])
    storage = [seen for seen in sandbox.requests if seen.origin == "storage"]
    assert storage and not any("authorization" in seen.headers for seen in storage)
    sandbox.requests.clear()
    assert pl.mosaics.download_quad(quad, directory=tmp_path / "new") == path
    assert sandbox.requests == [], "a quad that is there costs no request"
    before = path.stat().st_ino
    pl.mosaics.download_quad(quad, directory=tmp_path / "new", overwrite=True)
    assert path.stat().st_ino != before and files(tmp_path / "new") == ["355-1313.tif"]


def test_an_analytic_quad(pl, tmp_path):
    mosaic = pl.mosaics.get_mosaic("ps_monthly_normalized_analytic_sr_2022_06_mosaic")
    assert mosaic.datatype == "uint16"
    (path,) = pl.mosaics.download_quads(mosaic, geometry=OREGON, directory=tmp_path)
    with rasterio.open(path) as image:
        assert image.dtypes[0] == "uint16" and image.descriptions[:4] == ("blue", "green", "red", "nir")


def test_all_quads_of_an_area(pl, mosaic, sandbox, tmp_path):
    report = pl.mosaics.download_quads(mosaic, bbox=BOX, directory=tmp_path, concurrency=3)
    assert len(report) == len(report.fetched) == 6
    assert sorted(path.name for path in report) == files(tmp_path)
    sandbox.requests.clear()
    again = pl.mosaics.download_quads(mosaic, bbox=BOX, directory=tmp_path)
    assert len(again.kept) == 6
    assert [request.path.rpartition("/")[2] for request in sandbox.requests] == ["quads"], "nothing but the listing"
    (tmp_path / "355-1313.tif").unlink()
    missing = pl.mosaics.download_quads(NAME, geometry=OREGON, directory=tmp_path)
    assert [outcome.name for outcome in missing.fetched] == ["355-1313"]


def test_the_folder_is_called_like_the_mosaic(pl, mosaic, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    pl.mosaics.download_quads(mosaic, geometry=OREGON)
    assert files(tmp_path) == [NAME] and files(tmp_path / NAME) == ["355-1313.tif"]
    with pytest.raises(DownloadError, match="unsafe file name"):
        pl.mosaics.download_quads(Mosaic({**mosaic, "name": "../out"}), geometry=OREGON)


def test_progress(pl, mosaic, tmp_path, capsys):
    pl.mosaics.download_quads(mosaic, geometry=OREGON, directory=tmp_path, progress_bar=True)
    assert "1 of 1 files" in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["cut", "reset", "slow", "gzip", "chunked", "no_etag", "ignore_range"])
def test_a_quad_on_a_bad_line(pl, quad, sandbox, tmp_path, kind):
    sandbox.inject("cut", path=IMAGE, after=3000)
    sandbox.inject(kind, path=IMAGE, after=1000, rate=5_000_000)
    path = pl.mosaics.download_quad(quad, directory=tmp_path)
    with rasterio.open(path) as image:
        assert image.read().any()
    assert files(tmp_path) == ["355-1313.tif"]


def test_a_quad_that_was_cut_off_is_taken_up_again(pl, quad, sandbox, tmp_path):
    sandbox.inject("cut", path=IMAGE, after=3000)
    path = pl.mosaics.download_quad(quad, directory=tmp_path)
    storage = [seen for seen in sandbox.requests if seen.origin == "storage"]
    assert [seen.headers.get("range") for seen in storage] == [None, "bytes=3000-"]
    assert sum(seen.sent for seen in storage) == path.stat().st_size, "no byte came twice"


@pytest.mark.parametrize("kind", ["truncated", "corrupt", "login_page"])
def test_what_comes_is_checked(pl, quad, sandbox, tmp_path, kind):
    sandbox.inject(kind, path=IMAGE, times=2)
    with rasterio.open(pl.mosaics.download_quad(quad, directory=tmp_path)) as image:
        assert image.read().any()
    other = pl.mosaics.get_quad(NAME, "355-1312")
    sandbox.inject(kind, path=IMAGE, times=None)
    with pytest.raises((ChecksumError, NetworkError)) as caught:
        pl.mosaics.download_quad(other, directory=tmp_path)
    if kind == "truncated":
        assert "its image extends to byte" in str(caught.value)
    assert files(tmp_path) == ["355-1313.tif"]


def test_another_file_in_its_place_is_left_alone(pl, quad, sandbox, tmp_path):
    path = pl.mosaics.download_quad(quad, directory=tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[:3000])  # as older programs leave it
    sandbox.requests.clear()
    with pytest.raises(DownloadError, match="355-1313.tif already exists.*overwrite=True"):
        pl.mosaics.download_quad(quad, directory=tmp_path)
    assert path.stat().st_size == 3000 and sandbox.requests == []
    pl.mosaics.download_quad(quad, directory=tmp_path, overwrite=True)
    assert path.read_bytes() == whole


def test_links_that_expire(pl, quad, sandbox, tmp_path):
    sandbox.inject("cut", path=IMAGE, after=3000)
    sandbox.inject("expired_link", path=IMAGE)
    pl.mosaics.download_quad(quad, directory=tmp_path)
    assert len([seen for seen in sandbox.requests if seen.path.endswith("/full")]) == 2


def test_one_that_fails_does_not_keep_the_others(pl, mosaic, sandbox, tmp_path):
    sandbox.inject("status", path="/quads/355-1313/full", status=404, times=None)
    with pytest.raises(DownloadError, match="1 of 6 files.*355-1313") as caught:
        pl.mosaics.download_quads(mosaic, bbox=BOX, directory=tmp_path)
    assert list(caught.value.failures) == ["355-1313"] and len(files(tmp_path)) == 5
    sandbox.clear_faults()
    assert len((pl.mosaics.download_quads(mosaic, bbox=BOX, directory=tmp_path)).fetched) == 1


def test_quads_that_may_not_be_downloaded(pl, sandbox, tmp_path):
    small = pl.mosaics.get_mosaic("annecy_summer_2022_mosaic")
    with pytest.raises(ClientError, match="may not download quads of annecy_summer_2022_mosaic"):
        pl.mosaics.download_quads(small, bbox=small.bbox, directory=tmp_path)
    quad = pl.mosaics.list_quads(small, full_extent=True).first()
    with pytest.raises(ClientError, match=f"Quad {quad.id} has no link 'download'.*access"):
        pl.mosaics.download_quad(quad, directory=tmp_path)
    link = quad["_links"]["items"].replace("/items", "/full")
    with pytest.raises(NoPermission, match="permission"):
        pl.mosaics.download_quad(Quad({**quad, "_links": {"download": link}}), directory=tmp_path)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("name", ["../../out", "a/b", "/etc/passwd", "", None, "a\0b", "c:x"])
def test_hostile_ids(pl, quad, sandbox, tmp_path, name):
    with pytest.raises(DownloadError):
        pl.mosaics.download_quad(Quad({**quad, "id": name}), directory=tmp_path)
    assert sandbox.requests == [] and os.listdir(tmp_path) == []


def test_the_key_goes_to_the_api_alone(pl, quad, sandbox, tmp_path, caplog):
    caplog.set_level("DEBUG")
    assert sandbox.api_key in quad["_links"]["download"], "this service repeats the key in its links"
    elsewhere = Quad({**quad, "_links": {"download": f"{sandbox.storage_url}/basemaps/x.tif?api_key=secret"}})
    with pytest.raises(ClientError, match="another server") as caught:
        pl.mosaics.download_quad(elsewhere, directory=tmp_path)
    assert "secret" not in str(caught.value)
    sandbox.inject("status", path=FULL, status=403, times=None)
    with pytest.raises(NoPermission) as refused:
        pl.mosaics.download_quad(quad, directory=tmp_path)
    assert sandbox.api_key not in f"{refused.value} {quad!r} {caplog.text}"


def test_answers_that_make_no_sense(pl, sandbox, mosaic, quad, tmp_path):
    sandbox.inject("status", path="/quads$", status=200, body='{"items": []}')
    with pytest.raises(InvalidAnswer, match="number of quads is missing"):
        pl.mosaics.summarize_quads(mosaic, bbox=BOX)
    for body in ('{"nothing": 1}', '{"items": ["a"]}'):
        sandbox.inject("status", path="/items$", status=200, body=body)
        with pytest.raises(InvalidAnswer, match="list of scenes is missing"):
            pl.mosaics.get_quad_contributions(quad)
    for link in ("http://evil.example/{lx},{ly},{ux},{uy}", 3, None):
        with pytest.raises(ClientError):
            pl.mosaics.summarize_quads(Mosaic({**mosaic, "_links": {"quads": link}}), bbox=BOX)
    with pytest.raises(InvalidAnswer, match="no placeholder for a bounding box"):
        pl.mosaics.summarize_quads(Mosaic({**mosaic, "_links": {"quads": "/basemaps/v1/quads?x=1"}}), bbox=BOX)
    encoded = mosaic["_links"]["quads"].replace("{", "%7B").replace("}", "%7D")
    other = Mosaic({**mosaic, "_links": {"quads": encoded}, "bbox": (1, None)})
    assert pl.mosaics.summarize_quads(other, bbox=BOX) == {"total_quads": 6}
    assert (pl.mosaics.summarize_quads(other))["total_quads"] > 4_000_000
    for nameless in ({"name": "x"}, {"name": "x", "id": None}):
        with pytest.raises(ClientError, match="has no id"):
            pl.mosaics.get_quad(nameless, "1-1")
    with pytest.raises(GeoJSONError):
        pl.mosaics.list_quads(mosaic, geometry=Quad(id="1-1"))
    with pytest.raises(ClientError, match="is not a valid Mosaic"):
        pl.mosaics.summarize_quads(pl.mosaics.get_series("Global Monthly"))


def test_two_mosaics_in_one_folder(pl, mosaic, tmp_path):
    """Their quads have the same names: one must not pass for the other."""
    (path,) = pl.mosaics.download_quads(mosaic, geometry=OREGON, directory=tmp_path)
    before = path.read_bytes()
    july = pl.mosaics.get_mosaic("global_monthly_2022_07_mosaic")
    with pytest.raises(DownloadError, match=f"is a quad of {NAME}.*its own folder"):
        pl.mosaics.download_quads(july, geometry=OREGON, directory=tmp_path)
    quad = pl.mosaics.list_quads(july, geometry=OREGON).first()
    with pytest.raises(DownloadError, match=f"is a quad of {NAME}"):
        pl.mosaics.download_quad(quad, directory=tmp_path)
    assert path.read_bytes() == before
    pl.mosaics.download_quads(july, geometry=OREGON, directory=tmp_path, overwrite=True)
    assert path.read_bytes() != before
    assert len((pl.mosaics.download_quads(july, geometry=OREGON, directory=tmp_path)).kept) == 1


def test_what_was_downloaded_can_be_verified(pl, mosaic, sandbox, tmp_path):
    report = pl.mosaics.download_quads(mosaic, bbox=BOX, directory=tmp_path)
    validate_checksum(tmp_path, "sha256")
    damaged = report[0]
    content = damaged.read_bytes()
    damaged.write_bytes(content[:-3000] + bytes(3000))
    with pytest.raises(ChecksumError, match=damaged.name):
        validate_checksum(tmp_path, "sha256")
    sandbox.requests.clear()
    with pytest.raises(DownloadError, match=f"1 of 6 files.*{damaged.name} already exists") as caught:
        pl.mosaics.download_quads(mosaic, bbox=BOX, directory=tmp_path)
    assert len(caught.value.report.kept) == 5
    damaged.unlink()
    again = pl.mosaics.download_quads(mosaic, bbox=BOX, directory=tmp_path)
    assert len(again.fetched) == 1 and damaged.read_bytes() == content


def test_a_manifest_of_something_else_is_left_alone(pl, mosaic, tmp_path):
    (tmp_path / "manifest.json").write_text('{"files": [{"path": "PSScene/a.tif"}]}')
    pl.mosaics.download_quads(mosaic, geometry=OREGON, directory=tmp_path)
    assert "a.tif" in (tmp_path / "manifest.json").read_text()


def test_a_listing_that_breaks_off(pl, mosaic, sandbox, tmp_path):
    area = [-118.0, 44.9, -116.0, 45.9]
    sandbox.inject("status", path="/quads$", status=403, times=None)
    with pytest.raises(NoPermission):
        pl.mosaics.download_quads(mosaic, bbox=area, directory=tmp_path)
    sandbox.clear_faults()
    first = [quad.id for quad in pl.mosaics.list_quads(mosaic, bbox=area, minimal=True, limit=2)]
    body = a_page(f"{sandbox.base_url}/basemaps/v1/mosaics/{mosaic.id}", first)
    sandbox.inject("status", path="/quads$", status=200, body=body)
    with pytest.raises(DownloadError, match="listed completely: after 2") as caught:
        pl.mosaics.download_quads(mosaic, bbox=area, directory=tmp_path)
    assert len(caught.value.report.fetched) == 2 and len(files(tmp_path)) == 2


def a_page(root, ids):
    """A page of two quads, whose follower is nowhere."""
    items = [{"id": name, "_links": {"download": f"{root}/quads/{name}/full"}} for name in ids]
    return json.dumps({"items": items, "_links": {"_next": f"{root}/no-such-thing"}})


def test_nothing_there(pl, tmp_path):
    mosaic = pl.mosaics.get_mosaic("ps_monthly_normalized_analytic_sr_2022_06_mosaic")
    with pytest.warns(UserWarning, match="No quad of ps_monthly"):
        assert pl.mosaics.download_quads(mosaic, bbox=[6, 45, 7, 46], directory=tmp_path) == []


def test_a_position_holds_no_key(pl, sandbox, mosaic):
    assert sandbox.api_key in mosaic["_links"]["quads"]
    for area in ({"bbox": [-118, 44, -116, 46]}, {"geometry": Shape()}):
        quads = pl.mosaics.list_quads(mosaic, **area)
        quads.first()
        assert sandbox.api_key not in quads.position
        assert pl.mosaics.list_quads(mosaic, **area).resume(quads.position).first() is None or "bbox" in area
