"""Typed requests and responses of the Destinations API. Secrets are left out of their reprs.

    from planet.types.destinations import DestinationRequest, GoogleCloudStorageParams

    params = GoogleCloudStorageParams(bucket="my-bucket", credentials=secret)
    destination = pl.destinations.create_destination(DestinationRequest(parameters=params, name="my bucket"))

`params.delivery(path_prefix="corn/")` is the delivery of an order to the same bucket, without a destination.
The classes have the methods `model_validate`, `model_dump` and `model_dump_json` of pydantic's models.
"""

import datetime
import enum
from collections.abc import Mapping
from typing import Any, ClassVar

import attrs

from .._builders.storage import STORAGE_PROVIDERS
from .._utils.arguments import omit_none
from .._utils.times import str_to_datetime
from ..exceptions import ArgumentError, ArgumentTypeError
from ._model import Model
from ._response_parts import Error, Links, Ownership, Permissions, as_links, as_ownership, as_permissions

__all__ = [
    "AmazonS3Params",
    "AmazonS3PatchParams",
    "AzureCloudStorageParams",
    "AzureCloudStoragePatchParams",
    "DefaultDestinationRequest",
    "Destination",
    "DestinationParameters",
    "DestinationPatchParameters",
    "DestinationPatchRequest",
    "DestinationRequest",
    "DestinationType",
    "DestinationsResponse",
    "Error",
    "GoogleCloudStorageParams",
    "GoogleCloudStoragePatchParams",
    "Links",
    "OracleCloudStorageParams",
    "OracleCloudStoragePatchParams",
    "Ownership",
    "Permissions",
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


class DestinationType(str, enum.Enum):
    """The storage providers of destinations, by their names in requests."""

    google_cloud_storage = "google_cloud_storage"
    amazon_s3 = "amazon_s3"
    azure_blob_storage = "azure_blob_storage"
    oracle_cloud_storage = "oracle_cloud_storage"
    s3_compatible = "s3_compatible"

    def __str__(self) -> str:
        return self.value


class _Parameters(Model):
    """Parameters of a destination; those that are None are not sent."""

    type: ClassVar[str]

    def to_dict(self) -> dict[str, Any]:
        """The parameters as the service accepts them."""
        fields = attrs.fields(self.__class__)  # type: ignore[arg-type]  # every subclass is an attrs class
        values = {field.name: getattr(self, field.name) for field in fields}
        return STORAGE_PROVIDERS[self.type].request({**values, **self.model_extra})


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


# {type: class}. Where no type is given, the first whose required fields are all there is used.
_NEW: dict[str, type[_NewParameters]] = {
    kind.type: kind
    for kind in (
        GoogleCloudStorageParams, AmazonS3Params, AzureCloudStorageParams, OracleCloudStorageParams, S3CompatibleParams,
    )
}  # fmt: skip
_PATCHES: dict[str, type[_Parameters]] = {
    kind.type: kind
    for kind in (
        GoogleCloudStoragePatchParams, AmazonS3PatchParams, AzureCloudStoragePatchParams, OracleCloudStoragePatchParams,
        S3CompatiblePatchParams,
    )
}  # fmt: skip


def _typed(value: Any, kinds: Mapping[str, type[_Parameters]], provider: Any = None) -> Any:
    """Return parameters as an instance of one of *kinds*: that of the provider, else the first that fits.

    Raises:
        ArgumentTypeError: they are neither typed parameters nor a dict.
        ArgumentError: they are not the parameters of a provider.
    """
    value = value.root if isinstance(value, _Root) else value
    if isinstance(value, tuple(kinds.values())):
        return value
    if not isinstance(value, Mapping):
        example = kinds["amazon_s3"].__name__
        raise ArgumentTypeError(
            f"parameters must be an instance such as {example}, or a dict, got {type(value).__name__}"
        )
    if provider is not None:
        return kinds[DestinationType(provider).value].model_validate(value)
    for kind in kinds.values():
        fields = attrs.fields(kind)  # type: ignore[arg-type]  # every one is an attrs class
        if all(field.name in value for field in fields if field.default is attrs.NOTHING):
            return kind.model_validate(value)
    raise ArgumentError(
        f"parameters must be those of a storage provider, got only {', '.join(map(str, value)) or 'none'}"
    )


def _as_new(value: Any) -> Any:
    return _typed(value, _NEW)


def _as_patch(value: Any) -> Any:
    return None if value is None else _typed(value, _PATCHES)


class _Root(Model):
    """Parameters of any provider, as `root`."""

    root: Any

    @classmethod
    def model_validate(cls, obj: Any) -> Any:
        """Create an instance from a dictionary: the storage provider follows from its keys."""
        return obj if isinstance(obj, cls) else cls(obj)  # type: ignore[call-arg]  # of the subclasses

    def model_dump(self, **options: Any) -> dict[str, Any]:
        """The parameters as a dictionary, secrets included."""
        dumped: dict[str, Any] = self.root.model_dump(**options)
        return dumped

    def to_dict(self) -> dict[str, Any]:
        """The parameters as the service accepts them."""
        sent: dict[str, Any] = self.root.to_dict()
        return sent


@attrs.frozen
class DestinationParameters(_Root):
    """The parameters of a new destination, of any storage provider: `root` is an instance of its class."""

    root: _NewParameters = attrs.field(converter=_as_new)


@attrs.frozen
class DestinationPatchParameters(_Root):
    """New credentials of a destination, of any storage provider: `root` is an instance of its class."""

    root: _Parameters = attrs.field(converter=_as_patch)


@attrs.frozen(kw_only=True)
class DestinationRequest(Model):
    """A new destination; its type follows from the parameters, if these are not a dict.

    Raises:
        ArgumentError: the name is too short or too long, or *type* and *parameters* do not match.
        ArgumentTypeError: the name is not a str, or *parameters* is neither one of the `…Params` classes nor a dict.
    """

    _forbids_extra: ClassVar[bool] = True

    parameters: Any
    name: str | None = attrs.field(default=None, validator=_check_name)
    type: Any = None

    def __attrs_post_init__(self) -> None:
        if self.type is not None and self.type not in _NEW:
            raise ArgumentError(f"type {self.type!r} is not one of {', '.join(map(repr, _NEW))}")
        parameters = _typed(self.parameters, _NEW, self.type)
        if self.type is not None and parameters.type != self.type:
            raise ArgumentError(f"parameters must be those of {self.type}, got {type(parameters).__name__}")
        object.__setattr__(self, "parameters", parameters)
        object.__setattr__(self, "type", DestinationType(parameters.type))

    def to_dict(self) -> dict[str, Any]:
        """The request as the service accepts it."""
        return {"type": self.type.value, "parameters": self.parameters.to_dict(), **omit_none(name=self.name)}


@attrs.frozen(kw_only=True)
class DestinationPatchRequest(Model):
    """Changes to a destination; what is None stays as it is.

    Raises:
        ArgumentError: the name is too short or too long.
        ArgumentTypeError: the name is not a str, or *parameters* is neither one of the `…PatchParams` classes nor a
            dict.
    """

    _forbids_extra: ClassVar[bool] = True

    archive: bool | None = None
    name: str | None = attrs.field(default=None, validator=_check_name)
    parameters: _Parameters | None = attrs.field(default=None, converter=_as_patch)

    def to_dict(self) -> dict[str, Any]:
        """The request as the service accepts it."""
        parameters = None if self.parameters is None else self.parameters.to_dict()
        return omit_none(archive=self.archive, name=self.name, parameters=parameters)


@attrs.frozen(kw_only=True)
class DefaultDestinationRequest(Model):
    """The id of the destination to make the default."""

    _forbids_extra: ClassVar[bool] = True

    destination_id: str = attrs.field(validator=_require_text)

    def to_dict(self) -> dict[str, Any]:
        """The request as the service accepts it."""
        return {"destination_id": self.destination_id}


def _as_time(value: Any) -> datetime.datetime | None:
    return str_to_datetime(value) if isinstance(value, str) else value


def _as_parameters(value: Any) -> DestinationParameters:
    return DestinationParameters(value)


@attrs.frozen(kw_only=True)
class Destination(Model):
    """A destination as the service returns it, with secrets replaced. Clients return `planet.models.Destination`.

    Example:
        ```python
        from planet.types.destinations import DestinationsResponse

        response = DestinationsResponse.model_validate(pl.destinations.list_destinations())
        for destination in response.destinations:
            print(destination.pl_ref, destination.ownership.is_owner)
        ```
    """

    field_links: Links = attrs.field(metadata={"alias": "_links"}, converter=as_links)
    archived: datetime.datetime | None = attrs.field(default=None, converter=_as_time)
    created: datetime.datetime = attrs.field(converter=_as_time)
    default: bool | None = False
    id: str
    name: str
    ownership: Ownership = attrs.field(converter=as_ownership)
    parameters: DestinationParameters = attrs.field(converter=_as_parameters)
    permissions: Permissions = attrs.field(converter=as_permissions)
    pl_ref: str = attrs.field(metadata={"alias": "pl:ref"})
    type: DestinationType = attrs.field(converter=DestinationType)
    updated: datetime.datetime = attrs.field(converter=_as_time)


def _as_destinations(value: Any) -> list[Destination]:
    return [Destination.model_validate(each) for each in value]


@attrs.frozen(kw_only=True)
class DestinationsResponse(Model):
    """The response of `list_destinations`."""

    field_links: Links = attrs.field(metadata={"alias": "_links"}, converter=as_links)
    destinations: list[Destination] = attrs.field(converter=_as_destinations)
