"""Operations, ingestions and their runs."""

from typing import Any, ClassVar

from ..document import Document
from ..fields import DictField, Field, ListField, TextField, TimeField

__all__ = ["Ingestion", "IngestionRun", "IngestionSource", "Operation"]


# Any other status is not final, also one that is new.
_FINAL = frozenset({"Succeeded", "Failed", "Canceled"})


class _Work(Document):
    """What operations and the operations of runs have in common."""

    status = TextField("`Pending`, `Running`, `Canceling`, `Succeeded`, `Failed` or `Canceled`.", required=True)
    created_on = TimeField("When it was requested, in UTC.", key="creationTime")
    started_on = TimeField("When it was started, in UTC; None if it has not been.", key="startTime")
    finished_on = TimeField("When it ended, in UTC; None if it has not.", key="finishTime")
    history = ListField[dict[str, Any]]("Its statuses so far, the newest last.", key="statusHistory")

    @property
    def is_final(self) -> bool:
        """Whether it has ended."""
        return self.status in _FINAL

    @property
    def succeeded(self) -> bool:
        """Whether it has ended well."""
        return self.status == "Succeeded"

    @property
    def error_code(self) -> str | None:
        """Why it failed, as a code such as `ItemAlreadyExistsInCollection`; None if it has not."""
        return self._reason("code", "errorCode")

    @property
    def error_message(self) -> str | None:
        """Why it failed, in the words of the service; None if it has not."""
        return self._reason("message", "errorMessage")

    @property
    def total_items(self) -> int | None:
        """The number of items; None if it is not known."""
        return self._count("totalItems")

    @property
    def pending_items(self) -> int | None:
        """The number of items that have not been processed yet; None if it is not known."""
        return self._count("totalPendingItems")

    @property
    def successful_items(self) -> int | None:
        """The number of items that were processed without an error; None if it is not known."""
        return self._count("totalSuccessfulItems")

    @property
    def failed_items(self) -> int | None:
        """The number of items that failed; None if it is not known."""
        return self._count("totalFailedItems")

    def _reason(self, name: str, name_in_history: str) -> str | None:
        """The reason of a failure. The service nests it once or twice, or has it only in the history."""
        error = self.get("error")
        if isinstance(error, dict) and isinstance(error.get("error"), dict):
            error = error["error"]
        found = error.get(name) if isinstance(error, dict) else None
        for entry in reversed(self.history):
            if found is None and isinstance(entry, dict):
                found = entry.get(name_in_history)
        return None if found is None else str(found)

    def _count(self, name: str) -> int | None:
        """A count, which runs have as a number, and operations as text in `additionalInformation`."""
        value = self.get(name)
        if value is None:
            more = self.get("additionalInformation")
            value = more.get(name[0].upper() + name[1:]) if isinstance(more, dict) else None
        try:
            return None if value is None else int(value)
        except (TypeError, ValueError):
            return None


class Operation(_Work):
    """Work of the catalogue that takes its time: `ingestion.wait` waits for it.

    Example:
        ```python
        operation = gc.ingestion.wait(gc.stac.delete_item("naip", "ga_m_3308421_se_16_060_20211114"))
        print(operation.status, operation.finished_on)
        ```
    """

    __module__ = "planet.geocatalog"

    _repr_fields: ClassVar[tuple[str, ...]] = (
        "id", "type", "status", "collection_id", "created_on", "finished_on", "total_items", "failed_items",
        "error_code", "error_message",
    )  # fmt: skip

    id = TextField("The id of the operation.", required=True)
    type = Field[str | None]("What it does, such as `AddItem`.")
    collection_id = Field[str | None]("The id of the collection; None if it has none.", key="collectionId")

    def _summary(self) -> str:
        return f"<Operation {self.get('id')} {self.type} {self.status}>"


class IngestionRun(Document):
    """A run of an ingestion: `ingestion.wait_run` waits for it."""

    __module__ = "planet.geocatalog"

    _repr_fields: ClassVar[tuple[str, ...]] = (
        "id", "status", "created_on", "total_items", "successful_items", "failed_items", "pending_items",
    )  # fmt: skip

    id = TextField("The id of the run.", required=True)
    created_on = TimeField("When the run was created, in UTC.", key="creationTime")
    parent_run_id = Field[str | None]("The run that this one is a part of; None if it is none.", key="parentRunId")

    @property
    def operation(self) -> Operation:
        """What the run does: its status, its history and its counts."""
        return Operation(self.get("operation") or {})

    @property
    def status(self) -> str:
        """`Pending`, `Running`, `Canceling`, `Succeeded`, `Failed` or `Canceled`."""
        return self.operation.status

    @property
    def is_final(self) -> bool:
        """Whether the run has ended."""
        return self.operation.is_final

    @property
    def total_items(self) -> int | None:
        """The number of items; None if it is not known."""
        return self.operation.total_items

    @property
    def pending_items(self) -> int | None:
        """The number of items that have not been processed yet; None if it is not known."""
        return self.operation.pending_items

    @property
    def successful_items(self) -> int | None:
        """The number of items that were ingested; None if it is not known."""
        return self.operation.successful_items

    @property
    def failed_items(self) -> int | None:
        """The number of items that failed; None if it is not known."""
        return self.operation.failed_items

    def _summary(self) -> str:
        return f"<IngestionRun {self.get('id')} {self.status}>"


class Ingestion(Document):
    """An ingestion: where items come from. Its runs fetch them."""

    __module__ = "planet.geocatalog"

    _repr_fields: ClassVar[tuple[str, ...]] = ("id", "display_name", "import_type", "url", "status", "created_on")

    id = TextField("The id of the ingestion.", required=True)
    display_name = Field[str | None]("The name of the ingestion.", key="displayName")
    import_type = Field[str | None]("`StaticCatalog` or `StacGeoparquet`.", key="importType")
    status = Field[str | None]("`Ready` or `Deleting`.")
    created_on = TimeField("When the ingestion was created, in UTC.", key="creationTime")

    @property
    def url(self) -> str | None:
        """The address of the static catalogue or of the GeoParquet file."""
        return self.get("sourceCatalogUrl") or self.get("stacGeoparquetUrl")

    def _summary(self) -> str:
        return f"<Ingestion {self.get('id')} {self.display_name!r}>"


class IngestionSource(Document):
    """A container that the catalogue may read from."""

    __module__ = "planet.geocatalog"

    _repr_fields: ClassVar[tuple[str, ...]] = ("id", "kind", "container_url", "expires_at", "created_on")

    id = TextField("The id of the source.", required=True)
    kind = Field[str | None]("`SasToken` or `BlobManagedIdentity`.")
    container_url = Field[str | None](
        "The address of the container; None in a listing.", key="containerUrl", within="_connection"
    )
    expires_at = TimeField(
        "When its signature expires, in UTC; None if it has none.", key="expiration", within="_connection"
    )
    created_on = TimeField("When the source was created, in UTC.", key="created")
    _connection = DictField("How the container is read.", key="connectionInfo")

    def _summary(self) -> str:
        return f"<IngestionSource {self.get('id')} {self.kind}>"
