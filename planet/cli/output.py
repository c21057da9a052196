"""Output of the commands: data on stdout, everything else on stderr."""

import contextlib
import csv
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import click

from .._redact import printable
from .._utils.bbox import rectangle
from ..exceptions import ClientError, DownloadError

__all__ = [
    "ASSUME_YES",
    "FORMATS",
    "assumes_yes",
    "confirm",
    "echo_json",
    "formats",
    "is_interactive",
    "note",
    "one_line",
    "print_complete_files",
    "say",
    "show",
    "show_all",
    "show_names",
    "show_paths",
]


F = TypeVar("F", bound=Callable[..., Any])

ASSUME_YES = "PLANET_ASSUME_YES"  # the environment variable that answers questions, as --yes does
FORMATS = ("json", "ndjson", "geojson", "csv", "table", "paths")

# The columns of tables and CSV: {kind of value: {column: path}}.
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
    "stac_collection": {"id": "id", "title": "title", "license": "license"},
    "stac_item": {
        "id": "id", "collection": "collection", "datetime": "properties.datetime",
        "cloud cover": "properties.eo:cloud_cover",
    },
    "operation": {
        "id": "id", "type": "type", "status": "status", "collection": "collectionId", "created": "creationTime",
    },
    "job": {"id": "id", "status": "status", "done %": "percentage", "created": "created_at"},
}  # fmt: skip
_GAP = "  "
_LEAST_WIDTH = 8  # of a column that is cut
_COLOURS = {
    "green": ("success", "active", "completed", "running", "reserved", "Succeeded"),
    "yellow": ("queued", "activating", "partial", "pending", "preparing", "suspended", "processing", "created"),
    "red": ("failed", "cancelled", "invalid", "Failed", "Canceled"),
}


def _format_for_all(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """The format of this command, else the one that was given before it: `planet -o json orders list`."""
    return value or (ctx.obj or {}).get("OUTPUT")


def formats(command: F) -> F:
    """Add the options for the output format."""
    command = click.option("--pretty", is_flag=True, help="Indent the JSON.")(command)
    output = click.option(
        "-o",
        "--output",
        type=click.Choice(FORMATS),
        callback=_format_for_all,
        help="Output format. Default: JSON; a table for lists on a terminal.",
    )
    return output(command)


def is_terminal(stream: Any) -> bool:
    """Whether a stream is a terminal; a program without a console has None as its streams."""
    return hasattr(stream, "isatty") and not getattr(stream, "closed", False) and bool(stream.isatty())


def is_interactive() -> bool:
    """Whether a person can be asked: stdin and stdout are terminals."""
    return is_terminal(sys.stdin) and is_terminal(sys.stdout)


def say(text: object) -> None:
    """Print data to stdout; on a terminal, its control characters are escaped."""
    click.echo(printable(str(text)) if is_terminal(sys.stdout) else str(text))


def note(text: object) -> None:
    """Print a message to stderr, with its control characters escaped. It is lost if stderr cannot be written."""
    with contextlib.suppress(OSError, ValueError):
        click.echo(printable(str(text), keep_lines=True), err=True)


def one_line(text: str) -> str:
    """Join the lines of a text, such as those of a message of a service."""
    return " ".join(filter(None, map(str.strip, text.splitlines())))


def echo_json(obj: Any, pretty: bool = False) -> None:
    """Print a value as JSON, on one line or indented."""
    text = json.dumps(obj, indent=2, sort_keys=True) if pretty else json.dumps(obj)
    click.echo(text.replace("\x7f", "\\u007f"))  # the one control character that json leaves as it is


def show(value: Any, pretty: bool = False, output: str | None = None, kind: str = "") -> None:
    """Print one value."""
    if output in (None, "json", "ndjson"):
        echo_json(value, pretty or (output is None and is_terminal(sys.stdout)))
    else:
        show_all([value], pretty, output, kind)


def show_all(
    values: Iterable[Any],
    pretty: bool = False,
    output: str | None = None,
    kind: str = "",
    *,
    default_output: str = "ndjson",
) -> None:
    """Print several values; *default_output* is the format without -o when stdout is not a terminal."""
    if output is None:
        output = "table" if is_terminal(sys.stdout) and not pretty else default_output
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
        raise click.UsageError("-o paths is only for downloads.")
    if getattr(values, "limit_reached", False) is True and is_terminal(sys.stderr):
        note("There are more results: --limit 0 prints all.")


def show_paths(paths: Iterable[Any], pretty: bool = False, output: str | None = None) -> None:
    """Print the paths of the files that were written."""
    names = [str(path) for path in paths]
    if output in ("json", "geojson") or pretty:
        echo_json(names, pretty)
    elif output in ("ndjson", "csv"):
        for name in names:
            if output == "ndjson":
                echo_json(name)
            else:
                say(name)
    else:
        for name in names:
            say(name)


@contextlib.contextmanager
def print_complete_files(pretty: bool, output: str | None) -> Iterator[None]:
    """If some files of a download fail, print the paths of the complete ones."""
    try:
        yield
    except DownloadError as error:
        if complete := [entry.path for entry in error.report.outcomes if entry.error is None]:
            show_paths(complete, pretty, output)
        raise


def show_names(title: str, names: Iterable[str]) -> None:
    """Print a list of names."""
    click.echo(title)
    for name in sorted(names):
        say(f"- {name}")


def _feature(value: Any) -> dict[str, Any]:
    """Convert a value to a GeoJSON feature."""
    if isinstance(value, Mapping) and value.get("type") == "Feature":
        return dict(value)
    if isinstance(value, Mapping) and isinstance(value.get("bbox"), list) and len(value["bbox"]) == 4:
        properties = {name: part for name, part in value.items() if name not in ("bbox", "_links")}
        return {"type": "Feature", "geometry": rectangle(*value["bbox"]), "properties": properties}
    raise ClientError("These results have no geometry", hint="Use -o json, ndjson, csv or table.")


def _cell(value: Any, path: str) -> Any:
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _rows(values: Iterable[Any], columns: Mapping[str, str] | None) -> Iterator[tuple[Sequence[str], list[Any]]]:
    """Yield (titles, cells) of each value; without columns, those of its scalar entries."""
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
    if sys.stdout is None:
        return
    escape = printable if is_terminal(sys.stdout) else str
    writer = csv.writer(sys.stdout, lineterminator="\n")
    if columns:  # a program reads it: the names of the fields, not the titles
        writer.writerow(path.rpartition(".")[2] for path in columns.values())
    for number, (titles, cells) in enumerate(_rows(values, columns)):
        if not (number or columns):
            writer.writerow(map(escape, titles))
        writer.writerow([escape(_text(cell)) for cell in cells])


def _table(values: list[Any], columns: dict[str, str] | None) -> None:
    rows = [(titles, [printable(_text(cell)) for cell in cells]) for titles, cells in _rows(values, columns)]
    if not rows:
        note("No results.")
        return
    titles = [printable(title) for title in rows[0][0]]
    columns_of_text = zip(titles, *(cells for _, cells in rows), strict=False)
    widths = _fitted(titles, [max(map(len, column)) for column in columns_of_text])
    click.secho(_GAP.join(map(_padded, titles, widths)).rstrip(), bold=True)
    for _, cells in rows:
        padded = [_coloured(cell, _padded(cell, width)) for cell, width in zip(cells, widths, strict=False)]
        click.echo(_GAP.join(padded).rstrip())


def _fitted(titles: Sequence[str], widths: list[int]) -> list[int]:
    """The widths of columns that fit the terminal: the widest ones are cut, but never the ids."""
    if not is_terminal(sys.stdout):
        return widths
    excess = sum(widths) + len(_GAP) * (len(widths) - 1) - shutil.get_terminal_size().columns
    while excess > 0:
        candidates = [number for number, title in enumerate(titles) if title != "id" and widths[number] > _LEAST_WIDTH]
        if not candidates:
            break
        column = max(candidates, key=lambda number: widths[number])
        widths[column] -= 1
        excess -= 1
    return widths


def _padded(text: str, width: int) -> str:
    """A cell with the width of its column."""
    return f"{text:<{width}}" if len(text) <= width else f"{text[: width - 1]}…"


def _coloured(cell: str, padded: str) -> str:
    colour = next((colour for colour, words in _COLOURS.items() if cell in words), None)
    return click.style(padded, fg=colour) if colour else padded


def assumes_yes(yes: bool) -> bool:
    """Whether questions are answered with yes: by --yes, or by the environment variable."""
    return yes or os.environ.get(ASSUME_YES, "").strip().lower() in ("1", "true", "t", "yes", "y", "on")


def confirm(question: str, yes: bool) -> None:
    """Ask before something is deleted or quota is spent; continue with --yes, or if nobody can be asked."""
    if assumes_yes(yes) or not is_interactive():
        return
    try:
        agreed = click.confirm(printable(question), err=True)
    except click.Abort as error:
        # Ctrl-C, SIGTERM, or the end of input: click hides which.
        cause = error.__context__
        raise (cause if isinstance(cause, KeyboardInterrupt) else KeyboardInterrupt()) from None
    if not agreed:
        raise click.Abort
