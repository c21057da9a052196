"""Names of the package planet-auth that scripts import, for where that package is not installed.

This is a module and planet-auth a package, so Python prefers planet-auth if both are installed.
"""

import abc
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

__all__ = ["ObjectStorageProvider", "ObjectStorageProvider_KeyType"]


ObjectStorageProvider_KeyType: TypeAlias = Path


class ObjectStorageProvider(abc.ABC):
    """Base class for the storage of logins by a program, to pass as `storage_provider` to `planet.Auth`.

    Any object with these methods works: deriving from this class is not necessary.
    """

    @abc.abstractmethod
    def load_obj(self, key: ObjectStorageProvider_KeyType) -> dict[str, Any]:
        """Load the object under a key."""

    @abc.abstractmethod
    def save_obj(self, key: ObjectStorageProvider_KeyType, data: Mapping[str, Any]) -> None:
        """Save an object under a key."""

    @abc.abstractmethod
    def obj_exists(self, key: ObjectStorageProvider_KeyType) -> bool:
        """Whether there is an object under a key."""

    @abc.abstractmethod
    def mtime(self, key: ObjectStorageProvider_KeyType) -> float:
        """When the object was saved, in seconds since 1970."""

    @abc.abstractmethod
    def obj_rename(self, src: ObjectStorageProvider_KeyType, dst: ObjectStorageProvider_KeyType) -> None:
        """Move an object to another key."""
