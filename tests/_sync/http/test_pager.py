# Generated from tests/_async/http/test_pager.py by tools/unasync.py. Edit that file and run the tool again.

"""Results that come in pages: what is fetched, when, and what becomes of pages that make no sense."""

import json
import tracemalloc
from datetime import datetime

import httpx
import pytest

from planet import collect, data_filter
from planet._http.paging import PageKeys
from planet._runtime._sync import map_bounded, sleep
from planet._sync.http.pager import Pager
from planet._sync.session import SyncSession
from planet.auth import Auth
from planet.exceptions import APIError, ClientError, PagingError
from planet.http import Limits, RetryPolicy
from tests.helpers import OREGON, Made

from ..steps import until

BASE = "http://pages.planet.test"
KEYS = PageKeys.links("features", "_next")


class Book:
    """Pages of numbers, by page number; *next* says which one follows a page."""

    def __init__(self, *pages, following=None):
        self.pages = pages
        self.following = following or {number: number + 1 for number in range(len(pages) - 1)}
        self.asked = []
        self.failing = set()

    def __call__(self, request):
        number = int(request.url.params.get("page", 0))
        self.asked.append(number)
        if number in self.failing:
            return httpx.Response(503, text="not now")
        return httpx.Response(200, stream=Made(lambda: self.page(number)))

    def page(self, number):
        links = {"_self": f"{BASE}/x?page={number}"}
        if number in self.following:
            links["_next"] = f"/x?page={self.following[number]}"
        items = [{"id": item} for item in self.pages[number]]
        return json.dumps({"_links": links, "features": items}).encode()

    def session(self):
        return SyncSession(
            auth=Auth.none(),
            base_url=BASE,
            transport=httpx.MockTransport(self),
            limits=Limits(rate=0),
            retry=RetryPolicy(max_retries=0),
        )


def listing(session, limit=0, method="POST"):
    def first():
        return session.request(method, f"{BASE}/x", response_type=KEYS, idempotent=True)

    return Pager(session, first, KEYS, lambda item: item["id"], limit, body={} if method == "POST" else None)


BOOK = ([0, 1, 2, 3], [4, 5, 6, 7], [8, 9])


def test_the_next_page_is_fetched_while_this_one_is_read():
    book = Book(*BOOK)
    with book.session() as session:
        results = listing(session)
        assert [next(results), next(results)] == [0, 1]
        until(lambda: book.asked == [0, 1])
        assert [next(results) for _ in range(3)] == [2, 3, 4]
        assert [item for item in results] == [5, 6, 7, 8, 9]
        assert book.asked == [0, 1, 2]


def test_the_first_result_alone_costs_one_page():
    book = Book(*BOOK)
    with book.session() as session:
        assert listing(session).first() == 0
        results = listing(session)
        assert next(results) == 0
        sleep(0.05)
        assert book.asked == [0, 0]
        assert Pager.first(listing(Book([]).session())) is None


@pytest.mark.parametrize(("limit", "pages"), [(1, 1), (4, 1), (5, 2), (8, 2), (9, 3), (0, 3), (None, 3)])
def test_no_page_is_fetched_that_the_limit_does_not_need(limit, pages):
    book = Book(*BOOK)
    with book.session() as session:
        found = [item for item in listing(session, limit)]
        assert found == list(range(10))[: limit or 10]
        sleep(0.02)
        assert book.asked == list(range(pages))


def test_pages():
    book = Book(*BOOK)
    with book.session() as session:
        assert [page for page in listing(session, 9).pages()] == [[0, 1, 2, 3], [4, 5, 6, 7], [8]]
        results = listing(session)
        assert next(results) == 0
        assert [page for page in results.pages()] == [[1, 2, 3], [4, 5, 6, 7], [8, 9]]
        assert [item for item in results] == []


def test_an_empty_page_is_not_the_end():
    book = Book([0], [], [], [1])
    with book.session() as session:
        assert [item for item in listing(session)] == [0, 1]
        assert [page for page in listing(session).pages()] == [[0], [1]]


@pytest.mark.parametrize("following", [{0: 0}, {0: 1, 1: 0}, {0: 1, 1: 2, 2: 1}], ids=["self", "first", "later"])
def test_pages_that_go_round_in_circles(following):
    book = Book(*BOOK, following=following)
    with book.session() as session:
        found = []
        with pytest.raises(PagingError, match="repeat"):
            for item in listing(session, method="GET"):
                found.append(item)
        assert len(found) <= 10
        assert len(book.asked) <= len(following) + 1


def test_endless_empty_pages():
    book = Book([0], *[[]] * 100)
    with book.session() as session:
        found = []
        with pytest.raises(PagingError, match="empty"):
            for item in listing(session):
                found.append(item)
        assert found == [0]
        assert len(book.asked) < 30


def test_what_has_come_before_a_failure_is_returned_and_then_it_goes_on():
    book = Book(*BOOK)
    book.failing = {1}
    with book.session() as session:
        results = listing(session)
        found = []
        for _ in range(3):
            with pytest.raises(APIError):
                for item in results:
                    found.append(item)
            assert found == [0, 1, 2, 3]
        book.failing = set()
        assert [item for item in results] == [4, 5, 6, 7, 8, 9]


@pytest.mark.parametrize("limit", [0, 7])
@pytest.mark.parametrize("taken", [0, 1, 3, 4, 5, 7, 10])
def test_a_position_can_be_saved_and_resumed(limit, taken):
    book = Book(*BOOK)
    with book.session() as session:
        whole = [item for item in listing(session, limit)]
        results = listing(session, limit)
        taken = min(taken, len(whole))
        before = [next(results) for _ in range(taken)]
        position = results.position
        results.close()
        assert results.position == position
    assert (position is None) == (taken == 0)
    with book.session() as session:
        resumed = listing(session, limit).resume(position)
        assert resumed.position == position
        assert before + [item for item in resumed] == whole


def test_a_position_survives_a_failure():
    book = Book(*BOOK)
    book.failing = {1}
    with book.session() as session:
        results = listing(session)
        with pytest.raises(APIError):
            for _ in results:
                pass
        position = results.position
    book.failing = set()
    with book.session() as session:
        assert [item for item in listing(session).resume(position)] == [4, 5, 6, 7, 8, 9]


@pytest.mark.parametrize(
    "position",
    ["", "x", "[]", "{}", 3, json.dumps({"page": f"{BASE}/x", "skip": -1, "returned": 0, "listing": ""}),
     json.dumps({"page": None, "skip": 0, "returned": 1, "listing": ""})],
)  # fmt: skip
def test_what_is_no_position_is_refused(position):
    book = Book(*BOOK)
    with book.session() as session:
        with pytest.raises(ClientError, match="position is not valid"):
            listing(session).resume(position)
        results = listing(session)
        next(results)
        with pytest.raises(ClientError, match="iteration has begun"):
            results.resume(results.position)
        elsewhere = {"page": "http://evil.example/x?page=1", "skip": 0, "returned": 0, "listing": ""}
        with pytest.raises(ClientError, match="another server, http://evil.example/x"):
            listing(session).resume(json.dumps(elsewhere))
        assert book.asked == [0]


def test_a_session_that_closes_ends_what_is_under_way():
    book = Book(*BOOK)
    session = book.session()
    results = listing(session)
    next(results)
    next(results)
    session.close()
    assert [next(results), next(results)] == [2, 3]
    with pytest.raises(ClientError, match="closed"):
        for _ in range(5):
            next(results)


def test_a_first_page_that_makes_no_sense_is_asked_for_again():
    class Odd(Book):
        def page(self, number):
            return super().page(number) if len(self.asked) > 1 else b'{"message": "try later"}'

    book = Odd(*BOOK)
    with book.session() as session:
        results = listing(session)
        with pytest.raises(PagingError, match="no list 'features'"):
            next(results)
        assert [item for item in results] == list(range(10))


@pytest.mark.parametrize("link", ["http://evil.example/x?page=1", 7, "/x?page=0"])
def test_a_bad_link_costs_no_item_of_its_page(link):
    class Odd(Book):
        def page(self, number):
            items = [{"id": item} for item in self.pages[number]]
            return json.dumps({"_links": {"_self": f"{BASE}/x?page=0", "_next": link}, "features": items}).encode()

    book = Odd(*BOOK)
    with book.session() as session:
        results = listing(session, limit=9)
        found = []
        for _ in range(2):
            with pytest.raises(ClientError):
                for item in results:
                    found.append(item)
            assert found == [0, 1, 2, 3]
        assert book.asked == [0]
        assert results.position is not None


def test_several_readers_of_one_listing_share_it():
    book = Book(*[list(range(n, n + 10)) for n in range(0, 200, 10)])
    with book.session() as session:
        results = listing(session)
        found = []

        def read(_):
            for item in results:
                found.append(item)
                sleep(0)

        map_bounded(read, range(4), limit=4)
        assert sorted(found) == list(range(200))
        assert len(book.asked) == 20


def test_a_position_where_pages_do_not_know_themselves():
    """A page that is fetched by its address needs no link to itself, and is not misled by one."""

    class Odd(Book):
        def page(self, number):
            return super().page(number).replace(f"x?page={number}".encode(), b"x", 1)  # always the first one's

    book = Odd(*BOOK)
    with book.session() as session:
        results = listing(session, method="GET")
        assert [next(results) for _ in range(6)] == list(range(6))
        position = results.position
        results.close()
        assert [item for item in listing(session, method="GET").resume(position)] == [6, 7, 8, 9]


def test_a_position_behind_a_gateway():
    class Odd(Book):
        def page(self, number):
            text = super().page(number)
            return text.replace(f"{BASE}/x?page={number}".encode(), b"http://internal.example/x")

    book = Odd(*BOOK)
    with book.session() as session:
        results = listing(session, method="GET")
        assert [next(results) for _ in range(5)] == [0, 1, 2, 3, 4]
        position = results.position
        results.close()
        assert [item for item in listing(session).resume(position)] == [5, 6, 7, 8, 9]


def test_many_listings_at_once():
    book = Book(*BOOK)
    with book.session() as session:

        def read(_):
            return [item for item in listing(session)]

        assert map_bounded(read, range(20), limit=8) == [list(range(10))] * 20


def test_memory_is_flat_however_long_the_results():
    """Any number of items takes no more room than some pages of them."""
    blob = "x" * 500

    class Endless(Book):
        def page(self, number):
            links = {"_next": f"/x?page={number + 1}"} if number < 149 else {}
            return json.dumps({"_links": links, "features": [{"id": n, "blob": blob} for n in range(250)]}).encode()

    book = Endless()
    with book.session() as session:
        results = listing(session)
        for _ in range(1000):
            next(results)
        tracemalloc.start()
        try:
            count = 0
            for _ in results:
                count += 1
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert count == 36_500
    assert peak < 25 * len(book.page(0)), "some pages of a hundred and fifty, those that the server makes among them"


def test_a_position_is_one_in_the_same_results(pl):
    clear = data_filter.range_filter("cloud_cover", lt=0.5)
    results = pl.data.search(["PSScene"], clear, geometry=OREGON, limit=0)
    before = [(next(results)).id for _ in range(3)]
    position = results.position
    for other in (
        pl.data.search(["SkySatScene"], clear, geometry=OREGON, limit=0),
        pl.data.search(["PSScene"], geometry=OREGON, limit=0),
        pl.data.search(["PSScene"], clear, geometry=OREGON, limit=0, sort="acquired asc"),
        pl.data.list_searches(),
    ):
        with pytest.raises(ClientError, match="other results"):
            other.resume(position)
    again = pl.data.search(["PSScene"], clear, geometry=OREGON, limit=5).resume(position)
    assert len([item for item in again]) == 2, "the limit counts what was returned before"
    fewer = pl.data.search(["PSScene"], clear, geometry=OREGON, limit=2).resume(position)
    assert [item for item in fewer] == []
    assert len(set(before)) == 3


def test_the_results_of_a_search_can_be_resumed(pl, sandbox):
    past = data_filter.date_range_filter("acquired", lt=datetime(2024, 1, 1))
    search = {"item_types": ["PSScene"], "search_filter": past, "geometry": OREGON, "limit": 600}
    whole = [item.id for item in pl.data.search(**search)]
    results = pl.data.search(**search)
    before = [(next(results)).id for _ in range(301)]
    with sandbox.planet() as another:
        resumed = another.data.search(**search).resume(results.position)
        assert before + [item.id for item in resumed] == whole


def test_results_can_be_read_again(pl, sandbox, caplog):
    results = pl.data.search("PSScene", geometry=OREGON, limit=300, datetime="2022")
    first = [item.id for item in results]
    asked = len(sandbox.requests)
    assert len(first) == 300 and asked == 2 and "again()" in repr(results)
    # As with every iterator, so that loops over chunks end; but the log says why nothing comes.
    for _ in range(2):
        assert [item.id for item in results] == []
    assert [line for line in caplog.messages if "again() reads them again" in line] == caplog.messages[-1:]
    again = results.again()
    assert [item.id for item in again] == first and len(sandbox.requests) == 2 * asked
    assert [len(page) for page in again.again().pages()] == [250, 50]
    results.close()
    assert [item.id for item in results] == []
    one = pl.data.search("PSScene", geometry=OREGON, limit=1)
    assert one.first() is not None and one.first() is None
    assert (one.first()) is None  # the next result, not the first one again


def test_resumed_results_are_read_again_from_their_position():
    with Book(*BOOK).session() as session:
        numbers = listing(session, method="GET")
        for _ in range(5):
            numbers.first()
        resumed = listing(session, method="GET").resume(numbers.position)
        assert [number for number in resumed] == [5, 6, 7, 8, 9]
        assert [number for number in resumed.again()] == [5, 6, 7, 8, 9]


def test_a_length_and_an_index_say_what_to_do(pl):
    results = pl.data.search("PSScene", geometry=OREGON, limit=2)
    assert results
    for wrong in (len, lambda each: each[0]):
        with pytest.raises(TypeError, match=r"features.*list\(results\)"):
            wrong(results)


@pytest.mark.parametrize(("limit", "reached"), [(1, True), (4, True), (5, True), (10, False), (11, False), (0, False)])
def test_a_limit_that_was_reached_is_visible(limit, reached, caplog):
    caplog.set_level("INFO", logger="planet")
    with Book(*BOOK).session() as session:
        numbers = listing(session, limit)
        assert not numbers.limit_reached and "limit" not in repr(numbers)
        assert [number for number in numbers] == list(range(limit or 10))[:10]
    assert numbers.limit_reached is reached
    assert ("limit reached" in repr(numbers)) is reached is ("limit reached" in numbers._repr_html_())
    assert len([line for line in caplog.messages if "limit=0 returns all" in line]) == reached


def test_a_collection_says_that_there_is_more(pl):
    few, all_of_them = [
        collect(pl.data.search("PSScene", geometry=OREGON, datetime=when, limit=3))
        for when in ("2022-06", "2022-06-01T00:00:00Z/2022-06-01T00:00:01Z")
    ]
    assert few.limit_reached and "limit reached" in few._summary() and "limit reached" in few._repr_html_()
    assert not all_of_them.limit_reached and "limit" not in all_of_them._summary()
