# Generated from planet/_async/apis/quads.py by tools/unasync.py. Edit that file and run the tool again.

"""Quads: list and download them. Part of the client of the Basemaps API."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from ..._apis.answers import about
from ..._apis.links import link_of
from ..._apis.mosaics import (
    check_bbox,
    file_of,
    folder_of,
    is_id,
    mosaic_id,
    name_of,
    not_found,
    one_feature,
    quads_url,
)
from ..._builders import geojson
from ..._download.on_exists import OnExists, on_exists_of
from ..._http.paging import PageKeys
from ..._models.features import Feature
from ..._models.mosaics import Mosaic, Quad, Series
from ..._redact import brief
from ..._utils.arguments import check_id, check_int, omit_none
from ...download_report import DownloadReport
from ...exceptions import ArgumentError, ArgumentTypeError, ClientError, InvalidAnswer, PlanetError
from ...reporting import DownloadBar
from ..download.file import check_directory
from ..download.quads import QuadDownload
from ..http.pager import Pager
from .base import _BaseAPI
from .features import FeaturesAPI

__all__ = ["MOSAICS", "SERIES", "QuadMethods"]


SERIES = PageKeys.links("series", "_next")
MOSAICS = PageKeys.links("mosaics", "_next")
_QUADS = PageKeys.links("items", "_next")

B = TypeVar("B", Mosaic, Series)


class QuadMethods(_BaseAPI):
    """The methods of the Basemaps API client for quads."""

    def _find(self, kind: str, path: str, wrap: type[B], name_or_id: Any) -> B:
        """Get a mosaic or series by name or id; return one that is passed itself without a request."""
        if isinstance(name_or_id, (Mosaic, Series)) and not isinstance(name_or_id, wrap):
            raise ArgumentTypeError(
                f"{name_or_id!r} is not a valid {kind}.", hint="list_series_mosaics lists the mosaics of a series."
            )
        if isinstance(name_or_id, Mapping):
            mosaic_id(kind, name_or_id)
            return wrap(dict(name_or_id))
        name = name_of(kind, name_or_id)
        if is_id(name):
            return wrap(about(kind.lower(), self._get(self._url(f"/{path}/{{}}", name)), name))
        keys = SERIES if kind == "Series" else MOSAICS
        found = self._list(self._url(f"/{path}"), keys, wrap, 1, {"name__is": name}).first()
        if found is None:
            raise not_found(kind, name)
        mosaic_id(kind, found)
        return about(kind.lower(), found, name, "name")

    def summarize_quads(self, mosaic: Mosaic | str, *, bbox: Any = None, geometry: Any = None) -> dict[str, Any]:
        """Count the quads; the arguments are those of `list_quads`, by default the whole mosaic.

        Returns:
            `{"total_quads": …}`

        Example:
            ```python
            summary = pl.mosaics.summarize_quads("global_monthly_2022_01_mosaic", geometry=aoi)
            print(summary["total_quads"], "files to download")
            ```
        """
        _check_area(bbox, geometry)
        answer = self._quads(mosaic, bbox, geometry, {"minimal": "true", "summary": "true"}, response_type=dict)
        summary = answer.json().get("summary")
        if not isinstance(summary, dict):
            raise InvalidAnswer("The service returned an unexpected response: the number of quads is missing.")
        return summary

    def list_quads(
        self,
        mosaic: Mosaic | str,
        *,
        minimal: bool = False,
        full_extent: bool = False,
        bbox: Any = None,
        geometry: Any = None,
        limit: int = 0,
    ) -> Pager[Quad]:
        """List the quads of a mosaic that intersect an AOI.

        `GET /mosaics/{id}/quads`, for a geometry `POST /mosaics/{id}/quads/search`

        Args:
            mosaic: the mosaic, its name or its id.
            minimal: return only the fields that are needed for a download.
            full_extent: all quads; a global mosaic has millions.
            bbox: quads that intersect a bounding box: west, south, east, north, in degrees.
            geometry: quads that intersect a geometry, in any form that `planet.geojson` accepts, including references.
            limit: the maximum number of quads; 0: all.

        Raises:
            ArgumentError: no AOI is given, more than one, or an invalid one.
            GeoJSONError: the geometry is invalid.
            MissingResource: the mosaic does not exist.

        Example:
            ```python
            for quad in pl.mosaics.list_quads("global_monthly_2022_01_mosaic", geometry=aoi):
                print(quad.id, quad.percent_covered)
            ```
        """
        _check_area(bbox, geometry)
        if bbox is None and geometry is None and not full_extent:
            raise ArgumentError(
                "bbox, geometry or full_extent is required.", hint="full_extent=True lists all quads of the mosaic."
            )
        params = omit_none(minimal="true" if minimal else None)

        def first() -> Any:
            return self._quads(mosaic, bbox, geometry, params, response_type=_QUADS)

        listing = self._url("/mosaics/{}/quads", name_of("Mosaic", mosaic))
        aoi = {
            "bbox": None if bbox is None else check_bbox(bbox),
            "geometry": None if geometry is None else geojson.as_geom_or_ref(geometry, max_vertices=None),
        }
        method = "GET" if geometry is None else "POST"
        return self._list(listing, _QUADS, Quad, limit, params, method=method, json=aoi, first=first)

    def _quads(self, mosaic: Any, bbox: Any, geometry: Any, params: Mapping[str, str], *, response_type: Any) -> Any:
        """Request the first page of quads."""
        found = self._find("Mosaic", "mosaics", Mosaic, mosaic)
        if geometry is None:
            url = quads_url(found, bbox, self._base_url, params)
            return self._session.request("GET", url, response_type=response_type)
        shape = self._shape(geometry)
        url = self._url("/mosaics/{}/quads/search", found.id)
        query = {**params, "_page_size": "1"} if "summary" in params else dict(params)
        return self._session.request(
            "POST", url, json=shape, params=query or None, response_type=response_type, idempotent=True
        )

    def _shape(self, geometry: Any) -> dict[str, Any]:
        """Return a geometry in the form that this API accepts: GeoJSON, also for a reference to a feature."""
        if isinstance(geometry, Feature) and geometry.geometry:
            return geojson.geom_from_geojson(geometry, max_vertices=None)
        shape = geojson.as_geom_or_ref(geometry, max_vertices=None)
        if shape["type"] != "ref":
            return shape
        root = self._base_url.removesuffix(self._path)
        features = FeaturesAPI(self._session, root + FeaturesAPI._path)
        feature: Feature = features.get_item(*one_feature(shape))
        return geojson.geom_from_geojson(feature.geometry, max_vertices=None)

    def get_quad(self, mosaic: Mosaic | str, quad_id: Any) -> Quad:
        """Get a quad.

        `GET /mosaics/{id}/quads/{quad id}`

        Raises:
            MissingResource: the mosaic or the quad does not exist.

        Example:
            ```python
            quad = pl.mosaics.get_quad("global_monthly_2022_01_mosaic", "1050-1374")
            print(quad.bbox)
            ```
        """
        found = self._find("Mosaic", "mosaics", Mosaic, mosaic)
        name = check_id("quad_id", quad_id)
        return Quad(about("quad", self._get(self._url("/mosaics/{}/quads/{}", found.id, name)), name))

    def get_quad_contributions(self, quad: Quad) -> list[dict[str, Any]]:
        """List the scenes from which a quad was made.

        `GET` the quad's link `items`.

        Returns:
            A list of `{"link": …}`; each link is the URL of an item of the catalogue.

        Raises:
            ArgumentError, ArgumentTypeError: it is not a quad as the service returns it.

        Example:
            ```python
            quad = pl.mosaics.get_quad("global_monthly_2022_01_mosaic", "1050-1374")
            for contribution in pl.mosaics.get_quad_contributions(quad):
                print(contribution["link"])
            ```
        """
        items = (self._get(link_of(_quad(quad), "items", self._base_url))).get("items")
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise InvalidAnswer("The service returned an unexpected response: the list of scenes is missing.")
        return items

    # -- download --------------------------------------------------------------------------------------------

    def download_quad(
        self,
        quad: Quad,
        *,
        directory: str | os.PathLike[str] = ".",
        overwrite: bool = False,
        progress_bar: bool = False,
        on_exists: OnExists | None = None,
    ) -> Path:
        """Download a quad. **Downloads may count against the quota**, also incomplete ones.

        `GET` the quad's link `download`. The name of the file is `<quad id>.tif`. A file of that name exists only when
        it is complete: its length and its GeoTIFF header are checked. An existing file is checked, too, and not
        downloaded again if it is valid.

        Args:
            quad: as `get_quad` or `list_quads` returned it.
            directory: the folder.
            overwrite: replace an existing file.
            progress_bar: show the progress on stderr.
            on_exists: `error` (default; keep a file that matches, fail for another), `skip` (keep any) or `overwrite`.

        Returns:
            The path of the file.

        Raises:
            ArgumentError, ArgumentTypeError: it is not a quad, or this account may not download it.
            DownloadError: the file could not be downloaded completely, or another file has its name.

        Example:
            ```python
            quad = pl.mosaics.get_quad("global_monthly_2022_01_mosaic", "1050-1374")
            path = pl.mosaics.download_quad(quad, directory=folder)
            ```
        """
        folder = check_directory(directory)
        choice = on_exists_of(on_exists, overwrite)
        target = file_of(_quad(quad), folder)
        with DownloadBar(disable=not progress_bar) as bar:
            QuadDownload(self._session, self._base_url, folder, bar, on_exists=choice).fetch(quad)
        return target

    def download_quads(
        self,
        mosaic: Mosaic | str,
        *,
        directory: str | os.PathLike[str] | None = None,
        overwrite: bool = False,
        bbox: Any = None,
        geometry: Any = None,
        progress_bar: bool = False,
        concurrency: int = 4,
        on_exists: OnExists | None = None,
    ) -> DownloadReport:
        """Download the quads of a mosaic that intersect an AOI, each as `download_quad` does.

        A `manifest.json` in the same folder has the sizes and digests of the files and the name of the mosaic;
        `validate_checksum` and later calls use it. Quads of all mosaics have the same names: use one folder per mosaic.

        **Downloads may count against the quota.** If some fail, the others are still completed; another call downloads
        the missing ones.

        Args:
            mosaic: the mosaic, its name or its id.
            directory: the folder; by default one with the name of the mosaic.
            overwrite: replace existing files.
            bbox: quads that intersect a bounding box: west, south, east, north, in degrees.
            geometry: quads that intersect a geometry, in any form that `planet.geojson` accepts, including references.
            progress_bar: show the progress on stderr.
            concurrency: how many quads to download at once.
            on_exists: `error` (default; keep files that match, report others), `skip` (keep any) or `overwrite`.

        Returns:
            The paths of the files, as a `planet.download_report.DownloadReport`.

        Raises:
            ArgumentError: no AOI is given, more than one, or an invalid one.
            ClientError: this account may not download quads of the mosaic.
            DownloadError: some quads could not be downloaded; `failures` has the errors.
            MissingResource: the mosaic does not exist.

        Example:
            ```python
            report = pl.mosaics.download_quads(
                "global_monthly_2022_01_mosaic", geometry=aoi, directory=folder, progress_bar=True
            )
            print(report.summary())
            ```
        """
        if bbox is None and geometry is None:
            raise ArgumentError("bbox or geometry is required.")
        concurrency = check_int("concurrency", concurrency)
        choice = on_exists_of(on_exists, overwrite)
        _check_area(bbox, geometry)
        folder = None if directory is None else check_directory(directory)
        found = self._find("Mosaic", "mosaics", Mosaic, mosaic)
        if found.get("quad_download") is False:
            raise ClientError(
                f"This account may not download quads of {found.name}.",
                hint="Ask the administrator of the account for access.",
            )
        shape = None if geometry is None else self._shape(geometry)
        quads = self.list_quads(found, minimal=True, bbox=bbox, geometry=shape)
        bar = DownloadBar(files=0, disable=not progress_bar)
        if progress_bar:
            with suppress(PlanetError):  # without it, the bar shows the number of quads listed so far
                bar.files = int((self.summarize_quads(found, bbox=bbox, geometry=shape)).get("total_quads") or 0)
        download = QuadDownload(
            self._session,
            self._base_url,
            folder or Path(folder_of(found)),
            bar,
            on_exists=choice,
            mosaic=found.name if found.get("name") else None,
        )
        with bar:
            report = download.run(quads, concurrency)
        if not report.outcomes:
            name = found.get("name") or found.id
            warnings.warn(f"No quad of {name} intersects the AOI; the mosaic covers {found.bbox}.", stacklevel=2)
        return report


def _check_area(bbox: Any, geometry: Any) -> None:
    if bbox is not None and geometry is not None:
        raise ArgumentError("bbox and geometry exclude each other.", hint="Pass one of them.")
    if bbox is not None:
        check_bbox(bbox)
    if geometry is not None:
        geojson.as_geom_or_ref(geometry, max_vertices=None)


def _quad(quad: Any) -> Mapping[str, Any]:
    if not isinstance(quad, Mapping):
        raise ArgumentTypeError(
            f"quad must be a Quad, got {brief(quad)}.", hint="get_quad and list_quads return quads."
        )
    return quad
