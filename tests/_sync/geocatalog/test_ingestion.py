# Generated from tests/_async/geocatalog/test_ingestion.py by tools/unasync.py. Edit that file and run the tool again.

"""Operations, sources, ingestions and runs, on the sandbox's catalogue."""

import json

import pytest

from planet.exceptions import (
    ArgumentError,
    ArgumentTypeError,
    Conflict,
    MissingResource,
    NetworkError,
    OperationFailed,
    OutcomeUnknown,
    WaitTimeout,
)
from planet.geocatalog import Operation
from tests.geocatalog_data import COLLECTION, an_item, put_image


def listed(pager):
    return [found for found in pager]


def test_operations_are_listed_by_page(gc):
    for number in range(7):
        gc.stac.create_collection({**COLLECTION, "id": f"c{number}"})
    operations = listed(gc.ingestion.list_operations(page_size=3))
    assert [operation.collection_id for operation in operations] == [f"c{number}" for number in reversed(range(7))]
    assert len(listed(gc.ingestion.list_operations(limit=4, page_size=2))) == 4
    gc.ingestion.wait(operations[0], delay=0.02)
    (mine,) = listed(gc.ingestion.list_operations(collection_id="c6", status="Succeeded", page_size=1))
    assert mine.id == operations[0].id
    assert (gc.ingestion.get_operation(mine.id)).history[-1]["status"] == "Succeeded"
    with pytest.raises(MissingResource, match="Operation 'nope' not found"):
        gc.ingestion.get_operation("nope")


def test_an_operation_is_cancelled(gc):
    operation = gc.stac.create_collection(COLLECTION)
    gc.ingestion.cancel_operation(operation.id)
    with pytest.raises(OperationFailed, match="was cancelled"):
        gc.ingestion.wait(operation.id, delay=0.02)
    gc.stac.create_collection(COLLECTION)
    gc.ingestion.cancel_all_operations()


def test_a_wait_sits_out_errors_and_reports(gc, sandbox):
    operation = gc.stac.create_collection(COLLECTION)
    sandbox.inject("status", path=f"/inma/operations/{operation.id}", status=503, times=9)
    seen = []
    ended = gc.ingestion.wait(operation, delay=0.02, callback=lambda found: seen.append(found.status))
    assert ended.succeeded
    assert seen[-1] == "Succeeded"
    polls = [request for request in sandbox.requests if request.path == f"/inma/operations/{operation.id}"]
    assert all("api-version=2026-04-15" in request.query for request in polls)


def test_a_wait_that_takes_too_long(gc, sandbox):
    operation = gc.stac.create_collection(COLLECTION)
    sandbox._world.geocatalog.operations[operation.id]["status"] = "Thinking"  # whatever is new is not final
    with pytest.raises(WaitTimeout, match="still 'Thinking'"):
        gc.ingestion.wait(operation, delay=0.01, timeout=0.05)
    with pytest.raises(ArgumentTypeError, match="operation must be an Operation"):
        gc.ingestion.wait(12)


def test_sources(gc, sandbox):
    url, token = sandbox.container_url("box"), sandbox.sas_token("box")
    source = gc.ingestion.create_source(f"{url}/", sas_token=f"?{token}")
    assert (source.kind, source.container_url) == ("SasToken", url)
    assert "sig=" not in repr(source)
    with pytest.raises(Conflict, match=f"already contains .* {source.id}"):
        gc.ingestion.create_source(url, sas_token=token)
    assert [found.id for found in listed(gc.ingestion.list_sources())] == [source.id]
    (identity,) = listed(gc.ingestion.list_managed_identities())
    changed = gc.ingestion.replace_source(source.id, url, identity=identity["objectId"])
    assert changed.kind == "BlobManagedIdentity"
    assert (gc.ingestion.get_source(source.id)).kind == "BlobManagedIdentity"
    gc.ingestion.delete_source(source.id)
    assert listed(gc.ingestion.list_sources()) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "Exactly one"),
        ({"sas_token": "sig=x", "identity": "y"}, "Exactly one"),
        ({"sas_token": "nothing"}, "no sig="),
        ({"container_url": "https://account.blob.core.windows.net/", "sas_token": "sig=x"}, "address of a container"),
        ({"container_url": "https://h/c?sig=secret", "sas_token": "sig=x"}, "has a query"),
    ],
)
def test_sources_that_cannot_be(gc, arguments, message):
    with pytest.raises(ArgumentError, match=message) as caught:
        gc.ingestion.create_source(**{"container_url": "https://h/c", **arguments})
    assert "secret" not in str(caught.value)


def test_a_static_catalogue_is_ingested(gc, sandbox):
    gc.ingestion.wait(gc.stac.create_collection(COLLECTION), delay=0.02)
    url = sandbox.container_url("box")
    item = put_image(sandbox, "box", "a")
    item["assets"]["image"]["href"] = "./a.tif"
    folder = sandbox.folder / "delivered" / "azure_blob_storage" / "box"
    (folder / "a.json").write_text(json.dumps(item))
    catalog = {"type": "Catalog", "id": "x", "links": [{"rel": "item", "href": "./a.json"}]}
    (folder / "catalog.json").write_text(json.dumps(catalog))
    gc.ingestion.create_source(url, sas_token=sandbox.sas_token("box"))
    ingestion = gc.ingestion.create_ingestion("fields", source_catalog_url=f"{url}/catalog.json", display_name="June")
    assert (ingestion.display_name, ingestion.import_type, ingestion.status) == ("June", "StaticCatalog", "Ready")
    run = gc.ingestion.create_run("fields", ingestion.id)
    seen = []
    ended = gc.ingestion.wait_run("fields", ingestion.id, run.id, delay=0.02, callback=seen.append)
    assert (ended.status, ended.total_items, ended.successful_items, ended.failed_items) == ("Succeeded", 1, 1, 0)
    assert seen[-1].is_final
    assert (gc.stac.get_item("fields", "a")).asset_keys == ["image"]
    # Run again, it fails, which is no error of the wait.
    run = gc.ingestion.create_run("fields", ingestion.id)
    failed = gc.ingestion.wait_run("fields", ingestion.id, run.id, delay=0.02)
    assert (failed.status, failed.operation.error_code) == ("Failed", "ItemAlreadyExistsInCollection")
    assert len(listed(gc.ingestion.list_runs("fields", ingestion.id))) == 2
    changed = gc.ingestion.update_ingestion("fields", ingestion.id, display_name=None, skip_existing_items=True)
    assert (changed.display_name, changed["skipExistingItems"]) == (None, True)
    assert [found.id for found in listed(gc.ingestion.list_ingestions("fields"))] == [ingestion.id]
    gc.ingestion.wait(gc.ingestion.delete_ingestion("fields", ingestion.id), delay=0.02)
    with pytest.raises(MissingResource):
        gc.ingestion.get_ingestion("fields", ingestion.id)


def test_ingestions_that_cannot_be(gc):
    with pytest.raises(ArgumentError, match="Exactly one"):
        gc.ingestion.create_ingestion("fields")
    with pytest.raises(ArgumentError, match="Nothing is to be changed"):
        gc.ingestion.update_ingestion("fields", "x")


def test_what_must_not_happen_twice_is_sent_once(gc, sandbox):
    """A run would run twice, and an item that was added would fail as one that exists."""
    gc.ingestion.wait(gc.stac.create_collection(COLLECTION), delay=0.02)
    ingestion = gc.ingestion.create_ingestion("fields", source_catalog_url="https://h/catalog.json")
    runs = f"/inma/collections/fields/ingestions/{ingestion.id}/runs"
    calls = {
        runs: lambda: gc.ingestion.create_run("fields", ingestion.id),
        "/stac/collections/fields/items": lambda: gc.stac.create_item("fields", an_item("q")),
        "/stac/collections/fields/items/q": lambda: gc.stac.delete_item("fields", "q"),
        "/sas/token/revoke": gc.sas.revoke_token,
    }
    for path, call in calls.items():
        sandbox.requests.clear()
        sandbox.inject("status", path=f"{path}$", status=503, times=2)
        with pytest.raises(Exception, match="may have been carried out") as caught:
            call()
        assert caught.value.status_code == 503
        sandbox.clear_faults()
        sandbox.inject("reset", path=f"{path}$")
        with pytest.raises((OutcomeUnknown, NetworkError)):
            call()
        sandbox.clear_faults()
        assert len([seen for seen in sandbox.requests if seen.path == path]) == 2


def test_a_429_is_sat_out_even_if_it_speaks_of_a_quota(gc, sandbox):
    body = json.dumps({"error": {"code": "429", "message": "Rate quota exceeded"}})
    sandbox.inject("status", path="/inma/operations", status=429, body=body, times=2)
    assert listed(gc.ingestion.list_operations()) == []


def test_a_failure_is_read_in_all_its_forms():
    history = [{"status": "Pending"}, {"status": "Failed", "errorCode": "InHistory", "errorMessage": "said there"}]
    once = {"error": {"code": "Once", "message": "said once"}}
    for error, expected in [
        ({"error": once}, ("Once", "said once")),
        (once, ("Once", "said once")),
        ({}, ("InHistory", "said there")),
    ]:
        operation = Operation(id="1", status="Failed", statusHistory=history, **error)
        assert (operation.error_code, operation.error_message) == expected
    counts = {"TotalItems": "3", "TotalSuccessfulItems": "2", "TotalFailedItems": "1", "TotalPendingItems": "x"}
    operation = Operation(id="1", status="Canceling", additionalInformation=counts)
    assert (operation.total_items, operation.failed_items, operation.pending_items) == (3, 1, None)
    assert not operation.is_final
