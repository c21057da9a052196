"""Names, links, headers and bodies that come from outside."""

import contextlib
import json
import re
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planet._files.names import SafeDirectory, disposition_name, last_part, local_paths, safe_relative
from planet._http.errors import error_from_status, parse_retry_after
from planet._http.paging import Cursor, PageKeys, PageRequest, item_of
from planet._http.polling import PollInterval
from planet._http.redirects import follow
from planet._http.response import parse_json
from planet._http.urls import encode, join_link, origin
from planet._redact import redact, redact_url
from planet.exceptions import APIError, ClientError, DownloadError, InvalidAnswer, PagingError, PlanetError

KEYS = PageKeys.links("items", "next")


# -- names ---------------------------------------------------------------------------------------------------


NAMES = st.text() | st.text("ab:\\\\/. \t\x00\u202e\u200dcon", min_size=1)


@given(NAMES)
def test_a_stored_name_stays_below_its_folder_on_every_system(name):
    try:
        parts = safe_relative(name)
    except DownloadError:
        return
    assert "/".join(parts).count("/") == name.count("/")
    assert not set('"*:<>?\\|\t\n\0\u202e') & set("".join(parts))
    for system in (PurePosixPath, PureWindowsPath):
        path = system("root").joinpath(*parts)
        assert path.parts == ("root", *parts)
        assert not {"..", "."} & set(path.parts)
        assert not path.is_absolute()
    assert safe_relative("/".join(parts)) == parts, "what was made fit is not changed again"


@given(st.lists(NAMES, max_size=6, unique=True))
def test_stored_names_do_not_depend_on_the_order_and_do_not_collide(names):
    usable = []
    for name in names:
        with contextlib.suppress(DownloadError):
            safe_relative(name)
            usable.append(name)
    paths = local_paths(usable)
    assert local_paths(reversed(usable)) == paths
    changed = {path for name, path in paths.items() if path != name}
    assert len(changed) == sum(path != name for name, path in paths.items()), "no two changed names are the same"
    assert not changed & {name for name, path in paths.items() if path == name}


def test_names_that_collide_get_a_suffix():
    paths = local_paths(["a_b.tif", "a:b.tif", "A?b.TIF", "x:y", "x_y/z"])
    assert paths["a_b.tif"] == "a_b.tif"
    assert paths["x_y/z"] == "x_y/z"
    assert re.fullmatch(r"a_b~[0-9a-f]{8}\.tif", paths["a:b.tif"])
    assert re.fullmatch(r"A_b~[0-9a-f]{8}\.TIF", paths["A?b.TIF"])
    assert re.fullmatch(r"x_y~[0-9a-f]{8}", paths["x:y"]), "a file cannot have the name of a folder"


@given(st.lists(st.text("abcXYZ019_- äß日", min_size=1).map(str.strip).filter(bool), min_size=1, max_size=5))
def test_ordinary_names_pass(parts):
    if any(part.lower() in ("con", "nul", "aux", "prn") for part in parts):
        return
    assert safe_relative("/".join(parts)) == tuple(parts)


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("north field 2024-06-01 12:30:11.zip", "north field 2024-06-01 12_30_11.zip"), ("C:evil", "C_evil"),
        ("a/C:b", "a/C_b"), ("a\\b", "a_b"), ("a\\\\b", "a__b"), ("a\tb\n", "a_b_"), ("a\x9b31m", "a_31m"), ("a\u202eb", "a_b"),
        ("a\u200cb \u200d", "a\u200cb \u200d"), ("a\x00", "a_"), ("a\x7f", "a_"), ("\ud800", "_"), ("NUL", "_NUL"),
        ("nul.tif", "_nul.tif"), ("con/x", "_con/x"), ("com1.txt", "_com1.txt"), ("a./b", "a_/b"), ("b /a", "b_/a"),
        (".planet-0.part", "_planet-0.part"), (".PLANET-0.JSON", "_PLANET-0.JSON"), ("console.tif", "console.tif"),
    ],
)  # fmt: skip
def test_names_that_some_system_cannot_hold_are_changed(name, stored):
    assert "/".join(safe_relative(name)) == stored


@pytest.mark.parametrize(
    "name",
    ["", ".", "..", "a/..", "/a", "a//b", "a/", "C:", "c:/x", "C:\\x", "C:x/y", "a\\..\\b", "..\\x", "a\\.. ", "\\\\host\\share",
     "\\x", "...", ". .", " ", "a/ ", None, 7, ["a"]],
)  # fmt: skip
def test_hostile_names_are_refused(name):
    with pytest.raises(DownloadError, match="Nothing was written"):
        safe_relative(name)


def test_a_link_on_the_way_is_refused(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in/link").symlink_to(tmp_path)
    with pytest.raises(DownloadError, match="symbolic link"):
        SafeDirectory(tmp_path / "in").resolve("link/x")
    assert SafeDirectory(tmp_path / "in").resolve("new/x") == tmp_path / "in/new/x"


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (None, None),
        ("inline", None),
        ('attachment; filename="a b.tif"', "a b.tif"),
        ("attachment; filename=a.tif", "a.tif"),
        ('attachment; filename="a\\"b.tif"', 'a"b.tif'),
        ("attachment; filename=x.tif; filename*=UTF-8''%C3%A4.tif", "ä.tif"),
        ("attachment; filename*=nonsense''%C3%A4.tif; filename=x.tif", "x.tif"),
        ('attachment; filename="../../etc/passwd"', "../../etc/passwd"),
    ],
)
def test_content_disposition(header, name):
    assert disposition_name(header) == name


@given(st.text())
def test_any_content_disposition_gives_a_safe_name_or_an_error(text):
    name = disposition_name(f'attachment; filename="{text}"')
    if name:
        try:
            safe = last_part(name)
        except DownloadError:
            return
        assert "/" not in safe
        assert "\\" not in safe
        assert Path("x", safe).parent == Path("x")


# -- links ---------------------------------------------------------------------------------------------------


@given(st.text(min_size=1))
def test_no_id_changes_the_path_around_it(part):
    try:
        encoded = encode(part)
    except (ClientError, UnicodeEncodeError):
        return
    assert not set(encoded) & set("/?#\\ ")


def test_links_stay_at_home():
    base = "https://api.planet.com/x/y?page=1"
    assert join_link(base, "?page=2") == "https://api.planet.com/x/y?page=2"
    assert join_link(base, "HTTPS://API.planet.com:443/z").endswith("://API.planet.com:443/z")
    for link in (
        "https://evil.test/",
        "http://api.planet.com/",
        "//evil.test",
        "https://api.planet.com:444/",
        "ftp://x/",
    ):
        with pytest.raises(ClientError):
            join_link(base, link)


def test_origins():
    assert origin("http://h") == "http://h:80"
    assert origin("https://u:p@H:8443/x") == "https://h:8443"
    for url in ("", "x", "//h", "ftp://h", "http://", "http://h:x"):
        with pytest.raises(ClientError):
            origin(url)


def test_redirects():
    here = "https://a.test/x"
    assert follow("POST", here, 302, "/y", allow_cross_origin=False) == ("GET", "https://a.test/y", False)
    assert follow("POST", here, 307, "/y", allow_cross_origin=False) == ("POST", "https://a.test/y", True)
    assert follow("GET", here, 302, "https://b.test/y", allow_cross_origin=True) == ("GET", "https://b.test/y", False)
    for target, allow_cross_origin in (
        ("https://b.test/y", False),
        ("http://a.test/y", True),
        ("file:///etc/passwd", True),
        ("http://[bad", True),
    ):
        with pytest.raises(ClientError):
            follow("GET", here, 302, target, allow_cross_origin=allow_cross_origin)


# -- secrets -------------------------------------------------------------------------------------------------


@given(st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._~%-", min_size=10, max_size=60))
def test_nothing_of_a_query_or_a_credential_is_shown(secret):
    secret = f"S{secret}S"
    for text in (
        f"GET https://h/p?token={secret}",
        f"see 'https://h/p?X-Goog-Signature={secret}&b=1' please",
        f"https://user:{secret}@h/p",
        f"Authorization: api-key {secret.replace('%', '')}",
        f"Bearer {secret.replace('%', '')}",
        f"GET /p?X-Goog-Signature={secret}",
        f"(b'location', b'https://h/p?token={secret}')",
    ):
        assert secret not in redact(text)
    assert secret not in redact_url(f"https://u:{secret}@h/p?x={secret}#{secret}")


def test_redaction_takes_no_longer_than_the_text_is_long():
    import time

    start = time.thread_time()  # of the processor: how busy the machine is does not count
    for text in ("a." * 30_000, "a" * 60_000, "http://" * 9_000, "token" * 12_000, "https://h/" + "p" * 60_000):
        error_from_status(
            400, {}, json.dumps({"message": text, "field": {text: [{"message": text}]}}).encode(), "GET", "https://h"
        )
    assert time.thread_time() - start < 5


def test_nothing_secret_in_the_fields_of_an_error():
    body = {"field": {"a?token=TOPSECRET": [{"message": "see https://h/p?token=TOPSECRET " + "x" * 100_000}] * 50}}
    error = error_from_status(400, {}, json.dumps(body).encode(), "GET", "https://h")
    assert "TOPSECRET" not in str(error)
    assert len(str(error)) < 5_000


# -- headers and bodies --------------------------------------------------------------------------------------


@given(st.text() | st.floats().map(str) | st.datetimes().map(lambda time: time.strftime("%a, %d %b %Y %H:%M:%S GMT")))
def test_retry_after_is_a_number_of_seconds_or_nothing(value):
    seconds = parse_retry_after(value)
    assert seconds is None or 0 <= seconds < float("inf")


def test_retry_after():
    assert parse_retry_after("120") == 120
    assert parse_retry_after("Wed, 21 Oct 2015 07:28:00 GMT", now=1445412380.0) == 100
    assert parse_retry_after("Wed, 21 Oct 2015 07:28:00 GMT", now=2e9) == 0
    for nonsense in (None, "", "soon", "-5", "nan", "inf", "٣"):
        assert parse_retry_after(nonsense) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["general", "field", "message", "error", "errors", "description", "reason", "details", "code"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON, st.integers(400, 599))
def test_any_error_body_makes_an_error_with_text(content, status):
    import json

    error = error_from_status(status, {}, json.dumps(content).encode(), "GET", "https://h/p?token=1")
    assert isinstance(error, APIError)
    assert error.status_code == status
    assert str(error)
    assert error.url == "https://h/p"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"message": "Could not load order ID: 1."}', "Could not load order ID: 1."),
        (b'{"general": [{"message": "Unable to accept order"}], "field": {}}', "Unable to accept order"),
        (b'{"error": {"reason": "Request failed", "details": [{"message": "x"}]}}', "Request failed; x"),
        (b'{"code": 404, "message": "No default"}', "No default"),
        (
            b'{"errors": [{"code": "bad", "description": "self-intersection"}], "description": "no"}',
            "self-intersection; no",
        ),
        (b"plain text", "plain text"),
        (b"<html>x</html>", "The answer is a web page"),
    ],
)
def test_what_the_service_says_is_what_the_error_says(body, message):
    assert error_from_status(400, {}, body, "GET", "https://h/p").message.startswith(message)


@given(st.binary(max_size=50))
def test_any_body_is_json_or_an_invalid_answer(body):
    try:
        parse_json(body, dict, method="GET", url="https://h", status=200)
    except InvalidAnswer as error:
        assert str(error)


# -- pages ---------------------------------------------------------------------------------------------------


def page(**content):
    return KEYS.decode(json.dumps(content).encode())


def values(items):
    return [item_of(item) for item in items]


def test_pages_end():
    cursor = Cursor(KEYS, 0)
    first = page(items=[{"a": 1}], _links={"next": "https://h/2"})
    assert values(cursor.consume(first, PageRequest("https://h/1"))) == [{"a": 1}]
    assert cursor.following.url == "https://h/2"
    for links in ({}, {"next": None}, {"next": ""}, None):
        cursor = Cursor(KEYS, 0)
        cursor.consume(page(items=[{}], _links=links), PageRequest("https://h/1"))
        assert cursor.following is None


def test_an_empty_page_is_not_the_end_but_twenty_are():
    cursor = Cursor(KEYS, 0)
    for number in range(100):
        assert (
            cursor.consume(
                page(items=[], _links={"next": f"https://h/{number + 1}"}), PageRequest(f"https://h/{number}")
            )
            == []
        )
        if cursor.following is None:
            break
    assert number == 20
    with pytest.raises(PagingError, match="empty"):
        cursor.raise_pending()


def test_any_circle_is_found():
    cursor = Cursor(KEYS, 0)
    cursor.consume(page(items=[{}], _links={"next": "https://h/b"}), PageRequest("https://h/a"))
    cursor.consume(page(items=[{}], _links={"next": "https://h/c"}), PageRequest("https://h/b"))
    assert len(cursor.consume(page(items=[{}], _links={"next": "https://h/a"}), PageRequest("https://h/c"))) == 1
    assert cursor.following is None
    for _ in range(2):
        with pytest.raises(PagingError, match="repeat"):
            cursor.raise_pending()


@pytest.mark.parametrize(
    "content", [{}, {"items": None}, {"items": {}}, {"orders": []}, {"items": [], "_links": {"next": 7}}]
)
def test_a_page_of_another_shape_is_an_error(content):
    with pytest.raises(PagingError):
        cursor = Cursor(KEYS, 0)
        cursor.consume(page(**content), PageRequest("https://h/1"))
        cursor.raise_pending()


@given(st.integers(0, 30), st.lists(st.integers(0, 6), min_size=1, max_size=10))
def test_the_limit_is_kept_and_no_page_beyond_it_is_asked_for(limit, sizes):
    cursor, got = Cursor(KEYS, limit), 0
    total = sum(sizes)
    for number, size in enumerate(sizes):
        link = f"https://h/{number + 1}" if number + 1 < len(sizes) else None
        got += len(cursor.consume(page(items=[{}] * size, _links={"next": link}), PageRequest(f"https://h/{number}")))
        if cursor.following is None:
            break
    assert got == (min(limit, total) if limit else total)


@pytest.mark.parametrize("limit", [-1, "5", 2.5, True])
def test_a_limit_that_is_none_is_refused(limit):
    with pytest.raises(ClientError):
        Cursor(KEYS, limit)


def test_items_of_another_shape_are_errors():
    for item in ([], 3, "x", None):
        (raw,) = Cursor(KEYS, 0).consume(page(items=[item]), PageRequest("https://h/1"))
        with pytest.raises(PagingError):
            item_of(raw)
    (raw,) = KEYS.decode(b'{"items": [{"a": 1e999}]}').items
    with pytest.raises(PagingError):
        item_of(raw)


@given(st.binary(max_size=60))
def test_any_body_is_a_page_or_an_error(body):
    try:
        found = parse_json(b'{"items": [' + body + b"]}", KEYS, method="GET", url="https://h?secret=1", status=200)
        values(found.items)
    except (InvalidAnswer, PagingError) as error:
        assert "secret" not in str(error)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text() | st.integers(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=20,
    )
)
def test_json_is_read_as_json_reads_it(value):
    body = json.dumps(value).encode()
    try:
        body.decode().encode("utf-16-be", "strict")
        json.loads(body).__repr__().encode()
    except UnicodeEncodeError:
        return
    assert parse_json(body, None, method="GET", url="https://h", status=200) == json.loads(body)
    assert parse_json(json.dumps(value, ensure_ascii=False).encode(), None, method="GET", url="x", status=200) == value


# -- polls ---------------------------------------------------------------------------------------------------


def test_polls_slow_down_by_themselves():
    schedule = PollInterval(None, 0, None, 0.0)
    pauses = [schedule.next_pause(0.0, 0.0) for _ in range(50)]
    assert pauses[0] < 1
    assert 8 <= pauses[-1] <= 12


def test_polls_keep_to_their_bounds():
    schedule = PollInterval(5, 3, None, 0.0)
    assert [schedule.next_pause(0.0, 1.0) for _ in range(3)] == [4.0, 4.0, None]
    schedule = PollInterval(5, 0, 12, 0.0)
    assert [schedule.next_pause(now, now) for now in (0.0, 5.0, 10.0, 12.0)] == [5.0, 5.0, 2.0, None]
    with pytest.raises(PlanetError):
        PollInterval(-1, 0, None, 0.0)
