"""`planet subscriptions`: manage subscriptions, and show their results."""

from typing import Any

import click

from .. import specs, subscription_request
from ..reporting import StateBar
from .creation import creating, listed_by_name
from .options import aoi, api_group, formats, hosting_options, limit, pretty, request_body, since, until, yes
from .output import confirm, echo_json, say, show, show_all, show_names
from .types import ID, IDS, INTERVAL, JSON, CommaSeparated

__all__ = ["subscriptions"]


subscriptions = api_group("subscriptions", "Manage subscriptions to new imagery.")

_STATUSES = ["running", "cancelled", "preparing", "pending", "completed", "suspended", "failed", "invalid"]
_RESULTS = ["created", "queued", "processing", "failed", "success", "cancelled"]
_id = click.argument("subscription_id", metavar="ID", type=ID)
_ids = click.option("--subscription-ids", type=IDS, help="Comma-separated IDs, a file with IDs, or - for stdin.")
_all = click.option(
    "--all", "every", is_flag=True,
    help="Every subscription of the organisation, also those of other users, as far as you may change them.",
)  # fmt: skip


@subscriptions.command("list")
@click.option(
    "--status",
    type=click.Choice(_STATUSES),
    multiple=True,
    help="Only subscriptions with this status; may be repeated.",
)
@click.option("--created", type=INTERVAL, help="Time of creation, or an interval: a/b, a/.., ../b.")
@click.option("--end-time", type=INTERVAL, help="End of the time range, or an interval.")
@click.option("--hosting", type=bool, help="Only subscriptions with (true) or without (false) hosting.")
@click.option("--name-contains", "name__contains", help="Only subscriptions whose name contains this.")
@click.option("--name", help="Only subscriptions with this name.")
@click.option("--source-type", help="Only subscriptions with this source type.")
@click.option("--start-time", type=INTERVAL, help="Start of the time range, or an interval.")
@click.option("--sort-by", help="For example 'name ASC' or 'created DESC'.")
@click.option("--updated", type=INTERVAL, help="Time of the last change, or an interval.")
@click.option("--destination-ref", help="Only subscriptions delivered to this destination.")
@click.option("--user-id", help="ID of another user of the organisation, or all.")
@click.option("--geom-ref", help="Only subscriptions with this feature reference.")
@click.option("--page-size", type=click.IntRange(min=1), default=500, show_default=True, help="Results per page.")
@limit
@formats
@click.pass_context
def list_subscriptions(
    ctx: click.Context, /, status: tuple[str, ...], output: str | None, pretty: bool, **filters: Any
) -> None:
    """List subscriptions."""
    found = ctx.obj["CLIENT"].list_subscriptions(list(status) or None, **filters)
    show_all(found, pretty, output, "subscription")


def _hosted(body: Any, hosting: str | None, collection_id: str | None, create_configuration: bool) -> Any:
    if not isinstance(body, dict):
        raise click.BadParameter("must be a JSON object.", param_hint="REQUEST")
    if hosting:
        body["hosting"] = subscription_request.sentinel_hub(collection_id, create_configuration)
    return body


@subscriptions.command()
@request_body
@hosting_options
@formats
@click.pass_context
def create(ctx: click.Context, /, request_body: Any, output: str | None, pretty: bool, **hosting: Any) -> None:
    """Create a subscription from REQUEST: JSON text, a file, or - for stdin. Deliveries may spend quota."""
    body = _hosted(request_body, **hosting)
    with creating(ctx, "The subscription", listed_by_name("subscriptions", body.get("name"))):
        found = ctx.obj["CLIENT"].create_subscription(body)
    show(found, pretty, output, "subscription")


@subscriptions.command("bulk-create")
@request_body
@hosting_options
@pretty
@click.pass_context
def bulk_create(ctx: click.Context, /, request_body: Any, pretty: bool, **hosting: Any) -> None:
    """Create a subscription for every feature of a collection."""
    body = request_body[0] if isinstance(request_body, list) and len(request_body) == 1 else request_body
    body = _hosted(body, **hosting)
    with creating(ctx, "The subscriptions", listed_by_name("subscriptions", body.get("name"))):
        made = ctx.obj["CLIENT"].bulk_create_subscriptions([body])
    echo_json(made, pretty)


@subscriptions.command()
@_id
@formats
@click.pass_context
def get(ctx: click.Context, /, subscription_id: str, output: str | None, pretty: bool) -> None:
    """Show a subscription."""
    show(ctx.obj["CLIENT"].get_subscription(subscription_id), pretty, output, "subscription")


@subscriptions.command()
@_id
@request_body
@formats
@click.pass_context
def update(ctx: click.Context, /, subscription_id: str, request_body: Any, output: str | None, pretty: bool) -> None:
    """Replace a subscription."""
    show(ctx.obj["CLIENT"].update_subscription(subscription_id, request_body), pretty, output, "subscription")


@subscriptions.command()
@_id
@request_body
@formats
@click.pass_context
def patch(ctx: click.Context, /, subscription_id: str, request_body: Any, output: str | None, pretty: bool) -> None:
    """Change some fields of a subscription."""
    show(ctx.obj["CLIENT"].patch_subscription(subscription_id, request_body), pretty, output, "subscription")


@subscriptions.command()
@_id
@yes
@pretty
@click.pass_context
def cancel(ctx: click.Context, /, subscription_id: str, yes: bool, pretty: bool) -> None:
    """Cancel a subscription permanently."""
    confirm(f"Cancel subscription {subscription_id} permanently?", yes)
    ctx.obj["CLIENT"].cancel_subscription(subscription_id)


@subscriptions.command()
@_id
@click.option("--details", help="Reason.")
@formats
@click.pass_context
def suspend(ctx: click.Context, /, subscription_id: str, details: str | None, output: str | None, pretty: bool) -> None:
    """Suspend the deliveries of a subscription until it is reactivated."""
    show(ctx.obj["CLIENT"].suspend_subscription(subscription_id, details), pretty, output, "subscription")


@subscriptions.command()
@_id
@pretty
@click.pass_context
def reactivate(ctx: click.Context, /, subscription_id: str, pretty: bool) -> None:
    """Reactivate a suspended subscription."""
    ctx.obj["CLIENT"].reactivate_subscription(subscription_id)


def _confirm_all(verb: str, ids: list[str] | None, every: bool, yes: bool) -> None:
    """Ask on a terminal, if no ids are given, whether all subscriptions are meant."""
    if ids and every:
        raise click.UsageError("--subscription-ids and --all are mutually exclusive.")
    if every:
        confirm(f"{verb} all subscriptions of the organisation, also those of other users?", yes)
    elif not ids:
        confirm(f"{verb} all your subscriptions?", yes)


@subscriptions.command("bulk-suspend")
@_ids
@_all
@click.option("--details", help="Reason.")
@yes
@click.pass_context
def bulk_suspend(ctx: click.Context, /, subscription_ids: Any, every: bool, details: str | None, yes: bool) -> None:
    """Suspend several subscriptions; without IDs, all of yours. On a terminal, it asks before it suspends all."""
    _confirm_all("Suspend", subscription_ids, every, yes)
    ctx.obj["CLIENT"].bulk_suspend_subscriptions(subscription_ids, details, every)


@subscriptions.command("bulk-reactivate")
@_ids
@_all
@yes
@click.pass_context
def bulk_reactivate(ctx: click.Context, /, subscription_ids: Any, every: bool, yes: bool) -> None:
    """Reactivate several subscriptions; without IDs, all of yours. On a terminal, it asks before it reactivates all."""
    _confirm_all("Reactivate", subscription_ids, every, yes)
    ctx.obj["CLIENT"].bulk_reactivate_subscriptions(subscription_ids, every)


@subscriptions.command()
@_id
@click.option("--status", default="completed", show_default=True, help="Wait for this status.")
@click.option("--timeout", type=click.FloatRange(min=0), help="Timeout in seconds.")
@click.pass_context
def wait(ctx: click.Context, /, subscription_id: str, status: str, timeout: float | None) -> None:
    """Wait until a subscription is completed, and print its status."""
    with StateBar(order_id=subscription_id, disable=ctx.obj["QUIET"], what="subscription") as bar:
        found = ctx.obj["CLIENT"].wait_subscription(subscription_id, status, callback=bar.update_state, timeout=timeout)
    say(found.status)


@subscriptions.command()
@_id
@click.option(
    "--status", type=click.Choice(_RESULTS), multiple=True, help="Only results with this status; may be repeated."
)
@click.option("--csv", "as_csv", is_flag=True, help="Print all results in the CSV of the service.")
@click.option("--created", type=INTERVAL, help="Time of creation, or an interval: a/b, a/.., ../b.")
@click.option("--updated", type=INTERVAL, help="Time of the last change, or an interval.")
@click.option("--completed", type=INTERVAL, help="Time of completion, or an interval.")
@click.option("--item-datetime", type=INTERVAL, help="Acquisition time of the scenes, or an interval.")
@limit
@formats
@click.pass_context
def results(
    ctx: click.Context, /, subscription_id: str, status: tuple[str, ...], as_csv: bool, limit: int,
    output: str | None, pretty: bool, **times: Any,
) -> None:  # fmt: skip
    """List the results of a subscription."""
    client = ctx.obj["CLIENT"]
    if as_csv:
        for line in client.get_results_csv(subscription_id, list(status) or None, **times):
            say(line)
        return
    show_all(client.get_results(subscription_id, list(status) or None, limit, **times), pretty, output, "result")


@subscriptions.command()
@click.option(
    "--subscription-id", type=ID, help="Count the results of this subscription. Default: count all subscriptions."
)
@pretty
@click.pass_context
def summarize(ctx: click.Context, /, subscription_id: str | None, pretty: bool) -> None:
    """Count subscriptions, or the results of one, by status."""
    client = ctx.obj["CLIENT"]
    echo_json(client.get_subscription_summary(subscription_id) if subscription_id else client.get_summary(), pretty)


# -- requests ------------------------------------------------------------------------------------------------


@subscriptions.command("request")
@click.option("--name", required=True, help="Name of the subscription.")
@click.option(
    "--source", type=JSON, required=True, help="Source as JSON, as printed by request-catalog or request-source."
)
@click.option("--delivery", type=JSON, help="Delivery as JSON.")
@click.option("--notifications", type=JSON, help="Notifications as JSON.")
@click.option("--tools", type=JSON, help="Tools as a JSON list.")
@click.option("--clip-to-source", is_flag=True, help="Clip to the geometry of the source.")
@hosting_options
@pretty
def make_request(pretty: bool, **parts: Any) -> None:
    """Print a subscription request, for `planet subscriptions create -`."""
    echo_json(subscription_request.build_request(**parts), pretty)


@subscriptions.command("request-catalog")
@click.option(
    "--item-types", type=CommaSeparated(complete=specs.get_item_types), required=True, help="Item type; exactly one."
)
@click.option("--asset-types", type=CommaSeparated(), required=True, help="Asset types to deliver, comma-separated.")
@aoi("geometry", required=True)
@since("start_time", "Start of the time range.", required=True, more=("--start-time",))
@until("end_time", "End of the time range. Default: none.", more=("--end-time",))
@click.option("--rrule", help="Months to deliver in, for example FREQ=MONTHLY;BYMONTH=4,5.")
@click.option("--filter", type=JSON, help="Filter as JSON, as printed by planet data filter.")
@click.option(
    "--publishing-stage",
    "publishing_stages",
    type=click.Choice(["preview", "standard", "finalized"]),
    multiple=True,
    help="Publishing stage; may be repeated.",
)
@click.option(
    "--time-range-type", type=click.Choice(["acquired", "published"]), help="Time that the time range applies to."
)
@click.option(
    "--geometry-relation",
    type=click.Choice(["intersects", "contains", "within"]),
    help="Relation of the scenes to the AOI.",
)
@pretty
def request_catalog(pretty: bool, publishing_stages: tuple[str, ...], **parts: Any) -> None:
    """Print a source of catalogue scenes, for --source."""
    stages = list(publishing_stages) or None
    echo_json(subscription_request.catalog_source(publishing_stages=stages, **parts), pretty)


@subscriptions.command("request-source")
@click.option("--source-id", required=True, help="Source ID, for example SWC-AMSR2-C_V1.0_100.")
@aoi("geometry", required=True)
@since("start_time", "Start of the time range.", required=True, more=("--start-time",))
@until("end_time", "End of the time range. Default: none.", more=("--end-time",))
@pretty
def request_source(pretty: bool, **parts: Any) -> None:
    """Print a source of a Planetary Variable, for --source."""
    echo_json(subscription_request.subscription_source(**parts), pretty)


@subscriptions.command("item-types")
def item_types() -> None:
    """List the item types that can be subscribed to."""
    show_names("Valid item types:", specs.get_item_types())
