"""The examples in docstrings are executed: those of both colours on the sandbox."""

import contextlib
import doctest
import importlib
import inspect
import pkgutil
import re
import textwrap

import pytest

import planet
from planet import order_request
from planet.sandbox.state.world import Timing
from tests.docs.running import run
from tests.geocatalog_data import fill
from tests.helpers import OREGON, a_subscription, an_order

SKIPPED = {"planet.__main__"}


def modules():
    for info in pkgutil.walk_packages(planet.__path__, "planet."):
        if info.name not in SKIPPED and "-" not in info.name:  # the hooks of PyInstaller are no modules
            module = importlib.import_module(info.name)
            for name in getattr(module, "_EXPORTS", ()):
                getattr(module, name)  # loaded on first use, and from then on one of its names
            yield module


def examples():
    """(where, code) of every fenced example."""
    for module in modules():
        things = [
            (module.__name__, module),
            *(
                (name, thing)
                for name, thing in vars(module).items()
                if inspect.isclass(thing) or inspect.isfunction(thing)
            ),
        ]
        for name, thing in things:
            if thing is not module and thing.__module__ != module.__name__:
                continue
            members = vars(thing).items() if inspect.isclass(thing) else ()
            for label, part in [(name, thing), *((f"{name}.{member}", value) for member, value in members)]:
                part = getattr(part, "fget", None) or getattr(part, "__func__", part)
                text = part.__doc__ if isinstance(getattr(part, "__doc__", None), str) else ""
                if not (inspect.isclass(part) or inspect.isfunction(part) or inspect.ismodule(part)):
                    continue
                for number, code in enumerate(re.findall(r"```python\n(.*?)```", text, re.DOTALL)):
                    yield pytest.param(textwrap.dedent(code), module.__name__, id=f"{module.__name__}:{label}:{number}")


EXAMPLES = list(examples())


def with_an_order(pl, sandbox, tmp_path, monkeypatch, code, module):
    """The names that an example needs which is about an order that is there."""
    delivery = {"archive_type": "zip", "single_archive": True} if "zip" in code else None
    order = pl.orders.create_order(an_order(delivery=delivery))
    pl.orders.wait(order.id, delay=0.02)
    pl.orders.download_order(order.id, tmp_path)
    if "cancel" in code:
        monkeypatch.setattr(sandbox._world, "timing", Timing(1000, 1000))
        order = pl.orders.create_order(an_order())
    results = pl.orders.get_order(order.id).results
    names = {"order_id": order.id, "order_ids": [order.id], "location": results[0].location if results else None}
    if "manifest" in module or "checksum" in module:
        names["folder"] = tmp_path / order.id
    return {**names, "zip_path": next((tmp_path / order.id).glob("*.zip"), None)}


def delivered_to_azure(pl, sandbox):
    """The names that an example needs which ingests an order."""
    storage = order_request.azure_blob_storage("account", "orders", "sig=x")
    order = pl.orders.create_order(an_order(delivery=storage))
    pl.orders.wait(order.id, delay=0.02)
    access = {"sas_token": sandbox.sas_token("orders"), "container_url": sandbox.container_url("orders")}
    return {"order_id": order.id, **access}


def with_a_bulk_order(pl, tmp_path):
    """The journal that an example needs which is about a bulk order."""
    job = pl.bulk.plan(
        tmp_path / "journal", item_types=["PSScene"], geometry=OREGON, acquired="2022-06-01/2022-06-03",
        bundle="analytic_udm2", target=tmp_path,
    )  # fmt: skip
    return {"journal": tmp_path / "journal", "job": job}


def functions():
    """(where, function) of every function and method that the package defines."""
    for module in modules():
        for name, thing in vars(module).items():
            if getattr(thing, "__module__", None) != module.__name__:
                continue
            for label, part in [(name, thing), *(vars(thing).items() if inspect.isclass(thing) else ())]:
                part = inspect.unwrap(getattr(part, "__func__", part)) if callable(part) else part
                if inspect.isfunction(part) and part.__doc__:
                    yield f"{module.__name__}:{label}", part


def test_described_arguments_exist():
    """An argument that is described under a name the function lacks stops the build of the site."""
    strange = []
    for where, function in functions():
        block = re.search(r"\n( *)Args:\n((?:\1 +.*\n|\n)*)", function.__doc__ + "\n")
        if block:
            described = re.findall(rf"^{block[1]}    (\S[^:]*):", block[2], re.MULTILINE)
            strange += [
                (where, name) for name in described if name.lstrip("*") not in inspect.signature(function).parameters
            ]
    assert strange == []


def test_there_are_examples():
    assert len(EXAMPLES) > 40


@pytest.mark.parametrize(("code", "module"), EXAMPLES)
def test_example(sandbox, tmp_path, monkeypatch, code, module, capsys):
    monkeypatch.setattr(planet.http, "RATE_LIMIT", 0)
    with sandbox.planet() as pl:
        names = {
            "pl": pl, "session": pl._session, "client": pl.orders, "aoi": OREGON, "request": an_order("another"),
            "sandbox": sandbox, "folder": tmp_path,
        }  # fmt: skip
        is_about_files = module.rpartition(".")[2] in ("manifest", "checksum")
        if is_about_files or re.search(r"zip_path|order_id|location|cancel|list_orders", code):
            names |= with_an_order(pl, sandbox, tmp_path, monkeypatch, code, module)
        if "subscription_id" in code:
            names["subscription_id"] = pl.subscriptions.create_subscription(a_subscription()).id

        if ".bulk" in module:
            names |= with_a_bulk_order(pl, tmp_path)

        catalog = sandbox.geocatalog()
        names |= {"gc": catalog, "endpoint": sandbox.geocatalog_url, "credential": "a-token"}
        if re.search(r"\bgc\b", code):
            fill(sandbox, catalog)
        if "ingest_order" in code:
            names |= delivered_to_azure(pl, sandbox)

        @contextlib.asynccontextmanager
        async def asynchronous():
            async with sandbox.async_planet() as client, sandbox.async_geocatalog() as gc:
                job = {"job": client.bulk.open(names["journal"])} if "journal" in names else {}
                yield {"pl": client, "session": client._session, "client": client.orders, "gc": gc, **job}

        run(code, module, names, asynchronous)


@pytest.mark.parametrize("module", [pytest.param(module, id=module.__name__) for module in modules()])
def test_doctests(module):
    assert doctest.testmod(module).failed == 0
