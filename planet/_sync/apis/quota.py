# Generated from planet/_async/apis/quota.py by tools/unasync.py. Edit that file and run the tool again.

"""The client of the Quota API."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from time import monotonic
from typing import Any

from ..._apis.answers import about
from ..._apis.quota import listing_params, number_of, reservation_body
from ..._http.paging import PageKeys
from ..._http.polling import PollInterval, Watch
from ..._models.quota import Job, Product, Reservation
from ..._utils.arguments import plain
from ..http.pager import Pager
from .base import _BaseAPI
from .polling import wait_for

__all__ = ["QuotaAPI"]


_RESULTS = PageKeys.meta("results")


class QuotaAPI(_BaseAPI):
    """The products and the quota of an account, and quota reservations.

    Example:
        ```python
        from planet import QuotaAPI, SyncSession

        with SyncSession() as session:
            quota = QuotaAPI(session)
            products = [product for product in quota.list_products(supports_reservation=True)]
        ```
    """

    __module__ = "planet"

    _path = "/account/v1"
    _log = logging.getLogger("planet.quota")
    _creates = ("The reservation", "list_reservations()")

    def list_products(
        self, supports_reservation: bool | None = None, limit: int = 100, page_size: int = 500
    ) -> Pager[Product]:
        """List the products for which the account has quota.

        `GET /my/products`

        Args:
            supports_reservation: only products that support (True) or do not support (False) reservations.
            limit: the maximum number of products; 0: all.
            page_size: how many to request per page.

        Example:
            ```python
            for product in pl.quota.list_products():
                print(product.id, product.name, product.quota_used, product.quota_total, product.quota_units)
            ```
        """
        params = {**listing_params(None, None, None, page_size), "supports_reservation": plain(supports_reservation)}
        return self._list(self._url("/my/products"), _RESULTS, Product, limit, params)

    def list_reservations(
        self,
        limit: int = 100,
        fields: str | None = None,
        sort: str | None = None,
        filters: Mapping[str, Any] | None = None,
        page_size: int = 500,
    ) -> Pager[Reservation]:
        """List the reservations of the account.

        `GET /quota-reservations/`

        Args:
            limit: the maximum number of reservations; 0: all.
            fields: the fields to return, joined by commas; by default all.
            sort: a field to sort by; with the prefix `-` in descending order.
            filters: `{"state": "reserved"}`, or with an operator: `{"amount__gt": 1000}`.
            page_size: how many to request per page.

        Raises:
            ArgumentError: a filter has an unknown operator, or the page size is invalid.

        Example:
            ```python
            for reservation in pl.quota.list_reservations(filters={"amount__gt": 1000}, sort="-created_at"):
                print(reservation.id, reservation.aoi_ref, reservation.amount)
            ```
        """
        params = listing_params(fields, sort, filters, page_size)
        return self._list(self._url("/quota-reservations/"), _RESULTS, Reservation, limit, params)

    def get_reservation(self, reservation_id: Any) -> Reservation:
        """Get a reservation.

        `GET /quota-reservations/{id}`

        Raises:
            MissingResource: the reservation does not exist.

        Example:
            ```python
            newest = pl.quota.list_reservations(limit=1, sort="-created_at").first()
            reservation = pl.quota.get_reservation(newest.id) if newest else None
            ```
        """
        name = number_of("reservation_id", reservation_id)
        return Reservation(about("reservation", self._get(self._url("/quota-reservations/{}", name)), name))

    def create_reservation(
        self, aoi_refs: Sequence[Any], product_id: int, collection_id: str | None = None
    ) -> dict[str, Any]:
        """Reserve quota for AOIs. **This spends quota.**

        `POST /quota-reservations/`. The request is never sent twice: if its response is lost, check with
        `list_reservations`.

        Args:
            aoi_refs: references to features, or features.
            product_id: the id of the product, see `list_products`.
            collection_id: the id of a collection for the reservations.

        Returns:
            `quota_total`, `quota_used`, `quota_remaining`, `quota_reservations`, …

        Raises:
            OutcomeUnknown: the reservation may or may not have been created.
            BadQuery: the quota is not sufficient, or an AOI or the product does not exist.

        Example:
            ```python
            collection_id = pl.features.create_collection("fields")
            refs = pl.features.add_items(collection_id, aoi)
            product = pl.quota.list_products(supports_reservation=True).first()
            made = pl.quota.create_reservation(refs, product.id)
            print(made["quota_remaining"])
            ```
        """
        body = reservation_body(aoi_refs, product_id, collection_id)
        answer = self._send("POST", self._url("/quota-reservations/"), body)
        self._log.info("Quota of product %s was reserved, number of features: %s", product_id, len(body["aoi_refs"]))
        return answer

    def estimate_reservation(
        self, aoi_refs: Sequence[Any], product_id: int, collection_id: str | None = None
    ) -> dict[str, Any]:
        """Get the cost of a reservation, without making one.

        `POST /quota-reservations/estimate`; the arguments are those of `create_reservation`.

        Returns:
            `total_cost`, `estimated_costs`, `quota_total`, `quota_remaining`, `quota_units`

        Example:
            ```python
            collection_id = pl.features.create_collection("fields")
            refs = pl.features.add_items(collection_id, aoi)
            product = pl.quota.list_products(supports_reservation=True).first()
            print((pl.quota.estimate_reservation(refs, product.id))["total_cost"])
            ```
        """
        body = reservation_body(aoi_refs, product_id, collection_id)
        return self._send("POST", self._url("/quota-reservations/estimate"), body, idempotent=True)

    def bulk_create_reservations(
        self, aoi_refs: Sequence[Any], product_id: int, collection_id: str | None = None
    ) -> Job:
        """Reserve quota for many AOIs in a background job. **This spends quota.**

        `POST /quota-reservations/bulk-reserve`; the arguments are those of `create_reservation`. The request is never
        sent twice.

        Returns:
            The job; wait for it with `wait_job`.

        Raises:
            OutcomeUnknown: the job may or may not have been created; check with `list_jobs`.

        Example:
            ```python
            collection_id = pl.features.create_collection("fields")
            refs = pl.features.add_items(collection_id, aoi)
            product = pl.quota.list_products(supports_reservation=True).first()
            job = pl.quota.bulk_create_reservations(refs, product.id)
            job = pl.quota.wait_job(job.id, timeout=600)
            print(job.status)
            ```
        """
        body = reservation_body(aoi_refs, product_id, collection_id)
        job = Job(self._send("POST", self._url("/quota-reservations/bulk-reserve"), body))
        self._log.info("Job %s was created to reserve quota, number of features: %s", job.id, len(body["aoi_refs"]))
        return job

    def list_jobs(
        self,
        limit: int = 100,
        fields: str | None = None,
        sort: str | None = None,
        filters: Mapping[str, Any] | None = None,
        page_size: int = 500,
    ) -> Pager[Job]:
        """List the jobs of the account; the arguments are those of `list_reservations`.

        `GET /quota-reservations/jobs`

        Example:
            ```python
            for job in pl.quota.list_jobs(filters={"status": "pending"}):
                print(job.id, job.percentage)
            ```
        """
        params = listing_params(fields, sort, filters, page_size)
        return self._list(self._url("/quota-reservations/jobs"), _RESULTS, Job, limit, params)

    def get_job(self, job_id: Any) -> Job:
        """Get a job.

        `GET /quota-reservations/jobs/{id}`

        Raises:
            MissingResource: the job does not exist.

        Example:
            ```python
            newest = pl.quota.list_jobs(limit=1).first()
            job = pl.quota.get_job(newest.id) if newest else None
            ```
        """
        name = number_of("job_id", job_id)
        return self._job(self._get(self._job_url(name)), name)

    def _job_url(self, name: str) -> str:
        return self._url("/quota-reservations/jobs/{}", name)

    @staticmethod
    def _job(answer: dict[str, Any], name: str) -> Job:
        return Job(about("job", answer, name, "id" if "id" in answer else "job_id"))

    def wait_job(
        self,
        job_id: Any,
        delay: float | None = None,
        max_attempts: int = 0,
        callback: Callable[[str], Any] | None = None,
        *,
        timeout: float | None = None,
    ) -> Job:
        """Wait until a job has a final status.

        Transient errors are retried, and the interval between polls adapts: `delay` and `max_attempts` are optional.

        Args:
            job_id: the id of the job.
            delay: seconds from one poll to the next; by default half a second, increasing to ten.
            max_attempts: the maximum number of polls; 0: unlimited.
            callback: is called with the status after every poll.
            timeout: seconds after which to give up; by default never.

        Returns:
            The job in its final status. It may have failed: check `status`.

        Raises:
            ArgumentError, ArgumentTypeError: an argument is invalid.
            WaitTimeout: the time or the polls are used up. The job continues; call it again to continue to wait.

        Example:
            ```python
            for job in pl.quota.list_jobs():
                pl.quota.wait_job(job.id, timeout=600)
            ```
        """
        name = number_of("job_id", job_id)
        unknown = Job(id=name, status="unknown")
        watch = Watch("Job", unknown.id, unknown, lambda job: job.status, lambda job: job.is_final, self._log)
        interval = PollInterval(delay, max_attempts, timeout, monotonic())

        def poll(_: Watch[Job]) -> Job | None:
            return self._poll(self._job_url(name), lambda answer: self._job(answer, name), f"Job {name}")

        return wait_for(watch, poll, interval, callback)
