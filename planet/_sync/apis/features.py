# Generated from planet/_async/apis/features.py by tools/unasync.py. Edit that file and run the tool again.

"""The client of the Features API."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from ..._apis.answers import about
from ..._apis.features import as_features, collection_id_of, feature_id_of, refs_of, with_alternatives
from ..._http.paging import PageKeys
from ..._models.features import Collection, Feature
from ..._runtime._sync import run_blocking
from ..._utils.arguments import omit_none
from ...exceptions import BadQuery, PlanetError
from ..http.pager import Pager
from .base import _BaseAPI

__all__ = ["FeaturesAPI"]


_COLLECTIONS = PageKeys.rel("collections")
_FEATURES = PageKeys.rel("features")


class FeaturesAPI(_BaseAPI):
    """Manage collections of AOIs that are stored at Planet. No method uses quota.

    A feature of a collection can be used wherever a geometry can: in a search, a clip, a subscription, a reservation.

    Example:
        ```python
        from planet import FeaturesAPI, SyncSession

        with SyncSession() as session:
            features = FeaturesAPI(session)
            collection_id = features.create_collection("my fields")
            refs = features.add_items(collection_id, aoi)
        ```
    """

    __module__ = "planet"

    _path = "/features/v1/ogc/my"
    _log = logging.getLogger("planet.features")
    _creates = ("The collection", "list_collections()")

    def list_collections(self, limit: int = 0) -> Pager[Collection]:
        """List the collections of this account.

        `GET /collections`

        Args:
            limit: the maximum number of collections; 0: all.

        Example:
            ```python
            for collection in pl.features.list_collections():
                print(collection.id, collection.title, collection.feature_count)
            ```
        """
        return self._list(self._url("/collections"), _COLLECTIONS, Collection, limit)

    def get_collection(self, collection_id: Any) -> Collection:
        """Get a collection.

        `GET /collections/{id}`

        Raises:
            MissingResource: the collection does not exist.

        Example:
            ```python
            collection_id = pl.features.create_collection("my fields")
            print((pl.features.get_collection(collection_id)).ref)
            ```
        """
        name = collection_id_of(collection_id)
        return Collection(about("collection", self._get(self._url("/collections/{}", name)), name, allow_prefix=True))

    def create_collection(self, title: str, description: str | None = None) -> str:
        """Create a collection.

        `POST /collections`. The request is never sent twice: if its response is lost, check with `list_collections`.

        Args:
            title: the title of the collection.
            description: a description of its content.

        Returns:
            The id of the collection, which consists of the title and a random suffix.

        Raises:
            OutcomeUnknown: the collection may or may not have been created.

        Example:
            ```python
            collection_id = pl.features.create_collection("my fields", "where I grow corn")
            ```
        """
        body = {"title": title, **omit_none(description=description)}
        collection = Collection(self._send("POST", self._url("/collections"), body))
        self._log.info("Collection %s was created", collection.id)
        return collection.id

    def delete_collection(self, collection_id: Any) -> None:
        """Delete a collection and all of its features.

        `DELETE /collections/{id}`

        Raises:
            MissingResource: the collection does not exist.

        Example:
            ```python
            collection_id = pl.features.create_collection("a mistake")
            pl.features.delete_collection(collection_id)
            ```
        """
        name = collection_id_of(collection_id)
        self._delete(self._url("/collections/{}", name), f"Collection {name} was deleted")

    def list_items(self, collection_id: Any, limit: int = 0) -> Pager[Feature]:
        """List the features of a collection.

        `GET /collections/{id}/items`

        Args:
            collection_id: the collection, its id or its reference.
            limit: the maximum number of features; 0: all.

        Raises:
            MissingResource: the collection does not exist.

        Example:
            ```python
            collection_id = pl.features.create_collection("my fields")
            pl.features.add_items(collection_id, aoi)
            for feature in pl.features.list_items(collection_id):
                print(feature.ref)
            ```
        """
        url = self._url("/collections/{}/items", collection_id_of(collection_id))
        return self._list(url, _FEATURES, Feature, limit)

    def get_item(self, collection_id: Any, feature_id: Any) -> Feature:
        """Get a feature.

        `GET /collections/{id}/items/{feature id}`

        Raises:
            MissingResource: the feature does not exist.

        Example:
            ```python
            collection_id = pl.features.create_collection("my fields")
            (ref,) = pl.features.add_items(collection_id, aoi)
            feature = pl.features.get_item(collection_id, ref.rpartition("/")[2])
            items = [item for item in pl.data.search(["PSScene"], geometry=feature, limit=3)]
            ```
        """
        answer = self._get(self._item_url(collection_id, feature_id))
        return Feature(about("feature", answer, feature_id_of(feature_id), allow_prefix=True))

    def delete_item(self, collection_id: Any, feature_id: Any) -> None:
        """Delete a feature.

        `DELETE /collections/{id}/items/{feature id}`

        Raises:
            MissingResource: the feature does not exist.

        Example:
            ```python
            collection_id = pl.features.create_collection("my fields")
            (ref,) = pl.features.add_items(collection_id, aoi)
            pl.features.delete_item(collection_id, ref.rpartition("/")[2])
            ```
        """
        event = f"Feature {collection_id_of(collection_id)}/{feature_id_of(feature_id)} was deleted"
        self._delete(self._item_url(collection_id, feature_id), event)

    def _item_url(self, collection_id: Any, feature_id: Any) -> str:
        parts = collection_id_of(collection_id), feature_id_of(feature_id)
        return self._url("/collections/{}/items/{}", *parts)

    def add_items(self, collection_id: Any, feature: Any, property_id: str | None = None) -> list[str]:
        """Add features to a collection.

        `POST /collections/{id}/items`. The request is never sent twice: if its response is lost, check with
        `list_items`.

        Args:
            collection_id: the collection, its id or its reference.
            feature: a GeoJSON geometry, Feature or FeatureCollection as a dictionary or a file, or an object with
                `__geo_interface__`, such as a GeoDataFrame. Geometries must be Polygons or MultiPolygons.
            property_id: the property of the features from which their ids are derived.

        Returns:
            The references of the new features: `pl:features/my/<collection>/<feature>`.

        Raises:
            GeoJSONError: it is not GeoJSON, or a geometry is invalid; the message says which and where.
            BadQuery: the service rejects a geometry; `alternatives` has the simpler ones that it suggests.
            OutcomeUnknown: the features may or may not have been added.

        Example:
            ```python
            collection_id = pl.features.create_collection("my fields")
            refs = pl.features.add_items(collection_id, aoi)
            items = [item for item in pl.data.search(["PSScene"], geometry=refs[0], limit=3)]
            ```
        """
        url = self._url("/collections/{}/items", collection_id_of(collection_id))
        body = run_blocking(as_features, feature)
        try:
            answer = self._session.request(
                "POST", url, json=body, params=omit_none(property_id=property_id) or None, response_type=list
            )
        except BadQuery as error:
            raise with_alternatives(error, self._alternatives(body, error)) from None
        refs = refs_of(answer.json())
        self._log.info("Features were added to collection %s: %s", collection_id_of(collection_id), len(refs))
        return refs

    def _alternatives(self, body: Mapping[str, Any], error: BadQuery) -> list[Feature]:
        """Return the alternatives that the service suggests to a rejected geometry; an empty list if there are none."""
        if "alternates_url" not in (error.body or ""):
            return []
        try:
            return self.suggest(body)
        except PlanetError:
            return []  # the caller raises the error of the rejected geometry

    def suggest(self, feature: Any) -> list[Feature]:
        """Get simpler geometries for one that is too detailed or invalid, computed by the service.

        `POST /collections/alternates`

        Args:
            feature: as in `add_items`; it is not validated.

        Returns:
            Features; `properties["technique"]` is how each was computed: `Bounding box`, `Convex hull`, ….

        Example:
            ```python
            for shape in pl.features.suggest(aoi):
                print(shape["properties"]["technique"])
            ```
        """
        body = as_features(feature, check=False)
        answer = self._session.request(
            "POST", self._url("/collections/alternates"), json=body, response_type=dict, idempotent=True
        )
        return [Feature(shape) for shape in answer.json().get("features") or [] if isinstance(shape, dict)]
