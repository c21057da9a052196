"""`Model`: conversion of an attrs class from and to JSON, with methods named as those of pydantic."""

import datetime
import enum
import json
from collections.abc import Collection, Mapping
from typing import Any, ClassVar, TypeVar

import attrs

from .._redact import brief
from ..exceptions import ArgumentError, ArgumentTypeError

__all__ = ["Model"]


M = TypeVar("M", bound="Model")


class Model:
    """A base class of attrs classes. Scripts that were written for pydantic models find the methods they call.

    A field whose name differs in JSON has the other name as its metadata `alias`.
    """

    _forbids_extra: ClassVar[bool] = False

    @classmethod
    def model_validate(cls: type[M], obj: Any) -> M:
        """Create an instance from a dictionary with the names that JSON has.

        Raises:
            ArgumentTypeError: *obj*, or a value in it, has the wrong type.
            ArgumentError: a field is missing or invalid, or there is an unknown field where none may be.
        """
        if isinstance(obj, cls):
            return obj
        if not isinstance(obj, Mapping):
            raise ArgumentTypeError(f"{cls.__name__} must be created from a dict, got {type(obj).__name__}")
        fields = attrs.fields_dict(cls)  # type: ignore[arg-type]  # every subclass is an attrs class
        names = {field.metadata.get("alias", name): name for name, field in fields.items()} | {
            name: name for name in fields
        }
        extra = {key: value for key, value in obj.items() if key not in names}
        if extra and cls._forbids_extra:
            raise ArgumentError(f"{cls.__name__} has no field {brief(next(iter(extra)))}")
        values = {names[key]: value for key, value in obj.items() if key in names}
        missing = [name for name, field in fields.items() if field.default is attrs.NOTHING and name not in values]
        if missing:
            raise ArgumentError(f"{cls.__name__} is incomplete: {', '.join(missing)} missing")
        made = cls(**values)
        object.__setattr__(made, "_extra", extra)
        return made

    @classmethod
    def model_validate_json(cls: type[M], json_data: str | bytes) -> M:
        """Create an instance from JSON.

        Raises:
            ArgumentError: it is not JSON, or as for `model_validate`.
        """
        try:
            content = json.loads(json_data)
        except ValueError:
            raise ArgumentError(f"{cls.__name__} must be created from JSON, got {brief(json_data)}") from None
        return cls.model_validate(content)

    @property
    def model_extra(self) -> dict[str, Any]:
        """The values that are not of a field, {name: value}."""
        extra: dict[str, Any] = self.__dict__.get("_extra", {})
        return extra

    def __getattr__(self, name: str) -> Any:
        extra = self.__dict__.get("_extra", {})
        if name in extra:
            return extra[name]
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def model_dump(
        self,
        *,
        mode: str = "python",
        include: Collection[str] | None = None,
        exclude: Collection[str] | None = None,
        by_alias: bool = False,
        exclude_unset: bool = False,
        exclude_defaults: bool = False,
        exclude_none: bool = False,
    ) -> dict[str, Any]:
        """The fields as a dictionary, secrets included.

        Args:
            mode: "json": times and enumerations as text; "python": as they are.
            include: only these fields.
            exclude: not these fields.
            by_alias: with the names that JSON has, such as `_links`.
            exclude_unset: without the fields that have their default.
            exclude_defaults: without the fields that have their default.
            exclude_none: without the fields that are None.
        """
        options = {
            "mode": mode, "by_alias": by_alias, "exclude_unset": exclude_unset, "exclude_defaults": exclude_defaults,
            "exclude_none": exclude_none,
        }  # fmt: skip
        dumped = {}
        for field in attrs.fields(type(self)):  # type: ignore[arg-type]  # every subclass is an attrs class
            value = getattr(self, field.name)
            if (
                (include is not None and field.name not in include)
                or (exclude is not None and field.name in exclude)
                or ((exclude_unset or exclude_defaults) and value == field.default)
                or (exclude_none and value is None)
            ):
                continue
            dumped[field.metadata.get("alias", field.name) if by_alias else field.name] = _dump(value, options)
        return {**dumped, **self.model_extra}

    def model_dump_json(self, *, indent: int | None = None, **options: Any) -> str:
        """The fields as JSON, secrets included; the arguments are those of `model_dump`."""
        separators = None if indent else (",", ":")
        content = self.model_dump(**{**options, "mode": "json"})
        return json.dumps(content, indent=indent, separators=separators, ensure_ascii=False)


def _dump(value: Any, options: dict[str, Any]) -> Any:
    if isinstance(value, Model):
        return value.model_dump(**options)
    if isinstance(value, list):
        return [_dump(each, options) for each in value]
    if options["mode"] == "json" and isinstance(value, enum.Enum):
        return value.value
    if options["mode"] == "json" and isinstance(value, datetime.datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value
