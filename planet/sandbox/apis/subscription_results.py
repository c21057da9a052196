"""The results of subscriptions, as JSON and as CSV."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from ..catalog.clock import stamp
from ..state.records import ResultRecord

__all__ = ["csv_lines", "serialize_result"]


_COLUMNS = ("id", "item_datetime", "status", "created", "updated", "errors", "outputs", "item_id", "local_solar_time")


def serialize_result(result: ResultRecord) -> dict[str, Any]:
    """Return a result as the API does."""
    properties: dict[str, Any] = {"item_id": result.name, **result.values}
    if result.scene is not None:
        properties["item_types"] = [result.scene.item_type]
    body = {
        "id": result.id,
        "status": result.status,
        "created": stamp(result.created),
        "updated": stamp(result.updated),
        "properties": properties,
        "errors": result.errors,
        "outputs": result.outputs,
    }
    return body if result.completed is None else {**body, "completed": stamp(result.completed)}


def csv_lines(results: list[ResultRecord]) -> Iterator[str]:
    """Yield the lines of the CSV."""
    names = sorted({name for result in results for name in result.values})
    yield _line([*_COLUMNS, *names])
    for result in results:
        yield _line(
            [
                result.id, stamp(result.moment), result.status.upper(), stamp(result.created), stamp(result.updated),
                json.dumps(result.errors), json.dumps(result.outputs), result.name, "",
                *(result.values.get(name, "") for name in names),
            ]
        )  # fmt: skip


def _line(cells: list[Any]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()
