"""Typed requests of the Destinations API. Secrets are left out of their reprs.

    from planet.types.destinations import DestinationRequest, GoogleCloudStorageParams

    params = GoogleCloudStorageParams(bucket="my-bucket", credentials=secret)
    destination = pl.destinations.create_destination(DestinationRequest(parameters=params, name="my bucket"))

`params.delivery(path_prefix="corn/")` is the delivery of an order to the same bucket, without a destination.
"""

from typing import Any, ClassVar

import attrs

from .._builders.storage import STORAGE_PROVIDERS
from .._utils.arguments import omit_none
from ..exceptions import ArgumentError, ArgumentTypeError

__all__ = [
    "AmazonS3Params",
    "AmazonS3PatchParams",
    "AzureCloudStorageParams",
    "AzureCloudStoragePatchParams",
    "DefaultDestinationRequest",
    "DestinationPatchRequest",
    "DestinationRequest",
    "GoogleCloudStorageParams",
    "GoogleCloudStoragePatchParams",
    "OracleCloudStorageParams",
    "OracleCloudStoragePatchParams",
    "S3CompatibleParams",
    "S3CompatiblePatchParams",
]


def _require_text(instance: Any, attribute: "attrs.Attribute[Any]", value: Any) -> None:
    if not isinstance(value, str):
        raise ArgumentTypeError(f"{attribute.name} must be a str, got {type(value).__name__}")
    if not value:
        raise ArgumentError(f"{attribute.name} must not be empty")


def _check_name(instance: Any, attribute: "attrs.Attribute[Any]", value: Any) -> None:
    if value is None:
        return
    if not isinstance(value, str):
        raise ArgumentTypeError(f"{attribute.name} must be a str of 3 to 63 characters, got {type(value).__name__}")
    if not 3 <= len(value) <= 63:
        raise ArgumentError(f"{attribute.name} must have 3 to 63 characters, got {len(value)}")


def _from_table(cls: type, fields: "list[attrs.Attribute[Any]]") -> "list[attrs.Attribute[Any]]":
    """Let each field follow the table of providers: required ones are checked, secret ones are not in the repr."""
    known = STORAGE_PROVIDERS[cls.type].parameters_for("destinations")  # type: ignore[attr-defined]
    return [
        field.evolve(
            validator=_require_text if known[field.name].is_required else None,
            repr=not known[field.name].is_secret,
        )
        for field in fields
    ]


class _Parameters:
    """Parameters of a destination; those that are None are not sent."""

    type: ClassVar[str]

    def to_dict(self) -> dict[str, Any]:
        """The parameters as the service accepts them."""
        fields = attrs.fields(self.__class__)  # type: ignore[arg-type]  # every subclass is an attrs class
        return STORAGE_PROVIDERS[self.type].request({field.name: getattr(self, field.name) for field in fields})


class _NewParameters(_Parameters):
    """All parameters that a new destination needs."""

    def delivery(self, path_prefix: str | None = None) -> dict[str, Any]:
        """The delivery of an order to the same bucket.

        Args:
            path_prefix: is prepended to the path of every file.
        """
        return STORAGE_PROVIDERS[self.type].delivery({**self.to_dict(), "path_prefix": path_prefix or None})


@attrs.frozen(kw_only=True, field_transformer=_from_table)
class AmazonS3Params(_NewParameters):
    """Parameters of an Amazon S3 bucket."""

    type: ClassVar[str] = "amazon_s3"
    aws_access_key_id: str
    aws_region: str
    aws_secret_access_key: str
    bucket: str
    explicit_sse: bool = False


@attrs.frozen(kw_only=True, field_transformer=_from_table)
class AmazonS3PatchParams(_Parameters):
    """New credentials for an Amazon S3 bucket."""

    type: ClassVar[str] = "amazon_s3"
    aws_access_key_id: str
    aws_secret_access_key: str
    explicit_sse: bool = False


@attrs.frozen(kw_only=True, field_transformer=_from_table)
class AzureCloudStorageParams(_NewParameters):
    """Parameters of an Azure Blob Storage container."""

    type: ClassVar[str] = "azure_blob_storage"
    account: str
    container: str
    sas_token: str
    storage_endpoint_suffix: str | None = None


@attrs.frozen(kw_only=True, field_transformer=_from_table)
class AzureCloudStoragePatchParams(_Parameters):
    """A new token for an Azure Blob Storage container."""

    type: ClassVar[str] = "azure_blob_storage"
    sas_token: str


@attrs.frozen(kw_only=True, field_transformer=_from_table)
class GoogleCloudStorageParams(_NewParameters):
    """Parameters of a Google Cloud Storage bucket; the credentials are the service account's JSON in base64."""

    type: ClassVar[str] = "google_cloud_storage"
    bucket: str
    credentials: str


@attrs.frozen(kw_only=True, field_transformer=_from_table)
class GoogleCloudStoragePatchParams(_Parameters):
    """New credentials for a Google Cloud Storage bucket."""

    type: ClassVar[str] = "google_cloud_storage"
    credentials: str


@attrs.frozen(kw_only=True, field_transformer=_from_table)
class OracleCloudStorageParams(_NewParameters):
    """Parameters of an Oracle Cloud Storage bucket."""

    type: ClassVar[str] = "oracle_cloud_storage"
    bucket: str
    customer_access_key_id: str
    customer_secret_key: str
    namespace: str
    region: str


@attrs.frozen(kw_only=True, field_transformer=_from_table)
class OracleCloudStoragePatchParams(_Parameters):
    """New keys for an Oracle Cloud Storage bucket."""

    type: ClassVar[str] = "oracle_cloud_storage"
    customer_access_key_id: str
    customer_secret_key: str


@attrs.frozen(kw_only=True, field_transformer=_from_table)
class S3CompatibleParams(_NewParameters):
    """Parameters of an S3-compatible bucket."""

    type: ClassVar[str] = "s3_compatible"
    access_key_id: str
    bucket: str
    endpoint: str
    region: str
    secret_access_key: str
    use_path_style: bool = False


@attrs.frozen(kw_only=True, field_transformer=_from_table)
class S3CompatiblePatchParams(_Parameters):
    """New keys for an S3-compatible bucket."""

    type: ClassVar[str] = "s3_compatible"
    access_key_id: str
    secret_access_key: str
    use_path_style: bool = False


def _check_parameters(instance: Any, attribute: "attrs.Attribute[Any]", value: Any) -> None:
    if not isinstance(value, _NewParameters):
        raise ArgumentTypeError(
            f"{attribute.name} must be typed parameters such as AmazonS3Params, got {type(value).__name__}",
            hint="To send a dict, give the whole request as a dict.",
        )


@attrs.frozen(kw_only=True)
class DestinationRequest:
    """A new destination; its type follows from the parameters.

    Raises:
        ArgumentError: the name is too short or too long.
        ArgumentTypeError: the name is not a str, or *parameters* is not one of the `…Params` classes.
    """

    parameters: _NewParameters = attrs.field(validator=_check_parameters)
    name: str | None = attrs.field(default=None, validator=_check_name)

    def to_dict(self) -> dict[str, Any]:
        """The request as the service accepts it."""
        return {"type": self.parameters.type, "parameters": self.parameters.to_dict(), **omit_none(name=self.name)}


@attrs.frozen(kw_only=True)
class DestinationPatchRequest:
    """Changes to a destination; what is None stays as it is.

    Raises:
        ArgumentError: the name is too short or too long.
        ArgumentTypeError: the name is not a str.
    """

    archive: bool | None = None
    name: str | None = attrs.field(default=None, validator=_check_name)
    parameters: _Parameters | None = None

    def to_dict(self) -> dict[str, Any]:
        """The request as the service accepts it."""
        parameters = None if self.parameters is None else self.parameters.to_dict()
        return omit_none(archive=self.archive, name=self.name, parameters=parameters)


@attrs.frozen(kw_only=True)
class DefaultDestinationRequest:
    """The id of the destination to make the default."""

    destination_id: str = attrs.field(validator=_require_text)

    def to_dict(self) -> dict[str, Any]:
        """The request as the service accepts it."""
        return {"destination_id": self.destination_id}
