"""Build order requests: functions that check their arguments and return dictionaries that the service accepts.

    build_request(name, products=[product(…)], tools=[clip_tool(…)], delivery=delivery(…))

No function here needs a network or a client. Arguments that are None are left out; 0 and False are sent. Any
dictionary that the service accepts can be used in place of a builder's result.
"""

from ._builders.deliveries import (
    amazon_s3,
    azure_blob_storage,
    default_destination,
    destination,
    google_cloud_storage,
    google_earth_engine,
    oracle_cloud_storage,
    s3_compatible,
    sentinel_hub,
)
from ._builders.order_tools import _tool as _tool  # existing scripts use it
from ._builders.order_tools import (
    band_math_tool,
    clip_tool,
    composite_tool,
    coregister_tool,
    file_format_tool,
    harmonize_tool,
    merge_tool,
    reproject_tool,
    tile_tool,
    toar_tool,
)
from ._builders.orders import basemap_product, build_request, delivery, notifications, product, request_for_items
from ._imagery.estimate import Estimate, estimate

__all__ = [
    "Estimate",
    "amazon_s3",
    "azure_blob_storage",
    "band_math_tool",
    "basemap_product",
    "build_request",
    "clip_tool",
    "composite_tool",
    "coregister_tool",
    "default_destination",
    "delivery",
    "destination",
    "estimate",
    "file_format_tool",
    "google_cloud_storage",
    "google_earth_engine",
    "harmonize_tool",
    "merge_tool",
    "notifications",
    "oracle_cloud_storage",
    "product",
    "reproject_tool",
    "request_for_items",
    "s3_compatible",
    "sentinel_hub",
    "tile_tool",
    "toar_tool",
]
