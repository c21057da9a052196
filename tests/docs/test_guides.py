"""The examples of the user guides that the product grew from, run as they stand there.

The guides lie beside the project, in `../shared/guides`; where they do not, these tests are skipped. What the
guides' text has lost on its way into a file (indentation) is put back; names that they leave to the reader are given.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import planet
from planet.sandbox.state.world import Timing
from tests.docs.running import run
from tests.helpers import ITEMS, OREGON, PATIENCE, an_order
from tools.unasync import ROOT, Converter

GUIDES = ROOT.parent / "shared" / "guides"

pytestmark = pytest.mark.skipif(not GUIDES.is_dir(), reason="the guides are not here")


@pytest.fixture(autouse=True)
def _unpaced(monkeypatch):
    """As scripts switch the pacing off."""
    monkeypatch.setattr(planet.http, "RATE_LIMIT", 0)


def guide(number):
    (path,) = GUIDES.glob(f"{number}_*.txt")
    return path.read_text(encoding="utf-8")


# -- the asynchronous guide ----------------------------------------------------------------------------------


def async_blocks():
    """The Python of the asynchronous guide, definitions first."""
    blocks = re.findall(r"```python\n(.*?)```", guide("001"), re.DOTALL)
    # Three spaces where four are meant, and dots where something was left out.
    blocks = [re.sub(r"^ {3}(?! )", "    ", block, flags=re.MULTILINE) for block in blocks]
    blocks = [re.sub(r"^\.$", "", block, flags=re.MULTILINE) for block in blocks]
    return sorted(blocks, key=lambda block: "asyncio.run(" in block)


def blocking(block):
    """The same code for the blocking client: what the generator does to the package."""
    block = re.sub(r"await asyncio\.gather\(\*(\[.*?\])\)", r"\1", block, flags=re.DOTALL)
    block = re.sub(r"asyncio\.run\((.*)\)", r"\1", block).replace("import asyncio\n", "")
    return (
        Converter()
        .convert(block, "the guide")
        .replace("from planet import SyncSession", "from planet import SyncSession")
    )


def namespace(tmp_path, colour):
    names = {
        "__name__": "__main__", "planet": planet, "Path": Path, "reporting": planet.reporting, "request": an_order(),
        "DOWNLOAD_DIR": tmp_path, "Session": planet.Session, "SyncSession": planet.SyncSession,
        "OrdersClient": planet.OrdersClient, "OrdersAPI": planet.OrdersAPI,
        "create_requests": lambda: [an_order("one"), an_order("two", items=ITEMS[1:])],
    }  # fmt: skip
    if colour == "sync":
        # The guide calls a module `planet` and takes Session from it.
        names["planet"] = type("planet", (), {**{name: getattr(planet, name) for name in planet.__all__}})
    return names


@pytest.mark.filterwarnings("ignore:Auth.from_login:PendingDeprecationWarning")
@pytest.mark.parametrize("colour", ["async", "sync"])
def test_the_asynchronous_guide(sandbox, tmp_path, monkeypatch, colour):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ALTERNATE_VAR", sandbox.api_key)
    with sandbox.planet() as pl:  # the order whose folder the guide validates
        order = pl.orders.create_order(an_order())
        pl.orders.wait(order.id)
        pl.orders.download_order(order.id)
    Path(order.id).rename("193e5bd1-dedc-4c65-a539-6bc70e55d928")
    monkeypatch.setattr("builtins.input", lambda prompt: "me@example.com")
    monkeypatch.setattr("getpass.getpass", lambda: "my password")
    names = namespace(tmp_path, colour)
    blocks = async_blocks()
    assert len(blocks) >= 12
    for block in blocks:
        code = blocking(block) if colour == "sync" else block
        # The guide calls this function by a name that it does not have.
        code = code.replace("create_poll_and_download()", "create_wait_and_download()")
        if "[o async for o in" in code or "[o for o in" in code:
            continue  # a fragment: the client that it names is in the block before
        exec(compile(code, "the guide", "exec"), names)
    assert len(list(tmp_path.glob("*/PSScene/*_clip.tif"))) == 0
    assert len(list(tmp_path.glob("*/manifest.json"))) >= 3
    assert planet.Auth.from_file().value == "PLAK-me", "what the login has stored"


@pytest.mark.parametrize("colour", ["async", "sync"])
def test_the_order_of_the_asynchronous_guide(sandbox, tmp_path, monkeypatch, colour):
    """The Oregon order: request, order, wait and download in the guide's own functions."""
    import asyncio

    monkeypatch.chdir(tmp_path)
    names = namespace(tmp_path, colour)
    for block in async_blocks():
        if "def create_request" in block or "def create_and_download" in block:
            code = blocking(block) if colour == "sync" else block
            exec(compile(code, "the guide", "exec"), names)
    result = names["main"]()
    if colour == "async":
        asyncio.run(result)
    clipped = {path.name for path in tmp_path.glob("*/PSScene/*_clip.tif")}
    assert "20200909_182524_1014_3B_AnalyticMS_clip.tif" in clipped
    assert "20200909_182525_1014_3B_udm2_clip.tif" in clipped
    (manifest,) = tmp_path.glob("*/manifest.json")
    planet.OrdersClient.validate_checksum(manifest.parent, "md5")


@pytest.mark.parametrize("colour", ["async", "sync"])
def test_the_asset_of_the_asynchronous_guide(sandbox, tmp_path, monkeypatch, capsys, colour):
    """Activate, wait, download and validate, in the guide's own function."""
    import asyncio

    monkeypatch.chdir(tmp_path)
    names = namespace(tmp_path, colour)
    (block,) = [block for block in async_blocks() if "def download_and_validate" in block]
    exec(compile(blocking(block) if colour == "sync" else block, "the guide", "exec"), names)
    result = names["download_and_validate"]()
    if colour == "async":
        asyncio.run(result)
    assert (tmp_path / "20221003_002705_38_2461_3B_AnalyticMS.tif").stat().st_size > 10_000
    printed = capsys.readouterr().out.split()
    assert printed[0] == "inactive"
    assert printed[-1] == "active"


def features_blocks():
    """The Python of the other asynchronous guide that is about features, with its indentation put back."""
    blocks, block = [], None
    for line in guide("000").splitlines():
        if line.startswith("async with Session()"):
            block = [line]
        elif block is not None:
            if not re.match(r"client|new_|collections|items|example|data_client|results|async for|print\(", line):
                blocks.append("\n".join(block))
                block = None
            else:
                inner = "    " if block[-1].strip().startswith("async for") else ""
                block.append(f"    {inner}{line}")
    return [block for block in blocks if "FeaturesClient" in block]


@pytest.mark.parametrize("colour", ["async", "sync"])
def test_the_features_of_the_asynchronous_guide(sandbox, monkeypatch, capsys, colour):
    names = namespace(None, colour)
    names |= {name: getattr(planet, name) for name in ("FeaturesClient", "FeaturesAPI", "DataClient", "DataAPI")}
    with sandbox.planet() as pl:
        names["collection_id"] = pl.features.create_collection("my places")
        pl.features.add_items(names["collection_id"], OREGON)
    blocks = features_blocks()
    assert len(blocks) == 4
    for block in blocks:
        code = blocking(block) if colour == "sync" else block
        run(code, "the guide", names)
    assert names["new_collection"].startswith("my-collection-")
    printed = capsys.readouterr().out
    assert "'id': 'my-places-" in printed
    assert "PSScene" in printed


# -- Orders mechanics ----------------------------------------------------------------------------------------


def python_blocks():
    """The Python of the guide on orders, with the indentation of its functions put back."""
    lines = guide("002").splitlines()
    blocks, block, inside = [], None, False
    for line in lines:
        if line == "from planet import Planet":
            block, inside = [], False
        if block is not None:
            block.append(f"    {line}" if inside else line)
            inside = inside or line.startswith("def ")
            if line.startswith("return "):
                blocks.append("\n".join(block))
                block = None
    return blocks


def test_the_python_of_orders_mechanics(sandbox, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    functions = {}
    for block in python_blocks():
        names = {}
        exec(compile(block, "the guide", "exec"), names)
        functions |= {name: value for name, value in names.items() if callable(value) and name != "Planet"}
    order = functions["create_direct_download_scene_order"]()
    assert (
        functions["create_gcs_scene_order"]("bucket", "e30=")["delivery"]["google_cloud_storage"]["bucket"] == "bucket"
    )
    assert functions["create_hosting_scene_order"]()["hosting"]["sentinel_hub"]["collection_id"]
    with sandbox.planet() as pl:
        pl.orders.wait(order["id"])
    order = functions["get_order"](order["id"])
    assert functions["download_asset"](order["_links"]["results"][0]["location"]).exists()
    paths = functions["download_order"](order["id"])
    assert len(paths) == 9
    assert all(path.exists() for path in paths)
    assert order["id"] in [listed["id"] for listed in functions["list_orders"]()]
    assert list(functions["list_filtered_orders"]()) == []
    assert functions["get_stats"]()["organization"]
    monkeypatch.setattr(sandbox._world, "timing", Timing(1000, 1000))
    functions["cancel_order"](functions["create_direct_download_scene_order"]()["id"])
    ids = [functions["create_direct_download_scene_order"]()["id"] for _ in range(2)]
    assert functions["bulk_cancel_by_order_ids"](ids)["result"]["succeeded"]["count"] == 2
    assert functions["bulk_cancel_queued_orders"]()["result"]["failed"]["count"] == 0
    assert len(functions) == 16, "twelve functions, and the four builders that they use"


def shell_commands(*starts):
    """The shell commands of the guide on orders that begin with one of these."""
    commands, lines = [], None
    for line in guide("002").splitlines():
        if lines is None and line.startswith(starts):
            lines = []
        if lines is None:
            continue
        lines.append(line)
        text = "\n".join(lines)
        try:
            shlex.split(text)
        except ValueError:
            continue  # a quote is open
        if not line.endswith(("\\", "|")):
            commands.append(text)
            lines = None
    return commands


def in_a_shell(script, sandbox, tmp_path, **variables):
    environment = {
        **os.environ, **sandbox.environment(), **variables,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }  # fmt: skip
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )


def test_the_command_line_of_orders_mechanics(sandbox, tmp_path):
    commands = shell_commands("planet orders", "geometry=", "delivery=")
    pipelines = [command for command in commands if "orders create" in command]
    assert len(pipelines) == 5
    definitions = [command for command in commands if command.startswith(("geometry=", "delivery="))]
    for pipeline in pipelines:
        script = "\n".join([*definitions, pipeline])
        outcome = in_a_shell(script, sandbox, tmp_path, GCS_BUCKET="bucket", GCS_CREDENTIALS="e30=")
        assert outcome.returncode == 0, outcome.stderr
        assert json.loads(outcome.stdout)["state"] == "queued"
    with sandbox.planet() as pl:
        order = pl.orders.create_order(an_order())
        pl.orders.wait(order.id)
    rest = [command for command in commands if command not in pipelines and command not in definitions]
    assert [command.split()[2] for command in rest] == ["get", "download", "list", "list", "cancel"]
    for command in rest:
        outcome = in_a_shell(command, sandbox, tmp_path, ORDER_ID=order.id)
        if "cancel" in command:
            assert outcome.returncode == 1
            assert "Order not in a cancellable state" in outcome.stderr
            assert "Traceback" not in outcome.stderr
        else:
            assert outcome.returncode == 0, outcome.stderr
    assert (tmp_path / order.id / "manifest.json").exists()


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not here")
def test_the_curl_of_orders_mechanics(sandbox, tmp_path):
    commands = [command for command in shell_commands("curl") if "$LOCATION" not in command]
    with sandbox.planet() as pl:
        ids = [pl.orders.create_order(an_order(f"n{n}")).id for n in range(2)]
    created = 0
    for command in commands:
        script = command.replace("https://api.planet.com", sandbox.base_url).replace("curl ", "curl -sS ", 1)
        script = script.replace("<order_id>", "${ORDER_ID}")
        variables = {
            "ORDER_ID": ids[0],
            "ORDER_ID_1": ids[0],
            "ORDER_ID_2": ids[1],
            "GCS_BUCKET": "b",
            "GCS_CREDENTIALS": "c",
        }
        outcome = in_a_shell(script, sandbox, tmp_path, **variables)
        assert outcome.returncode in (0, 127), outcome.stderr  # one command lacks a backslash: its last line is none
        answer = json.loads(outcome.stdout)
        if "tools" in command:
            assert answer["general"], "the guide's JSON is broken here, and the answer says so"
        elif "-X POST" in command and command.endswith("}'") and "products" in command:
            created += answer["state"] == "queued"
    assert created == 4


# -- order layout and manifest -------------------------------------------------------------------------------


def requests_of_layout():
    """The requests of the guide on layouts."""
    text = guide("004")
    found = []
    for match in re.finditer(r"^\{$", text, re.MULTILINE):
        try:
            value, _ = json.JSONDecoder().raw_decode(text, match.start())
        except ValueError:
            continue
        if "products" in value:
            found.append(value)
    return found


def test_the_requests_of_order_layout(sandbox, tmp_path):
    requests = requests_of_layout()
    assert len(requests) == 5
    with sandbox.planet() as pl:
        for request in requests:
            order = pl.orders.create_order(request)
            assert pl.orders.wait(order.id) == "success"
            (delivery,) = [value for value in request["delivery"].values() if isinstance(value, dict)] or [None]
            if delivery is not None:
                bucket = delivery.get("bucket") or "_"
                (manifest,) = sandbox.folder.glob(f"delivered/*/{bucket}/**/{order.id}/manifest.json")
                assert delivery.get("path_prefix", "") in manifest.as_posix()
                folder = manifest.parent
            else:
                names = {path.relative_to(tmp_path).as_posix() for path in pl.orders.download_order(order.id, tmp_path)}
                if request["delivery"].get("single_archive"):
                    assert names == {f"{order.id}/manifest.json", f"{order.id}/per-order-zipped-order_{order.id}.zip"}
                else:
                    assert f"{order.id}/PSScene3Band_20151119_025741_0c74_analytic_{order.id}.zip" in names
                    assert len(names) == 3
                folder = tmp_path / order.id
            planet.OrdersClient.validate_checksum(folder, "md5")


def test_the_guides_run_from_a_file_against_a_sandbox_of_its_own(tmp_path):
    """`planet sandbox run -- python script.py`, as a user would."""
    script = tmp_path / "script.py"
    functions = next(block for block in python_blocks() if "def create_direct_download_scene_order" in block)
    script.write_text(
        functions
        + "\n"
        + textwrap.dedent("""
        order = create_direct_download_scene_order()
        pl.orders.wait(order["id"])
        print(len(pl.orders.download_order(order["id"])))
    """)
    )
    command = [sys.executable, "-m", "planet", "sandbox", "run", "--", sys.executable, str(script)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PL_")}
    outcome = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", timeout=PATIENCE, check=False
    )
    assert outcome.returncode == 0, outcome.stderr
    assert outcome.stdout == "9\n"
