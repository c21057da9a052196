"""The Destinations API against the sandbox's real server."""

import logging

import pytest

from planet import order_request
from planet.exceptions import BadQuery, ClientError, MissingResource, OutcomeUnknown
from planet.models import Destination
from planet.types import destinations as types
from tests.helpers import an_order

SECRET = "s3cr3t-and-never-shown"
PLACES = {
    "amazon_s3": types.AmazonS3Params(bucket="b-s3", aws_region="r", aws_access_key_id=SECRET, aws_secret_access_key=SECRET),
    "azure_blob_storage": types.AzureCloudStorageParams(account="a", container="b-azure", sas_token=SECRET),
    "google_cloud_storage": types.GoogleCloudStorageParams(bucket="b-gcs", credentials=SECRET),
    "oracle_cloud_storage": types.OracleCloudStorageParams(
        bucket="b-ocs", namespace="n", region="r", customer_access_key_id=SECRET, customer_secret_key=SECRET
    ),
    "s3_compatible": types.S3CompatibleParams(
        bucket="b-any", endpoint="https://e", region="r", access_key_id=SECRET, secret_access_key=SECRET, use_path_style=True
    ),
}  # fmt: skip


async def made(pl, kind="google_cloud_storage", **details):
    return await pl.destinations.create_destination(types.DestinationRequest(parameters=PLACES[kind], **details))


@pytest.mark.parametrize("kind", PLACES)
async def test_every_type(pl, kind, caplog):
    with caplog.at_level(logging.DEBUG):
        destination = await made(pl, kind, name=f"my {kind}")
    assert isinstance(destination, Destination)
    assert (destination.type, destination.name, destination.is_default) == (kind, f"my {kind}", False)
    assert destination.ref == f"pl:destinations/{destination.id}"
    assert destination.created.tzinfo is not None
    assert SECRET not in str(dict(destination))
    assert SECRET not in repr(PLACES[kind])
    assert SECRET not in repr(types.DestinationRequest(parameters=PLACES[kind]))
    assert SECRET not in caplog.text
    for name in (destination.id, destination.ref, destination):
        assert (await pl.destinations.get_destination(name)).id == destination.id


async def test_dictionaries_do_too(pl):
    request = {"type": "google_cloud_storage", "parameters": {"bucket": "plain", "credentials": SECRET}}
    destination = await pl.destinations.create_destination(request)
    assert destination.name == "plain"
    changed = await pl.destinations.patch_destination(destination.id, {"name": "renamed"})
    assert changed.name == "renamed"


async def test_listing_and_archiving(pl):
    one, two = await made(pl), await made(pl, "amazon_s3")

    async def ids(**details):
        return [entry.id for entry in (await pl.destinations.list_destinations(**details))["destinations"]]

    assert await ids() == [one.id, two.id]
    archived = await pl.destinations.patch_destination(one.ref, types.DestinationPatchRequest(archive=True))
    assert archived.archived is not None
    assert await ids(archived=True) == [one.id]
    assert await ids(archived=False, is_owner=True, can_write=True, is_default=False) == [two.id]
    assert (await pl.destinations.patch_destination(one.id, {"archive": False})).archived is None


async def test_new_credentials(pl):
    destination = await made(pl, "azure_blob_storage")
    request = types.DestinationPatchRequest(
        parameters=types.AzureCloudStoragePatchParams(sas_token="another " + SECRET)
    )
    assert SECRET not in repr(request)
    changed = await pl.destinations.patch_destination(destination.id, request)
    assert changed["parameters"] == {"account": "a", "container": "b-azure", "sas_token": "<REDACTED>"}
    with pytest.raises(BadQuery, match="cannot be changed: container"):
        await pl.destinations.patch_destination(destination.id, {"parameters": {"container": "x"}})


async def test_the_default(pl):
    with pytest.raises(MissingResource, match="No default destination configured"):
        await pl.destinations.get_default_destination()
    one, two = await made(pl), await made(pl, "amazon_s3")
    assert (await pl.destinations.set_default_destination(one.id)).is_default
    assert (await pl.destinations.set_default_destination(two.ref)).id == two.id
    assert (await pl.destinations.get_default_destination()).id == two.id
    assert [d.id for d in (await pl.destinations.list_destinations(is_default=True))["destinations"]] == [two.id]
    assert await pl.destinations.unset_default_destination() is None
    with pytest.raises(MissingResource):
        await pl.destinations.get_default_destination()
    with pytest.raises(MissingResource, match="not found"):
        await pl.destinations.set_default_destination("nothing")


async def test_an_order_to_a_destination(pl):
    destination = await made(pl)
    order = await pl.orders.create_order(an_order(delivery=order_request.destination(destination.ref)))
    assert order["delivery"] == {"destination": {"ref": destination.ref}}
    direct = PLACES["google_cloud_storage"].delivery("corn/")
    assert direct == order_request.google_cloud_storage("b-gcs", SECRET, "corn/")
    assert PLACES["amazon_s3"].delivery() == order_request.amazon_s3(SECRET, SECRET, "b-s3", "r")
    assert (await pl.orders.create_order(an_order(delivery=direct))).state == "queued"


async def test_what_the_service_refuses(pl):
    await made(pl, name="taken")
    with pytest.raises(BadQuery, match="already exists"):
        await made(pl, "amazon_s3", name="taken")
    for wrong in ({"type": "ftp", "parameters": {}}, {"type": "amazon_s3", "parameters": {"bucket": "b"}},
                  {"type": "amazon_s3", "parameters": {}, "more": 1}):  # fmt: skip
        with pytest.raises(BadQuery):
            await pl.destinations.create_destination(wrong)
    with pytest.raises(MissingResource):
        await pl.destinations.get_destination("nothing")
    with pytest.raises(MissingResource):
        await pl.destinations.patch_destination("nothing", {"name": "new"})


async def test_what_is_refused_before_it_is_sent(pl, sandbox):
    for wrong in (None, {}, 3, "x"):
        with pytest.raises(ClientError, match="request must"):
            await pl.destinations.create_destination(wrong)
    for wrong in ("", None, 3, {}, "pl:destinations/"):
        with pytest.raises(ClientError, match="destination_id must"):
            await pl.destinations.get_destination(wrong)
    for details in ({"name": "x"}, {"name": "x" * 64}, {"name": 3}):
        with pytest.raises(ClientError, match="3 to 63"):
            types.DestinationRequest(parameters=PLACES["amazon_s3"], **details)
    with pytest.raises(ClientError, match="parameters must be those of a storage provider, got only bucket"):
        types.DestinationRequest(parameters={"bucket": "b"})
    with pytest.raises(ClientError, match="sas_token must not be empty"):
        types.AzureCloudStorageParams(account="a", container="c", sas_token="")
    assert sandbox.requests == []


async def test_nothing_is_made_twice(pl, sandbox):
    sandbox.inject("lose_answer", method="POST", path="/destinations")
    with pytest.raises(OutcomeUnknown):
        await made(pl)
    (destination,) = (await pl.destinations.list_destinations())["destinations"]
    sandbox.inject("reset", method="PATCH")
    assert (await pl.destinations.patch_destination(destination.id, {"name": "again"})).name == "again"
