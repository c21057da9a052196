"""Where an order can be delivered to: one function for each kind of storage, and one for hosting."""

from typing import Any

from .._redact import brief
from .._utils.arguments import Json, omit_none
from ..exceptions import ClientError

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
    """Delivery to Amazon S3."""
    return {
        "amazon_s3": omit_none(
            aws_access_key_id=aws_access_key_id,
            aws_secret_access_key=aws_secret_access_key,
            bucket=bucket,
            aws_region=aws_region,
            path_prefix=path_prefix,
        )
    }


def azure_blob_storage(
    account: str,
    container: str,
    sas_token: str,
    storage_endpoint_suffix: str | None = None,
    path_prefix: str | None = None,
) -> Json:
    """Delivery to Azure Blob Storage; *sas_token* without its leading `?` (one that is there is dropped)."""
    return {
        "azure_blob_storage": omit_none(
            account=account,
            container=container,
            sas_token=sas_token.removeprefix("?") if isinstance(sas_token, str) else sas_token,
            storage_endpoint_suffix=storage_endpoint_suffix,
            path_prefix=path_prefix,
        )
    }


def google_cloud_storage(bucket: str, credentials: str, path_prefix: str | None = None) -> Json:
    """Delivery to Google Cloud Storage; *credentials* is the service account's JSON in base64, on one line."""
    return {"google_cloud_storage": omit_none(bucket=bucket, credentials=credentials, path_prefix=path_prefix)}


def google_earth_engine(project: str, collection: str) -> Json:
    """Delivery to an image collection of Google Earth Engine."""
    return {"google_earth_engine": {"project": project, "collection": collection}}


def oracle_cloud_storage(
    customer_access_key_id: str,
    customer_secret_key: str,
    bucket: str,
    region: str,
    namespace: str,
    path_prefix: str | None = None,
) -> Json:
    """Delivery to Oracle Cloud Storage."""
    return {
        "oracle_cloud_storage": omit_none(
            customer_access_key_id=customer_access_key_id,
            customer_secret_key=customer_secret_key,
            bucket=bucket,
            region=region,
            namespace=namespace,
            path_prefix=path_prefix,
        )
    }


def s3_compatible(
    endpoint: str,
    bucket: str,
    region: str,
    access_key_id: str,
    secret_access_key: str,
    use_path_style: bool = False,
    path_prefix: str | None = None,
) -> Json:
    """Delivery to a storage that speaks S3."""
    return {
        "s3_compatible": omit_none(
            endpoint=endpoint,
            bucket=bucket,
            region=region,
            access_key_id=access_key_id,
            secret_access_key=secret_access_key,
            use_path_style=use_path_style,
            path_prefix=path_prefix,
        )
    }


def destination(destination_ref: Any, path_prefix: str | None = None) -> Json:
    """Delivery to a destination that is stored with Planet: `pl:destinations/<id>`, or the destination itself.

    Raises:
        ClientError: it is none.
    """
    ref = getattr(destination_ref, "ref", destination_ref)
    if not isinstance(ref, str) or not ref.startswith("pl:destinations/"):
        raise ClientError(f"{brief(ref)} is no reference to a destination.", hint="It looks like pl:destinations/….")
    return {"destination": omit_none(ref=ref, path_prefix=path_prefix)}


def default_destination(path_prefix: str | None = None) -> Json:
    """Delivery to the organisation's default destination."""
    return destination("pl:destinations/default", path_prefix)


def sentinel_hub(collection_id: str | None = None, create_configuration: bool = False) -> Json:
    """Hosting in a Sentinel Hub collection: *collection_id*, or a new one.

    Raises:
        ClientError: a configuration is made for new collections only.
    """
    if collection_id and create_configuration:
        raise ClientError("collection_id and create_configuration exclude each other.", hint="Give one of them.")
    return {"sentinel_hub": omit_none(collection_id=collection_id, create_configuration=create_configuration or None)}
