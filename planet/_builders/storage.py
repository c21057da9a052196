"""The storage providers that the service delivers to, and the parameters of each.

The builders of deliveries, `planet.types.destinations`, the options of `planet destinations` and the checks of the
sandbox all read this table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._utils.arguments import Json

__all__ = ["STORAGE_PROVIDERS", "Parameter", "Provider"]


_APIS = ("orders", "subscriptions", "destinations")


@dataclass(frozen=True)
class Parameter:
    """A parameter of a storage provider.

    Attributes:
        name: its name in requests.
        help: what it is, in one sentence.
        option: its name without the provider's prefix, as in the options of the command; empty: *name*.
        is_required: whether the service refuses a request without it.
        is_secret: whether the service and this package hide its value.
        is_flag: whether it is True or False, and False by default.
        apis: which APIs accept it.
        ignored_prefix: what is removed from the start of the value.
    """

    name: str
    help: str
    option: str = ""
    is_required: bool = True
    is_secret: bool = False
    is_flag: bool = False
    apis: tuple[str, ...] = _APIS
    ignored_prefix: str = ""

    @property
    def is_changeable(self) -> bool:
        """Whether the parameter of an existing destination can be changed."""
        return self.is_secret or self.is_flag

    def clean(self, value: Any) -> Any:
        """The value as it is sent."""
        return value.removeprefix(self.ignored_prefix) if isinstance(value, str) else value


@dataclass(frozen=True)
class Provider:
    """A storage provider.

    Attributes:
        type: its name in requests.
        title: what imagery is delivered to, such as "an Amazon S3 bucket".
        bucket: the name of the parameter that names the bucket, container or collection.
        parameters: its parameters, without the `path_prefix` that every delivery has.
    """

    type: str
    title: str
    bucket: str
    parameters: tuple[Parameter, ...]

    def parameters_for(self, api: str) -> dict[str, Parameter]:
        """{name: parameter} of those that an API accepts: `orders`, `subscriptions` or `destinations`."""
        return {parameter.name: parameter for parameter in self.parameters if api in parameter.apis}

    def required_for(self, api: str) -> list[str]:
        """The names of the parameters that an API requires."""
        return [name for name, parameter in self.parameters_for(api).items() if parameter.is_required]

    def request(self, values: Mapping[str, Any]) -> Json:
        """The parameters as they are sent, in the order of *values*; those that are None are left out."""
        known = {parameter.name: parameter for parameter in self.parameters}
        return {
            name: known[name].clean(value) if name in known else value
            for name, value in values.items()
            if value is not None
        }

    def delivery(self, values: Mapping[str, Any]) -> Json:
        """The delivery of an order, `{type: parameters}`."""
        accepted = self.parameters_for("orders").keys() | {"path_prefix"}
        return {self.type: {name: value for name, value in self.request(values).items() if name in accepted}}


_BUCKET = Parameter("bucket", "Name of the bucket.")
_CREDENTIALS = Parameter("credentials", "Service account key: its JSON, base64-encoded, on one line.", is_secret=True)


def _key_pair(key_id: str, secret_key: str) -> tuple[Parameter, Parameter]:
    return (
        Parameter(key_id, "Access key ID.", option="access_key_id", is_secret=True),
        Parameter(secret_key, "Secret access key.", option="secret_access_key", is_secret=True),
    )


def _region(name: str = "region") -> Parameter:
    return Parameter(name, "Region of the bucket.", option="region")


def _flag(name: str, help: str, *apis: str) -> Parameter:
    return Parameter(name, help, is_required=False, is_flag=True, apis=apis or _APIS)


_PROVIDERS = (
    Provider(
        "amazon_s3",
        "an Amazon S3 bucket",
        "bucket",
        (
            _BUCKET,
            _region("aws_region"),
            *_key_pair("aws_access_key_id", "aws_secret_access_key"),
            _flag("explicit_sse", "Request server-side encryption explicitly.", "destinations"),
        ),
    ),
    Provider(
        "azure_blob_storage",
        "an Azure Blob Storage container",
        "container",
        (
            Parameter("container", "Name of the container."),
            Parameter("account", "Name of the storage account."),
            Parameter(
                "sas_token",
                "Shared access signature (SAS) token, without the leading question mark.",
                is_secret=True,
                ignored_prefix="?",
            ),
            Parameter("storage_endpoint_suffix", "Endpoint suffix, if other than core.windows.net.", is_required=False),
        ),
    ),
    Provider("google_cloud_storage", "a Google Cloud Storage bucket", "bucket", (_BUCKET, _CREDENTIALS)),
    Provider(
        "google_earth_engine",
        "a Google Earth Engine image collection",
        "collection",
        (
            Parameter("project", "Name of the Google Cloud project.", apis=("orders", "subscriptions")),
            Parameter("collection", "Name of the image collection.", apis=("orders", "subscriptions")),
            Parameter("credentials", _CREDENTIALS.help, is_secret=True, apis=("subscriptions",)),
        ),
    ),
    Provider(
        "oracle_cloud_storage",
        "an Oracle Cloud Storage bucket",
        "bucket",
        (
            _BUCKET,
            *_key_pair("customer_access_key_id", "customer_secret_key"),
            Parameter("namespace", "Object Storage namespace."),
            _region(),
        ),
    ),
    Provider(
        "s3_compatible",
        "an S3-compatible bucket",
        "bucket",
        (
            _BUCKET,
            Parameter("endpoint", "Endpoint URL of the storage."),
            _region(),
            *_key_pair("access_key_id", "secret_access_key"),
            _flag("use_path_style", "Put the bucket into the path of URLs, not into the host name."),
        ),
    ),
)
STORAGE_PROVIDERS = {provider.type: provider for provider in _PROVIDERS}
