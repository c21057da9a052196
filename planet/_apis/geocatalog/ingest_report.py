"""`IngestReport`: what became of the items of an order."""

from collections.abc import Mapping
from typing import Any

import attrs

from ..._html import figure, table
from ..._models.geocatalog.ingestion import Operation

__all__ = ["IngestReport"]


@attrs.frozen
class IngestReport:
    """What became of the items of an order that was ingested.

    Attributes:
        collection_id: the collection.
        items: the ids of the items that were ingested.
        skipped: the ids of those that were there already.
        failed: {id: the error} of those that failed.
        operations: the operations, which have ended.
    """

    __module__ = "planet.geocatalog"

    collection_id: str
    items: list[str] = attrs.field(factory=list)
    skipped: list[str] = attrs.field(factory=list)
    failed: Mapping[str, Exception] = attrs.field(factory=dict)
    operations: list[Operation] = attrs.field(factory=list, repr=False)

    def __str__(self) -> str:
        return (
            f"{len(self.items)} items ingested into {self.collection_id}, {len(self.skipped)} were there already, "
            f"{len(self.failed)} failed"
        )

    def _repr_html_(self) -> str:
        rows: list[list[Any]] = [[item, "ingested"] for item in self.items]
        rows += [[item, "was there"] for item in self.skipped]
        rows += [[item, str(error)] for item, error in self.failed.items()]
        return figure(str(self), table(["item", "outcome"], rows, len(rows)))
