"""What commands print: data on stdout, everything else on stderr."""

import contextlib
import csv
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import click

from .._utils.bbox import rectangle
from ..exceptions import ClientError, DownloadError

__all__ = [
    "FORMATS",
    "confirmed",
    "echo_json",
    "formats",
    "show",
    "show_all",
    "show_names",
    "show_paths",
    "showing_complete",
]


F = TypeVar("F", bound=Callable[..., Any])

FORMATS = ("json", "ndjson", "geojson", "csv", "table", "paths")

# What tables and CSV show of each kind of thing: {kind: {column: path}}.
_COLUMNS: dict[str, dict[str, str]] = {
    "order": {"id": "id", "state": "state", "name": "name", "created": "created_on"},
    "item": {
        "id": "id", "type": "properties.item_type", "acquired": "properties.acquired",
        "cloud cover": "properties.cloud_cover", "clear %": "properties.clear_percent",
    },
    "asset": {"type": "type", "status": "status", "expires": "expires_at", "md5": "md5_digest"},
    "search": {"id": "id", "name": "name", "type": "search_type", "created": "created"},
    "subscription": {"id": "id", "status": "status", "name": "name", "created": "created"},
    "result": {"id": "id", "item": "properties.item_id", "status": "status", "completed": "completed"},
    "collection": {"id": "id", "title": "title", "features": "feature_count", "area (m²)": "area"},
    "feature": {"id": "id", "ref": "properties.pl:ref", "area (m²)": "properties.pl:area"},
    "mosaic": {"name": "name", "interval": "interval", "from": "first_acquired", "to": "last_acquired", "id": "id"},
    "series": {"name": "name", "interval": "interval", "from": "first_acquired", "to": "last_acquired", "id": "id"},
    "quad": {"id": "id", "covered %": "percent_covered", "bbox": "bbox"},
    "destination": {"id": "id", "type": "type", "name": "name", "default": "default", "archived": "archived"},
    "product": {"id": "id", "name": "name", "used": "quota_used", "total": "quota_total", "units": "quota_units"},
    "reservation": {"id": "id", "state": "state", "area": "aoi_ref", "amount": "amount", "created": "created_at"},
    "job": {"id": "id", "status": "status", "done %": "percentage", "created": "created_at"},
}  # fmt: skip
_COLOURS = {
    "green": ("success", "active", "completed", "running", "reserved"),
    "yellow": ("queued", "activating", "partial", "pending", "preparing", "suspended", "processing", "created"),
    "red": ("failed", "cancelled", "invalid"),
}


def formats(command: F) -> F:
    """The options that say how results are printed."""
    command = click.option("--pretty", is_flag=True, help="Indent the JSON for reading.")(command)
    output = click.option(
        "-o",
        "--output",
        type=click.Choice(FORMATS),
        help="How to print it; by default JSON, and a table where many are listed on a terminal.",
    )
    return output(command)


def echo_json(value: Any, pretty: bool = False) -> None:
    """Print a value as JSON: on one line, or indented for reading."""
    click.echo(json.dumps(value, indent=2, sort_keys=True) if pretty else json.dumps(value))


def show(value: Any, pretty: bool = False, output: str | None = None, kind: str = "") -> None:
    """Print one thing."""
    if output in (None, "json", "ndjson"):
        echo_json(value, pretty)
    else:
        show_all([value], pretty, output, kind)


def show_all(
    values: Iterable[Any], pretty: bool = False, output: str | None = None, kind: str = "", *, otherwise: str = "ndjson"
) -> None:
    """Print many things; *otherwise* is how, where nobody says and nobody looks on."""
    if output is None:
        output = "table" if sys.stdout.isatty() and not pretty else otherwise
    if output == "ndjson":
        for value in values:
            echo_json(value, pretty)
    elif output == "json":
        echo_json(list(values), pretty)
    elif output == "geojson":
        echo_json({"type": "FeatureCollection", "features": [_feature(value) for value in values]}, pretty)
    elif output == "csv":
        _csv(values, _COLUMNS.get(kind))
    elif output == "table":
        _table(list(values), _COLUMNS.get(kind))
    else:
        raise click.UsageError("Only downloads have paths.")


def show_paths(paths: Iterable[Any], pretty: bool = False, output: str | None = None) -> None:
    """Print the files that were written."""
    names = [str(path) for path in paths]
    if output in ("json", "geojson") or pretty:
        echo_json(names, pretty)
    elif output in ("ndjson", "csv"):
        for name in names:
            click.echo(json.dumps(name) if output == "ndjson" else name)
    else:
        for name in names:
            click.echo(name)


@contextlib.contextmanager
def showing_complete(pretty: bool, output: str | None) -> Iterator[None]:
    """Where a download comes in part only, print those files that did come whole."""
    try:
        yield
    except DownloadError as error:
        if whole := [entry.path for entry in error.report.outcomes if entry.error is None]:
            show_paths(whole, pretty, output)
        raise


def show_names(title: str, names: Iterable[str]) -> None:
    """Print what there is to choose from."""
    click.echo(title)
    for name in sorted(names):
        click.echo(f"- {name}")


def _feature(value: Any) -> dict[str, Any]:
    """A thing as a GeoJSON feature."""
    if isinstance(value, Mapping) and value.get("type") == "Feature":
        return dict(value)
    if isinstance(value, Mapping) and isinstance(value.get("bbox"), list) and len(value["bbox"]) == 4:
        properties = {name: part for name, part in value.items() if name not in ("bbox", "_links")}
        return {"type": "Feature", "geometry": rectangle(*value["bbox"]), "properties": properties}
    raise ClientError("These have no place on Earth.", hint="Print them with -o json, ndjson, csv or table.")


def _cell(value: Any, path: str) -> Any:
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _rows(values: Iterable[Any], columns: Mapping[str, str] | None) -> Iterator[tuple[Sequence[str], list[Any]]]:
    """(titles, cells) of each; without columns, those are its plain values."""
    for value in values:
        if columns is None:
            plain = {name: part for name, part in value.items() if not isinstance(part, (dict, list))}
            yield list(plain), list(plain.values())
        else:
            yield list(columns), [_cell(value, path) for path in columns.values()]


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    return json.dumps(cell) if isinstance(cell, (dict, list, bool)) else str(cell)


def _csv(values: Iterable[Any], columns: dict[str, str] | None) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    if columns:
        writer.writerow(columns)
    for number, (titles, cells) in enumerate(_rows(values, columns)):
        if not (number or columns):
            writer.writerow(titles)
        writer.writerow([_text(cell) for cell in cells])


def _table(values: list[Any], columns: dict[str, str] | None) -> None:
    rows = [(titles, [_text(cell) for cell in cells]) for titles, cells in _rows(values, columns)]
    if not rows:
        click.echo("Nothing was found.", err=True)
        return
    titles = rows[0][0]
    columns_of_text = zip(titles, *(cells for _, cells in rows), strict=False)
    widths = [max(map(len, column)) for column in columns_of_text]
    click.secho("  ".join(f"{title:<{width}}" for title, width in zip(titles, widths, strict=True)).rstrip(), bold=True)
    for _, cells in rows:
        padded = [_coloured(cell, f"{cell:<{width}}") for cell, width in zip(cells, widths, strict=False)]
        click.echo("  ".join(padded).rstrip())


def _coloured(cell: str, padded: str) -> str:
    colour = next((colour for colour, words in _COLOURS.items() if cell in words), None)
    return click.style(padded, fg=colour) if colour else padded


def confirmed(question: str, yes: bool) -> None:
    """Ask before something is destroyed or spent; without a terminal, or with --yes, go on."""
    if yes or not sys.stdin.isatty():
        return
    try:
        agreed = click.confirm(question, err=True)
    except click.Abort:
        raise KeyboardInterrupt from None  # Ctrl-C, or the end of what is typed in
    if not agreed:
        raise click.Abort
