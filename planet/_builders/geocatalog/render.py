"""`Render`: how images are drawn, and the options that each request of the tiler takes."""

import difflib
import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from ..._redact import brief
from ..._utils.arguments import plain
from ...exceptions import ArgumentError, ArgumentTypeError
from .search import as_bbox, as_search_interval, sort_text

__all__ = ["Render", "accepted", "encode_options"]


# The options by groups, as section 9 of the contract has them.
_READ = ("subdataset_name", "subdataset_bands", "crs", "datetime", "sel", "sel_method")
_BANDS = ("bidx", "assets", "expression", "asset_bidx", "asset_as_band", "nodata", "unscale", "reproject")
_STYLE = ("color_formula", "rescale", "colormap_name", "colormap", "return_mask")
_ALGORITHM = ("algorithm", "algorithm_params")
_EDGE = ("buffer", "padding")
_SCAN = ("scan_limit", "items_limit", "time_limit", "exitwhenfull", "skipcovered")
_PICK = ("ids", "bbox", "query", "sortby")
_SIZE = ("max_size", "height", "width")
_TILEJSON = ("tile_format", "tile_scale", "minzoom", "maxzoom")
_STATISTICS = ("categorical", "c", "p", "histogram_bins", "histogram_range")
_MATRIX = ("TileMatrixSetId",)
_DRAW = (*_READ, *_BANDS, *_STYLE, *_ALGORITHM, "resampling")
_LEGEND = ("trim_start", "trim_end", "height", "width")

# What each method takes of an item, and what it takes in addition, or instead, of a collection and of a mosaic.
_ITEM: dict[str, tuple[str, ...]] = {
    "tile": (*_DRAW, *_EDGE, *_MATRIX),
    "tilejson": (*_DRAW, *_EDGE, *_TILEJSON, *_MATRIX),
    "wmts": (*_DRAW, *_EDGE, *_TILEJSON, *_MATRIX),
    "crop": (*_DRAW, "max_size", "coord_crs", "dst_crs"),
    "point": (*_READ, *_BANDS, "coord_crs", "resampling"),
    "tilesets": _READ,
    "tileset": _READ,
    "info": (*_READ, "assets"),
    "info_geojson": (*_READ, "assets"),
    "preview": (*_DRAW, *_SIZE, "dst_crs"),
    "statistics": (*_READ, *_BANDS, *_ALGORITHM, *_SIZE, *_STATISTICS, "resampling"),
    "feature_statistics": (
        *_READ, *_BANDS, *_ALGORITHM, *_SIZE, *_STATISTICS, "resampling", "coord_crs", "dst_crs",
    ),
    "asset_statistics": (
        *_READ, *_SIZE, *_STATISTICS, "bidx", "assets", "asset_bidx", "asset_expression", "nodata", "unscale",
        "reproject", "resampling",
    ),
    "bounds": _READ,
    "assets": _READ,
}  # fmt: skip
_MANY = (*_SCAN, "collection", "pixel_selection")
_ADDED = {"tile": _MANY, "tilejson": _MANY, "crop": _MANY, "point": _SCAN}
_INSTEAD: dict[str, tuple[str, ...]] = {
    "wmts": (*_BANDS, *_TILEJSON, *_MATRIX),
    "info": (),
    "assets_at": (*_READ, *_SCAN, "coord_crs"),
    "assets_at_tile": (*_READ, *_SCAN, *_MATRIX),
}
# `datetime` is in _READ; the WMTS document of a collection takes it without the others.
_PICKED = {"wmts": (*_PICK, "datetime"), "info": ()}

_REPEATED = frozenset(
    {"assets", "bidx", "rescale", "sel", "asset_bidx", "asset_expression", "subdataset_bands", "p", "c"}
)
_JSON = frozenset({"query", "colormap", "algorithm_params"})
# The names that Microsoft's SDK has for options, beside those of the service.
_ALIASES = {
    "asset_band_indices": "asset_bidx",
    "no_data": "nodata",
    "exit_when_full": "exitwhenfull",
    "skip_covered": "skipcovered",
    "color_map_name": "colormap_name",
    "color_map": "colormap",
    "sort_by": "sortby",
    "collection_id": "collection",
    "coordinate_reference_system": "coord_crs",
    "destination_crs": "dst_crs",
    "min_zoom": "minzoom",
    "max_zoom": "maxzoom",
    "tile_matrix_set_id": "TileMatrixSetId",
    "categories_pixels": "c",
    "percentiles": "p",
}
_KNOWN = frozenset(
    {name for names in (*_ITEM.values(), *_ADDED.values(), *_INSTEAD.values(), _PICK, _LEGEND) for name in names}
)


class Render(Mapping[str, Any]):
    """How images are drawn: the options of `TileSource.tile` and its other methods, under one name.

    A method takes from it what applies to it. Options that are passed to the method itself count more.

    Args:
        options: options by name, such as `assets`, `rescale`, `colormap_name` or `expression`; None leaves one out.

    Raises:
        ArgumentError: an option is not known.

    Example:
        ```python
        from planet.geocatalog import Render

        natural = Render(assets="ortho_analytic_4b", asset_bidx="ortho_analytic_4b|3,2,1", rescale=(0, 3000))
        print(natural | {"rescale": (0, 2000)})
        ```
    """

    __module__ = "planet.geocatalog"

    def __init__(self, **options: Any) -> None:
        self._options = {_wire_name(name): value for name, value in options.items() if value is not None}
        for name, value in self._options.items():
            _encode(name, value)

    @classmethod
    def parse(cls, text: str) -> "Render":
        """Read the `options` of a `RenderOption`: a query string such as `assets=image&rescale=0,255`.

        Raises:
            ArgumentError: an option is not known.
        """
        options: dict[str, Any] = {}
        for name, value in parse_qsl(text.removeprefix("?"), keep_blank_values=True):
            wire = _wire_name(name)
            if wire in _REPEATED:
                options.setdefault(wire, []).append(value)
            else:
                options[wire] = value
        return cls(**options)

    def __getitem__(self, name: str) -> Any:
        return self._options[_ALIASES.get(name, name)]

    def __iter__(self) -> Iterator[str]:
        return iter(self._options)

    def __len__(self) -> int:
        return len(self._options)

    def __or__(self, other: Mapping[str, Any]) -> "Render":
        if not isinstance(other, Mapping):
            return NotImplemented
        changes = {_wire_name(name): value for name, value in other.items()}
        return Render(**{**self._options, **changes})

    def __str__(self) -> str:
        pairs = {name: _encode(name, value) for name, value in self._options.items()}
        return urlencode(pairs, doseq=True, safe="|,():")

    def __repr__(self) -> str:
        return f"Render.parse({str(self)!r})"


def accepted(kind: str, action: str) -> frozenset[str]:
    """The options that a request takes.

    Args:
        kind: what is drawn: `item`, `collection` or `mosaic`.
        action: the method, such as `tile`.
    """
    if kind == "item":
        return frozenset(_ITEM[action])
    names = _INSTEAD[action] if action in _INSTEAD else (*_ITEM[action], *_ADDED.get(action, ()))
    if kind == "collection":
        return frozenset({*names, *_PICKED.get(action, _PICK)})
    return frozenset({*names, "collection"} if action == "assets_at_tile" else names)


def encode_options(
    kind: str,
    action: str,
    render: Any,
    options: Mapping[str, Any],
    *,
    fixed: Mapping[str, Any] | None = None,
    without: Collection[str] = (),
) -> dict[str, Any]:
    """Return the query of a request.

    Args:
        kind: what is drawn: `item`, `collection` or `mosaic`.
        action: the method.
        render: a `Render`, or the text of one; of its options those count that the request takes.
        options: options by name; None leaves one out.
        fixed: parameters by their names in the query, such as which items of a collection are drawn.
        without: options that this request has in its path instead.

    Raises:
        ArgumentError: an option is not known, or the request does not take it.
        ArgumentTypeError: *render* is something else.
    """
    allowed = accepted(kind, action).difference(without)
    if isinstance(render, str):
        render = Render.parse(render)
    elif isinstance(render, Mapping):
        render = render if isinstance(render, Render) else Render(**render)
    elif render is not None:
        raise ArgumentTypeError(f"render must be a Render, got {brief(render)}.")
    chosen = {name: value for name, value in (render or {}).items() if name in allowed}
    for given, value in options.items():
        name = _ALIASES.get(given, given)
        if name not in allowed:
            near = difflib.get_close_matches(given, [*allowed, *_ALIASES], 1) if name not in _KNOWN else []
            takes = f"It takes {', '.join(sorted(allowed))}." if allowed else "It takes none."
            raise ArgumentError(
                f"{action}() of {_ARTICLE[kind]} does not take the option {given!r}.",
                hint=f"Did you mean {near[0]!r}?" if near else takes,
            )
        chosen[name] = value
    chosen.update({name: value for name, value in (fixed or {}).items() if name in allowed})
    return {name: _encode(name, value) for name, value in chosen.items() if value is not None}


_ARTICLE = {"item": "an item", "collection": "a collection", "mosaic": "a mosaic"}


def _wire_name(name: str) -> str:
    wire = _ALIASES.get(name, name)
    if wire not in _KNOWN:
        near = difflib.get_close_matches(name, [*_KNOWN, *_ALIASES], 1)
        hint = f"Did you mean {near[0]!r}?" if near else f"Known are {', '.join(sorted(_KNOWN))}."
        raise ArgumentError(f"{name!r} is not an option for drawing.", hint=hint)
    return wire


def _encode(name: str, value: Any) -> Any:
    """The value of an option as text, or as a list of texts where it is repeated."""
    value = plain(value)
    if name == "rescale":
        return _ranges(value)
    if name == "bbox":
        return ",".join(map(_text, as_bbox(value)))
    if name == "sortby":
        return sort_text(value)
    if name == "datetime":
        return as_search_interval(value)
    if name in _JSON and not isinstance(value, str):
        return json.dumps(value)
    if isinstance(value, (list, tuple, set)):
        texts = [_text(entry) for entry in value]
        return texts if name in _REPEATED else ",".join(texts)
    if isinstance(value, Mapping):
        raise ArgumentTypeError(f"{name} must be text or a number, got {brief(value)}.")
    return [_text(value)] if name in _REPEATED else _text(value)


def _ranges(value: Any) -> list[str]:
    """`(0, 4000)`, or one such pair for each band, or text."""
    if isinstance(value, str):
        return [value]
    if not isinstance(value, (list, tuple)) or not value:
        raise ArgumentError(f"rescale must be (min, max), or one pair for each band, got {brief(value)}.")
    if all(isinstance(entry, str) for entry in value):
        return list(value)
    pairs = [value] if not isinstance(value[0], (list, tuple)) else value
    if any(not isinstance(pair, (list, tuple)) or len(pair) != 2 for pair in pairs):
        raise ArgumentError(f"rescale must be (min, max), or one pair for each band, got {brief(value)}.")
    return [",".join(map(_text, pair)) for pair in pairs]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
