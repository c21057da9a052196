# Generated from planet/_async/geocatalog/ingestion.py by tools/unasync.py. Edit that file and run the tool again.

"""The client for ingestion: sources, ingestions, runs, and the operations of a catalogue."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any

from ..._apis.answers import about
from ..._apis.geocatalog.operations import check_succeeded, operation_id_of
from ..._builders.geocatalog.objects import UNSET, ingestion_body, ingestion_changes, source_body
from ..._http.paging import PageKeys
from ..._http.polling import PollInterval, Watch
from ..._models.geocatalog.ingestion import Ingestion, IngestionRun, IngestionSource, Operation
from ..._models.json_object import JsonObject
from ..._runtime._sync import invoke_callback
from ..._utils.arguments import check_int
from ..._utils.tracebacks import hides_locals
from ..apis.polling import wait_for
from ..http.pager import Pager
from .base import MERGE_PATCH, _CatalogAPI

__all__ = ["IngestionAPI"]


_VALUE = PageKeys.value()


class IngestionAPI(_CatalogAPI):
    """Bring items into a GeoCatalog, and wait for its operations.

    Example:
        ```python
        for operation in gc.ingestion.list_operations(limit=5):
            print(operation.type, operation.status)
        ```
    """

    __module__ = "planet.geocatalog"

    _path = "/inma"
    _creates = ("The ingestion, source or run", "list_ingestions(), list_sources() or list_runs()")

    # -- sources ---------------------------------------------------------------------------------------------

    def list_sources(self, limit: int = 0, *, page_size: int | None = None) -> Pager[IngestionSource]:
        """List the containers that the catalogue may read from; `get_source` has their addresses.

        `GET /inma/ingestion-sources`

        Args:
            limit: the maximum number of sources; 0: all.
            page_size: how many to request at a time; left out: as the service does it.
        """
        return self._list(self._url("/ingestion-sources"), _VALUE, IngestionSource, limit, _top(page_size))

    def get_source(self, source_id: str) -> IngestionSource:
        """Get a source.

        `GET /inma/ingestion-sources/{id}`

        Raises:
            MissingResource: the source does not exist.
        """
        url = self._url("/ingestion-sources/{}", source_id)
        return IngestionSource(about("source", self._get(url), source_id))

    @hides_locals
    def create_source(
        self,
        container_url: str,
        *,
        sas_token: str | None = None,
        identity: str | None = None,
        source_id: str | None = None,
    ) -> IngestionSource:
        """Let the catalogue read from a container.

        `POST /inma/ingestion-sources`. The request is never sent twice: if its answer is lost, look for *source_id*.

        Args:
            container_url: `https://account.blob.core.windows.net/container`.
            sas_token: a shared access signature that allows reading and listing.
            identity: in its place, the objectId of a managed identity: see `list_managed_identities`.
            source_id: the id, a UUID; left out: a new one.

        Raises:
            Conflict: there is a source for this container.
        """
        body = source_body(container_url, sas_token, identity, source_id)
        return IngestionSource(self._send("POST", self._url("/ingestion-sources"), body))

    @hides_locals
    def replace_source(
        self, source_id: str, container_url: str, *, sas_token: str | None = None, identity: str | None = None
    ) -> IngestionSource:
        """Replace a source, for example with a new signature; the arguments are those of `create_source`.

        `PUT /inma/ingestion-sources/{id}`
        """
        body = source_body(container_url, sas_token, identity, source_id)
        return IngestionSource(self._send("PUT", self._url("/ingestion-sources/{}", source_id), body))

    def delete_source(self, source_id: str) -> None:
        """Delete a source.

        `DELETE /inma/ingestion-sources/{id}`
        """
        self._delete(self._url("/ingestion-sources/{}", source_id), f"Ingestion source {source_id} was deleted")

    def list_managed_identities(self, limit: int = 0) -> Pager[dict[str, Any]]:
        """List the identities of the catalogue that can be allowed to read a container: {objectId, resourceId}.

        `GET /inma/ingestion-sources/managed-identities`
        """
        return self._list(self._url("/ingestion-sources/managed-identities"), _VALUE, JsonObject, limit)

    # -- ingestions ------------------------------------------------------------------------------------------

    def list_ingestions(self, collection_id: str, limit: int = 0, *, page_size: int | None = None) -> Pager[Ingestion]:
        """List the ingestions of a collection.

        `GET /inma/collections/{id}/ingestions`

        Args:
            collection_id: the id of the collection.
            limit: the maximum number of ingestions; 0: all.
            page_size: how many to request at a time; left out: as the service does it.
        """
        url = self._url("/collections/{}/ingestions", collection_id)
        return self._list(url, _VALUE, Ingestion, limit, _top(page_size))

    def get_ingestion(self, collection_id: str, ingestion_id: str) -> Ingestion:
        """Get an ingestion.

        `GET /inma/collections/{id}/ingestions/{id}`

        Raises:
            MissingResource: the ingestion does not exist.
        """
        url = self._url("/collections/{}/ingestions/{}", collection_id, ingestion_id)
        return Ingestion(about("ingestion", self._get(url), ingestion_id))

    def create_ingestion(
        self,
        collection_id: str,
        *,
        source_catalog_url: str | None = None,
        stac_geoparquet_url: str | None = None,
        display_name: str | None = None,
        skip_existing_items: bool | None = None,
        keep_original_assets: bool | None = None,
    ) -> Ingestion:
        """Create an ingestion: where items come from. `create_run` fetches them.

        `POST /inma/collections/{id}/ingestions`. The request is never sent twice.

        Args:
            collection_id: the id of the collection.
            source_catalog_url: the address of a static STAC catalogue.
            stac_geoparquet_url: in its place, the address of a STAC GeoParquet file.
            display_name: a name.
            skip_existing_items: whether items that exist are left alone, rather than being errors.
            keep_original_assets: whether files are copied as they are, rather than as COGs.

        Raises:
            ArgumentError: both or neither of the addresses are given.
        """
        body = ingestion_body(
            source_catalog_url, stac_geoparquet_url, display_name, skip_existing_items, keep_original_assets
        )
        return Ingestion(self._send("POST", self._url("/collections/{}/ingestions", collection_id), body))

    def update_ingestion(
        self,
        collection_id: str,
        ingestion_id: str,
        *,
        display_name: str | None = UNSET,
        source_catalog_url: str | None = UNSET,
        stac_geoparquet_url: str | None = UNSET,
        skip_existing_items: bool | None = UNSET,
        keep_original_assets: bool | None = UNSET,
    ) -> Ingestion:
        """Change an ingestion. What is left out stays; None removes it.

        `PATCH /inma/collections/{id}/ingestions/{id}`

        The arguments are those of `create_ingestion`.
        """
        patch = ingestion_changes(
            display_name=display_name,
            source_catalog_url=source_catalog_url,
            stac_geoparquet_url=stac_geoparquet_url,
            skip_existing_items=skip_existing_items,
            keep_original_assets=keep_original_assets,
        )
        url = self._url("/collections/{}/ingestions/{}", collection_id, ingestion_id)
        return Ingestion(self._json("PATCH", url, patch, headers=MERGE_PATCH, idempotent=True))

    def delete_ingestion(self, collection_id: str, ingestion_id: str) -> Operation:
        """Delete an ingestion and its runs, of which none may be running. The items stay.

        `DELETE /inma/collections/{id}/ingestions/{id}`. The request is never sent twice.

        Returns:
            The operation, to be waited for.
        """
        url = self._url("/collections/{}/ingestions/{}", collection_id, ingestion_id)
        operation: Operation = self._begin("DELETE", url, idempotent=False)
        return operation

    # -- runs ------------------------------------------------------------------------------------------------

    def list_runs(
        self, collection_id: str, ingestion_id: str, limit: int = 0, *, page_size: int | None = None
    ) -> Pager[IngestionRun]:
        """List the runs of an ingestion.

        `GET /inma/collections/{id}/ingestions/{id}/runs`

        Args:
            collection_id: the id of the collection.
            ingestion_id: the id of the ingestion.
            limit: the maximum number of runs; 0: all.
            page_size: how many to request at a time; left out: as the service does it.
        """
        url = self._url("/collections/{}/ingestions/{}/runs", collection_id, ingestion_id)
        return self._list(url, _VALUE, IngestionRun, limit, _top(page_size))

    def get_run(self, collection_id: str, ingestion_id: str, run_id: str) -> IngestionRun:
        """Get a run.

        `GET /inma/collections/{id}/ingestions/{id}/runs/{id}`

        Raises:
            MissingResource: the run does not exist.
        """
        return IngestionRun(about("run", self._get(self._run_url(collection_id, ingestion_id, run_id)), run_id))

    def create_run(self, collection_id: str, ingestion_id: str) -> IngestionRun:
        """Fetch the items of an ingestion. `wait_run` waits for the end.

        `POST /inma/collections/{id}/ingestions/{id}/runs`. The request is never sent twice: it would run twice.

        Raises:
            OutcomeUnknown: it may or may not run; `list_runs` tells.
        """
        url = self._url("/collections/{}/ingestions/{}/runs", collection_id, ingestion_id)
        return IngestionRun(self._send("POST", url))

    def _run_url(self, collection_id: str, ingestion_id: str, run_id: str) -> str:
        return self._url("/collections/{}/ingestions/{}/runs/{}", collection_id, ingestion_id, run_id)

    # -- operations ------------------------------------------------------------------------------------------

    def list_operations(
        self,
        limit: int = 0,
        *,
        collection_id: str | None = None,
        status: str | None = None,
        page_size: int | None = None,
    ) -> Pager[Operation]:
        """List the operations of the catalogue.

        `GET /inma/operations`

        Args:
            limit: the maximum number of operations; 0: all.
            collection_id: only those of this collection.
            status: only those with this status, such as `Running` or `Failed`.
            page_size: how many to request at a time; left out: as the service does it.

        Example:
            ```python
            for operation in gc.ingestion.list_operations(status="Failed", limit=5):
                print(operation.collection_id, operation.error_code, operation.error_message)
            ```
        """
        params = {**_top(page_size), "collectionId": collection_id, "status": status}
        return self._list(self._url("/operations"), _VALUE, Operation, limit, params)

    def get_operation(self, operation_id: str) -> Operation:
        """Get an operation.

        `GET /inma/operations/{id}`

        Raises:
            MissingResource: the operation does not exist.
        """
        url = self._url("/operations/{}", operation_id)
        return Operation(about("operation", self._get(url), operation_id))

    def cancel_operation(self, operation_id: str) -> None:
        """Cancel an operation.

        `DELETE /inma/operations/{id}`
        """
        self._delete(self._url("/operations/{}", operation_id), f"Operation {operation_id} is being cancelled")

    def cancel_all_operations(self) -> None:
        """Cancel all operations of the catalogue, also those of other people.

        `DELETE /inma/operations`
        """
        self._delete(self._url("/operations"), "All operations are being cancelled")

    # -- waiting ---------------------------------------------------------------------------------------------

    def wait(
        self,
        operation: Any,
        *,
        delay: float | None = None,
        timeout: float | None = None,
        callback: Callable[[Operation], Any] | None = None,
        check: bool = True,
    ) -> Operation:
        """Wait for the end of an operation.

        `GET /inma/operations/{id}`. Transient errors do not end the wait.

        Args:
            operation: the operation, or its id.
            delay: seconds between two looks; left out: half a second at first, later up to ten.
            timeout: seconds to wait at most; left out: for ever.
            callback: is called with the operation after every look.
            check: whether an operation that fails is an error.

        Returns:
            The operation, which has ended.

        Raises:
            OperationFailed: it failed, or was cancelled.
            WaitTimeout: it has not ended in time; it goes on, and can be waited for again.

        Example:
            ```python
            operation = gc.stac.delete_item("naip", "ga_m_3308421_se_16_060_20211114")
            print((gc.ingestion.wait(operation, timeout=600)).status)
            ```
        """
        operation_id = operation_id_of(operation)
        url = self._url("/operations/{}", operation_id)

        def wrap(document: dict[str, Any]) -> Operation:
            return Operation(about("operation", document, operation_id))

        first = Operation(operation) if isinstance(operation, Mapping) else Operation(id=operation_id, status="Pending")
        ended: Operation = self._wait(url, "Operation", operation_id, first, wrap, delay, timeout, callback)
        return check_succeeded(ended) if check else ended

    def wait_run(
        self,
        collection_id: str,
        ingestion_id: str,
        run_id: str,
        *,
        delay: float | None = None,
        timeout: float | None = None,
        callback: Callable[[IngestionRun], Any] | None = None,
    ) -> IngestionRun:
        """Wait for the end of a run, however it ends.

        `GET /inma/collections/{id}/ingestions/{id}/runs/{id}`. Transient errors do not end the wait.

        Args:
            collection_id: the id of the collection.
            ingestion_id: the id of the ingestion.
            run_id: the id of the run.
            delay: seconds between two looks; left out: half a second at first, later up to ten.
            timeout: seconds to wait at most; left out: for ever.
            callback: is called with the run after every look: its counts tell how far it is.

        Raises:
            WaitTimeout: it has not ended in time; it goes on, and can be waited for again.
        """
        url = self._run_url(collection_id, ingestion_id, run_id)

        def wrap(document: dict[str, Any]) -> IngestionRun:
            return IngestionRun(about("run", document, run_id))

        first = IngestionRun(id=run_id, operation={"status": "Pending"})
        ended: IngestionRun = self._wait(url, "Run", run_id, first, wrap, delay, timeout, callback)
        return ended

    def _wait(
        self,
        url: str,
        kind: str,
        name: str,
        first: Any,
        wrap: Callable[[dict[str, Any]], Any],
        delay: float | None,
        timeout: float | None,
        callback: Callable[[Any], Any] | None,
    ) -> Any:
        def poll(watch: Watch[Any]) -> Any:
            found = self._poll(url, wrap, f"{kind} {name}")
            if found is not None and callback is not None:
                invoke_callback(callback, found)
            return found

        watch = Watch(
            kind,
            name,
            first,
            lambda document: str(document.status),
            lambda document: bool(document.is_final),
            self._log,
            is_current=first.is_final,
        )
        return wait_for(watch, poll, PollInterval(delay, 0, timeout, monotonic()), None)


def _top(page_size: int | None) -> dict[str, Any]:
    return {} if page_size is None else {"$top": check_int("page_size", page_size)}
