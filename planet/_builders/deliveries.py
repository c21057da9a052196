"""Builders of deliveries, one function for each storage provider, and of hosting."""

from typing import Any

from .._utils.arguments import Json, destination_ref_of, omit_none
from ..exceptions import ArgumentError
from .storage import STORAGE_PROVIDERS

__all__ = [
    "amazon_s3",
    "azure_blob_storage",
    "default_destination",
    "destination",
    "google_cloud_storage",
    "google_earth_engine",
    "oracle_cloud_storage",
    "s3_compatible",
    "sentinel_hub",
]


def amazon_s3(
    aws_access_key_id: str, aws_secret_access_key: str, bucket: str, aws_region: str, path_prefix: str | None = None
) -> Json:
    """Deliver to an Amazon S3 bucket."""
    return STORAGE_PROVIDERS["amazon_s3"].delivery(locals())


def azure_blob_storage(
    account: str,
    container: str,
    sas_token: str,
    storage_endpoint_suffix: str | None = None,
    path_prefix: str | None = None,
) -> Json:
    """Deliver to an Azure Blob Storage container; a leading `?` of *sas_token* is removed."""
    return STORAGE_PROVIDERS["azure_blob_storage"].delivery(locals())


def google_cloud_storage(bucket: str, credentials: str, path_prefix: str | None = None) -> Json:
    """Deliver to a Google Cloud Storage bucket; *credentials* is the service account's JSON in base64, on one line."""
    return STORAGE_PROVIDERS["google_cloud_storage"].delivery(locals())


def google_earth_engine(project: str, collection: str) -> Json:
    """Deliver to an image collection of Google Earth Engine."""
    return STORAGE_PROVIDERS["google_earth_engine"].delivery(locals())


def oracle_cloud_storage(
    customer_access_key_id: str,
    customer_secret_key: str,
    bucket: str,
    region: str,
    namespace: str,
    path_prefix: str | None = None,
) -> Json:
    """Deliver to an Oracle Cloud Storage bucket."""
    return STORAGE_PROVIDERS["oracle_cloud_storage"].delivery(locals())


def s3_compatible(
    endpoint: str,
    bucket: str,
    region: str,
    access_key_id: str,
    secret_access_key: str,
    use_path_style: bool = False,
    path_prefix: str | None = None,
) -> Json:
    """Deliver to an S3-compatible bucket."""
    return STORAGE_PROVIDERS["s3_compatible"].delivery(locals())


def destination(destination_ref: Any, path_prefix: str | None = None) -> Json:
    """Deliver to a destination stored at Planet.

    Args:
        destination_ref: `pl:destinations/<id>`, the id, or the `planet.models.Destination`.
        path_prefix: is prepended to the path of every file.

    Raises:
        ArgumentError: *destination_ref* is not a destination or a reference to one.
    """
    ref = destination_ref_of(destination_ref)
    return {"destination": omit_none(ref=ref, path_prefix=path_prefix)}


def default_destination(path_prefix: str | None = None) -> Json:
    """Deliver to the organisation's default destination."""
    return destination("pl:destinations/default", path_prefix)


def sentinel_hub(collection_id: str | None = None, create_configuration: bool = False) -> Json:
    """Host the imagery in a Sentinel Hub collection.

    Args:
        collection_id: an existing collection; None: a new one.
        create_configuration: create a layer configuration for the new collection.

    Raises:
        ArgumentError: both are given; a configuration is created for new collections only.
    """
    if collection_id and create_configuration:
        raise ArgumentError(
            "collection_id and create_configuration are mutually exclusive", hint="Leave out one of them."
        )
    return {"sentinel_hub": omit_none(collection_id=collection_id, create_configuration=create_configuration or None)}
