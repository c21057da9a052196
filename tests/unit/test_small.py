"""Times, collected results, models, errors, bars."""

import datetime
import io
import pickle
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import planet
from planet import collect, exceptions, reporting
from planet._apis.orders import OrderStates
from planet._apis.subscriptions import CsvLines
from planet._utils.spherical import square_kilometres
from planet._utils.times import rfc3339
from planet.exceptions import ClientError, InvalidAnswer, PlanetError, SpecificationException
from planet.io import as_interval, str_to_datetime
from planet.models import Item, Order, OrderResult

FEATURE = {"type": "Feature", "geometry": None, "properties": {}}


@given(st.datetimes(timezones=st.just(datetime.timezone.utc)))
def test_times_there_and_back(moment):
    assert str_to_datetime(rfc3339(moment)) == moment
    assert str_to_datetime(rfc3339(moment).replace("+00:00", "Z")) == moment


@pytest.mark.parametrize(
    "text",
    ["2024-06-01", "2024-06-01T00:00:00Z", "2024-06-01T00:00:00.000Z", "2024-06-01T00:00:00.000000000Z",
     "2024-06-01T02:00:00+02:00", "2024-06-01T00:00:00", "2024-06-01T00:00:00.0"],
)  # fmt: skip
def test_times_as_services_write_them(text):
    moment = str_to_datetime(text)
    assert moment == datetime.datetime(2024, 6, 1, tzinfo=datetime.timezone.utc)
    assert moment.tzinfo is not None


@pytest.mark.parametrize("text", ["", "yesterday", "2024-13-01", None])
def test_what_is_no_time(text):
    with pytest.raises(PlanetError):
        str_to_datetime(text)


def test_collect():
    assert collect([]) == {"type": "FeatureCollection", "features": []}
    assert collect(iter([FEATURE])) == {"type": "FeatureCollection", "features": [FEATURE]}
    assert collect([FEATURE, {"id": 1}]) == [FEATURE, {"id": 1}]
    assert collect([{"type": "Feature"}]) == [{"type": "Feature"}]


async def test_collect_asynchronously():
    async def results():
        yield FEATURE

    assert await collect(results()) == {"type": "FeatureCollection", "features": [FEATURE]}
    collect(results())  # not awaited, as some do: nothing happens, and nothing is said


def test_models_never_show_links():
    result = OrderResult(name="a", location="https://h/?token=1", expires_at="2024-06-01T00:00:00Z", delivery="success")
    assert "token" not in repr(result)
    assert result.expires_at.year == 2024
    order = Order(id="1", _links={"results": [result, None, 7]})
    assert "token" not in repr(order)
    assert [entry.name for entry in order.results] == ["a"]
    assert Order(id="1").results == []
    assert Order(id="1", _links={"results": None}).results == []
    assert (Order(id="1").created_on, Order(id="1").name, Order(id="1").error_hints) == (None, None, [])
    assert Item(id="x").acquired is None
    with pytest.raises(AttributeError):
        _ = planet.models.Feature().ref


def test_states():
    assert OrderStates.reached("running", "success")
    assert not OrderStates.reached("success", "running")
    assert OrderStates.passed("queued", "running")
    assert not OrderStates.passed("running", "running")
    assert OrderStates.is_final("partial")
    assert not OrderStates.is_final("paused")
    assert not OrderStates.reached("queued", "paused")


# -- errors --------------------------------------------------------------------------------------------------


def every_error():
    return [getattr(exceptions, name) for name in exceptions.__all__]


def test_every_error_is_in_the_one_tree_and_in_its_picture():
    for kind in every_error():
        assert issubclass(kind, PlanetError)
        assert kind.__name__ in exceptions.__doc__


@pytest.mark.parametrize("kind", every_error(), ids=lambda kind: kind.__name__)
def test_every_error_has_a_text_and_can_be_pickled(kind):
    assert str(kind())
    error = kind("x", ["y"], "z") if kind is SpecificationException else kind("what happened", hint="What to do.")
    copy = pickle.loads(pickle.dumps(error))
    assert (type(copy), str(copy), copy.hint) == (kind, str(error), error.hint)


def test_the_text_of_an_error_has_all_its_parts():
    error = exceptions.BadQuery(
        "Unable to accept order", method="POST", url="https://h/p", status_code=400, request_id="r-1",
        field_errors={"Products": ["bad", "worse"]}, hint="Do this.",
    )  # fmt: skip
    assert str(error) == (
        "Unable to accept order; Products: bad; worse (400 Bad Request, POST https://h/p, request id r-1). Do this."
    )


# -- bars ----------------------------------------------------------------------------------------------------


def test_a_state_bar_without_a_terminal_says_what_changes(capsys):
    with reporting.StateBar(state="creating") as bar:
        bar.update(state="created", order_id="1")
        for state in ("queued", "queued", "running"):
            bar.update_state(state)
        assert str(bar) == "00:00 - order 1 - state: running"
    lines = capsys.readouterr().err.splitlines()
    assert [line.rsplit(" ", 1)[1] for line in lines] == ["creating", "created", "queued", "running"]


def test_a_state_bar_on_a_terminal(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with reporting.StateBar(order_id="1", state="queued") as bar:
        assert bar.desc == "order 1"
        bar.update_state("running")
        assert "order 1 - state: running" in str(bar)
    assert "order 1 - state: running" in capsys.readouterr().err


def test_a_bar_for_many_orders_counts_their_states(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with reporting.StatesBar(3) as bar:
        for order_id, state in (("1", "queued"), ("2", "running"), ("3", "queued"), ("3", "running"), ("1", "success")):
            bar.update_state(order_id, state)
        bar.finish("1")
        assert str(bar) == "00:00 - 1 of 3 orders done - running 2"
        bar.finish("2")
        bar.finish("3")
        assert str(bar) == "00:00 - 3 of 3 orders done"
    assert "queued 2, running 1" in capsys.readouterr().err


def test_a_disabled_bar_is_silent(capsys):
    with reporting.StatesBar(2, disable=True) as states:
        states.update_state("1", "queued")
    with reporting.StateBar(disable=True) as bar:
        bar.update(state="x")
    with reporting.AssetStatusBar("t", "i", "a", disable=True) as bar:
        bar.update("active")
    with reporting.DownloadBar(2, 100, disable=True) as bar:
        bar.seen(planet.constants.DATA_DIR, 5)
    assert capsys.readouterr().err == ""


def test_an_asset_bar(capsys):
    with reporting.AssetStatusBar("PSScene", "i", "ortho_visual") as bar:
        bar.update("activating")
        assert str(bar) == "00:00 - PSScene i ortho_visual - status: activating"
    assert capsys.readouterr().err.count("activating") == 1


def test_a_download_bar_on_a_terminal(capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with reporting.DownloadBar(2, 3_000_000) as bar:
        for name in ("a.tif", "b.tif"):
            bar.start(planet.constants.DATA_DIR / name)
        bar.seen(planet.constants.DATA_DIR / "a.tif", 2_000_000)
        bar.seen(planet.constants.DATA_DIR / "a.tif", 0)  # begun again
        bar.seen(planet.constants.DATA_DIR / "a.tif", 1_500_000)
        bar.finish(planet.constants.DATA_DIR / "a.tif")
        bar.seen(planet.constants.DATA_DIR / "b.tif", 1_500_000)
        bar.finish(planet.constants.DATA_DIR / "b.tif", fetched=False)
    shown = capsys.readouterr().err
    assert "2/2 files" in shown
    assert "3.00M/3.00M" in shown
    assert "1 already there" in shown


def all_bars():
    """Show every bar once, with names that terminals would act on."""
    with reporting.StateBar(state="creating \x1b]0;title\x07") as state:
        state.update_state("running \u202edone")
        str(state)
    with reporting.AssetStatusBar("PSScene", "i\x9b31m", "ortho_visual") as asset:
        asset.update("activating")
    with reporting.DownloadBar(2, 3_000_000) as bar:
        path = Path("данные") / "日本\x1b[2J.tif"
        bar.start(path)
        assert bar._in_flight() == "日本\\x1b[2J.tif"
        bar.waiting(1)
        bar.seen(path, 1_500_000)
        bar.finish(path)
        bar.failed(path)


class Console(io.TextIOWrapper):
    """A console of some encoding."""

    def __init__(self, encoding, *, terminal):
        super().__init__(io.BytesIO(), encoding=encoding, write_through=True)
        self._terminal = terminal

    def isatty(self):
        return self._terminal


@pytest.mark.parametrize("terminal", [True, False])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "cp932", "ascii"])
def test_bars_on_any_console(monkeypatch, encoding, terminal):
    console = Console(encoding, terminal=terminal)
    monkeypatch.setattr(sys, "stderr", console)
    monkeypatch.setenv("COLUMNS", "200")
    all_bars()
    shown = console.buffer.getvalue().decode(encoding)
    assert "files" in shown and "running" in shown
    assert not set(shown) & set("\x07\x9b\u202e") and "\x1b]" not in shown and "\x1b[2J" not in shown


@pytest.mark.parametrize("kind", ["none", "closed", "broken"])
def test_bars_without_a_console(monkeypatch, kind):
    monkeypatch.setenv("COLUMNS", "200")

    class Broken:
        def __getattr__(self, name):
            raise OSError(name)

    console = {"none": None, "closed": Console("utf-8", terminal=True), "broken": Broken()}[kind]
    if kind == "closed":
        console.close()
    monkeypatch.setattr(sys, "stderr", console)
    all_bars()


def test_a_console_that_closes_in_between(monkeypatch):
    console = Console("utf-8", terminal=True)
    monkeypatch.setattr(sys, "stderr", console)
    with reporting.DownloadBar(1, 10) as bar, reporting.StateBar(state="x") as state:
        console.close()
        bar.seen(Path("a"), 5)
        bar.finish(Path("a"))
        state.update_state("y")


# -- the public surface --------------------------------------------------------------------------------------


def test_the_public_names():
    assert set(planet.__all__) <= set(dir(planet))
    for name in dir(planet):
        getattr(planet, name)
    with pytest.raises(AttributeError):
        _ = planet.nothing
    assert planet.__version__


def test_the_import_paths_that_scripts_use():
    from planet.clients import DataClient, OrdersClient
    from planet.clients.orders import ORDER_STATE_SEQUENCE
    from planet.http import MAX_ACTIVE, MAX_RETRIES, RATE_LIMIT, Session
    from planet.models import Paged, StreamingResponse
    from planet.sync import Planet
    from planet.sync.client import SYNC_CLIENT_X_PLANET_APP
    from planet.sync.data import DataAPI
    from planet.sync.orders import OrdersAPI

    assert (RATE_LIMIT, MAX_ACTIVE, MAX_RETRIES) == (10, 50, 5)
    assert SYNC_CLIENT_X_PLANET_APP == "python-sdk-sync"
    assert ORDER_STATE_SEQUENCE == ("queued", "running", "failed", "success", "partial", "cancelled")
    assert (DataClient, OrdersClient, Session, Planet) == (
        planet.DataClient, planet.OrdersClient, planet.Session, planet.Planet
    )  # fmt: skip
    assert (DataAPI, OrdersAPI) == (planet.DataAPI, planet.OrdersAPI)
    assert Paged
    assert StreamingResponse


def test_a_rota_says_what_is_due():
    from planet._http.polling import DueQueue

    rota = DueQueue()
    assert rota.take(0.0) is None
    for thing, due in (("late", 9.0), ("first", 1.0), ("second", 1.0)):
        rota.put(thing, due)
    assert rota.take(0.5) == (None, 0.5)
    assert [rota.take(2.0), rota.take(2.0)] == [("first", 0.0), ("second", 0.0)]
    assert rota.take(2.0) == (None, 7.0)
    assert rota.take(9.0) == ("late", 0.0)
    assert rota.take(9.0) is None


def test_claims(tmp_path):
    from hashlib import md5

    from planet._download.filename_registry import FilenameRegistry
    from planet.exceptions import DownloadError

    assert FilenameRegistry(tmp_path / "not there").find("a", "0" * 32, "x") is None
    for name in ("20_a.tif", "20_b.tif", "201_c.tif", "20.txt"):
        (tmp_path / name).write_bytes(name.encode())
    (tmp_path / "20_d.tif").mkdir()
    claims = FilenameRegistry(tmp_path)
    assert claims.find("20", md5(b"20_b.tif").hexdigest().upper(), "b") == tmp_path / "20_b.tif"
    assert claims.find("20", md5(b"20_b.tif").hexdigest(), "b") == tmp_path / "20_b.tif"
    assert claims.find("20", md5(b"20_b.tif").hexdigest(), "other") is None
    assert claims.find("20", md5(b"201_c.tif").hexdigest(), "c") is None, "it belongs to another item"
    assert claims.find("20", md5(b"20.txt").hexdigest(), "t") == tmp_path / "20.txt"
    claims.claim(tmp_path / "new.tif", "n")
    claims.claim(tmp_path / "new.tif", "n")
    with pytest.raises(DownloadError, match="another file of this download has the name"):
        claims.claim(tmp_path / "NEW.tif", "m")


def test_intervals():
    june, july = datetime.datetime(2024, 6, 1), datetime.date(2024, 7, 1)
    assert as_interval("created", None) is None
    assert as_interval("created", "2024-06-01/..") == "2024-06-01/.."
    assert as_interval("created", june) == "2024-06-01T00:00:00Z"
    assert as_interval("created", (june, july)) == "2024-06-01T00:00:00Z/2024-07-01"
    assert as_interval("created", [None, "2024-07-01"]) == "../2024-07-01"
    assert as_interval("created", "") is None
    for wrong in (3, (june,), (None, None), (june, 3)):
        with pytest.raises(ClientError, match="created"):
            as_interval("created", wrong)


CSV_LINES = st.lists(st.text(st.characters(exclude_characters="\n\r", exclude_categories=["Cs"])), max_size=6)


@given(CSV_LINES, st.data())
def test_lines_come_once_however_often_the_text_breaks_off(lines, data):
    text = "".join(f"{line}\r\n" for line in lines).encode()
    reader, seen = CsvLines(), []
    for _ in range(data.draw(st.integers(0, 3))):
        end = data.draw(st.integers(0, len(text)))
        for start in range(0, end, step := data.draw(st.integers(1, 20))):
            seen += reader.take(text[start : min(start + step, end)])
        reader.restart()
    cut = data.draw(st.integers(0, len(text)))
    assert seen + reader.take(text[:cut]) + reader.take(text[cut:]) + reader.end() == lines


def test_text_that_is_another_one():
    for second in (b"a\nB\nc\n", b"a\n"):
        reader = CsvLines()
        assert reader.take(b"a\nb\nc") == ["a", "b"]
        reader.restart()
        with pytest.raises(InvalidAnswer, match="The results changed"):
            reader.take(second)
            reader.end()
    with pytest.raises(InvalidAnswer, match="UTF-8"):
        CsvLines().take(b"\xff\n")
    reader = CsvLines()
    assert reader.take(b"a\nb\n\xff\n") == ["a", "b"], "what comes before what is wrong counts, and so has to come"
    with pytest.raises(InvalidAnswer, match="UTF-8"):
        reader.take(b"d\n")
    reader.restart()
    assert reader.take(b"a\nb\nc\nd\n") == ["c", "d"]
    assert CsvLines().end() == []


@pytest.mark.parametrize(("columns", "shown"), [("80", "2 in progress"), ("120", "a.tif +1")])
def test_a_narrow_terminal_has_room_for_the_bar(monkeypatch, columns, shown):
    monkeypatch.setenv("COLUMNS", columns)
    bar = reporting.DownloadBar(2)
    bar.start(Path("a.tif"))
    bar.start(Path("b.tif"))
    assert bar._in_flight() == shown


def test_the_area_of_polygons_on_a_sphere():
    square = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}
    assert square_kilometres(square) == pytest.approx(12364, rel=0.001)
    twice = {"type": "MultiPolygon", "coordinates": [square["coordinates"]] * 2}
    assert square_kilometres(twice) == pytest.approx(24728, rel=0.001)
    assert square_kilometres({"type": "Point", "coordinates": [0, 0]}) == 0
