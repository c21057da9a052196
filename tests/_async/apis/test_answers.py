"""Answers name the object that was requested, and a repeated change is not reported as a conflict."""

import json
import uuid

import numpy
import pytest

from planet import data_filter
from planet.exceptions import APIError, ArgumentError, Conflict, InvalidAnswer
from planet.models import Collection, Destination, Feature, Item, Job, Order, Quad, Reservation, Search, Subscription
from tests.helpers import ITEMS, OREGON, Parrot, a_subscription, an_order

ID, OTHER = "0f5c7d36-5d2a-4a1f-9d43-3c2b6c0e8a11", "7e1c7d36-5d2a-4a1f-9d43-3c2b6c0e8a22"
FILTER = {"type": "AndFilter", "config": []}
SEARCH = {"name": "n", "filter": FILTER, "item_types": ["PSScene"], "__daily_email_enabled": False}
MOSAIC = {"id": OTHER, "name": "global_2022"}


class Folder:
    """A path-like object that is neither a str nor a Path."""

    def __init__(self, path):
        self._path = path

    def __fspath__(self):
        return str(self._path)


def reply(document=None, status="200 OK"):
    body = b"" if document is None else json.dumps(document).encode()
    return f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


CONFLICT = reply({"message": "it cannot be done again"}, "409 Conflict")
GONE = reply({"message": "not found"}, "404 Not Found")

# {what: (client, a call with the id that is requested, the answer, the key that names the object)}
CALLS = {
    "get_search": ("data", lambda c: c.get_search(ID), {"id": ID}),
    "update_search": ("data", lambda c: c.update_search(ID, ["PSScene"], FILTER, "n"), {"id": ID}),
    "get_item": ("data", lambda c: c.get_item("PSScene", ID), {"id": ID, "properties": {"item_type": "PSScene"}}),
    "get_destination": ("destinations", lambda c: c.get_destination(ID), {"id": ID}),
    "patch_destination": ("destinations", lambda c: c.patch_destination(ID, {"name": "new"}), {"id": ID}),
    "set_default_destination": ("destinations", lambda c: c.set_default_destination(ID), {"id": ID}),
    "get_collection": ("features", lambda c: c.get_collection(ID), {"id": ID}),
    "get_feature": ("features", lambda c: c.get_item("farms", ID), {"id": ID}),
    "get_mosaic": ("mosaics", lambda c: c.get_mosaic(ID), {"id": ID}),
    "get_series": ("mosaics", lambda c: c.get_series(ID), {"id": ID}),
    "get_quad": ("mosaics", lambda c: c.get_quad(MOSAIC, ID), {"id": ID}),
    "get_reservation": ("quota", lambda c: c.get_reservation(ID), {"id": ID}),
    "get_job": ("quota", lambda c: c.get_job(ID), {"id": ID}),
    "get_order": ("orders", lambda c: c.get_order(ID), {"id": ID}),
    "get_subscription": ("subscriptions", lambda c: c.get_subscription(ID), {"id": ID}),
    "update_subscription": ("subscriptions", lambda c: c.update_subscription(ID, {}), {"id": ID}),
    "patch_subscription": ("subscriptions", lambda c: c.patch_subscription(ID, {"name": "n"}), {"id": ID}),
}


@pytest.mark.parametrize(("client", "call", "answer"), CALLS.values(), ids=CALLS)
async def test_an_answer_is_about_the_object_that_was_requested(session, client, call, answer):
    with Parrot(reply(answer)) as server:
        assert (await call(session.client(client, server.url)))["id"] == ID
    for wrong in ({**answer, "id": OTHER}, {name: value for name, value in answer.items() if name != "id"}):
        with Parrot(reply(wrong)) as server, pytest.raises(InvalidAnswer, match="about"):
            await call(session.client(client, server.url))


async def test_an_answer_about_another_type(session):
    with Parrot(reply({"id": ITEMS[0], "properties": {"item_type": "SkySatScene"}})) as server:
        with pytest.raises(InvalidAnswer, match="another item type"):
            await session.client("data", server.url).get_item("PSScene", ITEMS[0])
    with Parrot(reply({"ortho_visual": {"type": "ortho_udm2", "status": "active"}})) as server:
        with pytest.raises(InvalidAnswer, match="another asset"):
            await session.client("data", server.url).get_asset("PSScene", ITEMS[0], "ortho_visual")
    with Parrot(reply({"_links": {}, "mosaics": [{"id": ID, "name": "another"}]})) as server:
        with pytest.raises(InvalidAnswer, match="another mosaic: its name"):
            await session.client("mosaics", server.url).get_mosaic("global_2022")


async def test_another_form_of_the_id_is_the_same_object(session):
    with Parrot(
        *[reply({"id": uuid.UUID(ID).hex})] * 2, reply({"id": "farms-4wr3wrz"}), reply({"job_id": 3})
    ) as server:
        data, features = session.client("data", server.url), session.client("features", server.url)
        await data.get_search(ID)
        await data.get_search(f" {ID.upper()}\n")
        await features.get_collection("4wr3wrz")
        assert (await session.client("quota", server.url).get_job(numpy.int64(3))).id == "3"


# {what: (client, a change, the object after it)}
CHANGES = {
    "update_search": (*CALLS["update_search"][:2], {"id": ID, **SEARCH}),
    "rename": ("destinations", lambda c: c.patch_destination(ID, {"name": "new"}), {"id": ID, "name": "new"}),
    "archive": ("destinations", lambda c: c.patch_destination(ID, {"archive": True}), {"id": ID, "archived": "2024-01-01"}),
    "unarchive": ("destinations", lambda c: c.patch_destination(ID, {"archive": False}), {"id": ID, "archived": None}),
    "default": ("destinations", lambda c: c.set_default_destination(ID), {"id": ID}),
    "update_subscription": ("subscriptions", lambda c: c.update_subscription(ID, {"name": "n"}), {"id": ID, "name": "n"}),
    "patch_subscription": (
        "subscriptions",
        lambda c: c.patch_subscription(ID, {"source": {"parameters": {"end_time": "2030-01-01T00:00:00Z"}}}),
        {"id": ID, "source": {"parameters": {"end_time": "2030-01-01T00:00:00+00:00", "id": "x"}}},
    ),
    "cancel": ("subscriptions", lambda c: c.cancel_subscription(ID), {"id": ID, "status": "cancelled"}),
    "suspend": ("subscriptions", lambda c: c.suspend_subscription(ID), {"id": ID, "status": "suspended"}),
    "reactivate": ("subscriptions", lambda c: c.reactivate_subscription(ID), {"id": ID, "status": "running"}),
    "bulk suspend": ("subscriptions", lambda c: c.bulk_suspend_subscriptions([ID]), {"id": ID, "status": "suspended"}),
}  # fmt: skip
DIFFERENT = {"id": OTHER, "name": "old", "status": "failed", "archived": None}


@pytest.mark.parametrize(("client", "change", "after"), CHANGES.values(), ids=CHANGES)
async def test_a_repeated_change_looks_at_the_object(session, client, change, after):
    with Parrot(None, CONFLICT, reply(after)) as server:
        await change(session.client(client, server.url))
    before = {**DIFFERENT, "id": ID, **({"archived": "2024-01-01"} if after.get("archived", 0) is None else {})}
    before = before if "name" in after or "status" in after or "archived" in after or "source" in after else DIFFERENT
    for second in (reply(before), GONE):
        with Parrot(None, CONFLICT, second) as server, pytest.raises(Conflict, match="again"):
            await change(session.client(client, server.url))
    with Parrot(CONFLICT) as server, pytest.raises(Conflict):
        await change(session.client(client, server.url))
    assert len(server.requests) == 1, "what was sent once only has not been done"


@pytest.mark.parametrize(
    ("client", "delete"),
    [
        ("data", lambda c: c.delete_search(f"{ID}\n")),
        ("destinations", lambda c: c.unset_default_destination()),
        ("features", lambda c: c.delete_collection(ID)),
        ("features", lambda c: c.delete_item("farms", ID)),
    ],
)
async def test_a_repeated_deletion_is_a_success(session, client, delete):
    with Parrot(None, GONE) as server:
        await delete(session.client(client, server.url))
    with Parrot(GONE) as server, pytest.raises(APIError):
        await delete(session.client(client, server.url))


async def test_credentials_are_not_known_to_have_changed(session):
    with Parrot(None, CONFLICT, reply({"id": ID, "parameters": {"sas_token": "<REDACTED>"}})) as server:
        with pytest.raises(Conflict):
            await session.client("destinations", server.url).patch_destination(ID, {"parameters": {"sas_token": "s"}})


async def test_objects_are_ids(session):
    """Every method takes the object, its id with whitespace around it, or a UUID."""
    answer = reply({"id": ID, "job_id": ID, "results": {}, "status": "completed"})
    calls = [
        ("data", lambda c, one: c.get_search(one), Search),
        ("data", lambda c, one: c.update_search(one, ["PSScene"], FILTER, "n"), Search),
        ("data", lambda c, one: c.delete_search(one), Search),
        ("data", lambda c, one: c.get_item("PSScene", one), Item),
        ("data", lambda c, one: c.get_item_coverage("PSScene", one, OREGON), Item),
        ("data", lambda c, one: c.list_item_assets("PSScene", one), Item),
        ("destinations", lambda c, one: c.get_destination(one), Destination),
        ("destinations", lambda c, one: c.patch_destination(one, {"name": "new"}), Destination),
        ("destinations", lambda c, one: c.patch_destination(destination_ref=one, request={"name": "new"}), Destination),
        ("destinations", lambda c, one: c.set_default_destination(one), Destination),
        ("features", lambda c, one: c.get_collection(one), Collection),
        ("features", lambda c, one: c.delete_collection(one), Collection),
        ("features", lambda c, one: c.get_item("farms", one), Feature),
        ("features", lambda c, one: c.delete_item("farms", one), Feature),
        ("mosaics", lambda c, one: c.get_quad(mosaic=MOSAIC, quad_id=one), Quad),
        ("orders", lambda c, one: c.get_order(one), Order),
        ("orders", lambda c, one: c.cancel_order(one), Order),
        ("orders", lambda c, one: c.cancel_orders(one), Order),
        ("quota", lambda c, one: c.get_reservation(one), Reservation),
        ("quota", lambda c, one: c.get_job(one), Job),
        ("quota", lambda c, one: c.wait_job(one), Job),
        ("subscriptions", lambda c, one: c.get_subscription(one), Subscription),
        ("subscriptions", lambda c, one: c.patch_subscription(one, {"name": "n"}), Subscription),
        ("subscriptions", lambda c, one: c.update_subscription(one, {"name": "n"}), Subscription),
        ("subscriptions", lambda c, one: c.cancel_subscription(one), Subscription),
        ("subscriptions", lambda c, one: c.suspend_subscription(one), Subscription),
        ("subscriptions", lambda c, one: c.reactivate_subscription(one), Subscription),
        ("subscriptions", lambda c, one: c.wait_subscription(one), Subscription),
        ("subscriptions", lambda c, one: c.get_subscription_summary(one), Subscription),
        ("subscriptions", lambda c, one: c.bulk_suspend_subscriptions(one), Subscription),
    ]
    for client, call, model in calls:
        forms = [model(id=ID), {"id": ID}, uuid.UUID(ID), numpy.str_(ID)]
        if model is not Item:  # white space in the id of an item is refused
            forms.append(f" {ID}\r\n")
        with Parrot(*[answer] * len(forms)) as server:
            for form in forms:
                await call(session.client(client, server.url), form)
        paths = {request.split(b" ")[1] for request in server.requests}
        assert len(paths) == 1, paths
        assert not any(mark in path for path in paths for mark in (b"%0D", b"%20", b"UUID"))


async def test_an_empty_update_is_sent(session):
    with Parrot(reply({"id": ID})) as server:
        await session.client("subscriptions", server.url).update_subscription(ID, {})
        with pytest.raises(ArgumentError, match="must not be empty"):
            await session.client("subscriptions", server.url).patch_subscription(ID, {})


async def test_requests_with_numbers_of_other_libraries(pl):
    request = a_subscription("numbers")
    request["source"]["parameters"]["filter"] = {
        "type": "RangeFilter",
        "field_name": "cloud_cover",
        "config": {"lte": numpy.float32(0.5)},
    }
    made = await pl.subscriptions.create_subscription(request)
    assert made["source"]["parameters"]["filter"]["config"] == {"lte": 0.5}
    found = [one async for one in pl.subscriptions.list_subscriptions(hosting=numpy.bool_(False), limit=numpy.int64(1))]
    assert [one.id for one in found] == [made.id]


async def test_orders_in_every_form(pl, tmp_path):
    made = [await pl.orders.create_order(an_order(f"o{number}")) for number in range(2)]
    ids = [order.id for order in made]
    forms = (made, ids, [uuid.UUID(one) for one in ids], numpy.array(ids), (one for one in made), "\n".join(ids))
    for form in forms:
        waited = {order_id: state async for order_id, state in pl.orders.wait_many(form)}
        assert waited == dict.fromkeys(ids, "success")
    assert await pl.orders.wait(made[0]) == "success"
    report = await pl.orders.download_order(made[0], Folder(tmp_path))
    assert all(path.is_relative_to(tmp_path) for path in report)
    pl.orders.validate_checksum(Folder(tmp_path / ids[0]), "md5")
    sent = [order async for order in pl.orders.list_orders(hosting=numpy.bool_(False), limit=numpy.int64(1))]
    assert len(sent) == 1


async def test_folders_of_every_kind(pl, sandbox, tmp_path):
    item = await pl.data.search(["PSScene"], data_filter.permission_filter(), limit=1).first()
    asset = await pl.data.get_asset(item, item, "ortho_visual")
    await pl.data.activate_asset(asset)
    await pl.data.wait_asset(asset)
    path = await pl.data.download_asset(asset, Folder("scene.tif"), Folder(tmp_path))
    assert path == tmp_path / "scene.tif", "the asset that was not active when it was passed is active now"
    pl.data.validate_checksum(await pl.data.get_asset(item, item, asset), Folder(path))
    mosaic = await pl.mosaics.list_mosaics(limit=1).first()
    quads = [quad async for quad in pl.mosaics.list_quads(mosaic=mosaic, bbox=numpy.array([6.3, 45.8, 6.4, 45.9]))]
    assert (await pl.mosaics.summarize_quads(mosaic=mosaic, bbox=(6.3, 45.8, 6.4, 45.9)))["total_quads"] == len(quads)
    target = await pl.mosaics.download_quad(quad=quads[0], directory=Folder(tmp_path))
    assert target == tmp_path / f"{quads[0].id}.tif"
    series = await pl.mosaics.list_series(limit=1).first()
    assert await pl.mosaics.list_series_mosaics(series=series, limit=1).first()
    sandbox.requests.clear()
    for call in (
        lambda: pl.orders.download_order(ID, "hdfs://bucket/folder"),
        lambda: pl.data.download_asset(asset, directory="gs://bucket"),
        lambda: pl.data.download_assets([item], "ortho_visual", "abfss://container"),
        lambda: pl.mosaics.download_quad(quads[0], directory="s3://bucket"),
    ):
        with pytest.raises(ArgumentError, match="local path"):
            await call()
    assert all("download" not in request.path for request in sandbox.requests)
