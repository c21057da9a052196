# Generated from planet/_async/apis/destinations.py by tools/unasync.py. Edit that file and run the tool again.

"""The Destinations API: places that the service delivers to, with their credentials kept at Planet."""

from __future__ import annotations

from typing import Any

from ..._apis.destinations import as_request, destination_id
from ..._models.destinations import Destination
from ..._utils.arguments import omit_none
from .base import _BaseAPI

__all__ = ["DestinationsAPI"]


class DestinationsAPI(_BaseAPI):
    """Keep the places that you have imagery delivered to, and their credentials, at Planet.

    Orders and subscriptions name them: `order_request.destination(destination.ref)`. Nothing here spends quota.

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

    def list_destinations(
        self,
        archived: bool | None = None,
        is_owner: bool | None = None,
        can_write: bool | None = None,
        is_default: bool | None = None,
    ) -> dict[str, Any]:
        """The destinations of the organisation.

        `GET /`

        Args:
            archived: only those that are (or are not) archived.
            is_owner: only those that this user has made, or others.
            can_write: only those that this user may change, or may not.
            is_default: only the default, or all others.

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

    def get_destination(self, destination_id: str) -> Destination:
        """One destination.

        `GET /{id}`

        Args:
            destination_id: its id, or its reference.

        Raises:
            MissingResource: there is no such destination.

        Example:
            ```python
            for found in (pl.destinations.list_destinations())["destinations"]:
                print(pl.destinations.get_destination(found.id))
            ```
        """
        return Destination(self._get(self._one(destination_id)))

    def create_destination(self, request: Any) -> Destination:
        """Make a destination.

        `POST /`. It is not repeated blindly: where no answer comes, look with `list_destinations` first.

        Args:
            request: a `planet.types.destinations.DestinationRequest`, or a dictionary.

        Raises:
            OutcomeUnknown: it may or may not have been made.
            BadQuery: the service does not take it; the text says why.

        Example:
            ```python
            from planet.types.destinations import DestinationRequest, GoogleCloudStorageParams

            params = GoogleCloudStorageParams(bucket="my-bucket", credentials="eyJ0eXBlIjogIi4uLiJ9")
            destination = pl.destinations.create_destination(DestinationRequest(parameters=params))
            print(destination.ref)
            ```
        """
        return Destination(self._send("POST", self._url(""), as_request(request)))

    def patch_destination(self, destination_id: str, request: Any) -> Destination:
        """Change a destination: its name, its credentials, or whether it is archived.

        `PATCH /{id}`

        Args:
            destination_id: its id, or its reference.
            request: a `planet.types.destinations.DestinationPatchRequest`, or a dictionary.

        Raises:
            MissingResource: there is no such destination.

        Example:
            ```python
            from planet.types.destinations import DestinationPatchRequest

            for found in (pl.destinations.list_destinations())["destinations"]:
                pl.destinations.patch_destination(found.id, DestinationPatchRequest(archive=True))
            ```
        """
        # Sending it twice does the same as sending it once.
        url = self._one(destination_id)
        return Destination(self._send("PATCH", url, as_request(request), idempotent=True))

    def set_default_destination(self, destination_id: str) -> Destination:
        """Make a destination the default of the account.

        `PUT /default`

        Example:
            ```python
            for found in (pl.destinations.list_destinations())["destinations"]:
                pl.destinations.set_default_destination(found.id)
            ```
        """
        body = {"destination_id": _id_of(destination_id)}
        return Destination(self._send("PUT", self._url("/default"), body))

    def unset_default_destination(self) -> None:
        """Have no default any more.

        `DELETE /default`

        Example:
            ```python
            pl.destinations.unset_default_destination()
            ```
        """
        self._delete(self._url("/default"))

    def get_default_destination(self) -> Destination:
        """The default of the account.

        `GET /default`

        Raises:
            MissingResource: there is none.

        Example:
            ```python
            for found in (pl.destinations.list_destinations(is_default=True))["destinations"]:
                print(pl.destinations.get_default_destination())
            ```
        """
        return Destination(self._get(self._url("/default")))

    def _one(self, name: str) -> str:
        return self._url("/{}", _id_of(name))


_id_of = destination_id  # the methods have parameters of that name
