"""`Bucket`: a bucket of a cloud storage, by way of obstore."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, wait
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import attrs

from .._redact import printable, redact
from .._runtime.cancellation import Cancelled, check_cancelled
from .._runtime.threads import run_in_thread
from .._utils.optional import require
from .._utils.tracebacks import hides_locals
from ..exceptions import ArgumentError, ArgumentTypeError, PlanetError, StorageError

__all__ = ["PART", "Aborted", "Bucket", "ObjectInfo"]


R = TypeVar("R")

PART = 8 * 1024 * 1024  # bytes of each part of an upload; smaller objects are written by one request
_PARTS_AT_ONCE = 2
_CHUNK = 1024 * 1024
_PATIENCE = 0.1  # seconds between two checks whether the caller is cancelled
_TIMEOUT = "5m"  # of one request: a part must pass a slow line
_RETRIES = {"max_retries": 5}
_ENDPOINT = re.compile(r"https?://[^\s/?#@]+[^\s?#]*")
_CODE, _MESSAGE = re.compile(r"<Code>(\w+)</Code>"), re.compile(r"<Message>([^<]{1,300})</Message>")


_HINTS = {
    "PermissionDeniedError": "Check the credentials of the storage, and what they allow.",
    "UnauthenticatedError": "Check the credentials of the storage.",
    "UnknownConfigurationKeyError": "Check the names in storage_options.",
}
_process: int | None = None  # which has used a bucket first


class Aborted(Exception):
    """Raised by the content of an upload, to end it without an object."""


@attrs.frozen
class ObjectInfo:
    """What the storage says of an object.

    Attributes:
        st_size: its length in bytes.
        metadata: what it was stored with.
    """

    st_size: int
    metadata: Mapping[str, str]


class Bucket:
    """A bucket. It is opened when it is first used. Its methods block.

    Args:
        address: for example `s3://my-bucket`.
        options: for obstore, for example `{"endpoint": …, "region": …}`; what is left out is found in the environment.
    """

    def __init__(self, address: str, options: Mapping[str, Any] | None = None) -> None:
        if not isinstance(options, (Mapping, type(None))):
            raise ArgumentTypeError(f"storage_options must be a dictionary, got {type(options).__name__}.")
        self.address = address
        self._options = dict(options or {})
        self._opened: Any = None

    def __repr__(self) -> str:
        return f"<Bucket {self.address}>"  # the options may have secrets

    @property
    def _obstore(self) -> Any:
        require("cloud", "A bucket", "obstore")
        import obstore.store

        return obstore

    @property
    def _store(self) -> Any:
        if self._opened is None:
            self._opened = self._open()
        return self._opened

    @hides_locals
    def _open(self) -> Any:
        from_url = self._obstore.store.from_url

        options = dict(self._options)
        client = {"timeout": _TIMEOUT, **options.pop("client_options", {})}
        endpoint = options.get("endpoint") or os.environ.get("AWS_ENDPOINT_URL") or ""
        if endpoint and not _ENDPOINT.fullmatch(str(endpoint)):
            raise ArgumentError(
                "The endpoint of the storage is not valid.", hint="Write http://host:port or https://host."
            )
        if str(endpoint).startswith("http://"):  # somebody's own storage; an address that was given is meant
            client.setdefault("allow_http", True)
        if self._has_aws_profile(options):
            options.setdefault("credential_provider", _aws_profile())
        with self._readable_errors("opened"):
            return from_url(
                self.address, client_options=client, retry_config=options.pop("retry_config", _RETRIES), **options
            )

    def _has_aws_profile(self, options: Mapping[str, Any]) -> bool:
        """Whether the keys to a bucket on S3 are in a file of the AWS tools, which obstore does not read."""
        if not self.address.startswith("s3") or any("access_key_id" in name for name in options):
            return False
        if os.environ.get("AWS_ACCESS_KEY_ID"):
            return False
        file = os.environ.get("AWS_SHARED_CREDENTIALS_FILE") or Path.home() / ".aws" / "credentials"
        return bool(os.environ.get("AWS_PROFILE")) or os.path.exists(file)

    def info(self, key: str) -> ObjectInfo | None:
        """What the storage says of an object; None if there is none."""
        try:
            with self._readable_errors("read", key):
                found = _call(self._obstore.get, self._store, key, options={"head": True})
                return ObjectInfo(
                    found.meta["size"], {str(name): str(value) for name, value in found.attributes.items()}
                )
        except FileNotFoundError:
            return None

    def put(self, key: str, content: bytes | Iterable[bytes], metadata: Mapping[str, str], media_type: str) -> None:
        """Store an object: all of it or, if its content ends with an error, nothing.

        Raises:
            Aborted: the content has raised it.
            StorageError: it could not be stored.
        """
        with self._readable_errors("written", key):
            _call(
                self._obstore.put,
                self._store,
                key,
                content,
                attributes={"Content-Type": media_type, **metadata},
                use_multipart=not isinstance(content, bytes),
                chunk_size=PART,
                max_concurrency=_PARTS_AT_ONCE,
            )

    def chunks(self, key: str) -> Iterator[bytes]:
        """The content of an object.

        Raises:
            FileNotFoundError: there is no such object.
        """
        with self._readable_errors("read", key):
            for chunk in _call(self._obstore.get, self._store, key).stream(min_chunk_size=_CHUNK):
                yield bytes(chunk)

    def range(self, key: str, offset: int, count: int) -> bytes:
        """A part of an object."""
        with self._readable_errors("read", key):
            return bytes(_call(self._obstore.get_range, self._store, key, start=offset, length=count))

    def sizes(self, prefix: str) -> dict[str, int]:
        """The objects under a prefix: {key: length in bytes}."""
        with self._readable_errors("listed", prefix):
            return _call(self._list, prefix)

    def _list(self, prefix: str) -> dict[str, int]:
        pages = self._obstore.list(self._store, prefix, chunk_size=1000)
        return {entry["path"]: entry["size"] for page in pages for entry in page}

    def delete(self, key: str) -> None:
        """Delete an object."""
        with self._readable_errors("deleted", key):
            _call(self._obstore.delete, self._store, key)

    @contextmanager
    def _readable_errors(self, what: str, key: str = "") -> Iterator[None]:
        """Turn the errors of obstore into one line, without secrets. That of an object that does not exist passes."""
        address = f"{self.address}/{key}" if key else self.address
        try:
            yield
        except (PlanetError, Aborted):
            raise
        except FileNotFoundError as error:
            if "NoSuchBucket" not in str(error) and what != "written":
                raise FileNotFoundError(address) from None
            raise StorageError(f"{address} cannot be {what}: there is no such bucket.") from None
        except (KeyboardInterrupt, SystemExit, GeneratorExit, Cancelled):
            raise
        except BaseException as error:  # noqa: BLE001 - those of obstore have no common class; a panic is no Exception
            hint = _HINTS.get(
                type(error).__name__, "Check the address and the region of the storage, or try again later."
            )
            raise StorageError(f"{address} cannot be {what}: {_reason(error)}.", hint=hint) from None


def _call(function: Callable[..., R], *args: Any, **settings: Any) -> R:
    """Call a function of obstore in a thread: nothing interrupts it, and a storage may stall. The caller goes on."""
    global _process
    _process = _process or os.getpid()
    if _process != os.getpid():  # the threads of obstore are not in this one: it would wait for ever
        raise StorageError(
            "A bucket cannot be used in a process that was forked after its parent has used one.",
            hint='Start processes by spawn: ProcessPoolExecutor(mp_context=multiprocessing.get_context("spawn")).',
        )
    result: Future[R] = Future()

    def run() -> None:
        try:
            result.set_result(function(*args, **settings))
        except BaseException as error:  # noqa: BLE001 - it is raised in the thread that waits
            result.set_exception(error)

    run_in_thread(run)
    while not wait([result], _PATIENCE).done:
        check_cancelled()
    return result.result()


@hides_locals
def _aws_profile() -> Any:
    require("aws", "An AWS profile", "boto3")
    from obstore.auth.boto3 import Boto3CredentialProvider

    return Boto3CredentialProvider()


def _reason(error: BaseException) -> str:
    """The reason that an error of obstore gives, without its debugging output."""
    text = str(error).partition("\n\nDebug source:")[0]
    code, message = _CODE.search(text), _MESSAGE.search(text)
    text = text.rpartition(" - ")[2]  # what follows the request and its duration
    if code:
        text = f"{message[1].rstrip('.')} ({code[1]})" if message else code[1]
    text = printable(redact(" ".join(text.split())))
    return (text[:300] or type(error).__name__).rstrip(".: ")
