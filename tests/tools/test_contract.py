"""What holds for the whole package: its layout, its names, its docstrings, and that both variants are alike."""

import ast
import importlib
import inspect
import pickle
import re
import subprocess
import sys
from importlib.metadata import version

import pytest
from importlinter.application.use_cases import lint_imports
from importlinter.cli import configuration

import planet
from planet._async.apis.directory import CLIENTS
from planet._sync.apis.directory import CLIENTS as SYNC_CLIENTS
from tools.unasync import ROOT, Converter

APIS = list(CLIENTS.values())
PAIRS = [
    *zip(CLIENTS.values(), SYNC_CLIENTS.values(), strict=True),
    (planet.AsyncPlanet, planet.Planet),
    (planet.Session, planet.SyncSession),
]
SOURCES = sorted((ROOT / "planet").rglob("*.py"))
DOORS = [
    "archive", "auth", "checksum", "coverage", "data_filter", "download_report", "exceptions", "geo", "geojson",
    "hashing", "http", "io", "manifest", "models", "order_request", "raster", "specs", "stac", "subscription_request",
]  # fmt: skip
# Classes of one variant that a door shows under a name that the other variant's class has as well.
OF_ONE_VARIANT = {"Paged", "StreamingBody", "StreamingResponse", "BaseSession"}


def public(kind):
    return {name: value for name, value in inspect.getmembers(kind) if not name.startswith("_")}


def test_modules_import_only_from_floors_below_their_own(capsys):
    """The contracts are in pyproject.toml. A new module has no floor until it is given one there."""
    configuration.configure()
    kept = lint_imports(config_filename=str(ROOT / "pyproject.toml"), cache_dir=None, no_logo=True)
    assert kept, capsys.readouterr().out


@pytest.mark.parametrize("door", DOORS)
def test_public_classes_say_where_they_are_imported_from(door):
    module = importlib.import_module(f"planet.{door}")
    for name in module.__all__:
        value = getattr(module, name)
        if isinstance(value, type) and name not in OF_ONE_VARIANT:
            home = importlib.import_module(value.__module__)
            assert not any(part.startswith("_") for part in value.__module__.split(".")), name
            assert getattr(home, value.__name__) is value, name
            assert pickle.loads(pickle.dumps(value)) is value


def test_what_the_package_exports_says_so():
    for name in planet.__all__:
        value = getattr(planet, name)
        if isinstance(value, type):
            assert value.__module__ in ("planet", "planet.auth", "planet.auth_builtins"), name


@pytest.mark.parametrize("module", ["models", "order_request", "subscription_request", "geojson", "data_filter"])
def test_models_and_requests_load_no_http_library(module):
    code = (
        f"import sys, planet.{module}; print([name for name in ('httpx', 'httpcore', 'anyio') if name in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize(("one", "two"), PAIRS, ids=lambda kind: kind.__name__)
def test_both_variants_have_the_same_methods_parameters_and_docstrings(one, two):
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


# One file per API in every column. `docs/architecture.md` has the list for people; these are the columns that every
# API needs, and what the files of one API may be missing from.
COLUMNS = {
    "_models/{}.py": {"data"},  # its models are items.py
    "_apis/{}.py": set(),
    "_async/apis/{}.py": set(),
    "clients/{}.py": set(),
    "sync/{}.py": set(),
    "cli/{}.py": set(),
    "sandbox/apis/{}.py": set(),
}


@pytest.mark.parametrize("api", CLIENTS)
def test_an_api_has_a_file_in_every_column(api):
    missing = [
        column.format(api)
        for column, without in COLUMNS.items()
        if api not in without and not (ROOT / "planet" / column.format(api)).exists()
    ]
    assert missing == []
    for place in (
        f"docs/{ {'mosaics': 'basemaps', 'data': 'search'}.get(api, api) }.md",
        f"tests/_async/apis/test_{api}.py",
    ):
        assert (ROOT / place).exists(), place


def test_the_page_on_architecture_names_files_that_exist():
    page = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    table = page[page.index("## Which file do I open") : page.index("## Decisions")]
    named = re.findall(r"`((?:_|auth/|cli/|sandbox/)[\w/]*\w(?:\.py|/))`", table)
    missing = [name for name in named if not list((ROOT / "planet").glob(name))]
    assert len(named) > 10 and missing == []


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_modules_are_short_and_say_what_they_are_for(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 450
    if text.strip() and "_sync/" not in path.as_posix():
        assert ast.get_docstring(ast.parse(text)), "no docstring"


def test_no_module_reaches_into_private_parts_of_the_http_libraries():
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"\b(?:httpx|httpcore)\._|\._transport_for_url|\._network_backend|\._mounts\b", text), path


def test_nothing_is_left_unfinished():
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"TODO|FIXME|NotImplementedError|except Exception:\s*\n\s*pass", text), path


def test_the_version_stands_in_one_place():
    assert planet.__version__ == version("planet")
