"""What workers are given, and what they give back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol, TypeVar

import attrs

__all__ = ["Address", "Batch", "Fetched", "Hidden", "in_batches"]


_MOST, _BYTES = 16, 64 * 1024 * 1024  # files and bytes in a batch; a larger file is alone


class _Sized(Protocol):
    @property
    def size(self) -> int | None: ...


T = TypeVar("T", bound=_Sized)


@attrs.frozen
class Address:
    """Where a worker gets a file, and what the file must be.

    Attributes:
        name: what the service calls it.
        path: its path below the target.
        address: where it is; good for a day, and as secret as a password.
        size: its length in bytes, if that is known.
        digests: its digests.
    """

    name: str
    path: str
    address: str = attrs.field(repr=False)
    size: int | None
    digests: Mapping[str, str] = attrs.field(repr=False)


@attrs.frozen
class Hidden:
    """What must not be seen in the logs of an engine, which shows the arguments of a task that fails.

    Attributes:
        value: it.
    """

    value: Any = attrs.field(repr=False)


@attrs.frozen
class Batch:
    """Some files of one order.

    Attributes:
        files: the files.
        target: the folder or prefix that they go to.
        options: for a bucket; there may be secrets in them.
        settings: of the session of the worker.
    """

    files: tuple[Address, ...]
    target: str
    options: Hidden
    settings: Hidden


@attrs.frozen
class Fetched:
    """What became of a file. Workers return it, and raise nothing: engines log what their tasks raise.

    Attributes:
        name: what the service calls the file.
        outcome: `fetched`, `kept` or `failed`.
        size: its length in bytes.
        error: why it failed.
        has_expired: whether the address is not good any more.
        is_fatal: whether the others would fail, too.
    """

    name: str
    outcome: str
    size: int | None = None
    error: str | None = None
    has_expired: bool = False
    is_fatal: bool = False


def in_batches(files: Iterable[T]) -> Iterator[list[T]]:
    """Files in batches, in their order."""
    batch: list[T] = []
    size = 0
    for file in files:
        batch.append(file)
        size += file.size or 0
        if len(batch) >= _MOST or size >= _BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
