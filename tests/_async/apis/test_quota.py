"""The Quota API against the sandbox's real server."""

import pytest

from planet.exceptions import BadQuery, ClientError, FeatureError, MissingResource, OutcomeUnknown, WaitTimeout
from planet.models import Job, Product, Reservation
from planet.sandbox.state.world import Timing
from tests.helpers import OREGON, PATIENCE


async def areas(pl, count=1):
    """References to so many areas."""
    collection_id = await pl.features.create_collection("fields")
    feature = {"type": "Feature", "properties": {}, "geometry": OREGON}
    return await pl.features.add_items(collection_id, {"type": "FeatureCollection", "features": [feature] * count})


async def reservable(pl):
    return (await pl.quota.list_products(supports_reservation=True).first()).id


async def test_products(pl):
    products = [product async for product in pl.quota.list_products()]
    assert all(isinstance(product, Product) for product in products)
    assert [product.id for product in products] == [1, 2, 3]
    assert products[0].quota_total > products[0].quota_used == 0
    assert (products[0].quota_units, products[0].supports_reservation) == ("sqm", True)
    assert [p.id async for p in pl.quota.list_products(supports_reservation=False)] == [3]
    assert [p.id async for p in pl.quota.list_products(limit=2, page_size=1)] == [1, 2]


async def test_an_estimate_costs_nothing_and_a_reservation_what_was_estimated(pl):
    refs, product_id = await areas(pl, 2), await reservable(pl)
    estimate = await pl.quota.estimate_reservation(refs, product_id)
    assert estimate["total_cost"] == sum(entry["cost"] for entry in estimate["estimated_costs"]) > 10_000_000
    assert (await pl.quota.list_products(limit=1).first()).quota_used == 0
    made = await pl.quota.create_reservation(refs, product_id)
    assert made["quota_used"] == estimate["total_cost"]
    assert float(made["quota_remaining"]) == estimate["quota_remaining"] - estimate["total_cost"]
    assert [entry["aoi_ref"] for entry in made["quota_reservations"]] == refs
    reservation = await pl.quota.get_reservation(made["quota_reservations"][0]["id"])
    assert isinstance(reservation, Reservation)
    assert (reservation.aoi_ref, reservation.state) == (refs[0], "reserved")
    assert reservation.amount == estimate["estimated_costs"][0]["cost"]
    assert reservation.created_at.tzinfo is not None
    with pytest.raises(MissingResource, match="Reservation not found"):
        await pl.quota.get_reservation(999)


async def test_areas_in_every_form(pl):
    (ref,), product_id = await areas(pl), await reservable(pl)
    collection_id = ref.split("/")[2]
    feature = await pl.features.list_items(collection_id).first()
    costs = [
        (await pl.quota.estimate_reservation(area, product_id))["total_cost"]
        for area in (
            [ref],
            [feature],
            ref,
            feature,
            [f"pl:features/my/{collection_id}"],
            [{"type": "ref", "content": ref}],
        )
    ]
    assert len(set(costs)) == 1


async def test_listing_reservations(pl, sandbox):
    refs, product_id = await areas(pl, 7), await reservable(pl)
    await pl.quota.create_reservation(refs, product_id)
    sandbox.requests.clear()
    assert [r.aoi_ref async for r in pl.quota.list_reservations(page_size=3)] == refs
    assert len(sandbox.requests) == 3
    assert len([r async for r in pl.quota.list_reservations(limit=2)]) == 2
    assert [r.id async for r in pl.quota.list_reservations(filters={"id__gte": 6})] == [6, 7]
    assert [r.id async for r in pl.quota.list_reservations(filters={"state": "no"})] == []
    assert [r.id async for r in pl.quota.list_reservations(filters={"id__in": "2,3"}, sort="-id")] == [3, 2]
    assert [dict(r) async for r in pl.quota.list_reservations(fields="id,state", limit=1)] == [
        {"id": 1, "state": "reserved"}
    ]
    position = pl.quota.list_reservations(page_size=3)
    first = [(await anext(position)).id for _ in range(4)]
    rest = [r.id async for r in pl.quota.list_reservations(page_size=3).resume(position.position)]
    assert first + rest == [1, 2, 3, 4, 5, 6, 7]


async def test_a_job_from_pending_to_completed(pl, sandbox, monkeypatch):
    monkeypatch.setattr(sandbox._world, "timing", Timing(0, 0, 0.3))
    refs, product_id = await areas(pl, 5), await reservable(pl)
    job = await pl.quota.bulk_create_reservations(refs, product_id)
    assert isinstance(job, Job)
    assert (job.status, job.is_final) == ("pending", False)
    seen = []
    done = await pl.quota.wait_job(job.id, delay=0.05, callback=seen.append, timeout=PATIENCE)
    assert (done.id, done.status, done.percentage, done["processed_items"]) == (job.id, "completed", 100, 5)
    assert seen[-1] == "completed"
    assert [j.id async for j in pl.quota.list_jobs(filters={"status": "completed"})] == [job.id]
    assert (await pl.quota.get_job(int(job.id))).id == job.id
    assert len([r async for r in pl.quota.list_reservations()]) == 5


async def test_a_job_that_takes_too_long(pl, sandbox, monkeypatch):
    monkeypatch.setattr(sandbox._world, "timing", Timing(0, 0, 1000))
    job = await pl.quota.bulk_create_reservations(await areas(pl), await reservable(pl))
    with pytest.raises(WaitTimeout, match="still 'pending'") as caught:
        await pl.quota.wait_job(job.id, delay=0, max_attempts=2)
    assert (caught.value.id, caught.value.state) == (job.id, "pending")
    sandbox.inject("status", path="/jobs/", status=503, times=8)
    with pytest.raises(WaitTimeout):
        await pl.quota.wait_job(job.id, delay=0.01, timeout=0.5)
    with pytest.raises(MissingResource, match="Job not found"):
        await pl.quota.wait_job("1")


async def test_what_the_service_refuses(pl):
    refs, product_id = await areas(pl), await reservable(pl)
    with pytest.raises(BadQuery, match="does not exist"):
        await pl.quota.create_reservation(["pl:features/my/no/thing"], product_id)
    with pytest.raises(BadQuery, match="cannot be reserved"):
        await pl.quota.estimate_reservation(refs, 3)
    many = await areas(pl, 200)
    with pytest.raises(BadQuery, match="Insufficient quota"):
        await pl.quota.create_reservation(many, product_id)
    assert [r async for r in pl.quota.list_reservations()] == []


async def test_what_is_refused_before_it_is_sent(pl, sandbox):
    for wrong in ([], None, 3):
        with pytest.raises(ClientError, match="aoi_refs"):
            await pl.quota.create_reservation(wrong, 1)
    for wrong in ("north", [OREGON], [3]):
        with pytest.raises(FeatureError):
            await pl.quota.estimate_reservation(wrong, 1)
    with pytest.raises(ClientError, match="product_id"):
        await pl.quota.create_reservation(["pl:features/my/a/b"], "1")
    with pytest.raises(ClientError, match="is not a valid filter"):
        pl.quota.list_reservations(filters={"id__over": 3})
    with pytest.raises(ClientError, match="page_size"):
        pl.quota.list_jobs(page_size=0)
    with pytest.raises(ClientError, match="job_id"):
        await pl.quota.get_job("")
    assert sandbox.requests == []


async def test_nothing_is_reserved_twice(pl, sandbox):
    refs, product_id = await areas(pl), await reservable(pl)
    sandbox.inject("lose_answer", method="POST", path="/quota-reservations$")
    with pytest.raises(OutcomeUnknown):
        await pl.quota.create_reservation(refs, product_id)
    assert len([r async for r in pl.quota.list_reservations()]) == 1
    sandbox.inject("reset", method="POST", path="/estimate")
    assert (await pl.quota.estimate_reservation(refs, product_id))["total_cost"], "what only reads is repeated"
