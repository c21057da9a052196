# Generated from planet/_async/apis/subscription_results.py by tools/unasync.py. Edit that file and run the tool again.

"""The Subscriptions API, as far as it has to do with results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from time import monotonic
from typing import Any

from ..._apis.subscriptions import CsvLines, id_of
from ..._http.paging import PageKeys
from ..._http.retry import Attempt
from ..._models.subscriptions import SubscriptionResult
from ..._redact import redact_url
from ..._runtime._sync import sleep
from ..._utils.arguments import as_str_list, omit_none
from ..._utils.times import as_interval
from ...exceptions import InvalidAnswer, NetworkError
from ..http.pager import Pager
from .base import _BaseAPI

__all__ = ["ResultMethods"]


_RESULTS = PageKeys.links("results", "next")


class ResultMethods(_BaseAPI):
    """What the Subscriptions API does with results."""

    def get_results(
        self,
        subscription_id: str,
        status: Sequence[str] | None = None,
        limit: int = 100,
        created: Any = None,
        updated: Any = None,
        completed: Any = None,
        item_datetime: Any = None,
    ) -> Pager[SubscriptionResult]:
        """What a subscription has found so far, and what became of it.

        `GET /{id}/results`. Times are given as `list_subscriptions` takes them.

        Args:
            subscription_id: the subscription.
            status: only results in one of these states: `created`, `queued`, `processing`, `failed`, `success`; what a
                cloud filter has turned away is `cancelled`.
            limit: the most results to return; 0 is all.
            created: when they were found.
            updated: when they changed last.
            completed: when they were done with.
            item_datetime: when the scenes were taken.

        Raises:
            MissingResource: there is no such subscription.

        Example:
            ```python
            for result in pl.subscriptions.get_results(subscription_id, status=["success"]):
                print(result.item_id, result.outputs)
            ```
        """
        params = _result_params(status, created, updated, completed, item_datetime)
        return self._list(self._one(subscription_id, "/results"), _RESULTS, SubscriptionResult, limit, params)

    def get_results_csv(
        self,
        subscription_id: str,
        status: Sequence[str] | None = None,
        created: Any = None,
        updated: Any = None,
        completed: Any = None,
        item_datetime: Any = None,
    ) -> Iterator[str]:
        """All results as lines of CSV, without their ends; the first one names the columns.

        `GET /{id}/results?format=csv`; the arguments are those of `get_results`. The lines come in while they are read.
        Where the connection breaks, they are asked for again, and those that have been returned are skipped. To stop
        early, read them inside of `contextlib.closing(…)`.

        Raises:
            MissingResource: there is no such subscription.
            NetworkError: they did not all come.

        Example:
            ```python
            with open(folder / "results.csv", "w") as file:
                for line in pl.subscriptions.get_results_csv(subscription_id):
                    print(line, file=file)
            ```
        """
        params = {"format": "csv", **_result_params(status, created, updated, completed, item_datetime)}
        return self._lines(self._one(subscription_id, "/results"), omit_none(**params))

    def _lines(self, url: str, params: Mapping[str, Any]) -> Iterator[str]:
        lines = CsvLines()
        attempt, seen = Attempt(self._session.retry, "GET", None), 0
        while True:
            try:
                with self._session.stream("GET", url, params) as response:
                    if "text/html" in response.headers.get("content-type", ""):
                        raise InvalidAnswer("The server sent a web page instead of the results.", url=redact_url(url))
                    body: Any = response.iter_bytes()
                    with closing(body) as pieces:
                        for piece in pieces:
                            for line in lines.take(piece):
                                yield line
                for line in lines.end():
                    yield line
                return
            except NetworkError as error:
                if lines.count > seen:  # attempts count only while there is no progress
                    attempt, seen = Attempt(self._session.retry, "GET", None), lines.count
                if error._retry.retries_exhausted:
                    raise
                pause = attempt.next_delay(error, now=monotonic())
            lines.restart()
            sleep(pause)

    def get_subscription_summary(self, subscription_id: str) -> dict[str, Any]:
        """How many results a subscription has in each state.

        `GET /{id}/summary`

        Returns:
            `{"results": {"created", "queued", "processing", "failed", "cancelled", "success"},
            "subscription": {"status"}}`

        Raises:
            MissingResource: there is no such subscription.

        Example:
            ```python
            summary = pl.subscriptions.get_subscription_summary(subscription_id)
            print(summary["results"]["success"], "delivered")
            ```
        """
        return self._get(self._one(subscription_id, "/summary"))

    def _one(self, subscription_id: str, more: str = "") -> str:
        return self._url("/{}" + more, id_of(subscription_id))


def _result_params(status: Any, created: Any, updated: Any, completed: Any, item_datetime: Any) -> dict[str, Any]:
    return {
        "status": as_str_list("status", status),
        "created": as_interval("created", created),
        "updated": as_interval("updated", updated),
        "completed": as_interval("completed", completed),
        "item_datetime": as_interval("item_datetime", item_datetime),
    }
