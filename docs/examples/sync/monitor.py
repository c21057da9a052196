# Generated from docs/examples/async/monitor.py by tools/unasync.py. Edit that file and run the tool again.

"""Watch an area: have every clear scene delivered as it is published.

Run it every day, for example from cron: it says what is new.
"""

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

from planet import Planet, data_filter, geojson, subscription_request

FIELD = geojson.box(-117.55, 45.23, -117.46, 45.30)
NAME = "north field"


def subscribe(pl: Planet) -> str:
    """The id of the subscription; it is made the first time."""
    for known in pl.subscriptions.list_subscriptions(name=NAME):
        if not known.is_final:
            return known.id
    last_month = datetime.now(timezone.utc) - timedelta(days=30)
    source = subscription_request.catalog_source(
        ["PSScene"],
        ["ortho_analytic_4b_sr", "ortho_udm2"],
        FIELD,
        start_time=last_month,  # without an end_time it goes on for ever
        filter=data_filter.range_filter("cloud_cover", lte=0.2),
    )
    request = subscription_request.build_request(
        NAME,
        source,
        subscription_request.destination("pl:destinations/my-bucket"),
        clip_to_source=True,
    )
    return (pl.subscriptions.create_subscription(request)).id


def main(folder: Path) -> list[str]:
    book = folder / "seen.json"
    seen, news = set(), []
    if book.exists():
        seen = set(json.loads(book.read_text(encoding="utf-8")))
    with Planet() as pl:
        subscription_id = subscribe(pl)
        results = pl.subscriptions.get_results(subscription_id, limit=0)
        for result in results:
            if result.is_final and result.id not in seen:
                seen.add(result.id)
                files = ", ".join(result.outputs) or result.errors
                news.append(f"{result.item_id}: {result.status}, {files}")
    book.write_text(json.dumps(sorted(seen)), encoding="utf-8")
    return news or ["nothing new"]
