"""Every operation of a GeoCatalog is sent as it was recorded, and its answer is read."""

import json

import pytest

from planet.geocatalog import (
    Ingestion,
    IngestionRun,
    IngestionSource,
    Operation,
    Picture,
    RenderOption,
    SasToken,
    SignedLink,
    StacCollection,
    StacItem,
    TileJson,
)
from tests.geocatalog_traffic import calls, comparable, operations, path_parameters

OPERATIONS = operations()
CALLS = calls()


async def first(pager):
    """The first result of a listing; None if it has none."""
    async for found in pager:
        await pager.aclose()
        return found
    return None


# For each operation: the call, of (client, values in the path, query, body), and the type of its result.
STAC = {
    "get_landing_page": (lambda gc, p, q, b: gc.stac.get_landing_page(), dict),
    "get_conformance_classes": (lambda gc, p, q, b: gc.stac.get_conformance(), list),
    "get_collections": (lambda gc, p, q, b: first(gc.stac.list_collections()), StacCollection),
    "get_collection": (lambda gc, p, q, b: gc.stac.get_collection(p["collectionId"]), StacCollection),
    "begin_create_collection": (lambda gc, p, q, b: gc.stac.create_collection(b), Operation),
    "replace_collection": (lambda gc, p, q, b: gc.stac.replace_collection(p["collectionId"], b), StacCollection),
    "begin_delete_collection": (lambda gc, p, q, b: gc.stac.delete_collection(p["collectionId"]), Operation),
    "get_item_collection": (
        lambda gc, p, q, b: first(
            gc.stac.list_items(
                p["collectionId"],
                page_size=int(q.get("limit", 250)),
                bbox=q.get("bbox"),
                datetime=q.get("datetime"),
                sign={"true": True, "false": False}.get(q.get("sign")),
                duration=int(q["duration"]) if "duration" in q else None,
            )
        ),
        StacItem,
    ),
    "get_item": (lambda gc, p, q, b: gc.stac.get_item(p["collectionId"], p["itemId"]), StacItem),
    "begin_create_item": (lambda gc, p, q, b: gc.stac.create_item(p["collectionId"], b), Operation),
    "begin_replace_item": (lambda gc, p, q, b: gc.stac.replace_item(p["collectionId"], p["itemId"], b), Operation),
    "begin_update_item": (lambda gc, p, q, b: gc.stac.update_item(p["collectionId"], p["itemId"], b), Operation),
    "begin_delete_item": (lambda gc, p, q, b: gc.stac.delete_item(p["collectionId"], p["itemId"]), Operation),
    "search": (
        lambda gc, p, q, b: first(
            gc.stac.search(
                page_size=b["limit"],
                filter_lang=b.get("filter-lang"),
                **{name: value for name, value in b.items() if name not in ("limit", "filter-lang")},
            )
        ),
        StacItem,
    ),
    "get_queryables": (lambda gc, p, q, b: gc.stac.get_queryables(), dict),
    "get_collection_queryables": (lambda gc, p, q, b: gc.stac.get_queryables(p["collectionId"]), dict),
    "create_queryables": (lambda gc, p, q, b: gc.stac.create_queryables(p["collectionId"], b), list),
    "replace_queryable": (
        lambda gc, p, q, b: gc.stac.replace_queryable(p["collectionId"], p["queryableName"], b),
        dict,
    ),
    "delete_queryable": (
        lambda gc, p, q, b: gc.stac.delete_queryable(p["collectionId"], p["queryableName"]),
        type(None),
    ),
    "get_collection_configuration": (lambda gc, p, q, b: gc.stac.get_configuration(p["collectionId"]), dict),
    "get_render_options": (lambda gc, p, q, b: gc.stac.list_render_options(p["collectionId"]), list),
    "create_render_option": (lambda gc, p, q, b: gc.stac.create_render_option(p["collectionId"], b), RenderOption),
    "get_render_option": (
        lambda gc, p, q, b: gc.stac.get_render_option(p["collectionId"], p["renderOptionId"]),
        RenderOption,
    ),
    "replace_render_option": (
        lambda gc, p, q, b: gc.stac.replace_render_option(p["collectionId"], p["renderOptionId"], b),
        RenderOption,
    ),
    "delete_render_option": (
        lambda gc, p, q, b: gc.stac.delete_render_option(p["collectionId"], p["renderOptionId"]),
        type(None),
    ),
    "get_mosaics": (lambda gc, p, q, b: gc.stac.list_mosaics(p["collectionId"]), list),
    "add_mosaic": (lambda gc, p, q, b: gc.stac.create_mosaic(p["collectionId"], b), dict),
    "get_mosaic": (lambda gc, p, q, b: gc.stac.get_mosaic(p["collectionId"], p["mosaicId"]), dict),
    "replace_mosaic": (lambda gc, p, q, b: gc.stac.replace_mosaic(p["collectionId"], p["mosaicId"], b), dict),
    "delete_mosaic": (lambda gc, p, q, b: gc.stac.delete_mosaic(p["collectionId"], p["mosaicId"]), type(None)),
    "get_tile_settings": (lambda gc, p, q, b: gc.stac.get_tile_settings(p["collectionId"]), dict),
    "replace_tile_settings": (lambda gc, p, q, b: gc.stac.replace_tile_settings(p["collectionId"], b), dict),
    "get_partition_type": (lambda gc, p, q, b: gc.stac.get_partition_type(p["collectionId"]), str),
    "replace_partition_type": (
        lambda gc, p, q, b: gc.stac.replace_partition_type(p["collectionId"], b["scheme"]),
        type(None),
    ),
    "create_collection_asset": (
        lambda gc, p, q, b: gc.stac.create_asset(p["collectionId"], "thumbnail", b"PNG", media_type="image/png"),
        StacCollection,
    ),
    "replace_collection_asset": (
        lambda gc, p, q, b: gc.stac.replace_asset(p["collectionId"], p["assetId"], b"PNG", media_type="image/png"),
        StacCollection,
    ),
    "delete_collection_asset": (
        lambda gc, p, q, b: gc.stac.delete_asset(p["collectionId"], p["assetId"]),
        StacCollection,
    ),
    "get_collection_thumbnail": (lambda gc, p, q, b: gc.stac.get_thumbnail(p["collectionId"]), Picture),
}


def source_of(body):
    connection = body["connectionInfo"]
    return connection["containerUrl"], {
        "sas_token": connection.get("sasToken"),
        "identity": connection.get("objectId"),
    }


def ingestion_of(body):
    names = {
        "sourceCatalogUrl": "source_catalog_url",
        "stacGeoparquetUrl": "stac_geoparquet_url",
        "displayName": "display_name",
        "skipExistingItems": "skip_existing_items",
        "keepOriginalAssets": "keep_original_assets",
    }
    return {names[name]: value for name, value in body.items() if name != "importType"}


INGESTION = {
    "list_operations": (lambda gc, p, q, b: first(gc.ingestion.list_operations(**top(q))), Operation),
    "get_operation": (lambda gc, p, q, b: gc.ingestion.get_operation(p["operationId"]), Operation),
    "cancel_operation": (lambda gc, p, q, b: gc.ingestion.cancel_operation(p["operationId"]), type(None)),
    "cancel_all_operations": (lambda gc, p, q, b: gc.ingestion.cancel_all_operations(), type(None)),
    "list_sources": (lambda gc, p, q, b: first(gc.ingestion.list_sources(**top(q))), IngestionSource),
    "list_managed_identities": (lambda gc, p, q, b: first(gc.ingestion.list_managed_identities()), dict),
    "get_source": (lambda gc, p, q, b: gc.ingestion.get_source(p["id"]), IngestionSource),
    "delete_source": (lambda gc, p, q, b: gc.ingestion.delete_source(p["id"]), type(None)),
    "create_source": (
        lambda gc, p, q, b: gc.ingestion.create_source(source_of(b)[0], source_id=b["id"], **source_of(b)[1]),
        IngestionSource,
    ),
    "replace_source": (
        lambda gc, p, q, b: gc.ingestion.replace_source(p["id"], source_of(b)[0], **source_of(b)[1]),
        IngestionSource,
    ),
    "list": (lambda gc, p, q, b: first(gc.ingestion.list_ingestions(p["collectionId"], **top(q))), Ingestion),
    "get": (lambda gc, p, q, b: gc.ingestion.get_ingestion(p["collectionId"], p["ingestionId"]), Ingestion),
    "create": (lambda gc, p, q, b: gc.ingestion.create_ingestion(p["collectionId"], **ingestion_of(b)), Ingestion),
    "update": (
        lambda gc, p, q, b: gc.ingestion.update_ingestion(p["collectionId"], p["ingestionId"], **ingestion_of(b)),
        Ingestion,
    ),
    "begin_delete": (
        lambda gc, p, q, b: gc.ingestion.delete_ingestion(p["collectionId"], p["ingestionId"]),
        Operation,
    ),
    "list_runs": (
        lambda gc, p, q, b: first(gc.ingestion.list_runs(p["collectionId"], p["ingestionId"], **top(q))),
        IngestionRun,
    ),
    "get_run": (
        lambda gc, p, q, b: gc.ingestion.get_run(p["collectionId"], p["ingestionId"], p["runId"]),
        IngestionRun,
    ),
    "create_run": (lambda gc, p, q, b: gc.ingestion.create_run(p["collectionId"], p["ingestionId"]), IngestionRun),
}
SAS = {
    "get_token": (lambda gc, p, q, b: gc.sas.get_token(p["collectionId"], int(q["duration"])), SasToken),
    "get_url": (lambda gc, p, q, b: gc.sas.sign(q["href"], int(q["duration"])), SignedLink),
    "revoke_token": (lambda gc, p, q, b: gc.sas.revoke_token(int(q["duration"])), type(None)),
}


def top(query):
    """The arguments of a listing by its query."""
    found = {"page_size": int(query["$top"])} if "$top" in query else {}
    return found | {name: query[key] for key, name in (("collectionId", "collection_id"),) if key in query}


def whole(number):
    return int(float(number))


def draw(gc, name, p, q, b):
    """The call of an operation that draws."""
    if name == "get_tile_matrices":
        return gc.data.list_tile_matrix_sets()
    if name == "get_tile_matrix_definitions":
        return gc.data.get_tile_matrix_set(p["tileMatrixSetId"])
    if name == "get_legend":
        return gc.data.get_legend(p["colorMapName"], **{key: whole(value) for key, value in q.items()})
    if name == "get_class_map_legend":
        return gc.data.get_class_legend(p["classmapName"], **{key: whole(value) for key, value in q.items()})
    if name == "get_interval_legend":
        return gc.data.get_interval_legend(p["classmapName"], **{key: whole(value) for key, value in q.items()})
    if name == "register_mosaics_search":
        arguments = {key: b[key] for key in b if key != "filter_lang"}
        return gc.data.register_mosaic(**arguments)
    path = OPERATIONS[f"data.{name}"]["path"]
    if "searchId" in p:
        source = gc.data.mosaic(p["searchId"])
    elif "itemId" in p:
        source = gc.data.item(p["collectionId"], p["itemId"])
    else:
        pick = {key: q.pop(key) for key in ("ids", "bbox", "sortby") if key in q}
        source = gc.data.collection(p["collectionId"], **pick)
    tms = p.get("tileMatrixSetId")
    box = [float(p[key]) for key in ("minX", "minY", "maxX", "maxY")] if "minX" in p else None
    size = {key: whole(p[key]) for key in ("width", "height") if key in p}
    if path.endswith("/assets") and "itemId" not in p:
        if "z" in p:
            return source.assets_at(tile=tuple(whole(p[key]) for key in "zxy"), tms=tms, **q)
        if box:
            return source.assets_at(bbox=box, **q)
        return source.assets_at(point=(float(p["longitude"]), float(p["latitude"])), **q)
    if "{z}" in path:
        scale = whole(p["scale"]) if "scale" in p else None
        place = [whole(p[key]) for key in "zxy"]
        return source.tile(*place, tms=tms, scale=scale, format=p.get("format"), **q)
    if box:
        return source.crop(bbox=box, format=p["format"], **size, **q)
    if "/feature" in path:
        return source.crop(feature=b, format=p.get("format"), **size, **q)
    if "/point/" in path:
        return source.point(float(p["longitude"]), float(p["latitude"]), **q)
    last = path.rpartition("/")[2]
    if last == "tilejson.json":
        return source.tilejson(tms=tms, **q)
    if last == "WMTSCapabilities.xml":
        return source.wmts(tms=tms, **q)
    if last.startswith("preview"):
        q.pop("format", None)  # ours is in the path
        return source.preview(format=p.get("format"), **q)
    if last == "statistics":
        return source.statistics(feature=b, **q) if b else source.statistics(**q)
    methods = {"tiles": "tilesets", "info.geojson": "info_geojson"}
    if last == "{tileMatrixSetId}":
        return source.tileset(tms, **q)
    return getattr(source, methods.get(last, last))(**q)


def drawn_type(name):
    """The type of what an operation that draws returns."""
    accept, path = OPERATIONS[f"data.{name}"]["accept"], OPERATIONS[f"data.{name}"]["path"]
    if accept is None or accept == "image/png":
        return Picture
    if accept == "application/xml":
        return str
    return TileJson if path.endswith("tilejson.json") else object


TABLES = {"stac": STAC, "ingestion": INGESTION, "sas": SAS}


def test_the_table_has_every_operation():
    covered = {f"{group}.{name}" for group, table in TABLES.items() for name in table}
    drawing = {name for name in OPERATIONS if name.startswith("data.")}
    assert covered | drawing == set(OPERATIONS) == set(CALLS)
    assert len(OPERATIONS) == 144


# What section 13 of the contract calls faults of the other client.
FAULTS = {"filter_lang": "filter-lang"}


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
async def test_an_operation_is_sent_and_read(played, operation):
    group, name = operation.split(".")
    exchange = CALLS[operation]["exchanges"][0]
    request, spec = exchange["request"], OPERATIONS[operation]
    p = path_parameters(spec["path"], request["path"])
    query = [tuple(pair) for pair in request["query"]]
    grouped = {}
    for key, value in query:
        if key != "api-version":
            grouped.setdefault(key, []).append(value)
    q = {key: values[0] if len(values) == 1 else values for key, values in grouped.items()}
    if operation == "data.get_legend":  # for which the stand-in that was recorded has JSON, unlike the service
        png = {
            "status": 200,
            "headers": {"content-type": "image/png"},
            "body": CALLS["data.get_tile"]["exchanges"][0]["response"]["body"],
        }
        exchange = {**exchange, "response": png}
    gc, player = played(exchange)
    if group == "data":
        result, kind = await draw(gc, name, p, dict(q), request["body"]), drawn_type(name)
    else:
        call, kind = TABLES[group][name]
        result = await call(gc, p, dict(q), request["body"])
    sent = player.requests[0]
    content_type = sent.headers.get("content-type", "")
    is_form = content_type.startswith("multipart/")
    body = json.loads(sent.content) if sent.content and not is_form else None
    expected_body = request["body"]
    if isinstance(expected_body, dict):
        expected_body = {FAULTS.get(key, key): value for key, value in expected_body.items()}
    if is_form or isinstance(expected_body, str):
        expected_body = body = None
    ours = comparable(sent.method, sent.url.raw_path.decode().partition("?")[0], list(sent.url.params.multi_items()),
                      content_type, body)  # fmt: skip
    if operation == "stac.get_item_collection" and "limit" not in q:
        ours["query"].pop("limit")  # a page size of our own
    theirs = comparable(
        request["method"], request["path"], query, request["headers"].get("content-type"), expected_body
    )
    if operation == "data.get_item_preview":
        theirs["query"].pop("format")  # ours would be in the path
    assert ours == theirs
    assert sent.url.params.get("api-version") == "2026-04-15"
    assert sent.headers["authorization"] == "Bearer a-token"
    assert "x-planet-app" not in sent.headers
    assert exchange["response"]["status"] in spec["success"]
    assert result is None or isinstance(result, kind)
    assert (result is None) == (kind is type(None))


@pytest.mark.parametrize("operation", sorted(name for name in OPERATIONS if name.startswith("data.")))
def test_the_options_of_a_request_are_those_of_the_service(operation):
    from planet._builders.geocatalog.render import accepted

    spec = OPERATIONS[operation]
    path, names = spec["path"], {entry["name"] for entry in spec["query"]}
    kind = "mosaic" if "{searchId}" in path else "item" if "{itemId}" in path else "collection"
    if "/mosaic/" not in path or path.endswith("/register"):
        return
    last = path.rpartition("/")[2]
    if path.endswith("/assets") and kind != "item":
        action = "assets_at_tile" if "{z}" in path else "assets_at"
    elif "{z}" in path:
        action = "tile"
    elif "/bbox/" in path or "/feature" in path:
        action = "crop"
    elif "/point/" in path:
        action = "point"
    elif last == "statistics" and spec["method"] == "POST":
        action = "feature_statistics"
    else:
        known = {"tilejson.json": "tilejson", "WMTSCapabilities.xml": "wmts", "tiles": "tilesets",
                 "{tileMatrixSetId}": "tileset", "info.geojson": "info_geojson", "preview.{format}": "preview"}  # fmt: skip
        action = known.get(last, last)
    in_path_elsewhere = {"format", "scale", "width", "height"} if action in ("tile", "crop") else {"format"}
    ours = set(accepted(kind, action))
    if "{tileMatrixSetId}" in path or "TileMatrixSetId" not in names:
        ours.discard("TileMatrixSetId")
    if action == "assets_at_tile" and kind == "mosaic" and "TileMatrixSetId" in names:
        ours.discard("collection")
    assert ours == names - in_path_elsewhere
