"""Results of subscriptions. Part of the client of the Subscriptions API."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from time import monotonic
from typing import Any

from ..._apis.subscriptions import CsvLines, subscription_id_of
from ..._http.paging import PageKeys
from ..._http.retry import Attempt
from ..._models.subscriptions import SubscriptionResult
from ..._redact import redact_url
from ..._runtime._async import sleep
from ..._utils.arguments import as_str_list, omit_none
from ..._utils.periods import as_interval
from ...exceptions import InvalidAnswer, NetworkError
from ..http.pager import Pager
from .base import _BaseClient

__all__ = ["ResultMethods"]


_RESULTS = PageKeys.links("results", "next")


class ResultMethods(_BaseClient):
    """The methods of the Subscriptions API client for results."""

    def get_results(
        self,
        subscription_id: Any,
        status: Sequence[str] | None = None,
        limit: int = 100,
        created: Any = None,
        updated: Any = None,
        completed: Any = None,
        item_datetime: Any = None,
    ) -> Pager[SubscriptionResult]:
        """List the results of a subscription: the items that it has found, and the status of their delivery.

        `GET /{id}/results`. Times have the forms that `list_subscriptions` accepts.

        Args:
            subscription_id: the subscription, or its id.
            status: only results with one of these statuses: `created`, `queued`, `processing`, `failed`, `success`;
                items that a cloud filter has rejected are `cancelled`.
            limit: the maximum number of results; 0: all.
            created: when the result was created.
            updated: when the result was modified last.
            completed: when the result was completed.
            item_datetime: when the item was acquired.

        Raises:
            MissingResource: the subscription does not exist.

        Example:
            ```python
            async for result in pl.subscriptions.get_results(subscription_id, status=["success"]):
                print(result.item_id, result.outputs)
            ```
        """
        params = _result_params(status, created, updated, completed, item_datetime)
        return self._list(self._one(subscription_id, "/results"), _RESULTS, SubscriptionResult, limit, params)

    def get_results_csv(
        self,
        subscription_id: Any,
        status: Sequence[str] | None = None,
        created: Any = None,
        updated: Any = None,
        completed: Any = None,
        item_datetime: Any = None,
    ) -> AsyncIterator[str]:
        """Iterate over all results as lines of CSV, without line ends; the first line has the names of the columns.

        `GET /{id}/results?format=csv`; the arguments are those of `get_results`. The lines are streamed. If the
        connection breaks, they are requested again, and those that have been returned are skipped. To stop early, wrap
        the iterator in `contextlib.aclosing(…)`.

        Raises:
            MissingResource: the subscription does not exist.
            NetworkError: the results could not be read completely.

        Example:
            ```python
            with open(folder / "results.csv", "w") as file:
                async for line in pl.subscriptions.get_results_csv(subscription_id):
                    print(line, file=file)
            ```
        """
        params = {"format": "csv", **_result_params(status, created, updated, completed, item_datetime)}
        return self._lines(self._one(subscription_id, "/results"), omit_none(**params))

    async def _lines(self, url: str, params: Mapping[str, Any]) -> AsyncIterator[str]:
        lines = CsvLines()
        attempt, seen = Attempt(self._session.retry, "GET", None), 0
        while True:
            try:
                async with self._session.stream("GET", url, params) as response:
                    if "text/html" in response.headers.get("content-type", ""):
                        raise InvalidAnswer(
                            "The server returned a web page instead of the results.", url=redact_url(url)
                        )
                    body: Any = response.aiter_bytes()
                    async with aclosing(body) as chunks:
                        async for chunk in chunks:
                            for line in lines.take(chunk):
                                yield line
                for line in lines.end():
                    yield line
                return
            except NetworkError as error:
                if lines.count > seen:  # new lines reset the number of attempts
                    attempt, seen = Attempt(self._session.retry, "GET", None), lines.count
                if error._retry.retries_exhausted:
                    raise
                pause = attempt.next_delay(error, now=monotonic())
            lines.restart()
            await sleep(pause)

    async def get_subscription_summary(self, subscription_id: Any) -> dict[str, Any]:
        """Get the number of results of a subscription with each status.

        `GET /{id}/summary`

        Returns:
            `{"results": {"created", "queued", "processing", "failed", "cancelled", "success"},
            "subscription": {"status"}}`

        Raises:
            MissingResource: the subscription does not exist.

        Example:
            ```python
            summary = await pl.subscriptions.get_subscription_summary(subscription_id)
            print(summary["results"]["success"], "delivered")
            ```
        """
        return await self._get(self._one(subscription_id, "/summary"))

    def _one(self, subscription_id: Any, more: str = "") -> str:
        return self._url("/{}" + more, subscription_id_of(subscription_id))


def _result_params(status: Any, created: Any, updated: Any, completed: Any, item_datetime: Any) -> dict[str, Any]:
    return {
        "status": as_str_list("status", status),
        "created": as_interval("created", created),
        "updated": as_interval("updated", updated),
        "completed": as_interval("completed", completed),
        "item_datetime": as_interval("item_datetime", item_datetime),
    }
