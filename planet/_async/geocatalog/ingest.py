"""From an order into a catalogue."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ..._apis.geocatalog.delivery import (
    checked_collection,
    collection_of,
    container_of_order,
    folder_of_order,
    has_newer_access,
)
from ..._apis.geocatalog.ingest_report import IngestReport
from ..._apis.geocatalog.operations import check_succeeded
from ..._builders.geocatalog.objects import source_body
from ..._files.manifest import Manifest
from ..._files.manifest_entry import MANIFEST_NAME
from ..._files.names import SafeDirectory
from ..._imagery.catalog_items import items_from_order
from ..._models.geocatalog.ingestion import Operation
from ..._runtime._async import invoke_callback, map_bounded, run_blocking, shield
from ..._utils.arguments import check_int
from ...exceptions import APIError, ClientError, Conflict, MissingResource, OperationFailed, PlanetError
from ..http.transport import BaseSession
from .ingestion import IngestionClient
from .stac import StacClient

__all__ = ["ingest_order"]


log = logging.getLogger("planet.geocatalog")

_READS_AT_ONCE = 8
_LOOKED_UP_AT_ONCE = 100
# Statuses that say what is wrong with the items: nothing of them was accepted.
_REFUSED = (400, 413, 415, 422)
_EXISTS = "ItemAlreadyExistsInCollection"


async def ingest_order(
    stac: StacClient,
    ingestion: IngestionClient,
    order: Any,
    collection_id: str,
    *,
    sas_token: str | None,
    identity: str | None,
    container_url: str | None,
    folder: Path | str | None,
    collection: Any,
    batch: int,
    timeout: float | None,
    callback: Callable[[int, int], Any] | None,
) -> IngestReport:
    """Bring an order into a collection; see `AsyncGeoCatalog.ingest_order`."""
    check_int("batch", batch)
    container = container_of_order(order, container_url)
    if sas_token is not None or identity is not None:
        # It says what is wrong before anything is requested. With both, the signature is for reading the metadata.
        source_body(container, None if identity else sas_token, identity)
    if collection is not None:
        checked_collection(collection_id, collection)
    root = f"{container}/{folder_of_order(order)}"
    if folder is None:
        if sas_token is None:
            raise ClientError(
                "The metadata of the order cannot be read: there is no sas_token.",
                hint="Pass sas_token=, or folder= with a downloaded copy of the order.",
            )
        with tempfile.TemporaryDirectory(prefix="planet-") as temporary:
            await _fetch_metadata(stac._session, root, sas_token, Path(temporary))
            items, unfit = await run_blocking(_read, Path(temporary), root, collection_id)
    else:
        items, unfit = await run_blocking(_read, Path(folder), root, collection_id)
    wanted = collection or collection_of(collection_id, items)
    await _ensure_collection(stac, ingestion, collection_id, wanted, timeout)
    work = _Ingestion(stac, ingestion, collection_id, timeout, callback, len(items) + len(unfit))
    work.give_up(unfit)
    todo = await work.without_existing(items)
    if not todo:
        return work.report
    source_id = await _ensure_source(ingestion, container, sas_token, identity)
    try:
        for start in range(0, len(todo), batch):
            await work.send(todo[start : start + batch])
    finally:
        if source_id is not None and work.is_pending:  # the catalogue still reads
            log.warning("The ingestion source %s was kept, because an operation has not ended", source_id)
        elif source_id is not None:
            with shield():
                await _remove_source(ingestion, source_id)
    return work.report


def _read(folder: Path, root: str, collection_id: str) -> tuple[list[dict[str, Any]], dict[str, Exception]]:
    """The items of an order, and the errors of scenes that cannot be one."""
    items = items_from_order(folder, root, collection_id)
    found = {item["id"] for item in items}
    expected = {entry.item_id for entry in Manifest.read(folder) if entry.item_id and entry.asset_type}
    missing = expected - found if found <= expected else set()  # a composite has a name of its own
    why = "The scene has no time of acquisition in its metadata, which a catalogue requires."
    return items, {str(name): ClientError(why) for name in sorted(map(str, missing))}


class _Ingestion:
    """Sends items, and keeps account of them.

    Attributes:
        report: what became of them so far.
        is_pending: whether the catalogue may be at work on items that were sent.
    """

    def __init__(
        self,
        stac: StacClient,
        ingestion: IngestionClient,
        collection_id: str,
        timeout: float | None,
        callback: Callable[[int, int], Any] | None,
        total: int,
    ) -> None:
        self._stac = stac
        self._ingestion = ingestion
        self._timeout = timeout
        self._callback = callback
        self._total = total
        self._failed: dict[str, Exception] = {}
        self.report = IngestReport(collection_id, failed=self._failed)
        self.is_pending = False

    def give_up(self, errors: Mapping[str, Exception]) -> None:
        """Count items as failed that cannot be sent."""
        for name, error in errors.items():
            self._failed[name] = error
            log.warning("Item %s was not ingested: %s", name, error)

    async def without_existing(self, items: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """The items that the catalogue does not have."""
        ids = [item["id"] for item in items]
        found: set[str] = set()
        for start in range(0, len(ids), _LOOKED_UP_AT_ONCE):
            some = ids[start : start + _LOOKED_UP_AT_ONCE]
            results = self._stac.search(collections=[self.report.collection_id], ids=some)
            async for item in results:
                found.add(item.id)
        self.report.skipped.extend(name for name in ids if name in found)
        await self._tell()
        return [item for item in items if item["id"] not in found]

    async def send(self, items: Sequence[dict[str, Any]]) -> None:
        """Send some items; where that fails, each by itself: an operation says how many failed, but not which."""
        outcome = await self._add(list(items))
        if isinstance(outcome, Operation) and outcome.succeeded:
            self.report.items.extend(item["id"] for item in items)
        else:
            for item in items:
                self._account(item["id"], outcome if len(items) == 1 else await self._add(item))
        await self._tell()

    def _account(self, name: str, outcome: Operation | APIError) -> None:
        if isinstance(outcome, APIError):
            self.give_up({name: outcome})
        # After a batch that failed in part, an item that exists is one that the batch has added.
        elif outcome.succeeded or outcome.error_code == _EXISTS:
            self.report.items.append(name)
        else:
            try:
                check_succeeded(outcome)
            except OperationFailed as error:
                self.give_up({name: error})

    async def _add(self, items: Any) -> Operation | APIError:
        """Send items, and wait: the operation, or the error where they were refused at once."""
        self.is_pending = True
        try:
            begun = await self._stac.create_item(self.report.collection_id, items)
        except APIError as error:
            self.is_pending = error.status_code not in _REFUSED
            if self.is_pending:
                raise
            return error
        ended = await self._ingestion.wait(begun, timeout=self._timeout, check=False)
        self.is_pending = False
        self.report.operations.append(ended)
        return ended

    async def _tell(self) -> None:
        if self._callback is not None:
            done = len(self.report.items) + len(self.report.skipped) + len(self._failed)
            await invoke_callback(self._callback, done, self._total)


async def _fetch_metadata(session: BaseSession, root: str, sas_token: str, folder: Path) -> None:
    """Fetch the manifest and the metadata of the scenes, a few kilobytes each."""
    signature = sas_token.strip().removeprefix("?")
    directory = SafeDirectory(folder)

    async def fetch(path: str, original: str) -> None:
        try:
            answer = await session.request("GET", f"{root}/{quote(original)}?{signature}", allow_cross_origin=True)
        except APIError as error:
            error.hint = "Check the container, and that the order was delivered completely."
            if not isinstance(error, MissingResource):
                error.hint = "Check sas_token: it must be for this container, allow reading, and not have expired."
            raise
        target = directory.resolve(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        await run_blocking(target.write_bytes, answer.content)

    await fetch(MANIFEST_NAME, MANIFEST_NAME)
    manifest = Manifest.read(folder)
    wanted = [
        entry
        for entry in manifest
        if entry.item_id and entry.asset_type is None and entry.media_type == "application/json"
    ]
    await map_bounded(lambda entry: fetch(entry.path, entry.service_path), wanted, limit=_READS_AT_ONCE)


async def _ensure_collection(
    stac: StacClient, ingestion: IngestionClient, collection_id: str, collection: Any, timeout: float | None
) -> None:
    try:
        await stac.get_collection(collection_id)
        return
    except MissingResource:
        log.info("The collection %s does not exist, and is created", collection_id)
    try:
        begun = await stac.create_collection(collection)
    except Conflict:  # another program was faster
        return
    if isinstance(begun, Operation):
        await ingestion.wait(begun, timeout=timeout)


async def _ensure_source(
    ingestion: IngestionClient, container: str, sas_token: str | None, identity: str | None
) -> str | None:
    """Let the catalogue read the container; the id of the source, if it was made here."""
    if sas_token is None and identity is None:
        return None  # the container is public, or has a source
    try:
        given = {"identity": identity} if identity is not None else {"sas_token": sas_token}
        return (await ingestion.create_source(container, **given)).id
    except Conflict:
        log.info("The catalogue has a source for this container already")
    if sas_token is not None:
        await _renew_source(ingestion, container, sas_token)
    return None


async def _renew_source(ingestion: IngestionClient, container: str, sas_token: str) -> None:
    """Give the source for a container a signature that is valid for longer: the one that it has may have expired."""
    async for summary in ingestion.list_sources():
        source = await ingestion.get_source(summary.id)
        if source.container_url == container:
            if has_newer_access(source, sas_token, datetime.now(timezone.utc)):
                await ingestion.replace_source(source.id, container, sas_token=sas_token)
                log.info("The ingestion source %s has a new signature", source.id)
            return


async def _remove_source(ingestion: IngestionClient, source_id: str) -> None:
    try:
        await ingestion.delete_source(source_id)
    except PlanetError as error:  # the items are there; the source expires with its signature
        log.warning("The ingestion source %s could not be deleted: %s", source_id, error.message)
