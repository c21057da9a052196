"""Files in buckets: S3, Google Cloud Storage and Azure. It needs `planet[cloud]`."""
