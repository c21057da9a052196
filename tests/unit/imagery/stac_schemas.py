"""What the extensions of STAC ask for, as far as it is used here.

Their schemas lie on the network, where tests do not go. These say the same of the fields that this package writes: their
types and ranges, and that no other one of the prefix is there.
"""

SCHEMAS = "https://stac-extensions.github.io"


def _number(low, high):
    return {"type": "number", "minimum": low, "maximum": high}


def _numbers(count, kind="number"):
    return {"type": "array", "items": {"type": kind}, "minItems": count, "maxItems": count}


_FIELDS = {
    "eo/v1.1.0": {
        "eo:cloud_cover": _number(0, 100),
        "eo:bands": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "properties": {
                    "name": {"type": "string"},
                    "common_name": {"enum": ["coastal", "blue", "green", "red", "rededge", "yellow", "pan", "nir"]},
                },
            },
        },
    },
    "view/v1.0.0": {
        "view:off_nadir": _number(0, 90),
        "view:azimuth": _number(0, 360),
        "view:sun_azimuth": _number(0, 360),
        "view:sun_elevation": _number(-90, 90),
    },
    "file/v2.1.0": {
        "file:checksum": {"type": "string", "pattern": "^[a-f0-9]+$"},
        "file:size": {"type": "integer", "minimum": 0},
    },
    "projection/v2.0.0": {
        "proj:code": {"type": "string", "pattern": "^EPSG:[0-9]+$"},
        "proj:shape": _numbers(2, "integer"),
        "proj:transform": _numbers(6),
        "proj:bbox": _numbers(4),
    },
    "timestamps/v1.1.0": {"published": {"type": "string", "format": "date-time"}},
}


def schemas():
    """{address: schema} of the extensions."""
    return {f"{SCHEMAS}/{name}/schema.json": _schema(name, fields) for name, fields in _FIELDS.items()}


def _schema(name, fields):
    prefix = next(iter(fields)).partition(":")
    others = {f"^(?!{prefix[0]}:)": {}} if prefix[1] else {".": {}}
    part = {"type": "object", "properties": fields, "patternProperties": others, "additionalProperties": False}
    properties = {"allOf": [part]}
    if name.startswith("view/"):  # who names the extension has to use it
        properties["anyOf"] = [{"required": [field]} for field in fields]
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": f"{SCHEMAS}/{name}/schema.json",
        "type": "object",
        "required": ["type", "properties", "assets", "stac_extensions"],
        "properties": {
            "type": {"const": "Feature"},
            "properties": properties,
            "assets": {"type": "object", "additionalProperties": part},
            "stac_extensions": {"contains": {"const": f"{SCHEMAS}/{name}/schema.json"}},
        },
    }
