# Generated from planet/_async/apis/quads.py by tools/unasync.py. Edit that file and run the tool again.

"""The Basemaps API, as far as it has to do with quads: find them, and download them."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from ..._apis.mosaics import (
    check_bbox,
    check_name,
    file_of,
    folder_of,
    id_of,
    is_id,
    link_of,
    missing,
    name_of,
    one_feature,
    quads_url,
)
from ..._builders import geojson
from ..._download.on_exists import OnExists, on_exists_of
from ..._http.paging import PageKeys
from ..._models.features import Feature
from ..._models.mosaics import Mosaic, Quad, Series
from ..._utils.arguments import check_id, omit_none
from ...download_report import DownloadReport
from ...exceptions import ClientError, InvalidAnswer, PlanetError
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
    """What the client of the Basemaps API does with quads."""

    def _find(self, kind: str, path: str, wrap: type[B], name_or_id: Any) -> B:
        """A mosaic or series by its name or id; what is one already is not asked for."""
        if isinstance(name_or_id, (Mosaic, Series)) and not isinstance(name_or_id, wrap):
            raise ClientError(
                f"{name_or_id!r} is no {kind}.", hint="list_series_mosaics lists the mosaics of a series."
            )
        if isinstance(name_or_id, Mapping):
            id_of(kind, name_or_id)
            return wrap(dict(name_or_id))
        name = check_name(kind, name_or_id)
        if is_id(name):
            return wrap(self._get(self._url(f"/{path}/{{}}", name)))
        keys = SERIES if kind == "Series" else MOSAICS
        found = self._list(self._url(f"/{path}"), keys, wrap, 1, {"name__is": name}).first()
        if found is None:
            raise missing(kind, name)
        id_of(kind, found)
        return found

    def summarize_quads(self, mosaic: Mosaic | str, /, *, bbox: Any = None, geometry: Any = None) -> dict[str, Any]:
        """How many quads there are; the arguments are those of `list_quads`, and none is all of the mosaic.

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
            raise InvalidAnswer("The service did not say how many quads there are.")
        return summary

    def list_quads(
        self,
        mosaic: Mosaic | str,
        /,
        *,
        minimal: bool = False,
        full_extent: bool = False,
        bbox: Any = None,
        geometry: Any = None,
        limit: int = 0,
    ) -> Pager[Quad]:
        """The quads of a mosaic that an area touches.

        `GET /mosaics/{id}/quads`, for a geometry `POST /mosaics/{id}/quads/search`

        Args:
            mosaic: the mosaic, its name or its id.
            minimal: only what is needed to download them.
            full_extent: all of them; a mosaic of the world has millions.
            bbox: those that a box touches: west, south, east, north, in degrees.
            geometry: those that a geometry touches, in any form that `planet.geojson` takes, references included.
            limit: the most quads to return; 0 is all.

        Raises:
            ClientError: no area is given, or two, or it is none.
            GeoJSONError: the geometry is not valid.
            MissingResource: there is no such mosaic.

        Example:
            ```python
            for quad in pl.mosaics.list_quads("global_monthly_2022_01_mosaic", geometry=aoi):
                print(quad.id, quad.percent_covered)
            ```
        """
        _check_area(bbox, geometry)
        if bbox is None and geometry is None and not full_extent:
            raise ClientError(
                "Nothing was said about which quads to list.", hint="Give bbox or geometry; full_extent=True is all."
            )
        params = omit_none(minimal="true" if minimal else None)

        def first() -> Any:
            return self._quads(mosaic, bbox, geometry, params, response_type=_QUADS)

        named = self._url("/mosaics/{}/quads", name_of("Mosaic", mosaic))
        asked = {"bbox": bbox and check_bbox(bbox), "geometry": geometry and geojson.as_geom_or_ref(geometry)}
        method = "GET" if geometry is None else "POST"
        return self._list(named, _QUADS, Quad, limit, params, method=method, json=asked, first=first)

    def _quads(self, mosaic: Any, bbox: Any, geometry: Any, params: Mapping[str, str], *, response_type: Any) -> Any:
        """The first page of quads."""
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
        """A geometry as this API takes it: the shape itself, also of a feature that is referred to."""
        if isinstance(geometry, Feature) and geometry.geometry:
            return geojson.geom_from_geojson(geometry)
        shape = geojson.as_geom_or_ref(geometry)
        if shape["type"] != "ref":
            return shape
        root = self._base_url.removesuffix(self._path)
        features = FeaturesAPI(self._session, root + FeaturesAPI._path)
        feature: Feature = features.get_item(*one_feature(shape))
        return geojson.geom_from_geojson(feature.geometry)

    def get_quad(self, mosaic: Mosaic | str, quad_id: str) -> Quad:
        """One quad.

        `GET /mosaics/{id}/quads/{quad id}`

        Raises:
            MissingResource: there is no such mosaic, or no such quad.

        Example:
            ```python
            quad = pl.mosaics.get_quad("global_monthly_2022_01_mosaic", "1050-1374")
            print(quad.bbox)
            ```
        """
        found = self._find("Mosaic", "mosaics", Mosaic, mosaic)
        return Quad(self._get(self._url("/mosaics/{}/quads/{}", found.id, check_id("quad_id", quad_id))))

    def get_quad_contributions(self, quad: Quad) -> list[dict[str, Any]]:
        """The scenes that a quad is made of.

        `GET` the quad's link `items`.

        Returns:
            A list of `{"link": …}`, each the address of an item of the catalogue.

        Raises:
            ClientError: it is no quad as the service returns it.

        Example:
            ```python
            quad = pl.mosaics.get_quad("global_monthly_2022_01_mosaic", "1050-1374")
            for contribution in pl.mosaics.get_quad_contributions(quad):
                print(contribution["link"])
            ```
        """
        items = (self._get(link_of(_quad(quad), "items", self._base_url))).get("items")
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise InvalidAnswer("The service's answer holds no list of what the quad is made of.")
        return items

    # -- download --------------------------------------------------------------------------------------------

    def download_quad(
        self,
        quad: Quad,
        /,
        *,
        directory: str | Path = ".",
        overwrite: bool = False,
        progress_bar: bool = False,
        on_exists: OnExists | None = None,
    ) -> Path:
        """Download a quad. **A download may count against the quota**, also one that is begun and not ended.

        `GET` the quad's link `download`. The file is called `<quad id>.tif`. It exists under that name only when it is
        whole: its length and its GeoTIFF header are checked. One that is there already is checked too, and no request
        is made for it.

        Args:
            quad: as `get_quad` or `list_quads` returned it.
            directory: the folder.
            overwrite: whether to fetch it again if it is there already.
            progress_bar: whether to show the progress.
            on_exists: what to do about a file that exists: `error` (keep the right one, otherwise fail; the default),
                `skip` (keep any) or `overwrite`.

        Returns:
            The path of the file.

        Raises:
            ClientError: this account may not download it.
            DownloadError: it did not come whole, or another file is in its place.

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
        /,
        *,
        directory: str | Path | None = None,
        overwrite: bool = False,
        bbox: Any = None,
        geometry: Any = None,
        progress_bar: bool = False,
        concurrency: int = 4,
        on_exists: OnExists | None = None,
    ) -> DownloadReport:
        """Download the quads of a mosaic that an area touches: each of them as `download_quad` does.

        A `manifest.json` beside them says what each of them was when it came, and of which mosaic: `validate_checksum`
        and the next call go by it. Quads of all mosaics have the same names: give each mosaic a folder of its own.

        **Downloads may count against the quota.** Where some fail, the others are finished all the same; calling it
        again fetches what is missing.

        Args:
            mosaic: the mosaic, its name or its id.
            directory: the folder; left out: one with the name of the mosaic.
            overwrite: whether to fetch again what is there already.
            bbox: those that a box touches: west, south, east, north, in degrees.
            geometry: those that a geometry touches, in any form that `planet.geojson` takes, references included.
            progress_bar: whether to show the progress.
            concurrency: how many to download at once.
            on_exists: what to do about files that exist: `error` (keep the right ones, report others; the default),
                `skip` (keep any) or `overwrite`.

        Returns:
            The paths of the files, with an account: a `planet.download_report.DownloadReport`.

        Raises:
            ClientError: no area is given, or two, or it is none; or this account may not download quads of the mosaic.
            DownloadError: some could not be downloaded; `failures` says which, and why.
            MissingResource: there is no such mosaic.

        Example:
            ```python
            report = pl.mosaics.download_quads(
                "global_monthly_2022_01_mosaic", geometry=aoi, directory=folder, progress_bar=True
            )
            print(report.summary())
            ```
        """
        if bbox is None and geometry is None:
            raise ClientError("Nothing was said about which quads to download.", hint="Give bbox or geometry.")
        if isinstance(concurrency, bool) or not isinstance(concurrency, int) or concurrency < 1:
            raise ClientError(f"concurrency is {concurrency!r}.", hint="It is how many to download at once: 1 or more.")
        choice = on_exists_of(on_exists, overwrite)
        _check_area(bbox, geometry)
        folder = None if directory is None else check_directory(directory)
        found = self._find("Mosaic", "mosaics", Mosaic, mosaic)
        if found.get("quad_download") is False:
            raise ClientError(
                f"This account may not download quads of {found.name}.", hint="Ask its administrator for access."
            )
        shape = None if geometry is None else self._shape(geometry)
        quads = self.list_quads(found, minimal=True, bbox=bbox, geometry=shape)
        bar = DownloadBar(files=0, disable=not progress_bar)
        if progress_bar:
            with suppress(PlanetError):  # the bar then counts as many as have been listed
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
            warnings.warn(f"No quad of {found.get('name') or found.id} is there; it covers {found.bbox}.", stacklevel=2)
        return report


def _check_area(bbox: Any, geometry: Any) -> None:
    if bbox is not None and geometry is not None:
        raise ClientError("Quads are found by bbox or by geometry.", hint="Give one of them.")
    if bbox is not None:
        check_bbox(bbox)
    if geometry is not None:
        geojson.as_geom_or_ref(geometry)


def _quad(quad: Any) -> Mapping[str, Any]:
    if not isinstance(quad, Mapping):
        raise ClientError(f"The quad is a {type(quad).__name__}.", hint="get_quad and list_quads return quads.")
    return quad
