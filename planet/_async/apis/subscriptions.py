"""The Subscriptions API: what is new in the catalogue, delivered as it comes in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from time import monotonic
from typing import Any

from ..._apis.subscriptions import as_change, as_request, as_requests, bulk_body, id_of, wait_timeout
from ..._http.paging import PageKeys
from ..._http.polling import PollInterval
from ..._models.subscriptions import Subscription
from ..._utils.arguments import as_str_list, check_page_size, omit_none, ref_of
from ..._utils.times import as_interval
from ...exceptions import APIError, InvalidAnswer, OutcomeUnknown
from ..http.pager import Pager
from .subscription_results import ResultMethods

__all__ = ["SubscriptionsClient"]


_SUBSCRIPTIONS = PageKeys.links("subscriptions", "next")


class SubscriptionsClient(ResultMethods):
    """What is new in the catalogue, delivered to a cloud storage as it comes in.

    Example:
        ```python
        from planet import Session, SubscriptionsClient

        async with Session() as session:
            subscriptions = SubscriptionsClient(session)
            running = [found async for found in subscriptions.list_subscriptions(["running"])]
        ```
    """

    __module__ = "planet"

    _path = "/subscriptions/v1"

    def list_subscriptions(
        self,
        status: Sequence[str] | None = None,
        limit: int = 100,
        created: Any = None,
        end_time: Any = None,
        hosting: bool | None = None,
        name__contains: str | None = None,
        name: str | None = None,
        source_type: str | None = None,
        start_time: Any = None,
        sort_by: str | None = None,
        updated: Any = None,
        destination_ref: Any = None,
        user_id: str | int | None = None,
        geom_ref: Any = None,
        page_size: int = 500,
    ) -> Pager[Subscription]:
        """The subscriptions of this user.

        `GET /`. Times are given as text, as datetimes, or as an interval: `a/b`, `a/..`, `../b`, or a pair of
        datetimes of which one may be None.

        Args:
            status: only those in one of these states: `running`, `cancelled`, `preparing`, `pending`, `completed`,
                `suspended`, `failed`, `invalid`.
            limit: the most subscriptions to return; 0 is all.
            created: when they were created.
            end_time: where their time range ends.
            hosting: only those with (or without) hosting.
            name__contains: only those whose name contains this.
            name: only those of this name.
            source_type: only those of this kind of source: `catalog`, `soil_water_content`, …
            start_time: where their time range begins.
            sort_by: `name`, `created`, `updated`, `start_time`, `end_time`, each with ` ASC` or ` DESC`.
            updated: when they changed last.
            destination_ref: only those delivered to this destination.
            user_id: another user of the organisation, or `all`; for administrators.
            geom_ref: only those over this feature.
            page_size: how many to ask for at a time.

        Raises:
            ClientError: a time, a reference or the size of pages is none.

        Example:
            ```python
            async for subscription in pl.subscriptions.list_subscriptions(["running"], sort_by="name"):
                print(subscription.id, subscription.name)
            ```
        """
        params = {
            "status": as_str_list("status", status),
            "created": as_interval("created", created),
            "end_time": as_interval("end_time", end_time),
            "hosting": hosting,
            "name__contains": name__contains,
            "name": name,
            "source_type": source_type,
            "start_time": as_interval("start_time", start_time),
            "sort_by": sort_by,
            "updated": as_interval("updated", updated),
            "destination_ref": ref_of(destination_ref),
            "user_id": user_id,
            "geom_ref": ref_of(geom_ref),
            "page_size": check_page_size(page_size),
        }
        return self._list(self._base_url, _SUBSCRIPTIONS, Subscription, limit, params)

    async def create_subscription(self, request: Mapping[str, Any]) -> Subscription:
        """Subscribe. It is never sent twice: what is delivered may count against the quota.

        `POST /`

        Args:
            request: as `planet.subscription_request.build_request` makes it.

        Raises:
            BadQuery: the service does not take the request.
            OutcomeUnknown: it may or may not have been created; look with `list_subscriptions(name=…)`.

        Example:
            ```python
            from datetime import datetime

            from planet import subscription_request

            source = subscription_request.catalog_source(
                ["PSScene"], ["ortho_visual"], aoi, start_time=datetime(2022, 6, 1), end_time=datetime(2022, 6, 8)
            )
            delivery = subscription_request.destination("pl:destinations/my-bucket")
            request = subscription_request.build_request("one week", source, delivery, clip_to_source=True)
            subscription = await pl.subscriptions.create_subscription(request)
            print(subscription.id, subscription.status)
            ```
        """
        body = as_request(request)
        try:
            return Subscription(await self._send("POST", self._base_url, body))
        except OutcomeUnknown as error:
            error.hint = f"Look with list_subscriptions(name={body.get('name')!r}) before you send it again."
            raise

    async def bulk_create_subscriptions(self, requests: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Subscribe for every feature of a collection, which is the geometry of the request.

        `POST /bulk`. It is not sent twice.

        Args:
            requests: one request, in a list; the geometry of its source is the reference to a collection.

        Returns:
            `{"_links": {"list": …}}`: the address of the list of what is created.

        Raises:
            BadQuery: the service does not take the request.
            OutcomeUnknown: they may or may not have been created; look with `list_subscriptions(name=…)`.

        Example:
            ```python
            from datetime import datetime

            from planet import subscription_request

            collection_id = await pl.features.create_collection("my fields")
            await pl.features.add_items(collection_id, aoi)
            source = subscription_request.catalog_source(
                ["PSScene"], ["ortho_visual"], f"pl:features/my/{collection_id}", start_time=datetime(2022, 6, 1)
            )
            delivery = subscription_request.destination("pl:destinations/my-bucket")
            request = subscription_request.build_request("every field", source, delivery, clip_to_source=True)
            await pl.subscriptions.bulk_create_subscriptions([request])
            ```
        """
        return await self._send("POST", self._url("/bulk"), {"subscriptions": as_requests(requests)})

    async def get_subscription(self, subscription_id: str) -> Subscription:
        """One subscription.

        `GET /{id}`

        Raises:
            MissingResource: there is no such subscription.

        Example:
            ```python
            subscription = await pl.subscriptions.get_subscription(subscription_id)
            print(subscription.name, subscription.status)
            ```
        """
        return Subscription(await self._get(self._one(subscription_id)))

    async def wait_subscription(
        self,
        subscription_id: str,
        status: str = "completed",
        delay: float | None = None,
        max_attempts: int = 0,
        callback: Callable[[str], Any] | None = None,
        *,
        timeout: float | None = None,
    ) -> Subscription:
        """Wait until a subscription has a status, or has ended. Needs no tuning: trouble on the way is sat out.

        Args:
            subscription_id: the subscription.
            status: the status to wait for: `completed` is when its time range is over and all of it is delivered.
            delay: seconds from one look to the next; left out: half a second at first, ten at last.
            max_attempts: how many looks there are at most; 0: any number.
            callback: is called with the status at every look.
            timeout: seconds after which to give up; left out: never.

        Returns:
            The subscription as it is then. It may have been cancelled: look at its status.

        Raises:
            WaitTimeout: the time or the looks are used up; the subscription goes on, and can be waited for again.

        Example:
            ```python
            subscription = await pl.subscriptions.wait_subscription(subscription_id, timeout=3600)
            print(subscription.status)
            ```
        """
        name = id_of(subscription_id)
        return await self._wait(
            self._one(name),
            Subscription(id=name, status="unknown"),
            lambda found: found.status,
            lambda found: found.is_final or found.status == status,
            lambda found: wait_timeout(name, found.status),
            PollInterval(delay, max_attempts, timeout, monotonic()),
            callback,
        )

    async def update_subscription(self, subscription_id: str, request: Mapping[str, Any]) -> Subscription:
        """Replace a subscription: everything about it that is not given is lost. It counts from now on.

        `PUT /{id}`. Item types, tools and a start that has passed must be what they were. To change a part of it, use
        `patch_subscription`: what the service returns is no request, its credentials are cut out.

        Raises:
            ClientError: the request holds credentials that were cut out.
            BadQuery: the service does not take the request.
            MissingResource: there is no such subscription.

        Example:
            ```python
            from datetime import datetime

            from planet import subscription_request

            source = subscription_request.catalog_source(
                ["PSScene"], ["ortho_visual"], aoi, start_time=datetime(2022, 6, 1), end_time=datetime(2030, 1, 1)
            )
            request = subscription_request.build_request(
                "another name", source, subscription_request.destination("pl:destinations/my-bucket")
            )
            subscription = await pl.subscriptions.update_subscription(subscription_id, request)
            ```
        """
        return Subscription(await self._send("PUT", self._one(subscription_id), as_request(request)))

    async def patch_subscription(self, subscription_id: str, request: Mapping[str, Any]) -> Subscription:
        """Change a subscription: what is not given stays as it is. It counts from now on.

        `PATCH /{id}`. Item types, tools and a start that has passed cannot be changed.

        Raises:
            ClientError: the request holds credentials that were cut out.
            BadQuery: the service does not take the request.
            MissingResource: there is no such subscription.

        Example:
            ```python
            change = {"source": {"parameters": {"end_time": "2030-01-01T00:00:00Z"}}}
            subscription = await pl.subscriptions.patch_subscription(subscription_id, change)
            print(subscription.end_time)
            ```
        """
        # Sending it twice does the same as sending it once.
        return Subscription(await self._send("PATCH", self._one(subscription_id), as_change(request), idempotent=True))

    async def cancel_subscription(self, subscription_id: str) -> None:
        """End a subscription for good.

        `POST /{id}/cancel`

        Raises:
            Conflict: it has ended already.
            MissingResource: there is no such subscription.

        Example:
            ```python
            await pl.subscriptions.cancel_subscription(subscription_id)
            ```
        """
        await self._next_batch(subscription_id, "cancel", ("cancelled",))

    async def suspend_subscription(self, subscription_id: str, details: str | None = None) -> dict[str, Any]:
        """Have nothing delivered until it is reactivated.

        `POST /{id}/suspend`

        Args:
            subscription_id: the subscription.
            details: why.

        Returns:
            The subscription.

        Raises:
            Conflict: it is not running.
            MissingResource: there is no such subscription.

        Example:
            ```python
            await pl.subscriptions.suspend_subscription(subscription_id, details="harvest is over")
            ```
        """
        answer = await self._next_batch(subscription_id, "suspend", ("suspended",), omit_none(details=details))
        return Subscription(answer) if answer else await self.get_subscription(subscription_id)

    async def reactivate_subscription(self, subscription_id: str) -> None:
        """Go on with a subscription that was suspended.

        `POST /{id}/reactivate`

        Raises:
            Conflict: it is not suspended.
            MissingResource: there is no such subscription.

        Example:
            ```python
            await pl.subscriptions.suspend_subscription(subscription_id)
            await pl.subscriptions.reactivate_subscription(subscription_id)
            ```
        """
        await self._next_batch(subscription_id, "reactivate", ("preparing", "pending", "running", "completed"))

    async def bulk_suspend_subscriptions(
        self,
        subscription_ids: Sequence[str] | None = None,
        details: str | None = None,
        all_subscriptions: bool = False,
    ) -> None:
        """Suspend several subscriptions, or all.

        `POST /suspend`

        Args:
            subscription_ids: which ones.
            details: why.
            all_subscriptions: **every** one of the whole organisation that this user may suspend.

        Raises:
            ClientError: neither is given, or both; nothing was suspended.

        Example:
            ```python
            await pl.subscriptions.bulk_suspend_subscriptions([subscription_id], details="harvest is over")
            ```
        """
        body = bulk_body("suspend", subscription_ids, all_subscriptions, details)
        await self._turn_many("suspend", body, all_subscriptions)

    async def bulk_reactivate_subscriptions(
        self, subscription_ids: Sequence[str] | None = None, all_subscriptions: bool = False
    ) -> None:
        """Go on with several subscriptions, or with all.

        `POST /reactivate`; the arguments are those of `bulk_suspend_subscriptions`.

        Raises:
            ClientError: neither is given, or both; nothing was reactivated.

        Example:
            ```python
            await pl.subscriptions.bulk_reactivate_subscriptions([subscription_id])
            ```
        """
        body = bulk_body("reactivate", subscription_ids, all_subscriptions)
        await self._turn_many("reactivate", body, all_subscriptions)

    async def get_summary(self) -> dict[str, Any]:
        """How many subscriptions there are in each state.

        `GET /summary`

        Returns:
            `{"subscriptions": {"preparing", "pending", "running", "completed", "cancelled", "suspended", "failed"}}`

        Example:
            ```python
            summary = await pl.subscriptions.get_summary()
            print(summary["subscriptions"]["running"])
            ```
        """
        return await self._get(self._url("/summary"))

    async def _next_batch(
        self, subscription_id: str, what: str, statuses: Sequence[str], body: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Bring a subscription to another state, and say what the service says of it then.

        It is sent again where no answer comes. If the service then refuses, because of what was done already, it is
        looked whether that is so.
        """
        url = self._one(subscription_id, f"/{what}")
        try:
            answer = await self._session.request("POST", url, json=body or None, idempotent=True)
        except APIError as error:
            if (
                not error._retry.was_retried
                or (found := await self.get_subscription(subscription_id)).status not in statuses
            ):
                raise
            return found
        with suppress(InvalidAnswer):
            return answer.parse(dict)  # type: ignore[no-any-return]  # dict says so
        return {}  # the status says it; what else there is need not be JSON

    async def _turn_many(self, what: str, body: dict[str, Any] | None, all_subscriptions: bool) -> None:
        """Bring many subscriptions to another state; for all of them, it is never sent twice."""
        params = {"user_id": "all"} if all_subscriptions else None
        await self._session.request(
            "POST", self._url(f"/{what}"), json=body, params=params, idempotent=not all_subscriptions
        )
