"""The state of the sandbox's GeoCatalog: collections and items, operations, sources and ingestions."""

import asyncio
import copy
import datetime
import json
import re
import secrets
import shutil
import uuid
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import attrs

from .blobs import Blobs

__all__ = ["CollectionEntry", "GeoCatalogState", "OperationFailure"]


_PAUSE = 0.1  # seconds in each status of an operation

Json = dict[str, Any]


class OperationFailure(Exception):
    """An operation fails; its arguments are the code and the message."""

    @property
    def code(self) -> str:
        return str(self.args[0])

    @property
    def message(self) -> str:
        return str(self.args[1])


@attrs.define
class CollectionEntry:
    """A collection with its items and its settings."""

    document: Json
    items: dict[str, Json] = attrs.field(factory=dict)
    queryables: dict[str, Json] = attrs.field(factory=dict)
    render_options: dict[str, Json] = attrs.field(factory=dict)
    mosaics: dict[str, Json] = attrs.field(
        factory=lambda: {"default": {"id": "default", "name": "Most recent", "description": "", "cql": []}}
    )
    tile_settings: Json = attrs.field(factory=lambda: {"minZoom": 6, "maxItemsPerTile": 35, "defaultLocation": None})
    scheme: str = "none"
    files: dict[str, tuple[str, bytes]] = attrs.field(factory=dict)  # the assets of the collection
    container: str = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.container = f"{str(self.document['id']).lower().replace('_', '-')}-{secrets.token_hex(4)}"


class GeoCatalogState:
    """A catalogue. Only the event loop of the server changes it, except for the copying of files.

    Args:
        blobs: the storage account.
        now: the time in UTC.
    """

    def __init__(self, blobs: Blobs, now: Callable[[], datetime.datetime]) -> None:
        self.blobs = blobs
        self._now = now
        self.collections: dict[str, CollectionEntry] = {}
        self.operations: dict[str, Json] = {}
        self.sources: dict[str, Json] = {}
        self.ingestions: dict[str, dict[str, Json]] = {}  # by collection
        self.runs: dict[str, dict[str, Json]] = {}  # by ingestion
        self.searches: dict[str, Json] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def stamp(self) -> str:
        """The time as the service writes it, with seven digits."""
        return f"{self._now():%Y-%m-%dT%H:%M:%S.%f}7Z"

    def items(self) -> Iterable[Json]:
        """All items of all collections."""
        return [item for entry in self.collections.values() for item in entry.items.values()]

    # -- operations ------------------------------------------------------------------------------------------

    def begin(self, kind: str, collection_id: str | None, work: Callable[[Json], None]) -> Json:
        """Start an operation, and return it as it is now: pending."""
        now = self.stamp()
        operation: Json = {
            "id": str(uuid.uuid4()),
            "status": "Pending",
            "type": kind,
            "creationTime": now,
            "collectionId": collection_id,
            "statusHistory": [{"timestamp": now, "status": "Pending"}],
        }
        self.operations[operation["id"]] = operation
        pending = copy.deepcopy(operation)
        task = asyncio.get_running_loop().create_task(self._run(operation, work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return pending

    async def _run(self, operation: Json, work: Callable[[Json], None]) -> None:
        await asyncio.sleep(_PAUSE)
        if operation["status"] == "Canceling":
            self._set(operation, "Canceled")
            return
        self._set(operation, "Running", startTime=self.stamp())
        await asyncio.sleep(_PAUSE)
        try:
            await asyncio.get_running_loop().run_in_executor(None, work, operation)
        except OperationFailure as failure:
            self._fail(operation, failure)
            return
        except Exception as error:  # a bug of the sandbox: the operation fails, as at the service
            self._fail(operation, OperationFailure("InternalError", f"internal error of the sandbox: {error}"))
            raise
        self._set(operation, "Succeeded", finishTime=self.stamp())

    def _fail(self, operation: Json, failure: OperationFailure) -> None:
        reason = {"errorCode": failure.code, "errorMessage": failure.message}
        self._set(operation, "Failed", reason, finishTime=self.stamp())
        # As in recordings of the service, the error is nested twice.
        operation["error"] = {"error": {"code": failure.code, "message": failure.message}}

    def _set(self, operation: Json, status: str, reason: Mapping[str, str] | None = None, **changes: Any) -> None:
        operation["status"] = status
        operation["statusHistory"].append({"timestamp": self.stamp(), "status": status, **(reason or {})})
        operation.update(changes)

    def cancel(self, operation: Json) -> None:
        """Cancel an operation that has not begun its work."""
        if operation["status"] == "Pending":
            self._set(operation, "Canceling")

    # -- collections and items -------------------------------------------------------------------------------

    def add_collection(self, document: Json) -> None:
        """Add a collection."""
        self.collections[document["id"]] = CollectionEntry(document)

    def remove_collection(self, collection_id: str) -> None:
        """Remove a collection, its items and its files."""
        entry = self.collections.pop(collection_id, None)
        if entry is None:
            raise OperationFailure("CollectionDoesNotExist", f"Collection '{collection_id}' does not exist")
        shutil.rmtree(self.blobs.managed_path(entry.container, ""), ignore_errors=True)
        self.ingestions.pop(collection_id, None)

    def add_items(self, operation: Json, collection_id: str, items: list[Json], storage: str, **options: bool) -> None:
        """Add items and copy their files.

        Raises:
            OperationFailure: an item exists, or one of its files cannot be read.
        """
        failures: list[OperationFailure] = []
        _count(operation, len(items), 0, 0)
        for number, item in enumerate(items, 1):
            try:
                self._put_item(collection_id, item, storage, replace=False, **options)
            except OperationFailure as failure:
                failures.append(failure)
            _count(operation, len(items), number - len(failures), len(failures))
        if failures and len(items) == 1:
            raise failures[0]
        if failures:
            raise OperationFailure(
                "ErrorsInBatchOperation", f"{len(failures)} of {len(items)} items failed: {failures[0].message}"
            )

    def replace_item(self, collection_id: str, item: Json, storage: str) -> None:
        """Replace an item, and copy its files again."""
        self._put_item(collection_id, item, storage, replace=True)

    def remove_item(self, collection_id: str, item_id: str) -> None:
        """Remove an item and its files."""
        entry = self._entry(collection_id)
        if entry.items.pop(item_id, None) is None:
            raise OperationFailure(
                "NoRecordsToDelete", f"Item '{item_id}' does not exist in collection '{collection_id}' to delete"
            )
        folder = self.blobs.managed_path(entry.container, f"{_prefix(item_id)}/{_file_name(item_id)}")
        shutil.rmtree(folder, ignore_errors=True)

    def _entry(self, collection_id: str) -> CollectionEntry:
        entry = self.collections.get(collection_id)
        if entry is None:
            raise OperationFailure("CollectionDoesNotExist", f"Collection '{collection_id}' does not exist")
        return entry

    def _put_item(
        self, collection_id: str, item: Json, storage: str, *, replace: bool, skip_existing: bool = False
    ) -> None:
        entry = self._entry(collection_id)
        name = str(item["id"])
        if name in entry.items and not replace:
            if skip_existing:
                return
            raise OperationFailure(
                "ItemAlreadyExistsInCollection", f"Item '{name}' already exists in collection '{collection_id}'"
            )
        if name not in entry.items and replace:
            raise OperationFailure("NoRecordsToUpdate", f"Item '{name}' does not exist in '{collection_id}'")
        assets = {
            key: {**asset, "href": self._copy(entry, name, key, str(asset.get("href", "")), storage)}
            for key, asset in (item.get("assets") or {}).items()
        }
        stored = {**item, "collection": collection_id, "assets": assets, "_msft:ts": self.stamp()}
        entry.items[name] = stored

    def _copy(self, entry: CollectionEntry, item_id: str, key: str, href: str, storage: str) -> str:
        """Copy a file into the catalogue's own container, and return its new address."""
        if urlsplit(href).scheme not in ("http", "https", "s3", "gs", "az"):
            raise OperationFailure("InvalidAssetHref", f"The address of asset '{key}' is not absolute: {href[:200]}")
        place = self.blobs.parse(href, storage)
        if place is None:
            return href  # the sandbox fetches nothing from other computers
        source = self._readable(place, urlsplit(href).query)
        target = f"{_prefix(item_id)}/{_file_name(item_id)}/{_file_name(key)}{source.suffix}"
        path = self.blobs.managed_path(entry.container, target)
        if path.resolve() != source.resolve():
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, path)
        return self.blobs.url(storage, entry.container, target)

    def _readable(self, place: tuple[str, str], query: str) -> Path:
        """The file of a blob that the catalogue may read.

        Raises:
            OperationFailure: it may not, or there is none.
        """
        container, name = place
        own = any(entry.container == container for entry in self.collections.values())
        allowed = (
            own
            or self.blobs.allows(container, query)
            or any(self._gives(source, container) for source in list(self.sources.values()))
        )
        if not allowed:
            raise OperationFailure(
                "IngestionResourceForbidden", f"The catalogue may not read the container '{container}'"
            )
        path = self.blobs.path(container, name)
        if path is None:
            raise OperationFailure("IngestionResourceUriNotFound", f"The blob '{name}' does not exist")
        return path

    def _gives(self, source: Json, container: str) -> bool:
        """Whether a source lets the catalogue read a container."""
        connection = source["connectionInfo"]
        if urlsplit(connection["containerUrl"]).path.rstrip("/").rpartition("/")[2] != container:
            return False
        return source["kind"] == "BlobManagedIdentity" or self.blobs.allows(container, connection["sasToken"])

    def local_path(self, href: str, storage: str) -> Path | None:
        """The file of an asset; None if it is at another place."""
        place = self.blobs.parse(href, storage)
        return None if place is None else self.blobs.path(*place)

    # -- ingestions ------------------------------------------------------------------------------------------

    def ingest(self, run: Json, definition: Json, collection_id: str, storage: str) -> Callable[[Json], None]:
        """What a run of an ingestion does: read a static catalogue, and add its items."""

        def work(operation: Json) -> None:
            try:
                url = definition.get("sourceCatalogUrl")
                if not url:
                    raise OperationFailure("InvalidGeoparquet", "The sandbox does not read STAC GeoParquet")
                items = self._static_items(url, storage)
                self.add_items(
                    operation, collection_id, items, storage, skip_existing=bool(definition.get("skipExistingItems"))
                )
            finally:
                more = operation.get("additionalInformation", {})
                for name in ("totalItems", "totalPendingItems", "totalSuccessfulItems", "totalFailedItems"):
                    run["operation"][name] = int(more.get(name[0].upper() + name[1:], 0))

        return work

    def _static_items(self, url: str, storage: str, depth: int = 0) -> list[Json]:
        document = self._json_at(url, storage)
        if document.get("type") == "Feature":
            assets = {
                key: {**asset, "href": urljoin(url, str(asset.get("href", "")))}
                for key, asset in (document.get("assets") or {}).items()
            }
            return [{**document, "assets": assets}]
        if document.get("type") not in ("Catalog", "Collection") or depth > 10:
            raise OperationFailure("InvalidStacCatalog", f"{url} is not a STAC catalogue")
        links = [link for link in document.get("links", []) if link.get("rel") in ("item", "child")]
        return [item for link in links for item in self._static_items(urljoin(url, link["href"]), storage, depth + 1)]

    def _json_at(self, url: str, storage: str) -> Json:
        place = self.blobs.parse(url, storage)
        if place is None:
            raise OperationFailure("IngestionResourceUriNotFound", f"The sandbox reads its own storage only, not {url}")
        try:
            document = json.loads(self._readable(place, urlsplit(url).query).read_bytes())
        except ValueError:
            document = None
        if not isinstance(document, dict):
            raise OperationFailure("InvalidStacCatalog", f"{url} is not JSON")
        return document


def _file_name(text: str) -> str:
    """A name as a part of a path that leads nowhere else."""
    return re.sub(r"[^A-Za-z0-9_.-]|^\.+$", "_", text)[:200]


def _prefix(item_id: str) -> str:
    """Three hexadecimal digits, as the service spreads its blobs."""
    return f"{sum(map(ord, item_id)) % 4096:03x}"


def _count(operation: Json, total: int, successful: int, failed: int) -> None:
    """Say how far an operation is: in text, as the service does."""
    operation["additionalInformation"] = {
        "TotalItems": str(total),
        "TotalPendingItems": str(total - successful - failed),
        "TotalSuccessfulItems": str(successful),
        "TotalFailedItems": str(failed),
    }
