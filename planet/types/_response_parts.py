"""Parts of the responses of `planet.types.destinations`."""

from typing import Any

import attrs

from ._model import Model

__all__ = ["Error", "Links", "Ownership", "Permissions", "as_links", "as_ownership", "as_permissions"]


@attrs.frozen(kw_only=True)
class Links(Model):
    """The links of a response."""

    __module__ = "planet.types.destinations"

    field_self: str | None = attrs.field(metadata={"alias": "_self"}, default=None)


@attrs.frozen(kw_only=True)
class Ownership(Model):
    """Who created a destination."""

    __module__ = "planet.types.destinations"

    is_owner: bool
    owner_id: int


@attrs.frozen(kw_only=True)
class Permissions(Model):
    """What this user may do with a destination."""

    __module__ = "planet.types.destinations"

    can_write: bool


@attrs.frozen(kw_only=True)
class Error(Model):
    """An error of the service."""

    __module__ = "planet.types.destinations"

    code: int
    message: str


def as_links(value: Any) -> Links:
    """Convert a value of a response."""
    return Links.model_validate(value)


def as_ownership(value: Any) -> Ownership:
    """Convert a value of a response."""
    return Ownership.model_validate(value)


def as_permissions(value: Any) -> Permissions:
    """Convert a value of a response."""
    return Permissions.model_validate(value)
