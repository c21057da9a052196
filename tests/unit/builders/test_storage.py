"""The table of storage providers, and what is written out beside it."""

import inspect

import attrs
import pytest

from planet import order_request
from planet._builders.storage import STORAGE_PROVIDERS
from planet.types import destinations as types

TYPED = {
    "amazon_s3": (types.AmazonS3Params, types.AmazonS3PatchParams),
    "azure_blob_storage": (types.AzureCloudStorageParams, types.AzureCloudStoragePatchParams),
    "google_cloud_storage": (types.GoogleCloudStorageParams, types.GoogleCloudStoragePatchParams),
    "oracle_cloud_storage": (types.OracleCloudStorageParams, types.OracleCloudStoragePatchParams),
    "s3_compatible": (types.S3CompatibleParams, types.S3CompatiblePatchParams),
}


def _shape(parameters):
    return {name: parameter.is_required for name, parameter in parameters.items()}


@pytest.mark.parametrize("kind", STORAGE_PROVIDERS)
def test_builders_have_the_parameters_of_the_table(kind):
    signature = inspect.signature(getattr(order_request, kind)).parameters
    required = {name: entry.default is inspect.Parameter.empty for name, entry in signature.items()}
    path_prefix = {"path_prefix": False} if kind != "google_earth_engine" else {}
    assert required == _shape(STORAGE_PROVIDERS[kind].parameters_for("orders")) | path_prefix


@pytest.mark.parametrize("kind", TYPED)
def test_typed_parameters_are_those_of_the_table(kind):
    known = STORAGE_PROVIDERS[kind].parameters_for("destinations")
    changeable = {name: parameter for name, parameter in known.items() if parameter.is_changeable}
    for cls, expected in zip(TYPED[kind], (known, changeable), strict=True):
        assert {field.name: field.default is attrs.NOTHING for field in attrs.fields(cls)} == _shape(expected)
        assert {field.name for field in attrs.fields(cls) if not field.repr} == {
            name for name, parameter in expected.items() if parameter.is_secret
        }


def test_destinations_have_every_provider_but_earth_engine():
    assert {kind for kind, provider in STORAGE_PROVIDERS.items() if provider.parameters_for("destinations")} == set(
        TYPED
    )
    assert STORAGE_PROVIDERS["google_earth_engine"].required_for("subscriptions")[-1] == "credentials"


def test_a_sas_token_is_sent_without_its_question_mark():
    typed = types.AzureCloudStorageParams(account="a", container="c", sas_token="?sv=1")
    assert typed.to_dict()["sas_token"] == typed.delivery()["azure_blob_storage"]["sas_token"] == "sv=1"
    assert types.AzureCloudStoragePatchParams(sas_token="?sv=1").to_dict() == {"sas_token": "sv=1"}
