"""A Griffe extension for the reference: it documents the fields of models as attributes.

mkdocstrings reads the source without running it. Of `id = TextField("The id of the item.")` it would show an attribute
with a value, but without a type and a docstring. `mkdocs.yml` names this file.
"""

import ast
import dataclasses
from collections.abc import Iterator
from typing import Any

import griffe

_FIELDS = "planet._models.fields"


class FieldsExtension(griffe.Extension):
    """Gives each field its docstring and the type of its value."""

    def on_package(self, *, pkg: griffe.Module, loader: griffe.GriffeLoader, **kwargs: Any) -> None:
        """Change the attributes when the whole package has been read."""
        if pkg.path != _FIELDS.partition(".")[0]:
            return
        kinds = pkg.modules_collection[_FIELDS].classes
        for attribute in _attributes(pkg):
            call = attribute.value
            name, argument = _subscript(call.function) if isinstance(call, griffe.ExprCall) else (None, None)
            if not isinstance(call, griffe.ExprCall) or name is None:
                continue
            module, _, kind = name.canonical_path.rpartition(".")
            if module != _FIELDS or kind not in kinds:
                continue
            text = ast.literal_eval(str(call.arguments[0]))
            attribute.docstring = griffe.Docstring(
                text,
                parent=attribute,
                lineno=attribute.lineno,
                parser=loader.docstring_parser,
                parser_options=loader.docstring_options,
            )
            attribute.annotation = _value_type(kinds[kind], argument)
            attribute.value = None
            attribute.labels = {"property"}


def _attributes(scope: griffe.Module | griffe.Class) -> Iterator[griffe.Attribute]:
    for member in scope.members.values():
        if isinstance(member, griffe.Attribute) and isinstance(scope, griffe.Class):
            yield member
        elif isinstance(member, (griffe.Module, griffe.Class)):
            yield from _attributes(member)


def _subscript(expression: Any) -> tuple[griffe.ExprName | None, Any]:
    """The name and the type argument of `Name[argument]` or `Name`."""
    name, argument = expression, None
    if isinstance(expression, griffe.ExprSubscript):
        name, argument = expression.left, expression.slice
    return (name, argument) if isinstance(name, griffe.ExprName) else (None, None)


def _value_type(kind: griffe.Class, argument: Any) -> Any:
    """The type of the values of a kind of field: of `Field[X]` it is X, of a subclass the X of its base `Field[X]`."""
    if kind.name == "Field":
        return argument
    _, base = _subscript(kind.bases[0])
    if argument is not None and isinstance(base, griffe.ExprSubscript):  # `list[T]`
        return dataclasses.replace(base, slice=argument)
    return base
