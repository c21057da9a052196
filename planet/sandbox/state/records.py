"""What the sandbox keeps of what its clients have made: orders, searches, collections, reservations, subscriptions."""

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
    """An order, as the sandbox keeps it."""

    id: str
    key: str
    request: dict[str, Any]
    job: Job
    created: datetime.datetime
    modified: datetime.datetime
    complete: bool  # whether everything that was ordered can be delivered
    state: str = "queued"
    message: str = "Preparing order"
    hints: list[str] = attrs.field(factory=list)
    results: list[str] = attrs.field(factory=list)
    work: Any = None  # the task that makes the files

    @property
    def is_final(self) -> bool:
        return self.state in ("success", "partial", "failed", "cancelled")

    @property
    def delivered_elsewhere(self) -> bool:
        """Whether the files go somewhere else than to download links."""
        return "hosting" in self.request or any(name in (self.request.get("delivery") or {}) for name in PROVIDERS)


@attrs.define(eq=False)
class SearchRecord:
    """A search, as the sandbox keeps it."""

    id: str
    key: str
    body: dict[str, Any]
    resolved: dict[str, Any]  # the same, with shapes in place of references
    search_type: str
    created: datetime.datetime
    updated: datetime.datetime
    executed: datetime.datetime | None = None


@attrs.define(eq=False)
class CollectionRecord:
    """A collection of features, as the sandbox keeps it."""

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
        """One of its features, by its id or the end of it."""
        feature: dict[str, Any] | None = by_id(self.features, feature_id.partition("#")[0])
        return feature


def by_id(records: Mapping[str, Any], name: str) -> Any:
    """What has that id, or an id that ends with it, which is enough to find it."""
    return records.get(name) or next(
        (record for key, record in records.items() if key.rpartition("-")[2] == name), None
    )


@attrs.define(eq=False)
class QuotaRecord:
    """What an account may have, and what it has reserved."""

    products: list[dict[str, Any]] = attrs.field(factory=lambda: [dict(product) for product in _PRODUCTS])
    reservations: list[dict[str, Any]] = attrs.field(factory=list)
    jobs: list[dict[str, Any]] = attrs.field(factory=list)


_PRODUCTS: list[dict[str, Any]] = [
    {
        "id": number, "name": name, "title": name, "description": "", "product_family": family, "state": "active",
        "organization_id": 1, "quota_total": total, "quota_used": 0, "quota_units": "sqm",
        "supports_reservation": reserved, "unlimited_quota": False,
    }
    for number, name, family, total, reserved in (
        (1, "PlanetScope area under management", "PlanetScope", 10_000_000_000, True),
        (2, "Soil water content", "Planetary Variables", 1_000_000_000, True),
        (3, "PlanetScope downloads", "PlanetScope", 50_000_000_000, False),
    )
]  # fmt: skip


@attrs.define(eq=False)
class AssetRecord:
    """An asset of a scene: its file is made when it is activated."""

    scene: Scene
    type: str
    status: str = "inactive"
    activated: float = 0.0
    file: str = ""  # relative to the world's folder
    md5: str | None = None
    work: Any = None  # the task that makes the file

    @property
    def is_permitted(self) -> bool:
        return self.type in self.scene.permitted


@attrs.define(eq=False)
class ResultRecord:
    """A result of a subscription, as the sandbox keeps it."""

    id: str
    name: str  # the id of its scene, or the day of its value
    moment: datetime.datetime  # that it is of
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
    """A subscription, as the sandbox keeps it."""

    id: str
    key: str
    request: dict[str, Any]
    resolved: dict[str, Any]  # the same, with shapes in place of references
    created: datetime.datetime
    updated: datetime.datetime
    status: str = "preparing"
    searched: datetime.datetime | None = None  # what was published by then has been seen
    results: dict[str, ResultRecord] = attrs.field(factory=dict)
    work: Any = None  # the task that makes the files

    @property
    def is_final(self) -> bool:
        return self.status in ("completed", "cancelled", "failed")

    @property
    def parameters(self) -> dict[str, Any]:
        """Those of its source."""
        parameters: dict[str, Any] = self.resolved["source"]["parameters"]
        return parameters
