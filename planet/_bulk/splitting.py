"""What a bulk order asks for, and the orders that it is split into."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import attrs

from .._builders.orders import MAX_ITEMS, build_request, delivery, product
from .._redact import brief
from .._utils.arguments import Json, check_list, plain
from ..exceptions import ArgumentError, ArgumentTypeError

__all__ = [
    "Budget",
    "check_archive",
    "check_key",
    "check_name",
    "check_products",
    "check_tools",
    "clip_aoi",
    "differences",
    "items_without_access",
    "order_name",
    "order_request_of",
    "parse_tail",
    "split",
    "tail_of",
]


_REFUSED_ITEM = re.compile(r"no access to assets: [A-Za-z0-9]+/([A-Za-z0-9_.:-]+)/")
_SKYSAT_ZIP = 50  # items in an order of these types that is packed
_FEW = ("SkySatCollect", "TanagerScene", "PelicanScene")


@attrs.frozen
class Budget:
    """The most that a bulk order may spend. No order is created that would go beyond it.

    Attributes:
        scenes: how many scenes; None: any number.
        km2: the area of all scenes together, in square kilometres, as far as they are clipped to the AOI; None: any.

    Example:
        ```python
        from planet import bulk

        budget = bulk.Budget(scenes=2000, km2=50_000)
        ```
    """

    __module__ = "planet.bulk"

    scenes: int | None = None
    km2: float | None = None

    def __attrs_post_init__(self) -> None:
        for name in ("scenes", "km2"):
            value = getattr(self, name)
            if value is not None and (isinstance(value, bool) or not isinstance(value, (int, float)) or not value >= 0):
                raise ArgumentError(f"{name} must be a number from 0 on, got {value!r}.")

    def allows(self, scenes: int, km2: float | None) -> bool:
        """Whether so much may be spent in all; an area that is not known may be any."""
        return (self.scenes is None or scenes <= self.scenes) and (
            self.km2 is None or (km2 is not None and km2 <= self.km2)
        )


def check_archive(archive: str | None) -> str | None:
    """Return *archive* if it is `item`, `order` or None.

    Raises:
        ArgumentError: it is something else.
    """
    if archive not in (None, "item", "order"):
        raise ArgumentError(f"archive must be 'item', 'order' or None, got {archive!r}.")
    return archive


def split(spec: Mapping[str, Any], scenes: Iterable[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    """Split chosen scenes, `(item type, id)` in the order of their times, into orders of one item type each.

    Args:
        spec: what the bulk order asks for.
        scenes: the scenes.
    """
    by_type: dict[str, list[tuple[str, str]]] = {}
    for scene in scenes:
        by_type.setdefault(scene[0], []).append(scene)
    for item_type, group in by_type.items():
        most = min(spec["per_order"], MAX_ITEMS)
        if spec["archive"] and item_type in _FEW:
            most = min(most, _SKYSAT_ZIP)
        for first in range(0, len(group), most):
            yield group[first : first + most]


def order_name(name: str, key: str, seq: int, attempt: int) -> str:
    """The name of an order: it is found by that, if the answer to its creation is lost.

    >>> order_name("Iberia", "1f8a20c4", 7, 0), order_name("Iberia", "1f8a20c4", 7, 1)
    ('Iberia 1f8a20c4-000007', 'Iberia 1f8a20c4-000007.1')
    """
    return f"{name} {key}-{seq:06d}" + (f".{attempt}" if attempt else "")


def tail_of(name: str, key: str) -> str:
    """What identifies an order in its name: the key and what follows. The service may shorten or change the rest.

    >>> tail_of("Iberia 1f8a20c4-000007.1", "1f8a20c4")
    '1f8a20c4-000007.1'
    """
    return name[name.rfind(key) :].strip() if key in name else name


def parse_tail(tail: str, key: str) -> tuple[int, int] | None:
    """The number and the attempt that a tail has; None: it is not that of an order of this bulk order.

    >>> parse_tail("1f8a20c4-000007.1", "1f8a20c4"), parse_tail("1f8a20c4 and more", "1f8a20c4")
    ((7, 1), None)
    """
    match = re.fullmatch(rf"{re.escape(key)}-(\d{{1,9}})(?:\.(\d{{1,6}}))?", tail)
    return None if match is None else (int(match[1]), int(match[2] or 0))


def check_key(key: Any) -> str | None:
    """Return a key, or None.

    Raises:
        ArgumentError: it is not one.
    """
    if key is not None and not (isinstance(key, str) and re.fullmatch(r"[0-9a-f]{8}", key)):
        raise ArgumentError(
            f"key must be the 8 digits of a bulk order, got {brief(key)}.",
            hint="They are in the names of its orders: iberia 1f8a20c4-000001.",
        )
    return key


def order_request_of(spec: Mapping[str, Any], name: str, scenes: Sequence[tuple[str, str]]) -> Json:
    """The request for one of the orders; what cannot be delivered does not refuse the rest.

    Raises:
        SpecificationException: the item type has no such bundle.
    """
    packing = delivery("zip", single_archive=spec["archive"] == "order") if spec["archive"] else {}
    return build_request(
        name,
        [product([item_id for _, item_id in scenes], spec["bundle"], scenes[0][0], spec["fallback_bundle"])],
        tools=spec["tools"],
        delivery={**packing, **(spec.get("delivery") or {})} or None,
        order_type="partial",
    )


def check_products(spec: Mapping[str, Any]) -> None:
    """Check that each item type has the bundles.

    Raises:
        ArgumentTypeError: the bundle is not a text.
        SpecificationException: an item type does not exist, or has no such bundle.
    """
    if not isinstance(spec["bundle"], str):
        raise ArgumentTypeError(f"bundle must be a text, got {brief(spec['bundle'])}.")
    for item_type in spec["item_types"]:
        product(["an-item"], spec["bundle"], item_type, spec["fallback_bundle"])


def check_tools(tools: Any) -> list[Json] | None:
    """Return a list of tools.

    Raises:
        ArgumentTypeError: one is not an object with the name of a tool.
    """
    if tools is None:
        return None
    checked = [plain(tool) for tool in check_list("tools", tools, "tools", allow_empty=True)]
    for tool in checked:
        if not isinstance(tool, Mapping) or len(tool) != 1:
            raise ArgumentTypeError(f"{brief(tool)} is not a tool.", hint="Make it with planet.order_request.")
    return checked


def clip_aoi(spec: Mapping[str, Any]) -> Any:
    """The AOI that scenes are clipped to, or None."""
    return next(
        (tool["clip"].get("aoi") for tool in spec["tools"] or [] if isinstance(tool.get("clip"), Mapping)), None
    )


def check_name(name: Any) -> str:
    """Return the beginning of the names of orders.

    Raises:
        ArgumentError: it is not a text of up to 100 printable characters.
    """
    if not isinstance(name, str) or not name.isprintable() or not 0 < len(name.strip()) <= 100:
        raise ArgumentError(f"name must be a text of up to 100 printable characters, got {brief(name)}.")
    return name.strip()


def items_without_access(message: str) -> set[str]:
    """The ids of items that the service names when it refuses an order because of their permissions."""
    return set(_REFUSED_ITEM.findall(message))


def differences(stored: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[str]:
    """The names of the arguments in which two bulk orders differ."""

    def text(value: Any) -> str:
        return json.dumps(plain(value), sort_keys=True)

    return [name for name in wanted if text(stored.get(name)) != text(wanted[name])]
