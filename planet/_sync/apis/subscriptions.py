# Generated from planet/_async/apis/subscriptions.py by tools/unasync.py. Edit that file and run the tool again.

"""The client of the Subscriptions API. See also `subscription_results` and `subscription_status`."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from time import monotonic
from typing import Any

from ..._apis.answers import contains
from ..._apis.subscriptions import as_change, as_request, as_requests, subscription_id_of
from ..._http.paging import PageKeys
from ..._http.polling import PollInterval, Watch
from ..._models.subscriptions import Subscription
from ..._utils.arguments import as_str_list, check_page_size, destination_ref_of, plain, ref_of
from ..._utils.periods import as_interval
from ...exceptions import APIError, OutcomeUnknown
from ..http.pager import Pager
from .polling import wait_for
from .repeated import after_retry
from .subscription_status import StatusMethods

__all__ = ["SubscriptionsAPI"]

_SUBSCRIPTIONS = PageKeys.links("subscriptions", "next")


class SubscriptionsAPI(StatusMethods):
    """Manage subscriptions, which deliver new imagery to cloud storage as it becomes available.

    Example:
        ```python
        from planet import SyncSession, SubscriptionsAPI

        with SyncSession() as session:
            subscriptions = SubscriptionsAPI(session)
            running = [found for found in subscriptions.list_subscriptions(["running"])]
        ```
    """

    __module__ = "planet"

    _path = "/subscriptions/v1"
    _log = logging.getLogger("planet.subscriptions")
    _creates = ("The subscription", "list_subscriptions()")

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
        """List the subscriptions of this user.

        `GET /`. A time is a string, a datetime, or an interval: `a/b`, `a/..`, `../b`, or a pair of datetimes of which
        one may be None.

        Args:
            status: only subscriptions with one of these statuses: `running`, `cancelled`, `preparing`, `pending`,
                `completed`, `suspended`, `failed`, `invalid`.
            limit: the maximum number of subscriptions; 0: all.
            created: when the subscription was created.
            end_time: the end of its time range.
            hosting: only subscriptions with (True) or without (False) hosting.
            name__contains: only subscriptions whose name contains this.
            name: only subscriptions with this name.
            source_type: only subscriptions with this type of source: `catalog`, `soil_water_content`, …
            start_time: the start of its time range.
            sort_by: `name`, `created`, `updated`, `start_time`, `end_time`, each with ` ASC` or ` DESC`.
            updated: when the subscription was modified last.
            destination_ref: only subscriptions delivered to this destination.
            user_id: another user of the organisation, or `all`; for administrators only.
            geom_ref: only subscriptions whose geometry is this feature.
            page_size: how many to request per page.

        Raises:
            ArgumentError, ArgumentTypeError: a time, a reference or the page size is invalid.

        Example:
            ```python
            for subscription in pl.subscriptions.list_subscriptions(["running"], sort_by="name"):
                print(subscription.id, subscription.name)
            ```
        """
        params = {
            "status": as_str_list("status", status),
            "created": as_interval("created", created),
            "end_time": as_interval("end_time", end_time),
            "hosting": plain(hosting),
            "name__contains": name__contains,
            "name": name,
            "source_type": source_type,
            "start_time": as_interval("start_time", start_time),
            "sort_by": sort_by,
            "updated": as_interval("updated", updated),
            "destination_ref": None if destination_ref is None else destination_ref_of(destination_ref),
            "user_id": plain(user_id),
            "geom_ref": ref_of(geom_ref),
            "page_size": check_page_size(page_size),
        }
        return self._list(self._base_url, _SUBSCRIPTIONS, Subscription, limit, params)

    def create_subscription(self, request: Mapping[str, Any]) -> Subscription:
        """Create a subscription. Its deliveries may count against the quota.

        `POST /`. The request is never sent twice: if its response is lost, check with `list_subscriptions(name=…)`.

        Args:
            request: as `planet.subscription_request.build_request` returns it.

        Raises:
            ArgumentError, ArgumentTypeError: the request is not a dictionary, or contains redacted credentials.
            BadQuery: the service rejects the request.
            OutcomeUnknown: the subscription may or may not have been created.

        Example:
            ```python
            from datetime import datetime

            from planet import subscription_request

            source = subscription_request.catalog_source(
                ["PSScene"], ["ortho_visual"], aoi, start_time=datetime(2022, 6, 1), end_time=datetime(2022, 6, 8)
            )
            delivery = subscription_request.destination("pl:destinations/my-bucket")
            request = subscription_request.build_request("one week", source, delivery, clip_to_source=True)
            subscription = pl.subscriptions.create_subscription(request)
            print(subscription.id, subscription.status)
            ```
        """
        body = as_request(request)
        try:
            subscription = Subscription(self._send("POST", self._base_url, body))
        except OutcomeUnknown as error:
            error.hint = f"Check with list_subscriptions(name={body.get('name')!r}) before you send it again."
            raise
        self._log.info("Subscription %s was created: %r", subscription.get("id"), body.get("name"))
        return subscription

    def bulk_create_subscriptions(self, requests: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """Create a subscription for every feature of a collection.

        `POST /bulk`. The request is never sent twice: if its response is lost, check with `list_subscriptions(name=…)`.

        Args:
            requests: a list with one request; the geometry of its source is the reference to a collection.

        Returns:
            `{"_links": {"list": …}}`: the URL of the list of the subscriptions that are created.

        Raises:
            BadQuery: the service rejects the request.
            OutcomeUnknown: the subscriptions may or may not have been created.

        Example:
            ```python
            from datetime import datetime

            from planet import subscription_request

            collection_id = pl.features.create_collection("my fields")
            pl.features.add_items(collection_id, aoi)
            source = subscription_request.catalog_source(
                ["PSScene"], ["ortho_visual"], f"pl:features/my/{collection_id}", start_time=datetime(2022, 6, 1)
            )
            delivery = subscription_request.destination("pl:destinations/my-bucket")
            request = subscription_request.build_request("every field", source, delivery, clip_to_source=True)
            pl.subscriptions.bulk_create_subscriptions([request])
            ```
        """
        answer = self._send("POST", self._url("/bulk"), {"subscriptions": as_requests(requests)})
        self._log.info("Subscriptions for the features of a collection were created")
        return answer

    def wait_subscription(
        self,
        subscription_id: Any,
        status: str = "completed",
        delay: float | None = None,
        max_attempts: int = 0,
        callback: Callable[[str], Any] | None = None,
        *,
        timeout: float | None = None,
    ) -> Subscription:
        """Wait until a subscription has a given status, or a final one.

        Transient errors are retried, and the interval between polls adapts: `delay` and `max_attempts` are optional.

        Args:
            subscription_id: the subscription, or its id.
            status: the status to wait for; `completed` means that its time range is over and everything is delivered.
            delay: seconds from one poll to the next; by default half a second, increasing to ten.
            max_attempts: the maximum number of polls; 0: unlimited.
            callback: is called with the status after every poll.
            timeout: seconds after which to give up; by default never.

        Returns:
            The subscription. It may have been cancelled, also if another status was waited for: check `status`.

        Raises:
            ArgumentError, ArgumentTypeError: an argument is invalid.
            WaitTimeout: the time or the polls are used up. The subscription continues; call it again to continue to
                wait.

        Example:
            ```python
            subscription = pl.subscriptions.wait_subscription(subscription_id, timeout=3600)
            print(subscription.status)
            ```
        """
        name = subscription_id_of(subscription_id)
        watch = Watch(
            "Subscription",
            name,
            Subscription(id=name, status="unknown"),
            lambda found: found.status,
            lambda found: found.is_final or found.status == status,
            self._log,
        )

        def poll(watch: Watch[Subscription]) -> Subscription | None:
            return self._poll(self._one(name), lambda answer: self._about(answer, name), f"Subscription {name}")

        return wait_for(watch, poll, PollInterval(delay, max_attempts, timeout, monotonic()), callback)

    def update_subscription(self, subscription_id: Any, request: Mapping[str, Any]) -> Subscription:
        """Replace a subscription, including everything that is not passed. It applies to future deliveries.

        `PUT /{id}`. Item types, tools and a start time in the past must not change. To change a part of a subscription,
        use `patch_subscription`: a subscription as the service returns it cannot be sent back, its credentials are
        redacted.

        Raises:
            ArgumentError: the request contains redacted credentials.
            BadQuery: the service rejects the request.
            MissingResource: the subscription does not exist.

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
            subscription = pl.subscriptions.update_subscription(subscription_id, request)
            ```
        """
        return self._change("PUT", subscription_id, as_request(request, allow_empty=True))

    def patch_subscription(self, subscription_id: Any, request: Mapping[str, Any]) -> Subscription:
        """Change parts of a subscription; the others do not change. It applies to future deliveries.

        `PATCH /{id}`. Item types, tools and a start time in the past cannot be changed.

        Raises:
            ArgumentError: the request contains redacted credentials, or has an unknown key.
            BadQuery: the service rejects the request.
            MissingResource: the subscription does not exist.

        Example:
            ```python
            change = {"source": {"parameters": {"end_time": "2030-01-01T00:00:00Z"}}}
            subscription = pl.subscriptions.patch_subscription(subscription_id, change)
            print(subscription.end_time)
            ```
        """
        return self._change("PATCH", subscription_id, as_change(request))

    def _change(self, method: str, subscription_id: Any, body: dict[str, Any]) -> Subscription:
        """Send a change, which is idempotent: sending it twice has the same effect as once."""
        name = subscription_id_of(subscription_id)
        try:
            return self._about(self._send(method, self._one(name), body, idempotent=True), name)
        except APIError as error:
            return after_retry(error, lambda: self.get_subscription(name), lambda now: contains(now, body))

    def get_summary(self) -> dict[str, Any]:
        """Get the number of subscriptions with each status.

        `GET /summary`

        Returns:
            `{"subscriptions": {"preparing", "pending", "running", "completed", "cancelled", "suspended", "failed"}}`

        Example:
            ```python
            summary = pl.subscriptions.get_summary()
            print(summary["subscriptions"]["running"])
            ```
        """
        return self._get(self._url("/summary"))
