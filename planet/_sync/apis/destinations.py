# Generated from planet/_async/apis/destinations.py by tools/unasync.py. Edit that file and run the tool again.

"""The client of the Destinations API."""

from __future__ import annotations

import logging
from typing import Any

from ..._apis.answers import about
from ..._apis.destinations import as_request, destination_id, is_patched
from ..._models.destinations import Destination
from ..._utils.arguments import omit_none
from ...exceptions import APIError
from .base import _BaseAPI
from .repeated import after_retry

__all__ = ["DestinationsAPI"]


class DestinationsAPI(_BaseAPI):
    """Manage destinations: cloud storage for deliveries, with its credentials, stored at Planet.

    Orders and subscriptions refer to them: `order_request.destination(destination.ref)`. No method uses quota.

    Example:
        ```python
        from planet import DestinationsAPI, SyncSession

        with SyncSession() as session:
            destinations = DestinationsAPI(session)
            print((destinations.list_destinations())["destinations"])
        ```
    """

    __module__ = "planet"

    _path = "/destinations/v1"
    _log = logging.getLogger("planet.destinations")
    _creates = ("The destination", "list_destinations()")

    def list_destinations(
        self,
        archived: bool | None = None,
        is_owner: bool | None = None,
        can_write: bool | None = None,
        is_default: bool | None = None,
    ) -> dict[str, Any]:
        """List the destinations of the organisation.

        `GET /`

        Args:
            archived: only destinations that are (True) or are not (False) archived.
            is_owner: only destinations that this user has (True) or has not (False) created.
            can_write: only destinations that this user may (True) or may not (False) change.
            is_default: only the default (True), or all others (False).

        Returns:
            `{"destinations": [Destination, …]}`

        Example:
            ```python
            for destination in (pl.destinations.list_destinations(archived=False))["destinations"]:
                print(destination.ref, destination.type)
            ```
        """
        params = omit_none(archived=archived, is_owner=is_owner, can_write=can_write, is_default=is_default)
        answer = self._get(self._url(""), params or None)
        found = [Destination(entry) for entry in answer.get("destinations") or [] if isinstance(entry, dict)]
        return {**answer, "destinations": found}

    def get_destination(self, destination_id: Any) -> Destination:
        """Get a destination.

        `GET /{id}`

        Args:
            destination_id: the destination, its id or its reference.

        Raises:
            MissingResource: the destination does not exist.

        Example:
            ```python
            for found in (pl.destinations.list_destinations())["destinations"]:
                print(pl.destinations.get_destination(found.id))
            ```
        """
        return self._about(self._get(self._one(destination_id)), destination_id)

    def create_destination(self, request: Any) -> Destination:
        """Create a destination.

        `POST /`. The request is never sent twice: if its response is lost, check with `list_destinations`.

        Args:
            request: a `planet.types.destinations.DestinationRequest`, or a dictionary.

        Raises:
            OutcomeUnknown: the destination may or may not have been created.
            BadQuery: the service rejects the request; the message has the reason.

        Example:
            ```python
            from planet.types.destinations import DestinationRequest, GoogleCloudStorageParams

            params = GoogleCloudStorageParams(bucket="my-bucket", credentials="eyJ0eXBlIjogIi4uLiJ9")
            destination = pl.destinations.create_destination(DestinationRequest(parameters=params))
            print(destination.ref)
            ```
        """
        destination = Destination(self._send("POST", self._url(""), as_request(request)))
        self._log.info("Destination %s was created", destination.get("id"))
        return destination

    def patch_destination(
        self, destination_id: Any = None, request: Any = None, *, destination_ref: Any = None
    ) -> Destination:
        """Change a destination: its name, its credentials, or whether it is archived.

        `PATCH /{id}`

        Args:
            destination_id: the destination, its id or its reference.
            request: a `planet.types.destinations.DestinationPatchRequest`, or a dictionary.
            destination_ref: another name of *destination_id*, which earlier versions use.

        Raises:
            MissingResource: the destination does not exist.

        Example:
            ```python
            from planet.types.destinations import DestinationPatchRequest

            for found in (pl.destinations.list_destinations())["destinations"]:
                pl.destinations.patch_destination(found.id, DestinationPatchRequest(archive=True))
            ```
        """
        wanted = destination_ref if destination_id is None else destination_id
        url, body = self._one(wanted), as_request(request)
        try:
            # The request is idempotent: sending it twice has the same effect as once.
            return self._about(self._send("PATCH", url, body, idempotent=True), wanted)
        except APIError as error:
            return after_retry(error, lambda: self.get_destination(wanted), lambda now: is_patched(now, body))

    def set_default_destination(self, destination_id: Any) -> Destination:
        """Make a destination the default of the account.

        `PUT /default`

        Example:
            ```python
            for found in (pl.destinations.list_destinations())["destinations"]:
                pl.destinations.set_default_destination(found.id)
            ```
        """
        body = {"destination_id": _id_of(destination_id)}
        try:
            return self._about(self._send("PUT", self._url("/default"), body), destination_id)
        except APIError as error:
            return after_retry(error, self.get_default_destination, lambda now: now.get("id") == body["destination_id"])

    def unset_default_destination(self) -> None:
        """Unset the default destination of the account.

        `DELETE /default`

        Example:
            ```python
            pl.destinations.unset_default_destination()
            ```
        """
        self._delete(self._url("/default"), "The default destination was unset")

    def get_default_destination(self) -> Destination:
        """Get the default destination of the account.

        `GET /default`

        Raises:
            MissingResource: there is no default destination.

        Example:
            ```python
            for found in (pl.destinations.list_destinations(is_default=True))["destinations"]:
                print(pl.destinations.get_default_destination())
            ```
        """
        return Destination(self._get(self._url("/default")))

    def _one(self, destination: Any) -> str:
        return self._url("/{}", _id_of(destination))

    @staticmethod
    def _about(answer: dict[str, Any], destination: Any) -> Destination:
        name = _id_of(destination)
        # "default" stands for a destination that has another id.
        return Destination(answer if name == "default" else about("destination", answer, name))


_id_of = destination_id  # the methods have parameters of that name
