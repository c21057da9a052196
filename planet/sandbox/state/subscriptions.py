"""The progress of subscriptions: they find new results and deliver them."""

import asyncio
import datetime
import logging
import re
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..._utils.times import str_to_datetime
from ..catalog.clock import stamp
from ..catalog.filters import compile_filter, search_window
from ..catalog.scene import Scene
from ..imagery import workers
from ..imagery.fulfilment import Failure, Job, fulfil_scene
from ..imagery.images import clear_percent
from ..imagery.sky import COVERS
from ..imagery.variables import VARIABLES, measure, write_values
from .buckets import delivery_folders
from .records import ResultRecord, SubscriptionRecord
from .world import World

__all__ = ["months_of", "tick"]


_MAX_PUBLISHING_DELAY = datetime.timedelta(hours=10)  # from the acquisition of a scene to its publication
_BATCH = 10  # results that are created before other work gets a turn

log = logging.getLogger(__name__)


async def tick(world: World) -> None:
    """Update all subscriptions."""
    for record in list(world.subscriptions.values()):
        try:
            await _update(world, record)
        except Exception:  # a bug of the sandbox, which must not affect other subscriptions
            log.exception("subscription %s failed", record.id)
            _set_status(record, "failed", world.clock.now())


async def _update(world: World, record: SubscriptionRecord) -> None:
    """Update a subscription: its status, its new results, and their delivery.

    Only `tick` calls this, so that slow searches and deliveries do not overlap.
    """
    now = world.clock.now()
    start, end = _time(record, "start_time"), _time(record, "end_time")
    if record.status == "preparing" and (now - record.created).total_seconds() >= world.timing.queued:
        _set_status(record, "pending", now)
    if record.status == "pending" and start is not None and start <= now:
        _set_status(record, "running", now)
    if record.status != "running":
        return
    if record.searched is None or now - record.searched >= datetime.timedelta(seconds=1):
        asked = record.resolved
        found = await world.run_in_thread(_new_results, world, record, record.searched, now)
        if record.status != "running" or record.resolved is not asked:
            return  # it was stopped or changed during the search
        for result in found:
            record.results.setdefault(result.name, result)
        record.searched = now
    _start_batch(world, record)
    late = _MAX_PUBLISHING_DELAY if record.parameters.get("time_range_type") != "published" else datetime.timedelta()
    if end is not None and end <= now - late and all(result.is_final for result in record.results.values()):
        _set_status(record, "completed", now)


def _set_status(record: SubscriptionRecord, status: str, now: datetime.datetime) -> None:
    record.status, record.updated = status, now


def _time(record: SubscriptionRecord, name: str) -> datetime.datetime | None:
    text = record.parameters.get(name)
    return None if text is None else str_to_datetime(text)


# -- find results --------------------------------------------------------------------------------------------


def _new_results(
    world: World, record: SubscriptionRecord, since: datetime.datetime | None, now: datetime.datetime
) -> list[ResultRecord]:
    """Return new results, oldest first. Runs in a thread."""
    if record.resolved["source"]["type"] in VARIABLES:
        days = _days(record, now)
        return [
            _new_result(day.date().isoformat(), day, now)
            for day in days
            if day.date().isoformat() not in record.results
        ]
    scenes = sorted(_scenes(world, record, since, now), key=lambda scene: scene.acquired)
    return [_new_result(scene.id, scene.acquired, now, scene) for scene in scenes if scene.id not in record.results]


def _new_result(
    name: str, moment: datetime.datetime, now: datetime.datetime, scene: Scene | None = None
) -> ResultRecord:
    return ResultRecord(str(uuid.uuid4()), name, moment, created=now, updated=now, scene=scene)


def _days(record: SubscriptionRecord, now: datetime.datetime) -> Iterator[datetime.datetime]:
    """Yield the days that have values: those at least two days ago."""
    start, end = _time(record, "start_time"), _time(record, "end_time")
    assert start is not None
    day = start.astimezone(datetime.timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)
    last = min(end or now, now - datetime.timedelta(days=2))
    while day < last:
        yield day
        day += datetime.timedelta(days=1)


def _scenes(
    world: World, record: SubscriptionRecord, since: datetime.datetime | None, now: datetime.datetime
) -> Iterator[Scene]:
    """Yield the scenes of the source that were published since a time."""
    source = record.parameters
    relation = source.get("geometry_relation", "intersects")
    kind = source.get("time_range_type", "acquired")
    bounds = {"gte": source["start_time"]} | ({"lt": source["end_time"]} if "end_time" in source else {})
    conditions = [
        {"type": "GeometryFilter", "field_name": "geometry", "relation": relation, "config": source["geometry"]},
        {"type": "DateRangeFilter", "field_name": kind, "config": bounds},
    ]
    if since is not None:
        conditions.append({"type": "DateRangeFilter", "field_name": "published", "config": {"gt": stamp(since)}})
    conditions += [source["filter"]] if source.get("filter") else []
    node = {"type": "AndFilter", "config": conditions}
    months, passes = months_of(source.get("rrule")), compile_filter(node)
    rows = world.catalog.find(source["item_types"], search_window(node), now)
    for index in range(len(rows)):
        scene = rows.scene(index)
        moment = scene.acquired if kind == "acquired" else scene.published
        if (months is None or moment.month in months) and passes(scene):
            yield scene


def months_of(rule: Any) -> set[int] | None:
    """Return the months of an iCalendar rule; None if there is no rule.

    Raises:
        ValueError: the rule is not a valid monthly rule.
    """
    if rule is None:
        return None
    match = re.fullmatch(r"(?:RRULE:)?FREQ=MONTHLY(?:;BYMONTH=(\d{1,2}(?:,\d{1,2})*))?", str(rule))
    months = {int(month) for month in (match[1] or "1,2,3,4,5,6,7,8,9,10,11,12").split(",")} if match else {0}
    if not months <= set(range(1, 13)):
        raise ValueError("rrule must look like FREQ=MONTHLY;BYMONTH=3,4")
    return months


# -- deliver results -----------------------------------------------------------------------------------------


def _start_batch(world: World, record: SubscriptionRecord) -> None:
    """Start the next batch of results if the previous one is done."""
    if record.work is not None and not record.work.done():
        return
    waiting = [result for result in record.results.values() if not result.is_final]
    for result in waiting:
        result.status = "queued"
    if waiting:
        make = world.run_in_thread(_make_batch, world, record, waiting[:_BATCH])
        record.work = asyncio.ensure_future(make)


def _make_batch(world: World, record: SubscriptionRecord, results: list[ResultRecord]) -> None:
    """Create and deliver results. Runs in a thread."""
    for result in results:
        if record.status != "running":
            return
        result.status, result.updated = "processing", world.clock.now()
        try:
            result.status = _make_result(world, record, result)
        except Failure as failure:
            result.status, result.errors = "failed", {"message": str(failure)}
        except Exception:  # a bug of the sandbox
            log.exception("result %s of subscription %s failed", result.name, record.id)
            result.status, result.errors = "failed", {"message": "internal error of the sandbox: see its log"}
        result.updated = result.completed = world.clock.now()


def _make_result(world: World, record: SubscriptionRecord, result: ResultRecord) -> str:
    """Create and deliver a result; returns its status."""
    body, source = record.resolved, record.parameters
    with tempfile.TemporaryDirectory(dir=world.folder) as temporary:
        folder = Path(temporary)
        if result.scene is None:
            kind = body["source"]["type"]
            result.values = workers.run(measure, kind, source["geometry"], result.moment)
            names = (
                [workers.run(write_values, folder, kind, source["geometry"], result.moment)]
                if "delivery" in body
                else []
            )
        else:
            tools = _tools(body)
            if (wanted := tools.pop("cloud_filter", None)) and not _is_clear(result.scene, source["geometry"], wanted):
                result.errors = {"message": "the scene does not pass the cloud filter"}
                return "cancelled"
            missing = sorted(set(source["asset_types"]) - set(result.scene.permitted))
            if missing:
                raise Failure(f"no access to assets: {source['item_types'][0]}/{result.name}/[{' '.join(missing)}]")
            items = ((result.scene, "", tuple(source["asset_types"])),)
            job = Job(
                "",
                "",
                items,
                tools=tuple(tools.items()),
                pixels=world.pixels,
                clip_pixels=world.clip_pixels,
                image_bytes=world.image_bytes,
            )
            names = fulfil_scene(job, folder)
        path = f"{record.id}/{result.name}"
        delivery = body.get("delivery")
        hosting = (body.get("hosting") or {}).get("parameters", {}).get("collection_id")
        targets = {delivery["type"]: delivery["parameters"]} if delivery else {}
        for target in delivery_folders(world.folder / "delivered", targets, hosting, path):
            shutil.copytree(folder, target, dirs_exist_ok=True)
        result.outputs = [f"{path}/{name}" for name in names]
    return "success"


def _tools(body: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Convert the tools of a subscription to tools of an order."""
    tools = {tool["type"]: dict(tool.get("parameters") or {}) for tool in body.get("tools") or []}
    if "clip" in tools:
        tools["clip"].setdefault("aoi", body["source"]["parameters"]["geometry"])
    return tools


def _is_clear(scene: Scene, area: dict[str, Any], wanted: dict[str, dict[str, float]]) -> bool:
    """Whether a scene passes a cloud filter."""
    for name, bounds in wanted.items():
        band = name.removesuffix("_percent")
        percent = workers.run(clear_percent, scene, area, band) if band in COVERS else 0
        if not bounds.get("gte", 0) <= percent <= bounds.get("lte", 100):
            return False
    return True
