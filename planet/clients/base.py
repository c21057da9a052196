"""The base class of the async clients, for programs that subclass it."""

from .._async.apis.base import _BaseClient as _BaseClient

__all__: list[str] = []
