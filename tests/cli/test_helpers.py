"""The helpers that commands of other programs use: `planet.cli.cmds`, `.validators`, `.options`, `.session`."""

import json

import click
import pytest
from click.testing import CliRunner

from planet import Auth, OrdersClient, data_filter
from planet.cli.cmds import command, coro, translate_exceptions
from planet.cli.io import echo_json
from planet.cli.options import compact, limit, pretty
from planet.cli.session import CliSession
from planet.cli.validators import check_geom
from planet.exceptions import ClientError, FeatureError, GeoJSONError
from tests.helpers import OREGON, an_order


@click.group()
@click.pass_context
def tool(ctx):
    ctx.ensure_object(dict)


@command(tool, name="list", extra_args=[limit, compact])
@click.option("--name")
async def list_orders(ctx, pretty, limit, compact, name):
    """List orders."""
    async with CliSession(ctx) as session:
        orders = [order async for order in OrdersClient(session).list_orders(limit=limit, name=name)]
        echo_json([order["name"] for order in orders] if compact else orders, pretty)


@command(tool)
async def fail(ctx, pretty):
    raise ClientError("it failed", hint="Do something.")


def test_a_command_that_is_a_coroutine(sandbox):
    with sandbox.planet() as pl:
        pl.orders.create_order(an_order("my order"))
    with sandbox.as_default():
        done = CliRunner().invoke(tool, ["list", "--limit", "1", "--name", "my order", "--compact"])
    assert (done.output, done.exit_code) == ('["my order"]\n', 0)
    assert "--pretty" in CliRunner().invoke(tool, ["list", "--help"]).output


def test_errors_are_messages():
    done = CliRunner().invoke(tool, ["fail"])
    assert (done.output, done.exit_code) == ("Error: it failed. Do something.\n", 1)
    assert isinstance(done.exception, SystemExit)


def test_decorators_alone():
    @translate_exceptions
    @coro
    async def double(value):
        """Double a value."""
        return 2 * value

    assert (double(3), double.__name__, double.__doc__) == (6, "double", "Double a value.")
    with pytest.raises(ZeroDivisionError):
        translate_exceptions(lambda: 1 / 0)()


def test_options_are_decorators():
    @click.command()
    @limit
    @pretty
    @compact
    def show(limit, pretty, compact):
        click.echo(f"{limit} {pretty} {compact}")

    assert CliRunner().invoke(show, ["--pretty"]).output == "100 True False\n"


def test_a_session_for_commands():
    auth = Auth.from_key("abc")
    assert CliSession(plsdk_auth=auth).settings.auth is auth
    assert CliSession(plsdk_auth=auth).settings.app == "python-cli"
    for given, key in (({"PLSDK_AUTH": auth}, auth), ({"AUTH": {"api_key": "other"}}, Auth.from_key("other"))):
        context = click.Context(click.Command("c"), obj=given)
        assert repr(CliSession(context).settings.auth) == repr(key)


def test_geometries_of_options():
    refs = ["pl:features/my/fields/one", "pl:features/my/fields/two"]
    assert check_geom(None, None, None) is None
    assert check_geom(None, None, ()) is None
    assert check_geom(None, None, OREGON) == OREGON
    assert check_geom(None, None, json.loads(json.dumps({"type": "Feature", "geometry": OREGON}))) == OREGON
    assert check_geom(None, None, (OREGON,)) == OREGON
    assert check_geom(None, None, refs[0]) == {"type": "ref", "content": refs[0]}
    assert check_geom(None, None, refs[:1]) == {"type": "ref", "content": refs[0]}
    assert check_geom(None, None, refs) == {"type": "ref", "content": refs}
    for wrong, error in (([OREGON] * 2, GeoJSONError), (["nowhere"], FeatureError), ([*refs, "nowhere"], FeatureError)):
        with pytest.raises(error):
            check_geom(None, None, wrong)
    with pytest.raises(GeoJSONError):
        check_geom(None, None, data_filter.permission_filter())
