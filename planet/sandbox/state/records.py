"""Records of what clients have created: orders, searches, collections, reservations, subscriptions."""

import datetime
from collections.abc import Mapping
from typing import Any

import attrs

from ..catalog.scene import Scene
from ..imagery.fulfilment import Job
from .buckets import PROVIDERS

__all__ = [
    "AssetRecord",
    "CollectionRecord",
    "OrderRecord",
    "QuotaRecord",
    "ResultRecord",
    "SearchRecord",
    "SubscriptionRecord",
    "by_id",
]


@attrs.define(eq=False)
class OrderRecord:
    """The record of an order."""

    id: str
    key: str
    request: dict[str, Any]
    job: Job
    created: datetime.datetime
    modified: datetime.datetime
    complete: bool  # whether all ordered items can be delivered
    state: str = "queued"
    message: str = "Preparing order"
    hints: list[str] = attrs.field(factory=list)
    results: list[str] = attrs.field(factory=list)
    work: Any = None  # the task that creates the files

    @property
    def is_final(self) -> bool:
        return self.state in ("success", "partial", "failed", "cancelled")

    @property
    def delivered_elsewhere(self) -> bool:
        """Whether the files are delivered to a cloud storage or hosting instead of download links."""
        return "hosting" in self.request or any(name in (self.request.get("delivery") or {}) for name in PROVIDERS)


@attrs.define(eq=False)
class SearchRecord:
    """The record of a search."""

    id: str
    key: str
    body: dict[str, Any]
    resolved: dict[str, Any]  # the same, with geometries instead of references
    search_type: str
    created: datetime.datetime
    updated: datetime.datetime
    executed: datetime.datetime | None = None


@attrs.define(eq=False)
class CollectionRecord:
    """The record of a feature collection."""

    id: str
    key: str
    body: dict[str, Any]
    created: datetime.datetime
    updated: datetime.datetime
    features: dict[str, dict[str, Any]] = attrs.field(factory=dict)

    @property
    def ref(self) -> str:
        return f"pl:features/my/{self.id}"

    def feature(self, feature_id: str) -> dict[str, Any] | None:
        """Return a feature by its id or the last part of it."""
        feature: dict[str, Any] | None = by_id(self.features, feature_id.partition("#")[0])
        return feature


def by_id(records: Mapping[str, Any], name: str) -> Any:
    """Return the record with an id, or with an id whose part after the last hyphen is *name*."""
    return records.get(name) or next(
        (record for key, record in records.items() if key.rpartition("-")[2] == name), None
    )


@attrs.define(eq=False)
class QuotaRecord:
    """The quota of an account: products, reservations and jobs."""

    products: list[dict[str, Any]] = attrs.field(factory=lambda: [dict(product) for product in _PRODUCTS])
    reservations: list[dict[str, Any]] = attrs.field(factory=list)
    jobs: list[dict[str, Any]] = attrs.field(factory=list)


_PRODUCTS: list[dict[str, Any]] = [
    {
        "id": number, "name": name, "title": name, "description": "", "product_family": family, "state": "active",
        "organization_id": 1, "quota_total": total, "quota_used": 0, "quota_units": "sqm",
        "supports_reservation": reserved, "unlimited_quota": False, "billable_id": 100 + number,
        "resource_ids": [f"resource-{number}"], "area": {}, "term_start_date": "2024-01-01T00:00:00",
        "term_end_date": "2034-01-01T00:00:00", "created_at": "2024-01-01T00:00:00",
        "updated_at": "2024-01-01T00:00:00",
    }
    for number, name, family, total, reserved in (
        (1, "PlanetScope area under management", "PlanetScope", 10_000_000_000, True),
        (2, "Soil water content", "Planetary Variables", 1_000_000_000, True),
        (3, "PlanetScope downloads", "PlanetScope", 50_000_000_000, False),
    )
]  # fmt: skip


@attrs.define(eq=False)
class AssetRecord:
    """The record of an asset. Its file is created when it is activated."""

    scene: Scene
    type: str
    status: str = "inactive"
    activated: float = 0.0
    file: str = ""  # relative to the world's folder
    md5: str | None = None
    work: Any = None  # the task that creates the file

    @property
    def is_permitted(self) -> bool:
        return self.type in self.scene.permitted


@attrs.define(eq=False)
class ResultRecord:
    """The record of a result of a subscription."""

    id: str
    name: str  # the id of the scene, or the day of the value
    moment: datetime.datetime  # the time of the scene or value
    created: datetime.datetime
    updated: datetime.datetime
    scene: Scene | None = None
    status: str = "created"
    completed: datetime.datetime | None = None
    errors: dict[str, Any] = attrs.field(factory=dict)
    outputs: list[str] = attrs.field(factory=list)
    values: dict[str, float] = attrs.field(factory=dict)

    @property
    def is_final(self) -> bool:
        return self.status in ("success", "failed", "cancelled")


@attrs.define(eq=False)
class SubscriptionRecord:
    """The record of a subscription."""

    id: str
    key: str
    request: dict[str, Any]
    resolved: dict[str, Any]  # the same, with geometries instead of references
    created: datetime.datetime
    updated: datetime.datetime
    status: str = "preparing"
    searched: datetime.datetime | None = None  # the time of the last search for new results
    results: dict[str, ResultRecord] = attrs.field(factory=dict)
    work: Any = None  # the task that creates the files

    @property
    def is_final(self) -> bool:
        return self.status in ("completed", "cancelled", "failed")

    @property
    def parameters(self) -> dict[str, Any]:
        """The parameters of its source."""
        parameters: dict[str, Any] = self.resolved["source"]["parameters"]
        return parameters
