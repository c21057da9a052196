"""Recorded traffic of a GeoCatalog: what another client sends for each operation, and what a catalogue answers."""

import json
import re
from pathlib import Path
from urllib.parse import unquote

import httpx

FOLDER = Path(__file__).parent / "data" / "geocatalog"
ENDPOINT = "https://contoso.geocatalog.spatio.azure.com"
_NUMBER = r"-?\d+(?:\.\d+)?"
_NUMBERS = {"minX", "minY", "maxX", "maxY", "longitude", "latitude", "x", "y", "z", "scale", "width", "height"}


def operations():
    """{name: {method, path, query, content_type, success}} of all operations."""
    return json.loads((FOLDER / "operations.json").read_text())


def calls(label=None):
    """The recorded calls by operation, the first one with this label, or the first one at all."""
    found = {}
    for name in ("stac", "ingestion", "sas", "data"):
        for call in json.loads((FOLDER / f"{name}.json").read_text()):
            if label is None or call["label"] == label:
                found.setdefault(call["operation"], call)
    return found


def path_parameters(template, path):
    """The values in a path by the names in its template."""

    def group(match):
        return f"(?P<{match[1]}>{_NUMBER if match[1] in _NUMBERS else '[^/]+?'})"

    pattern = re.sub(r"\\\{(\w+)\\\}", group, re.escape(template))
    return {name: unquote(value) for name, value in re.fullmatch(pattern, path).groupdict().items()}


class Player(httpx.MockTransport):
    """Answers with a recorded exchange, and keeps what was asked."""

    def __init__(self, *exchanges):
        super().__init__(self.answer)
        self.exchanges = list(exchanges)
        self.requests = []

    def answer(self, request):
        request.read()
        self.requests.append(request)
        response = self.exchanges[min(len(self.requests), len(self.exchanges)) - 1]["response"]
        body = response["body"]
        if isinstance(body, dict) and set(body) == {"bytes", "sha256", "start"}:
            content = bytes.fromhex(body["start"])
        elif isinstance(body, (dict, list)):
            content = json.dumps(body).encode()
        else:
            content = (body or "").encode()
        return httpx.Response(response["status"], headers=response["headers"], content=content)


def comparable(method, path, query, content_type, body):
    """A request in the form in which two are compared: numbers by value, lists however they are written."""
    values = {}
    for name, value in query:
        values.setdefault(name, []).append(value)
    parts = [part for segment in re.split(r"[/,@]", path) for part in [segment]]
    return {
        "method": method,
        "path": [_number(part) for part in parts],
        "query": {name: [_number(part) for part in ",".join(texts).split(",")] for name, texts in values.items()},
        "content_type": (content_type or "").partition(";")[0],
        "body": body,
    }


def _number(text):
    text = unquote(str(text))
    match = re.fullmatch(r"(-?\d+(?:\.\d+)?)(x?(?:\.[a-z]+)?)", text)
    return (float(match[1]), match[2]) if match else text
