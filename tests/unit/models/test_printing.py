"""How results are printed, logged and written: as the dictionaries that they are, without the tokens of links."""

import ast
import io
import json
import logging
import pprint
import subprocess
import sys

import pytest
import yaml

from planet import data_filter
from planet.models import Asset, FeatureCollection, Item, Order, Quad

PLAIN = {
    "type": "Feature",
    "id": "20220304_093300_37_2430",
    "geometry": {"type": "Point", "coordinates": [6.3, 45.9]},
    "properties": {"item_type": "PSScene", "cloud_cover": 0.1, "ground_control": True, "anomalous_pixels": None},
    "assets": ["basic_udm2", "ortho_analytic_4b", "ortho_analytic_8b_sr", "ortho_udm2", "ortho_visual"],
    "_links": {"_self": "https://api.planet.com/data/v1/item-types/PSScene/items/20220304_093300_37_2430"},
}
RESULT = {"name": "a/b.tif", "location": "https://h.example/download?token=hush.hush", "delivery": "success"}
SIGNED = {"id": "1", "state": "success", "_links": {"_self": "https://h.example/1", "results": [RESULT] * 3}}


def test_text_is_that_of_a_plain_dictionary(caplog):
    item = Item(PLAIN)
    logging.getLogger("script").warning("got %s and %r", item, [item])
    assert caplog.messages == [f"got {PLAIN} and {[PLAIN]}"]
    assert str(item) == repr(item) == f"{item}" == f"{item!r}" == str(PLAIN)
    assert ast.literal_eval(str(item)) == PLAIN
    stream = io.StringIO()
    print(item, FeatureCollection([item]), file=stream)
    assert stream.getvalue() == f"{PLAIN} { {'type': 'FeatureCollection', 'features': [PLAIN]} }\n"


@pytest.mark.parametrize("options", [{}, {"width": 40}, {"indent": 2, "depth": 2}, {"compact": True}], ids=str)
def test_pprint_is_that_of_a_plain_dictionary(options):
    assert pprint.pformat(Item(PLAIN), **options) == pprint.pformat(PLAIN, **options)
    assert pprint.pformat([Item(PLAIN)] * 2, **options) == pprint.pformat([PLAIN] * 2, **options)
    nested = {"type": "FeatureCollection", "features": [PLAIN]}
    assert pprint.pformat(FeatureCollection([Item(PLAIN)])) == pprint.pformat(nested)
    clear = data_filter.string_in_filter("instrument", [f"PSB.{n}" for n in range(20)])
    assert pprint.pformat(clear, **options) == pprint.pformat(dict(clear), **options)


@pytest.mark.parametrize(
    "document",
    [
        Order(SIGNED),
        Asset(RESULT, _permissions=["download"] * 20),
        Quad(id="1-2", _links={"download": "https://h.example/q?api_key=hush"}, percent_covered=100),
        Order(SIGNED, delivery={"amazon_s3": {"aws_secret_access_key": "hush " * 30, "bucket": "b"}}),
    ],
    ids=lambda document: type(document).__name__,
)
def test_no_text_has_a_token_and_every_value_does(document):
    for text in (str(document), repr(document), repr([document]), pprint.pformat(document), pprint.pformat([document])):
        assert "hush" not in text
        assert "https://h.example" in text
        assert "…" in text
    assert pprint.pformat(document).count("\n") > 1
    assert json.loads(json.dumps(document)) == document
    assert "hush" in json.dumps(document)
    assert yaml.safe_load(yaml.safe_dump(document)) == document
    assert ast.literal_eval(str(document)).keys() == document.keys()


def test_notebooks_show_a_short_line():
    class Printer:
        def text(self, text):
            self.said = text

    printer = Printer()
    for document, said in {
        "<Item PSScene 20220304_093300_37_2430>": Item(PLAIN),
        "<Order 1 None success>": Order(SIGNED),
        "<FeatureCollection of 1>": FeatureCollection([PLAIN]),
        "<Quad None>": Quad(),
    }.items():
        said._repr_pretty_(printer, False)
        assert printer.said == document


@pytest.mark.parametrize("dumper", ["SafeDumper", "CSafeDumper", "Dumper", "CDumper"])
def test_yaml_has_plain_mappings(dumper):
    dumper = getattr(yaml, dumper, yaml.SafeDumper)
    for document in (Item(PLAIN), FeatureCollection([Item(PLAIN)]), data_filter.permission_filter()):
        plain = json.loads(json.dumps(document))
        assert yaml.dump(document, Dumper=dumper) == yaml.dump(plain, Dumper=dumper)
        assert yaml.safe_load(yaml.dump([document], Dumper=dumper)) == [plain]


@pytest.mark.parametrize(
    "order", ["import yaml; from planet.models import Item; item = Item(id=1)",
              "from planet.models import Item; item = Item(id=1); assert 'yaml' not in sys.modules; import yaml"],
    ids=["yaml-first", "yaml-last"],
)  # fmt: skip
def test_yaml_may_be_loaded_before_or_after(order):
    code = f"import sys; {order}; print(yaml.safe_dump(item), yaml.dump([item]), end='')"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (run.stdout, run.stderr) == ("id: 1\n - id: 1\n", "")
