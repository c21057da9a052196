"""The habits that the house holds itself to."""

import ast
import inspect
import re
from importlib.metadata import version

import pytest

import planet
from planet._async import data, destinations, features, mosaics, orders, quota, subscriptions
from planet._async import planet as facade
from planet._async import session as sessions
from planet._sync import data as sync_data
from planet._sync import destinations as sync_destinations
from planet._sync import features as sync_features
from planet._sync import mosaics as sync_mosaics
from planet._sync import orders as sync_orders
from planet._sync import planet as sync_facade
from planet._sync import quota as sync_quota
from planet._sync import session as sync_sessions
from planet._sync import subscriptions as sync_subscriptions
from tools.unasync import ROOT, Converter

PAIRS = [
    (orders.OrdersClient, sync_orders.OrdersAPI),
    (data.DataClient, sync_data.DataAPI),
    (features.FeaturesClient, sync_features.FeaturesAPI),
    (quota.QuotaClient, sync_quota.QuotaAPI),
    (destinations.DestinationsClient, sync_destinations.DestinationsAPI),
    (subscriptions.SubscriptionsClient, sync_subscriptions.SubscriptionsAPI),
    (mosaics.MosaicsClient, sync_mosaics.MosaicsAPI),
    (facade.AsyncPlanet, sync_facade.Planet),
    (sessions.Session, sync_sessions.SyncSession),
]
APIS = [pair[0] for pair in PAIRS[:7]]
SOURCES = sorted((ROOT / "planet").rglob("*.py"))


def public(kind):
    return {name: value for name, value in inspect.getmembers(kind) if not name.startswith("_")}


@pytest.mark.parametrize(("one", "two"), PAIRS, ids=lambda kind: kind.__name__)
def test_both_colours_have_the_same_methods_parameters_and_docstrings(one, two):
    names = Converter()
    renamed = {names.rename(name): value for name, value in public(one).items()}
    assert set(renamed) == set(public(two))
    for name, value in public(two).items():
        other = renamed[name]
        if callable(value):
            assert str(inspect.signature(value)) == names.text(str(inspect.signature(other))), name
        assert inspect.getdoc(value) == inspect.cleandoc(names.text(inspect.getdoc(other) or "")), name


@pytest.mark.parametrize("kind", [pair[0] for pair in PAIRS], ids=lambda kind: kind.__name__)
def test_every_public_method_has_a_docstring(kind):
    for name, value in public(kind).items():
        assert inspect.getdoc(value), f"{kind.__name__}.{name}"


@pytest.mark.parametrize("kind", APIS, ids=lambda kind: kind.__name__)
def test_every_method_of_an_api_has_an_example(kind):
    for name, value in public(kind).items():
        assert "Example:" in inspect.getdoc(value), f"{kind.__name__}.{name}"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_modules_are_short_and_say_what_they_are_for(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 450
    if text.strip() and "_sync/" not in path.as_posix():
        assert ast.get_docstring(ast.parse(text)), "no docstring"


def test_imports_do_not_go_round_in_circles():
    """The graph of what modules import when they are loaded has no cycle."""
    graph = {}
    for path in SOURCES:
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        package = module if path.name == "__init__.py" else module.rpartition(".")[0]
        graph[module] = set(_imports(ast.parse(path.read_text(encoding="utf-8")), package))
    graph = {module: {name for name in names if name in graph and name != module} for module, names in graph.items()}
    del graph["planet"]  # it imports lazily
    while True:
        leaves = {module for module, names in graph.items() if not names & graph.keys()}
        if not leaves:
            break
        for leaf in leaves:
            del graph[leaf]
    assert graph == {}


def _imports(tree, package):
    for node in tree.body:  # only what is imported when the module is loaded
        if isinstance(node, ast.ImportFrom) and node.level:
            base = ".".join(package.split(".")[: len(package.split(".")) - node.level + 1])
            target = f"{base}.{node.module}" if node.module else base
            if node.module:
                yield target
            for alias in node.names:
                yield f"{target}.{alias.name}"


def test_nothing_is_left_lying_about():
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"TODO|FIXME|NotImplementedError|except Exception:\s*\n\s*pass", text), path


def test_the_version_stands_in_one_place():
    assert planet.__version__ == version("planet")
