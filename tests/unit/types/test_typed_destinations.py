"""The classes of `planet.types.destinations`, used as scripts use pydantic's models."""

import datetime
import json

import pytest

from planet.exceptions import ArgumentError, ArgumentTypeError
from planet.types import destinations as types

S3 = {"aws_access_key_id": "id", "aws_region": "us-west-2", "aws_secret_access_key": "hush", "bucket": "b"}
NEW = {
    types.AmazonS3Params: S3,
    types.AzureCloudStorageParams: {"account": "a", "container": "c", "sas_token": "hush"},
    types.GoogleCloudStorageParams: {"bucket": "b", "credentials": "hush"},
    types.OracleCloudStorageParams: {"bucket": "b", "customer_access_key_id": "id", "customer_secret_key": "hush",
                                     "namespace": "n", "region": "r"},
    types.S3CompatibleParams: {"access_key_id": "id", "bucket": "b", "endpoint": "https://e.example", "region": "r",
                               "secret_access_key": "hush"},
}  # fmt: skip
PATCHES = {
    types.AmazonS3PatchParams: {"aws_access_key_id": "id", "aws_secret_access_key": "hush"},
    types.AzureCloudStoragePatchParams: {"sas_token": "hush"},
    types.GoogleCloudStoragePatchParams: {"credentials": "hush"},
    types.OracleCloudStoragePatchParams: {"customer_access_key_id": "id", "customer_secret_key": "hush"},
    types.S3CompatiblePatchParams: {"access_key_id": "id", "secret_access_key": "hush"},
}
ANSWER = {
    "_links": {"_self": "https://api.planet.com/destinations/v1/b-1"},
    "archived": None, "created": "2024-06-01T10:00:00Z", "updated": "2024-06-02T10:00:00.5Z", "default": True,
    "id": "b-1", "name": "my bucket", "ownership": {"is_owner": True, "owner_id": 7}, "permissions": {"can_write": True},
    "parameters": {**S3, "aws_secret_access_key": "<REDACTED>", "kms": "new"}, "pl:ref": "pl:destinations/b-1",
    "type": "amazon_s3", "later": {"more": 1},
}  # fmt: skip
LISTING = {"_links": {"_self": "https://api.planet.com/destinations/v1"}, "destinations": [ANSWER, ANSWER]}


@pytest.mark.parametrize("kind", NEW, ids=lambda kind: kind.__name__)
def test_a_request_from_typed_parameters_from_a_dict_and_from_json(kind):
    params = kind(**NEW[kind])
    typed = types.DestinationRequest(name="my bucket", type=types.DestinationType(kind.type), parameters=params)
    assert types.DestinationRequest(name="my bucket", parameters=params) == typed
    assert types.DestinationRequest(name="my bucket", parameters=types.DestinationParameters(params)) == typed
    assert types.DestinationRequest(name="my bucket", parameters=types.DestinationParameters(root=params)) == typed
    assert types.DestinationRequest(name="my bucket", type=kind.type, parameters=NEW[kind]) == typed
    assert types.DestinationRequest(name="my bucket", parameters=NEW[kind]) == typed
    content = {"name": "my bucket", "type": kind.type, "parameters": params.model_dump()}
    assert types.DestinationRequest.model_validate(content) == typed
    assert types.DestinationRequest.model_validate_json(json.dumps(content)) == typed
    assert json.loads(json.dumps(typed.model_dump())) == content
    assert json.loads(typed.model_dump_json()) == content
    assert typed.model_dump(mode="json", exclude_none=True, exclude_unset=True)["parameters"] == NEW[kind]
    assert typed.to_dict()["parameters"].items() >= NEW[kind].items()
    assert isinstance(types.DestinationParameters.model_validate(NEW[kind]).root, kind)
    assert "hush" not in repr(typed) + repr(types.DestinationParameters(NEW[kind]))


@pytest.mark.parametrize("kind", PATCHES, ids=lambda kind: kind.__name__)
def test_a_patch(kind):
    params = kind(**PATCHES[kind])
    typed = types.DestinationPatchRequest(parameters=params)
    assert types.DestinationPatchRequest(parameters=PATCHES[kind]) == typed
    assert types.DestinationPatchRequest(parameters=types.DestinationPatchParameters(params)) == typed
    assert types.DestinationPatchRequest.model_validate({"parameters": PATCHES[kind]}) == typed
    assert typed.model_dump(exclude_none=True, exclude_unset=True) == {"parameters": PATCHES[kind]}
    assert types.DestinationPatchParameters.model_validate(PATCHES[kind]).to_dict().items() >= PATCHES[kind].items()
    assert types.DestinationPatchRequest(archive=True).model_dump() == {
        "archive": True,
        "name": None,
        "parameters": None,
    }


def test_a_response():
    response = types.DestinationsResponse.model_validate(LISTING)
    first = response.destinations[0]
    assert response.field_links.field_self == LISTING["_links"]["_self"]
    assert first.field_links.field_self.endswith("/b-1")
    assert first.created == datetime.datetime(2024, 6, 1, 10, tzinfo=datetime.timezone.utc)
    assert (first.archived, first.default, first.pl_ref) == (None, True, "pl:destinations/b-1")
    assert (first.ownership.owner_id, first.permissions.can_write) == (7, True)
    assert first.type is types.DestinationType.amazon_s3
    assert first.type == "amazon_s3"
    assert first.parameters.root.bucket == "b"
    assert first.later == first.model_extra["later"] == {"more": 1}
    assert first.parameters.root.kms == "new"
    dumped = first.model_dump(mode="json", by_alias=True)
    assert dumped["updated"] == "2024-06-02T10:00:00.500000Z"
    assert {**dumped, "updated": ANSWER["updated"]} == {
        **ANSWER, "parameters": {**ANSWER["parameters"], "explicit_sse": False},
    }  # fmt: skip
    assert first.model_dump(include={"id", "field_links"}) == {
        "field_links": {"field_self": ANSWER["_links"]["_self"]}, "id": "b-1", "later": {"more": 1},
    }  # fmt: skip
    assert "created" not in first.model_dump(exclude={"created"})
    assert types.DestinationsResponse.model_validate_json(response.model_dump_json(by_alias=True)) == response
    assert types.DestinationsResponse.model_validate(response) is response
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = first.nothing


def test_what_the_sandbox_sends(sandbox):
    with sandbox.planet() as pl:
        request = types.DestinationRequest(name="my bucket", type="amazon_s3", parameters=types.AmazonS3Params(**S3))
        made = pl.destinations.create_destination(request.model_dump(mode="json", exclude_none=True))
        found = types.DestinationsResponse.model_validate(pl.destinations.list_destinations())
        assert found.destinations[0].id == made.id
        assert types.Destination.model_validate(made).parameters.root.aws_region == "us-west-2"


def test_small_ones():
    assert types.DefaultDestinationRequest(destination_id="b-1").model_dump() == {"destination_id": "b-1"}
    assert types.Error.model_validate({"code": 404, "message": "no"}).message == "no"
    assert str(types.DestinationType.amazon_s3) == "amazon_s3"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"parameters": S3, "type": "ftp"}, "type 'ftp' is not one of 'google_cloud_storage', 'amazon_s3'"),
        ({"parameters": S3, "more": 1}, "DestinationRequest has no field 'more'"),
        ({"name": "my bucket"}, "DestinationRequest is incomplete: parameters missing"),
        ({"parameters": {"bucket": "b"}}, "parameters must be those of a storage provider, got only bucket"),
        ({"parameters": {"bucket": "b"}, "type": "amazon_s3"}, "AmazonS3Params is incomplete: aws_access_key_id, "),
        ({"parameters": types.AmazonS3Params(**S3), "type": "s3_compatible"}, "of s3_compatible, got AmazonS3Params"),
        ({"parameters": S3, "name": "x"}, "name must have 3 to 63 characters"),
    ],
)
def test_invalid_values(content, message):
    with pytest.raises(ArgumentError, match=message):
        types.DestinationRequest.model_validate(content)


def test_invalid_types():
    for wrong in (None, 3, "text", []):
        with pytest.raises(ArgumentTypeError, match="must be"):
            types.DestinationRequest.model_validate(wrong)
        with pytest.raises(ArgumentTypeError, match="parameters must be"):
            types.DestinationRequest(parameters=wrong)
    with pytest.raises(ArgumentError, match="must be created from JSON"):
        types.DestinationRequest.model_validate_json("{")
    with pytest.raises(ArgumentTypeError, match=r"parameters must be .* got AmazonS3PatchParams"):
        types.DestinationRequest(parameters=types.AmazonS3PatchParams(**PATCHES[types.AmazonS3PatchParams]))
