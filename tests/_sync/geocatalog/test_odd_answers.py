# Generated from tests/_async/geocatalog/test_odd_answers.py by tools/unasync.py. Edit that file and run the tool again.

"""Answers that a catalogue should not give."""

import json

import pytest

from planet.exceptions import ArgumentError, OperationFailed, PlanetError
from planet.geocatalog import Operation


def exchange(body, status=200, **headers):
    return {"response": {"status": status, "headers": {"content-type": "application/json", **headers}, "body": body}}


@pytest.mark.parametrize(
    ("call", "body", "status"),
    [
        (lambda gc: gc.data.item("c", "i").bounds(), {"bounds": None}, 200),
        (lambda gc: gc.stac.get_conformance(), {"conformsTo": 5}, 200),
        (lambda gc: gc.stac.create_collection({"id": "c"}), [1], 200),
        (lambda gc: gc.stac.replace_item("c", "i", {"type": "Feature", "id": "i"}), '"text"', 200),
        (lambda gc: gc.sas.get_token("c"), {}, 200),
        (lambda gc: gc.stac.delete_collection("c"), "", 202),
        (lambda gc: gc.stac.get_collection("c"), {"id": "other"}, 200),
        (lambda gc: gc.stac.get_item("c", "i"), {"id": "other"}, 200),
        (lambda gc: gc.ingestion.get_operation("1"), {"id": "2"}, 200),
        (lambda gc: gc.data.register_mosaic(), {"links": []}, 200),
        (lambda gc: gc.ingestion.delete_source("1"), "<html>login</html>", 200),
        (lambda gc: gc.stac.list_collections().first(), {"collections": 5}, 200),
    ],
)
def test_they_are_errors(played, call, body, status):
    gc, _ = played(exchange(body, status))
    with pytest.raises(PlanetError, match=r"(?i)invalid|another|not about"):
        call(gc)


def test_an_operation_is_known_by_its_address(played):
    """Where the body says nothing; the host and the query of the address are not used."""
    headers = {"operation-location": "http://[bad/inma/operations/the-id?api-version=old"}
    gc, player = played(exchange("", 202, **headers), exchange({"id": "the-id", "status": "Succeeded"}))
    operation = gc.stac.delete_collection("c")
    assert (operation.id, operation.status) == ("the-id", "Pending")
    assert (gc.ingestion.wait(operation)).succeeded
    assert str(player.requests[1].url) == f"{gc.endpoint}/inma/operations/the-id?api-version=2026-04-15"


def test_control_characters_stay_out_of_messages(played):
    evil = "\x1b]0;owned\x07"
    failed = {"id": "1", "status": "Failed", "type": evil, "collectionId": evil,
              "error": {"code": evil, "message": f"why{evil}"}}  # fmt: skip
    gc, _ = played(exchange(failed))
    with pytest.raises(OperationFailed) as caught:
        gc.ingestion.wait(Operation(id="1", status="Pending"))
    assert not any(character in str(caught.value) for character in "\x1b\x07")


def test_a_position_posts_to_its_own_listing_only(played):
    gc, player = played(exchange({"features": [{"id": "a"}], "links": []}))
    results = gc.stac.search(collections=["c"])
    results.first()
    saved = json.loads(results.position)
    saved["page"] = saved["page"].replace("/stac/search", "/sas/token/revoke")
    with pytest.raises(ArgumentError, match="position is not valid"):
        gc.stac.search(collections=["c"]).resume(json.dumps(saved))
    assert len(player.requests) == 1


def test_a_body_that_is_large_is_not_kept_for_each_page(played):
    ring = [[number / 1000, number / 2000] for number in range(5000)]
    area = {"op": "s_intersects", "args": [{"property": "geometry"}, {"type": "LineString", "coordinates": ring}]}
    link = {"rel": "next", "method": "POST", "merge": True, "href": "/stac/search"}
    pages = [
        exchange({"features": [{"id": str(number)}], "links": [{**link, "body": {"token": str(number)}}]})
        for number in range(20)
    ]
    gc, _ = played(*pages, exchange({"features": [], "links": []}))
    results = gc.stac.search(filter=area)
    assert len([item for item in results]) == 20
    assert sum(map(len, results._cursor._seen)) < 20_000
