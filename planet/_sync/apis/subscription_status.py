# Generated from planet/_async/apis/subscription_status.py by tools/unasync.py. Edit that file and run the tool again.

"""One subscription and its status: get, cancel, suspend, reactivate. Part of the client of the Subscriptions API."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from ..._apis.answers import about
from ..._apis.subscriptions import bulk_body, subscription_id_of
from ..._models.subscriptions import Subscription
from ..._utils.arguments import omit_none
from ...exceptions import APIError, InvalidAnswer
from .repeated import after_retry
from .subscription_results import ResultMethods

__all__ = ["StatusMethods"]

_SUSPENDED = ("suspended",)
_REACTIVATED = ("preparing", "pending", "running", "completed")


class StatusMethods(ResultMethods):
    """The methods of the Subscriptions API client that look at and change the status of subscriptions."""

    def get_subscription(self, subscription_id: Any) -> Subscription:
        """Get a subscription.

        `GET /{id}`

        Raises:
            MissingResource: the subscription does not exist.

        Example:
            ```python
            subscription = pl.subscriptions.get_subscription(subscription_id)
            print(subscription.name, subscription.status)
            ```
        """
        return self._about(self._get(self._one(subscription_id)), subscription_id)

    def cancel_subscription(self, subscription_id: Any) -> None:
        """Cancel a subscription. It cannot be reactivated.

        `POST /{id}/cancel`

        Raises:
            Conflict: the subscription has already ended.
            MissingResource: the subscription does not exist.

        Example:
            ```python
            pl.subscriptions.cancel_subscription(subscription_id)
            ```
        """
        self._change_status(subscription_id, "cancel", ("cancelled",))

    def suspend_subscription(self, subscription_id: Any, details: str | None = None) -> dict[str, Any]:
        """Suspend a subscription: nothing is delivered until it is reactivated.

        `POST /{id}/suspend`

        Args:
            subscription_id: the subscription, or its id.
            details: the reason.

        Returns:
            The suspended subscription.

        Raises:
            Conflict: the subscription is not running.
            MissingResource: the subscription does not exist.

        Example:
            ```python
            pl.subscriptions.suspend_subscription(subscription_id, details="harvest is over")
            ```
        """
        answer = self._change_status(subscription_id, "suspend", _SUSPENDED, omit_none(details=details))
        return self._about(answer, subscription_id) if "id" in answer else self.get_subscription(subscription_id)

    def reactivate_subscription(self, subscription_id: Any) -> None:
        """Reactivate a suspended subscription.

        `POST /{id}/reactivate`

        Raises:
            Conflict: the subscription is not suspended.
            MissingResource: the subscription does not exist.

        Example:
            ```python
            pl.subscriptions.suspend_subscription(subscription_id)
            pl.subscriptions.reactivate_subscription(subscription_id)
            ```
        """
        self._change_status(subscription_id, "reactivate", _REACTIVATED)

    def bulk_suspend_subscriptions(
        self, subscription_ids: Any = None, details: str | None = None, all_subscriptions: bool = False
    ) -> None:
        """Suspend several subscriptions; without ids, **every** subscription of this user.

        `POST /suspend`

        Args:
            subscription_ids: the subscriptions, or their ids; by default all of this user.
            details: the reason.
            all_subscriptions: suspend every subscription of the **whole organisation** that this user may suspend.

        Raises:
            ArgumentError: the list of ids is empty, or both ids and all subscriptions are requested; nothing is
                suspended.

        Example:
            ```python
            pl.subscriptions.bulk_suspend_subscriptions([subscription_id], details="harvest is over")
            ```
        """
        body = bulk_body("suspend", subscription_ids, all_subscriptions, details)
        self._change_many("suspend", body, all_subscriptions, _SUSPENDED)

    def bulk_reactivate_subscriptions(self, subscription_ids: Any = None, all_subscriptions: bool = False) -> None:
        """Reactivate several subscriptions; without ids, **every** subscription of this user.

        `POST /reactivate`; the arguments are those of `bulk_suspend_subscriptions`.

        Raises:
            ArgumentError: the list of ids is empty, or both ids and all subscriptions are requested; nothing is
                reactivated.

        Example:
            ```python
            pl.subscriptions.bulk_reactivate_subscriptions([subscription_id])
            ```
        """
        body = bulk_body("reactivate", subscription_ids, all_subscriptions)
        self._change_many("reactivate", body, all_subscriptions, _REACTIVATED)

    def _change_status(
        self, subscription_id: Any, what: str, statuses: Sequence[str], body: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Change the status of a subscription, and return it if the response contains it.

        The request is retried. If the service rejects a retry because an earlier attempt had already succeeded, which
        the status of the subscription tells, that is a success.
        """
        url = self._one(subscription_id, f"/{what}")
        try:
            answer = self._session.request("POST", url, json=body or None, idempotent=True)
        except APIError as error:
            found: Subscription = after_retry(
                error, lambda: self.get_subscription(subscription_id), lambda now: now.status in statuses
            )
            self._log.info("Subscription %s is %s", found.get("id"), found.status)
            return found
        self._log.info("Subscription %s is %s", subscription_id_of(subscription_id), statuses[0])
        with suppress(InvalidAnswer):
            return answer.parse(dict)  # type: ignore[no-any-return]  # dict says so
        return {}  # the HTTP status is sufficient; the body may be anything

    def _change_many(
        self, what: str, body: dict[str, Any] | None, all_subscriptions: bool, statuses: Sequence[str]
    ) -> None:
        """Change the status of many subscriptions; a request for all of them is never sent twice."""
        params = {"user_id": "all"} if all_subscriptions else None
        ids = (body or {}).get("subscription_ids")
        try:
            self._session.request("POST", self._url(f"/{what}"), json=body, params=params, idempotent=ids is not None)
        except APIError as error:

            def get_all() -> list[Subscription]:
                return [self.get_subscription(name) for name in ids or ()]

            def are_changed(found: list[Subscription]) -> bool:
                return all(one.status in statuses for one in found)

            after_retry(error, get_all, are_changed)
        which = "all of the organisation" if all_subscriptions else ", ".join(ids or ["all of this user"])
        self._log.info("Request to %s subscriptions was accepted: %s", what, which)

    @staticmethod
    def _about(answer: dict[str, Any], subscription_id: Any) -> Subscription:
        return Subscription(about("subscription", answer, subscription_id_of(subscription_id)))
