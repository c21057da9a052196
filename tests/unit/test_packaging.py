"""The package in a zip file, as zipapps and `--py-files` have it, and frozen by PyInstaller."""

import ast
import os
import pkgutil
import runpy
import subprocess
import sys
import types
import zipfile
from pathlib import Path

import pytest

import planet
from planet.__pyinstaller import get_hook_dirs
from tools.unasync import ROOT

PACKAGE = ROOT / "planet"
PROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def zipped(tmp_path_factory):
    """A zip file with the package, as a folder for sys.path."""
    file = tmp_path_factory.mktemp("zip") / "planet.zip"
    with zipfile.ZipFile(file, "w") as archive:
        for path in PACKAGE.rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts:
                archive.write(path, path.relative_to(ROOT))
    return file


def run(zipped, *arguments, sandbox=None):
    script = f"import sys; sys.path.insert(0, {str(zipped)!r}); {arguments[0]}"
    env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    if sandbox is not None:
        env |= sandbox.environment()
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments[1:]], capture_output=True, text=True, env=env, cwd=zipped.parent
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_search_in_a_zip_file(zipped, sandbox):
    code = """import planet; assert ".zip" in planet.__file__
from planet import Planet
print(len(list(Planet().data.search(["PSScene"], limit=1))), planet.__version__)"""
    assert run(zipped, code, sandbox=sandbox).split() == ["1", planet.__version__]


def test_every_name_and_specs_in_a_zip_file(zipped):
    code = """import planet; names = [getattr(planet, name) for name in planet.__all__]
from planet import specs
print(len(specs.get_item_types()))"""
    assert int(run(zipped, code)) > 3


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["orders", "--help"], ["data", "item-types"]])
def test_the_command_in_a_zip_file(zipped, arguments):
    said = run(zipped, "from planet.cli import run; run()", *arguments)
    plain = subprocess.run(
        [sys.executable, "-c", "from planet.cli import run; run()", *arguments], capture_output=True, text=True
    )
    assert said == plain.stdout
    assert said


def test_a_program_without_help_txt_asks_click(monkeypatch, capsys):
    monkeypatch.setattr("planet.cli._HELP", str(PACKAGE / "cli" / "nothing.txt"))
    monkeypatch.setattr(sys, "argv", ["planet", "--help"])
    with pytest.raises(SystemExit):
        planet.cli.run()
    assert capsys.readouterr().out.startswith("Usage: planet ")


# -- PyInstaller ---------------------------------------------------------------------------------------------


@pytest.fixture
def hooks(monkeypatch):
    """What each hook collects, {hooked module: its names}, with PyInstaller's functions replaced."""

    def collect_submodules(package, filter=lambda name: True):
        module = __import__(package, fromlist=["__path__"])
        names = [package, *(info.name for info in pkgutil.walk_packages(module.__path__, f"{package}."))]
        return [name for name in names if filter(name)]

    def collect_data_files(package):
        return [
            (str(path), str(path.parent)) for path in PACKAGE.rglob("*") if path.suffix in (".json", ".txt", ".typed")
        ]

    fake = types.ModuleType("PyInstaller.utils.hooks")
    fake.collect_submodules, fake.collect_data_files = collect_submodules, collect_data_files
    for name in ("PyInstaller", "PyInstaller.utils"):
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    monkeypatch.setitem(sys.modules, "PyInstaller.utils.hooks", fake)
    (folder,) = get_hook_dirs()
    return {path.stem.removeprefix("hook-"): runpy.run_path(str(path)) for path in Path(folder).glob("hook-*.py")}


def lazy_imports():
    """What the sources give to `importlib.import_module`, but for what the sandbox needs: {(file, expression)}."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
                yield path.relative_to(PACKAGE).as_posix(), ast.unparse(node.args[0])


def test_the_hooks_collect_every_module_that_loads_on_first_use(hooks):
    from planet import _EXPORTS, _MODULES
    from planet.cli.cli import GROUPS

    # A new place that imports by a name which is not literal needs an entry in a hook.
    assert {(path, name) for path, name in lazy_imports() if not path.startswith(("_sync/", "sandbox/"))} == {
        ("__init__.py", "f'.{_EXPORTS[name]}'"),
        ("__init__.py", "f'.{name}'"),
        ("cli/cli.py", "f'.{GROUPS[name][0]}'"),
        ("_runtime/_async.py", "'anyio._backends._asyncio'"),
        ("_utils/optional.py", "module"),  # which the callers import themselves, too
        ("_async/geocatalog/sas.py", "'planet._sync.session'"),
        ("_async/geocatalog/sas.py", "'planet._sync.geocatalog.sas'"),
        ("auth/_entra.py", "'azure.identity'"),  # which has a hook of its own where it is installed
        ("bulk.py", "f'.{_EXPORTS[name]}'"),
        ("geocatalog.py", "f'.{_EXPORTS[name]}'"),
    }
    library = set(hooks["planet"]["hiddenimports"])
    assert {f"planet.{name}" for name in {*_EXPORTS.values(), *_MODULES} - {"sandbox"}} <= library
    assert "anyio._backends._asyncio" in library
    assert not any(name.startswith(("planet.cli.", "planet.sandbox")) for name in library)
    assert {f"planet.cli.{module}" for module, _ in GROUPS.values()} <= set(hooks["planet.cli"]["hiddenimports"])


def test_the_hooks_collect_the_data_files(hooks):
    assert {Path(path).name for path, _ in hooks["planet"]["datas"]} == {"catalog.json", "help.txt", "py.typed"}


def test_what_installers_are_told():
    entry = f"{get_hook_dirs.__module__}:{get_hook_dirs.__name__}"
    assert f'[project.entry-points.pyinstaller40]\nhook-dirs = "{entry}"\n' in PROJECT
    assert "\nmodels = []" in PROJECT  # the extra that scripts of the 3.7 line name
