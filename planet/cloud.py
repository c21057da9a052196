"""Download to a bucket, on S3, Google Cloud Storage or Azure, and read from it. It needs `planet[cloud]`.

Where a folder is expected, the address of a prefix in a bucket works as well:

    pl.orders.download_order(order_id, "s3://my-bucket/iberia")

No file touches the disk. Each is verified while it is sent, and appears in the bucket only when it is complete and
right. The credentials are those of the environment, as the tools of the provider find them; `storage_options` passes
anything else to obstore, for example `{"endpoint": "http://localhost:9000", "access_key_id": …, "region": …}`.
"""

from ._cloud.object_path import ObjectPath

__all__ = ["ObjectPath"]
