"""Typed forms of destinations: where the service delivers to. Secrets never show up in their reprs.

    from planet.types.destinations import DestinationRequest, GoogleCloudStorageParams

    params = GoogleCloudStorageParams(bucket="my-bucket", credentials=secret)
    destination = pl.destinations.create_destination(DestinationRequest(parameters=params, name="my bucket"))

`params.delivery(path_prefix="corn/")` is the delivery of an order to the same place, without a destination.
"""

from typing import Any, ClassVar

import attrs

from .._utils.arguments import omit_none
from ..exceptions import ClientError

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


def _text(instance: Any, attribute: "attrs.Attribute[Any]", value: Any) -> None:
    if not isinstance(value, str) or not value:
        raise ClientError(f"{attribute.name} is not given.", hint="It must be text, and not empty.")


def _name(instance: Any, attribute: "attrs.Attribute[Any]", value: Any) -> None:
    if value is not None and (not isinstance(value, str) or not 3 <= len(value) <= 63):
        raise ClientError(f"{attribute.name} is {value!r}.", hint="It must be text of 3 to 63 characters.")


def _plain() -> Any:
    return attrs.field(validator=_text)


def _secret() -> Any:
    return attrs.field(validator=_text, repr=False)


class _Parameters:
    """Parameters of a destination; those that are None are not sent."""

    type: ClassVar[str]

    def to_dict(self) -> dict[str, Any]:
        """The dictionary that the service takes."""
        fields = attrs.fields(self.__class__)  # type: ignore[arg-type]  # every class that comes from this one is of attrs
        return omit_none(**{field.name: getattr(self, field.name) for field in fields})


class _Place(_Parameters):
    """All that is needed to deliver somewhere."""

    def delivery(self, path_prefix: str | None = None) -> dict[str, Any]:
        """The delivery of an order to that place.

        Args:
            path_prefix: goes before the path of every file.
        """
        parameters = {name: value for name, value in self.to_dict().items() if name != "explicit_sse"}
        return {self.type: {**parameters, **omit_none(path_prefix=path_prefix or None)}}


@attrs.frozen(kw_only=True)
class AmazonS3Params(_Place):
    """A bucket of Amazon S3."""

    type: ClassVar[str] = "amazon_s3"
    aws_access_key_id: str = _secret()
    aws_region: str = _plain()
    aws_secret_access_key: str = _secret()
    bucket: str = _plain()
    explicit_sse: bool = False


@attrs.frozen(kw_only=True)
class AmazonS3PatchParams(_Parameters):
    """New credentials for a bucket of Amazon S3."""

    type: ClassVar[str] = "amazon_s3"
    aws_access_key_id: str = _secret()
    aws_secret_access_key: str = _secret()
    explicit_sse: bool = False


@attrs.frozen(kw_only=True)
class AzureCloudStorageParams(_Place):
    """A container of Azure Blob Storage."""

    type: ClassVar[str] = "azure_blob_storage"
    account: str = _plain()
    container: str = _plain()
    sas_token: str = _secret()
    storage_endpoint_suffix: str | None = None


@attrs.frozen(kw_only=True)
class AzureCloudStoragePatchParams(_Parameters):
    """A new token for a container of Azure Blob Storage."""

    type: ClassVar[str] = "azure_blob_storage"
    sas_token: str = _secret()


@attrs.frozen(kw_only=True)
class GoogleCloudStorageParams(_Place):
    """A bucket of Google Cloud Storage; the credentials are the JSON of a service account in base64."""

    type: ClassVar[str] = "google_cloud_storage"
    bucket: str = _plain()
    credentials: str = _secret()


@attrs.frozen(kw_only=True)
class GoogleCloudStoragePatchParams(_Parameters):
    """New credentials for a bucket of Google Cloud Storage."""

    type: ClassVar[str] = "google_cloud_storage"
    credentials: str = _secret()


@attrs.frozen(kw_only=True)
class OracleCloudStorageParams(_Place):
    """A bucket of Oracle Cloud Storage."""

    type: ClassVar[str] = "oracle_cloud_storage"
    bucket: str = _plain()
    customer_access_key_id: str = _secret()
    customer_secret_key: str = _secret()
    namespace: str = _plain()
    region: str = _plain()


@attrs.frozen(kw_only=True)
class OracleCloudStoragePatchParams(_Parameters):
    """New keys for a bucket of Oracle Cloud Storage."""

    type: ClassVar[str] = "oracle_cloud_storage"
    customer_access_key_id: str = _secret()
    customer_secret_key: str = _secret()


@attrs.frozen(kw_only=True)
class S3CompatibleParams(_Place):
    """A bucket of a storage that speaks as Amazon S3 does."""

    type: ClassVar[str] = "s3_compatible"
    access_key_id: str = _secret()
    bucket: str = _plain()
    endpoint: str = _plain()
    region: str = _plain()
    secret_access_key: str = _secret()
    use_path_style: bool = False


@attrs.frozen(kw_only=True)
class S3CompatiblePatchParams(_Parameters):
    """New keys for a bucket of a storage that speaks as Amazon S3 does."""

    type: ClassVar[str] = "s3_compatible"
    access_key_id: str = _secret()
    secret_access_key: str = _secret()
    use_path_style: bool = False


def _place(instance: Any, attribute: "attrs.Attribute[Any]", value: Any) -> None:
    if not isinstance(value, _Place):
        raise ClientError(
            f"{attribute.name} is a {type(value).__name__}.", hint="Make it with AmazonS3Params and the like."
        )


@attrs.frozen(kw_only=True)
class DestinationRequest:
    """A destination that is to be made; the type follows from the parameters.

    Raises:
        ClientError: the name is too short or too long, or the parameters are no typed ones.
    """

    parameters: _Place = attrs.field(validator=_place)
    name: str | None = attrs.field(default=None, validator=_name)

    def to_dict(self) -> dict[str, Any]:
        """The dictionary that the service takes."""
        return {"type": self.parameters.type, "parameters": self.parameters.to_dict(), **omit_none(name=self.name)}


@attrs.frozen(kw_only=True)
class DestinationPatchRequest:
    """What is to be changed of a destination; what is None stays as it is.

    Raises:
        ClientError: the name is too short or too long.
    """

    archive: bool | None = None
    name: str | None = attrs.field(default=None, validator=_name)
    parameters: _Parameters | None = None

    def to_dict(self) -> dict[str, Any]:
        """The dictionary that the service takes."""
        parameters = None if self.parameters is None else self.parameters.to_dict()
        return omit_none(archive=self.archive, name=self.name, parameters=parameters)


@attrs.frozen(kw_only=True)
class DefaultDestinationRequest:
    """Which destination is to be the default."""

    destination_id: str = attrs.field(validator=_text)

    def to_dict(self) -> dict[str, Any]:
        """The dictionary that the service takes."""
        return {"destination_id": self.destination_id}
