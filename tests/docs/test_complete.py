"""Everything public stands in the docs: names, errors, settings, variables, notebooks. Commands: `tests/cli`; faults: `tests/sandbox`."""

import importlib
import inspect
import json
import pkgutil
import re

import pytest

import planet
from planet import Session, auth, exceptions, specs
from planet._builders import catalog
from tools.page_examples import without_examples
from tools.unasync import ROOT

DOCS = ROOT / "docs"
REFERENCE = "".join(path.read_text(encoding="utf-8") for path in (DOCS / "reference").glob("*.md"))
PAGES = {path.stem: path.read_text(encoding="utf-8") for path in DOCS.glob("*.md")}
DIRECTIVES = set(re.findall(r"^::: ([\w.]+)", REFERENCE + "".join(PAGES.values()), re.MULTILINE))
# Public modules that only hand on names of others, or are not for programs: a command, an entry point, a plugin.
HANDED_ON = {
    "planet.clients",
    "planet.sync",
    "planet.auth_builtins",
    "planet.constants",
    "planet.types",
    "planet.sync.client",
}
NOT_FOR_PROGRAMS = ("planet.__main__", "planet.cli", "planet.sandbox")


def public_modules():
    for info in pkgutil.walk_packages(planet.__path__, "planet."):
        hidden = any(part.startswith("_") for part in info.name.split("."))
        if not hidden and not info.name.startswith(NOT_FOR_PROGRAMS) and info.name not in HANDED_ON:
            yield info.name


def is_documented(module, name, thing):
    """Whether the reference has it: by itself, or with its module, or with the one that it is made in."""
    home = getattr(thing, "__module__", None) or ""
    places = {
        f"{home}.{getattr(thing, '__name__', name)}",
        *(f"{at}.{name}" for at in (module, "planet", "planet.auth")),
    }
    return bool({module, home, *places} & DIRECTIVES)


@pytest.mark.parametrize("module", sorted(public_modules()))
def test_every_public_name_is_in_the_reference(module):
    loaded = importlib.import_module(module)
    missing = [
        name
        for name in loaded.__all__
        if not name.startswith("__")
        and not is_documented(module, name, getattr(loaded, name))
        and f"`{name}`" not in "".join(PAGES.values())
    ]
    assert missing == []


def test_the_names_of_the_package_are_in_the_reference():
    missing = [name for name in planet.__all__ if not name.startswith("__")]
    for name in list(missing):
        thing = getattr(planet, name)
        if inspect.ismodule(thing):
            assert thing.__name__ in DIRECTIVES, name
            missing.remove(name)
        elif is_documented("planet", name, thing):
            missing.remove(name)
    assert missing == []


def rows_of(page):
    """The rows of the tables of a page: the names in the first cell, and the others."""
    for line in PAGES[page].splitlines():
        if line.startswith("| `"):
            first, *others = (cell.strip() for cell in line.strip("|").split(" | "))
            yield re.findall(r"`([\w.]+)`", first), others


def test_every_error_has_a_cause_and_a_remedy():
    explained = {name.rpartition(".")[2]: cells for names, cells in rows_of("errors") for name in names}
    known = {name for name in exceptions.__all__ if name != "PlanetError"}
    known |= {name for name, thing in vars(auth).items() if inspect.isclass(thing) and issubclass(thing, Exception)}
    assert set(explained) == known
    assert all(len(cells) == 2 and all(len(cell) > 10 for cell in cells) for cells in explained.values())


def test_every_setting_and_its_default():
    explained = {name: cells for names, cells in rows_of("settings") for name in names}
    for name in inspect.signature(Session).parameters:
        assert name in explained, name


def test_every_variable():
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "planet").rglob("*.py"))
    read = set(re.findall(r"""["'](PL_[A-Z]+(?:_[A-Z]+)*)["']""", sources))
    # Words of request bodies that look like variables.
    assert {name for name in read if f"`{name}`" not in PAGES["settings"]} <= {"PL_NITF"}


@pytest.mark.parametrize("path", sorted(DOCS.glob("notebooks/*.ipynb")), ids=lambda path: path.stem)
def test_notebooks_are_kept_with_what_they_show(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    assert any("image/png" in output.get("data", {}) for output in outputs)
    assert not any(output.get("name") == "stderr" or output["output_type"] == "error" for output in outputs)


def test_every_page_and_notebook_can_be_found():
    navigation = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    for path in [*DOCS.glob("*.md"), *DOCS.glob("reference/*.md"), *DOCS.glob("notebooks/*.ipynb")]:
        assert f": {path.relative_to(DOCS).as_posix()}" in navigation


def links_of(path):
    """The relative links of a page or a notebook: to pages, to pictures, to headings."""
    text = without_examples(path.read_text(encoding="utf-8"))
    if path.suffix == ".ipynb":
        text = "".join("".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == "markdown")
    text = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not re.match(r"[a-z]+:|#", target):
            yield target


@pytest.mark.parametrize(
    "path",
    [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted(DOCS.rglob("*.md")), *sorted(DOCS.rglob("*.ipynb"))],
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)  # fmt: skip
def test_links_work_in_the_repository_too(path):
    for link in links_of(path):
        name, _, heading = link.partition("#")
        target = path.parent / name
        assert target.is_file(), link
        if heading and target.suffix == ".md" and "reference" not in target.parts:
            headings = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            slugs = {re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in headings}
            assert heading in slugs, link


def test_the_bundles_of_the_concepts_page():
    rows = {names[0]: re.findall(r"`(\w+)`", others[0]) for names, others in rows_of("concepts") if names}
    bundles = {name: assets for name, assets in rows.items() if name in specs.get_product_bundles("PSScene")}
    assert len(bundles) == 5
    for name, assets in bundles.items():
        assert catalog.assets_of("PSScene", name) == assets
