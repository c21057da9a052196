"""Build subscription requests: functions that check their arguments and return dictionaries that the service accepts.

    build_request(name, source=catalog_source(…), delivery=amazon_s3(…), tools=[toar_tool()], clip_to_source=True)

No function here needs a network or a client. Arguments that are None are left out; 0 and False are sent. Any
dictionary that the service accepts can be used in place of a builder's result.
"""

from ._builders.subscription_tools import (
    REPROJECT_KERNEL,
    REPROJECT_KERNEL_DEFAULT,
    FilterValue,
    band_math_tool,
    cloud_filter_tool,
    file_format_tool,
    harmonize_tool,
    reproject_tool,
    toar_tool,
)
from ._builders.subscriptions import (
    NOTIFICATIONS_TOPICS,
    amazon_s3,
    azure_blob_storage,
    build_request,
    catalog_source,
    default_destination,
    destination,
    google_cloud_storage,
    google_earth_engine,
    notifications,
    oracle_cloud_storage,
    s3_compatible,
    sentinel_hub,
    subscription_source,
)

__all__ = [
    "NOTIFICATIONS_TOPICS",
    "REPROJECT_KERNEL",
    "REPROJECT_KERNEL_DEFAULT",
    "FilterValue",
    "amazon_s3",
    "azure_blob_storage",
    "band_math_tool",
    "build_request",
    "catalog_source",
    "cloud_filter_tool",
    "default_destination",
    "destination",
    "file_format_tool",
    "google_cloud_storage",
    "google_earth_engine",
    "harmonize_tool",
    "notifications",
    "oracle_cloud_storage",
    "reproject_tool",
    "s3_compatible",
    "sentinel_hub",
    "subscription_source",
    "toar_tool",
]
