"""A bucket on S3, of a server on this machine."""

import logging
import uuid
from contextlib import contextmanager

import boto3
from botocore.config import Config
from moto.server import ThreadedMotoServer


class ABucket:
    """A new, empty bucket.

    Attributes:
        address: `s3://…`.
        options: what `storage_options` need.
    """

    def __init__(self, endpoint, name=None):
        self.name = name or f"a-bucket-{uuid.uuid4().hex[:8]}"
        self.address = f"s3://{self.name}"
        keys = {"access_key_id": "an-access-key", "secret_access_key": "a-secret-access-key"}
        self.options = {"endpoint": endpoint, "region": "us-east-1", "retry_config": {"max_retries": 1}, **keys}
        self._client = boto3.client(
            "s3",
            endpoint_url=endpoint,
            region_name="us-east-1",
            aws_access_key_id="an-access-key",
            aws_secret_access_key="a-secret-access-key",
            config=Config(retries={"max_attempts": 1}),
        )
        self._client.create_bucket(Bucket=self.name)

    @property
    def environment(self):
        """The variables that say the same."""
        return {
            "AWS_ENDPOINT_URL": self.options["endpoint"],
            "AWS_REGION": self.options["region"],
            "AWS_ACCESS_KEY_ID": self.options["access_key_id"],
            "AWS_SECRET_ACCESS_KEY": self.options["secret_access_key"],
        }

    def objects(self):
        """The objects in it: {key: length in bytes}."""
        listed = self._client.list_objects_v2(Bucket=self.name)
        return {entry["Key"]: entry["Size"] for entry in listed.get("Contents", [])}

    def read(self, key):
        return self._client.get_object(Bucket=self.name, Key=key)["Body"].read()

    def put(self, key, content):
        self._client.put_object(Bucket=self.name, Key=key, Body=content)

    def delete(self, key):
        self._client.delete_object(Bucket=self.name, Key=key)

    def metadata(self, key):
        return self._client.head_object(Bucket=self.name, Key=key)["Metadata"]

    def parts(self):
        """Uploads that were begun and neither completed nor given up."""
        return self._client.list_multipart_uploads(Bucket=self.name).get("Uploads", [])


@contextmanager
def s3_server():
    """A server of S3 on this machine: its address."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        yield f"http://{host}:{port}"
    finally:
        server.stop()
