"""Parameter types of the commands."""

import json
import os
import re
from collections.abc import Callable, Iterable
from typing import Any

import click
from click.shell_completion import CompletionItem

from .. import geojson, specs
from .._builders.area_files import read as read_vector_file
from .._builders.areas import FORMS as AREA_FORMS
from .._builders.areas import from_text as area_from_text
from .._utils.file_kind import file_kind, is_json
from .._utils.periods import as_bound, as_interval, as_period
from .._utils.text import BOM, parse_json, to_text
from ..exceptions import PlanetError
from .files import read_bytes

__all__ = [
    "AOI",
    "BBOX",
    "GEOJSON",
    "ID",
    "IDS",
    "INTERVAL",
    "ITEM_TYPE",
    "JSON",
    "UUIDS",
    "WHEN",
    "CommaSeparated",
    "Completed",
]


class _Json(click.ParamType):  # type: ignore[type-arg]  # generic in the newest click only
    """JSON as text, in a file, or on stdin."""

    name = "json"
    _what = "JSON"
    _advice = ""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        if is_json(value):
            text, source = value.lstrip(BOM), "the argument"
        else:
            try:
                data = read_bytes(value)
                source = "stdin" if value == "-" else value
                if kind := file_kind(data):
                    self.fail(f"{source} is {kind}, not {self._what}.{self._advice}", param, ctx)
                text = to_text(data)
            except (OSError, UnicodeDecodeError) as error:
                self.fail(
                    f"{value!r} cannot be read: {getattr(error, 'strerror', None) or 'not UTF-8 text'}.", param, ctx
                )
        try:
            content = parse_json(text)
        except (ValueError, RecursionError) as error:
            self.fail(f"{source} is not JSON: {error}.", param, ctx)
        if not content:
            self.fail(f"{source} is empty: {json.dumps(content)}.", param, ctx)
        return content


def _is_stream(name: str) -> bool:
    """Whether a name is stdin, or that of a pipe, such as a shell makes of <(command)."""
    path = os.path.expanduser(name)
    return name == "-" or (os.path.exists(path) and not os.path.isfile(path) and not os.path.isdir(path))


class _GeoJson(_Json):
    """Features: GeoJSON as text, in a vector file, or GeoJSON on stdin."""

    name = "geojson"
    _what = "GeoJSON"
    _advice = " Pass the name of the file, or GeoJSON: ogr2ogr -t_srs EPSG:4326 -f GeoJSON /vsistdout/ FILE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str) or is_json(value) or _is_stream(value):
            return super().convert(value, param, ctx)
        try:
            return read_vector_file(value)
        except PlanetError as error:
            self.fail(str(error), param, ctx)


class _Aoi(_GeoJson):
    """An AOI: GeoJSON as text, a vector file, GeoJSON on stdin, a feature reference, west,south,east,north, or WKT."""

    name = "aoi"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return self._read(value.strip(), param, ctx)
        except PlanetError as error:
            self.fail(str(error), param, ctx)

    def _read(self, text: str, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if text.startswith("pl:features"):
            refs = [ref.strip() for ref in text.split(",")]
            return geojson.as_ref({"type": "ref", "content": refs if len(refs) > 1 else refs[0]})
        area = super().convert(text, param, ctx) if is_json(text) or _is_stream(text) else area_from_text(text)
        if area is None:
            self.fail(f"{text!r} is not a valid AOI, which is {AREA_FORMS}, or - for stdin.", param, ctx)
        return geojson.as_geom_or_ref(area)


class _BBox(click.ParamType):  # type: ignore[type-arg]
    """A bounding box: west,south,east,north."""

    name = "west,south,east,north"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        try:
            numbers = [float(number) for number in value.split(",")]
        except ValueError:
            numbers = []
        if len(numbers) != 4:
            self.fail(f"{value!r} is not west,south,east,north.", param, ctx)
        return numbers


class _When(click.ParamType):  # type: ignore[type-arg]
    """A time: 2024-06-01, RFC 3339, or an age: 7d, 12h, 2w, 3m, 1y. It is a naive datetime in UTC."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        try:
            return as_bound("The time", value)
        except PlanetError as error:
            self.fail(str(error), param, ctx)


class _Interval(click.ParamType):  # type: ignore[type-arg]
    """A time or an interval in the form of the services: a/b, a/.. or ../b; 7d means the last seven days."""

    name = "interval"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        try:
            as_period("The interval", value)
            return as_interval("The interval", value)
        except PlanetError as error:
            self.fail(str(error), param, ctx)


class CommaSeparated(click.ParamType):  # type: ignore[type-arg]  # generic in the newest click only
    """Comma-separated values."""

    name = "csv"

    def __init__(self, each: Callable[[str], Any] = str, complete: Callable[[], Iterable[str]] | None = None) -> None:
        self._each = each
        self._complete = complete

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        entries = [entry.strip() for entry in value.split(",")]
        if not all(entries):
            self.fail(f"{value!r} has an empty entry.", param, ctx)
        try:
            return [self._each(entry) for entry in entries]
        except ValueError:
            self.fail(f"{value!r} must be comma-separated values of type {self._each.__name__}.", param, ctx)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        before, comma, last = incomplete.rpartition(",")
        names = self._complete() if self._complete else ()
        return [CompletionItem(f"{before}{comma}{name}") for name in sorted(names) if name.startswith(last)]


class _Ids(click.ParamType):  # type: ignore[type-arg]
    """IDs, separated by commas or white space: as text, in a file, or on stdin. A file may also hold JSON."""

    name = "ids"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        entries = self._split(value, param, ctx)
        found: list[str] = []
        for entry in [value] if os.path.isfile(os.path.expanduser(value)) else entries:
            if entry == "-" or os.path.isfile(os.path.expanduser(entry)):
                found += self._read(entry, param, ctx)
            elif entry.lower().endswith(_ID_FILES):
                self.fail(f"the file {entry!r} does not exist.", param, ctx)
            else:
                found.append(entry)
        return found

    def _split(self, text: str, param: click.Parameter | None, ctx: click.Context | None) -> list[str]:
        entries = [entry for part in re.sub(r"\s*,\s*", ",", text).split() for entry in part.split(",")]
        if not entries or not all(entries):
            self.fail(f"{text!r} has an empty entry.", param, ctx)
        return entries

    def _read(self, name: str, param: click.Parameter | None, ctx: click.Context | None) -> list[str]:
        try:
            text = to_text(read_bytes(name)).strip()
        except (OSError, UnicodeDecodeError) as error:
            self.fail(f"{name!r} cannot be read: {getattr(error, 'strerror', None) or 'not UTF-8 text'}.", param, ctx)
        if not is_json(text):
            return self._split(_id_column(text).strip(","), param, ctx)
        try:
            values = json.loads(text) if text.startswith("[") else [json.loads(line) for line in text.split("\n")]
            return [entry if isinstance(entry, str) else str(entry["id"]) for entry in values]
        except (ValueError, RecursionError, TypeError, KeyError):
            self.fail(f"{name!r} has no IDs: it must be a JSON list, or one item a line.", param, ctx)


def _id_column(text: str) -> str:
    """Return the ids of a CSV file or a table, as lists of the command are printed; other text as it is."""
    first, _, rows = text.partition("\n")
    if not re.match(r"id(,|\s{2,})", first):
        return text
    return "\n".join(re.split(r",|\s", row.strip(), maxsplit=1)[0] for row in rows.splitlines())


class _Uuids(_Ids):
    """Several UUIDs, in the forms of `_Ids`."""

    name = "uuids"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        found = super().convert(value, param, ctx)
        return [str(click.UUID.convert(each, param, ctx)) for each in found]


_ID_FILES = (".txt", ".csv", ".json", ".ndjson", ".jsonl", ".geojson")


class _Id(click.ParamType):  # type: ignore[type-arg]
    """An ID, without the white space around it, as lines of files have it."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):
            return value
        if not value.strip():
            self.fail("must not be empty.", param, ctx)
        return value.strip()


class Completed(click.ParamType):  # type: ignore[type-arg]
    """Text with shell completion; any value is accepted."""

    name = "text"

    def __init__(self, complete: Callable[[], Iterable[str]]) -> None:
        self._complete = complete

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        return [
            CompletionItem(name) for name in sorted(self._complete()) if name.lower().startswith(incomplete.lower())
        ]


JSON = _Json()
GEOJSON = _GeoJson()
ID = _Id()
IDS = _Ids()
UUIDS = _Uuids()
AOI = _Aoi()
BBOX = _BBox()
WHEN = _When()
INTERVAL = _Interval()
ITEM_TYPE = Completed(specs.get_data_item_types)
