# Generated from planet/_async/apis/quota.py by tools/unasync.py. Edit that file and run the tool again.

"""The Quota API: what an account may have, and areas for which quota is set aside."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from time import monotonic
from typing import Any

from ..._apis.quota import listing_params, reservation_body, wait_timeout
from ..._http.paging import PageKeys
from ..._http.polling import PollInterval
from ..._models.quota import Job, Product, Reservation
from ..._utils.arguments import check_id
from ..http.pager import Pager
from .base import _BaseAPI

__all__ = ["QuotaAPI"]


_RESULTS = PageKeys.meta("results")


class QuotaAPI(_BaseAPI):
    """What an account may have, and areas for which quota is set aside.

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

    def list_products(
        self, supports_reservation: bool | None = None, limit: int = 100, page_size: int = 500
    ) -> Pager[Product]:
        """The products that the account has quota of.

        `GET /my/products`

        Args:
            supports_reservation: only those of which areas are (or are not) reserved beforehand.
            limit: the most products to return; 0 is all.
            page_size: how many to ask for at a time.

        Example:
            ```python
            for product in pl.quota.list_products():
                print(product.id, product.name, product.quota_used, product.quota_total, product.quota_units)
            ```
        """
        params = {**listing_params(None, None, None, page_size), "supports_reservation": supports_reservation}
        return self._list(self._url("/my/products"), _RESULTS, Product, limit, params)

    def list_reservations(
        self,
        limit: int = 100,
        fields: str | None = None,
        sort: str | None = None,
        filters: Mapping[str, Any] | None = None,
        page_size: int = 500,
    ) -> Pager[Reservation]:
        """The reservations of the account.

        `GET /quota-reservations/`

        Args:
            limit: the most reservations to return; 0 is all.
            fields: only these fields, joined by commas.
            sort: a field to sort by; with `-` before it, downwards.
            filters: `{"state": "reserved"}`, or with an operator: `{"amount__gt": 1000}`.
            page_size: how many to ask for at a time.

        Raises:
            ClientError: there is no such operator.

        Example:
            ```python
            for reservation in pl.quota.list_reservations(filters={"amount__gt": 1000}, sort="-created_at"):
                print(reservation.id, reservation.aoi_ref, reservation.amount)
            ```
        """
        params = listing_params(fields, sort, filters, page_size)
        return self._list(self._url("/quota-reservations/"), _RESULTS, Reservation, limit, params)

    def get_reservation(self, reservation_id: int) -> Reservation:
        """One reservation.

        `GET /quota-reservations/{id}`

        Raises:
            MissingResource: there is no such reservation.

        Example:
            ```python
            newest = pl.quota.list_reservations(limit=1, sort="-created_at").first()
            reservation = pl.quota.get_reservation(newest.id) if newest else None
            ```
        """
        return Reservation(self._get(self._url("/quota-reservations/{}", reservation_id)))

    def create_reservation(
        self, aoi_refs: Sequence[Any], product_id: int, collection_id: str | None = None
    ) -> dict[str, Any]:
        """Set quota aside for some areas: **this spends quota**.

        `POST /quota-reservations/`. It is never sent twice: where no answer comes, look with `list_reservations`.

        Args:
            aoi_refs: references to features, or features.
            product_id: the product, from `list_products`.
            collection_id: a collection to which the reservations belong.

        Returns:
            `quota_total`, `quota_used`, `quota_remaining`, `quota_reservations`, …

        Raises:
            OutcomeUnknown: it may or may not have been made.
            BadQuery: there is not enough quota, or no such area or product.

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
        return self._send("POST", self._url("/quota-reservations/"), body)

    def estimate_reservation(
        self, aoi_refs: Sequence[Any], product_id: int, collection_id: str | None = None
    ) -> dict[str, Any]:
        """What a reservation would cost; it costs nothing.

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
        """Set quota aside for many areas, in the background: **this spends quota**.

        `POST /quota-reservations/bulk-reserve`; the arguments are those of `create_reservation`. It is not sent twice.

        Returns:
            The job, to be waited for with `wait_job`.

        Raises:
            OutcomeUnknown: it may or may not have been begun; look with `list_jobs`.

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
        return Job(self._send("POST", self._url("/quota-reservations/bulk-reserve"), body))

    def list_jobs(
        self,
        limit: int = 100,
        fields: str | None = None,
        sort: str | None = None,
        filters: Mapping[str, Any] | None = None,
        page_size: int = 500,
    ) -> Pager[Job]:
        """The jobs of the account; the arguments are those of `list_reservations`.

        `GET /quota-reservations/jobs`

        Example:
            ```python
            for job in pl.quota.list_jobs(filters={"status": "pending"}):
                print(job.id, job.percentage)
            ```
        """
        params = listing_params(fields, sort, filters, page_size)
        return self._list(self._url("/quota-reservations/jobs"), _RESULTS, Job, limit, params)

    def get_job(self, job_id: str | int) -> Job:
        """One job.

        `GET /quota-reservations/jobs/{id}`

        Raises:
            MissingResource: there is no such job.

        Example:
            ```python
            newest = pl.quota.list_jobs(limit=1).first()
            job = pl.quota.get_job(newest.id) if newest else None
            ```
        """
        return Job(self._get(self._job_url(job_id)))

    def _job_url(self, job_id: str | int) -> str:
        name = str(job_id) if isinstance(job_id, int) else job_id
        return self._url("/quota-reservations/jobs/{}", check_id("job_id", name))

    def wait_job(
        self,
        job_id: str | int,
        delay: float | None = None,
        max_attempts: int = 0,
        callback: Callable[[str], Any] | None = None,
        *,
        timeout: float | None = None,
    ) -> Job:
        """Wait until a job is done. Needs no tuning: trouble on the way is sat out.

        Args:
            job_id: the job.
            delay: seconds from one look to the next; left out: half a second at first, ten at last.
            max_attempts: how many looks there are at most; 0: any number.
            callback: is called with the status at every look.
            timeout: seconds after which to give up; left out: never.

        Returns:
            The job as it is then. It may have failed: look at its status.

        Raises:
            WaitTimeout: the time or the looks are used up; the job goes on, and can be waited for again.

        Example:
            ```python
            for job in pl.quota.list_jobs():
                pl.quota.wait_job(job.id, timeout=600)
            ```
        """
        return self._wait(
            self._job_url(job_id),
            Job(id=job_id, status="unknown"),
            lambda job: job.status,
            lambda job: job.is_final,
            lambda job: wait_timeout(job.id, job.status),
            PollInterval(delay, max_attempts, timeout, monotonic()),
            callback,
        )
