"""The Basemaps API: mosaics, the series that they belong to, and the quads that they are cut into."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from .. import geojson
from .._given import given
from .._mosaics import (
    check_bbox,
    check_name,
    file_of,
    folder_of,
    is_id,
    link_of,
    listing_params,
    missing,
    one_feature,
    quads_url,
)
from .._paging import PageKeys
from ..download_report import DownloadReport
from ..exceptions import ClientError
from ..models import Feature, Mosaic, Quad, Series
from ..reporting import DownloadBar
from .base import _BaseClient
from .downloads import check_directory
from .pager import Pager
from .quad_download import QuadDownload

__all__ = ["MosaicsClient"]

_SERIES = PageKeys.links("series", "_next")
_MOSAICS = PageKeys.links("mosaics", "_next")
_QUADS = PageKeys.links("items", "_next")

T = TypeVar("T")


class MosaicsClient(_BaseClient):
    """Basemaps: mosaics, the series that they belong to, and the quads that they are cut into.

    A mosaic or a series is named by its name, by its id, or by itself as the service has returned it, which saves a
    request.

    Example:
        ```python
        from planet import MosaicsClient, Session

        async with Session() as session:
            mosaics = MosaicsClient(session)
            mosaic = await mosaics.get_mosaic("global_monthly_2022_01_mosaic")
            print(await mosaics.summarize_quads(mosaic, geometry=aoi))
        ```
    """

    _path = "/basemaps/v1"

    # -- mosaics and series ----------------------------------------------------------------------------------

    async def get_mosaic(self, name_or_id: str) -> Mosaic:
        """One mosaic.

        `GET /mosaics/{id}`, or `GET /mosaics?name__is=…`

        Raises:
            MissingResource: there is no such mosaic.

        Example:
            ```python
            mosaic = await pl.mosaics.get_mosaic("global_monthly_2022_01_mosaic")
            print(mosaic.first_acquired, mosaic.bbox)
            ```
        """
        return await self._find("Mosaic", "mosaics", Mosaic, name_or_id)

    async def get_series(self, name_or_id: str) -> Series:
        """One series.

        `GET /series/{id}`, or `GET /series?name__is=…`

        Raises:
            MissingResource: there is no such series.

        Example:
            ```python
            series = await pl.mosaics.get_series("Global Monthly")
            print(series.interval)
            ```
        """
        return await self._find("Series", "series", Series, name_or_id)

    async def _find(self, kind: str, path: str, wrap: Callable[[dict[str, Any]], T], name_or_id: Any) -> T:
        """A mosaic or series by its name or id; what is one already is not asked for."""
        if isinstance(name_or_id, Mapping):
            return wrap(dict(name_or_id))
        name = check_name(kind, name_or_id)
        if is_id(name):
            return wrap(await self._get(self._url(f"/{path}/{{}}", name)))
        keys = _SERIES if kind == "Series" else _MOSAICS
        found = await self._list(self._url(f"/{path}"), keys, wrap, 1, {"name__is": name}).first()
        if found is None:
            raise missing(kind, name)
        return found

    def list_series(
        self,
        *,
        name_contains: str | None = None,
        interval: str | None = None,
        acquired_gt: Any = None,
        acquired_lt: Any = None,
        limit: int = 0,
    ) -> Pager[Series]:
        """The series.

        `GET /series`

        Args:
            name_contains: only those whose name contains this, in upper or lower case.
            interval: only those with this time from mosaic to mosaic: `1 mon`, `3 mons`, `7 days`, …
            acquired_gt: only those with images taken after this time, a datetime or text.
            acquired_lt: only those with images taken before.
            limit: the most series to return; 0 is all.

        Raises:
            ClientError: a time is none.

        Example:
            ```python
            async for series in pl.mosaics.list_series(interval="1 mon"):
                print(series.name)
            ```
        """
        params = listing_params(name_contains, interval, acquired_gt, acquired_lt)
        return self._list(self._url("/series"), _SERIES, Series, limit, params)

    def list_mosaics(
        self,
        *,
        name_contains: str | None = None,
        interval: str | None = None,
        acquired_gt: Any = None,
        acquired_lt: Any = None,
        limit: int = 0,
    ) -> Pager[Mosaic]:
        """The mosaics; the arguments are those of `list_series`.

        `GET /mosaics`

        Example:
            ```python
            from datetime import datetime

            async for mosaic in pl.mosaics.list_mosaics(name_contains="monthly", acquired_gt=datetime(2024, 1, 1)):
                print(mosaic.name)
            ```
        """
        params = listing_params(name_contains, interval, acquired_gt, acquired_lt)
        return self._list(self._url("/mosaics"), _MOSAICS, Mosaic, limit, params)

    def list_series_mosaics(
        self,
        series: Series | str,
        /,
        *,
        acquired_gt: Any = None,
        acquired_lt: Any = None,
        latest: bool = False,
        limit: int = 0,
    ) -> Pager[Mosaic]:
        """The mosaics of a series.

        `GET /series/{id}/mosaics`

        Args:
            series: the series, its name or its id.
            acquired_gt: only those with images taken after this time, a datetime or text.
            acquired_lt: only those with images taken before.
            latest: only the newest one.
            limit: the most mosaics to return; 0 is all.

        Raises:
            ClientError: a time is none.
            MissingResource: there is no such series.

        Example:
            ```python
            newest = await pl.mosaics.list_series_mosaics("Global Monthly", latest=True).first()
            ```
        """
        params = {
            **listing_params(None, None, acquired_gt, acquired_lt),
            "latest": "yes" if latest else None,
        }

        async def first() -> Any:
            found = await self._find("Series", "series", Series, series)
            url = self._url("/series/{}/mosaics", found.id)
            return await self._session.request("GET", url, params=given(**params) or None, expect=_MOSAICS)

        named = self._url("/series/{}/mosaics", _name_of("Series", series))
        return self._list(named, _MOSAICS, Mosaic, limit, params, first=first)

    # -- quads -----------------------------------------------------------------------------------------------

    async def summarize_quads(
        self, mosaic: Mosaic | str, /, *, bbox: Any = None, geometry: Any = None
    ) -> dict[str, Any]:
        """How many quads there are; the arguments are those of `list_quads`, and none is all of the mosaic.

        Returns:
            `{"total_quads": …}`

        Example:
            ```python
            summary = await pl.mosaics.summarize_quads("global_monthly_2022_01_mosaic", geometry=aoi)
            print(summary["total_quads"], "files to download")
            ```
        """
        _check_area(bbox, geometry)
        answer = await self._quads(mosaic, bbox, geometry, {"minimal": "true", "summary": "true"}, expect=dict)
        summary = answer.json().get("summary")
        if not isinstance(summary, dict):
            raise ClientError("The service did not say how many quads there are.", hint="List them, and count.")
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
            async for quad in pl.mosaics.list_quads("global_monthly_2022_01_mosaic", geometry=aoi):
                print(quad.id, quad.percent_covered)
            ```
        """
        _check_area(bbox, geometry)
        if bbox is None and geometry is None and not full_extent:
            raise ClientError(
                "Nothing was said about which quads to list.", hint="Give bbox or geometry; full_extent=True is all."
            )
        params = given(minimal="true" if minimal else None)

        async def first() -> Any:
            return await self._quads(mosaic, bbox, geometry, params, expect=_QUADS)

        named = self._url("/mosaics/{}/quads", _name_of("Mosaic", mosaic))
        asked = {"bbox": bbox, "geometry": geometry}
        method = "GET" if geometry is None else "POST"
        return self._list(named, _QUADS, Quad, limit, params, method=method, json=asked, first=first)

    async def _quads(self, mosaic: Any, bbox: Any, geometry: Any, params: Mapping[str, str], *, expect: Any) -> Any:
        """The first page of quads."""
        found = await self._find("Mosaic", "mosaics", Mosaic, mosaic)
        if geometry is None:
            more = "".join(f"&{name}={value}" for name, value in params.items())
            url = quads_url(found, bbox, self._base_url) + more
            return await self._session.request("GET", url, expect=expect)
        shape = await self._shape(geometry)
        url = self._url("/mosaics/{}/quads/search", found.id)
        query = {**params, "_page_size": "1"} if "summary" in params else dict(params)
        return await self._session.request(
            "POST", url, json=shape, params=query or None, expect=expect, repeatable=True
        )

    async def _shape(self, geometry: Any) -> dict[str, Any]:
        """A geometry as this API takes it: the shape itself, also of a feature that is referred to."""
        if isinstance(geometry, Feature) and geometry.geometry:
            return geojson.geom_from_geojson(geometry)
        shape = geojson.as_geom_or_ref(geometry)
        if shape["type"] != "ref":
            return shape
        features = self._session.client("features", root=self._base_url.removesuffix(self._path))
        feature: Feature = await features.get_item(*one_feature(shape))
        return geojson.geom_from_geojson(feature.geometry)

    async def get_quad(self, mosaic: Mosaic | str, quad_id: str) -> Quad:
        """One quad.

        `GET /mosaics/{id}/quads/{quad id}`

        Raises:
            MissingResource: there is no such mosaic, or no such quad.

        Example:
            ```python
            quad = await pl.mosaics.get_quad("global_monthly_2022_01_mosaic", "1050-1374")
            print(quad.bbox)
            ```
        """
        found = await self._find("Mosaic", "mosaics", Mosaic, mosaic)
        return Quad(await self._get(self._url("/mosaics/{}/quads/{}", found.id, quad_id)))

    async def get_quad_contributions(self, quad: Quad) -> list[dict[str, Any]]:
        """The scenes that a quad is made of.

        `GET` the quad's link `items`.

        Returns:
            A list of `{"link": …}`, each the address of an item of the catalogue.

        Raises:
            ClientError: it is no quad as the service returns it.

        Example:
            ```python
            quad = await pl.mosaics.get_quad("global_monthly_2022_01_mosaic", "1050-1374")
            for contribution in await pl.mosaics.get_quad_contributions(quad):
                print(contribution["link"])
            ```
        """
        items = (await self._get(link_of(_quad(quad), "items", self._base_url))).get("items")
        return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []

    # -- download --------------------------------------------------------------------------------------------

    async def download_quad(
        self, quad: Quad, /, *, directory: str | Path = ".", overwrite: bool = False, progress_bar: bool = False
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

        Returns:
            The path of the file.

        Raises:
            ClientError: this account may not download it.
            DownloadError: it did not come whole, or another file is in its place.

        Example:
            ```python
            quad = await pl.mosaics.get_quad("global_monthly_2022_01_mosaic", "1050-1374")
            path = await pl.mosaics.download_quad(quad, directory=folder)
            ```
        """
        folder = check_directory(directory)
        target = file_of(_quad(quad), folder)
        with DownloadBar(disable=not progress_bar) as bar:
            await QuadDownload(self._session, self._base_url, folder, bar, overwrite=overwrite).fetch(quad)
        return target

    async def download_quads(
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
    ) -> DownloadReport:
        """Download the quads of a mosaic that an area touches: each of them as `download_quad` does.

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

        Returns:
            The paths of the files, with an account: a `planet.download_report.DownloadReport`.

        Raises:
            ClientError: no area is given, or two, or it is none; or this account may not download quads of the mosaic.
            DownloadError: some could not be downloaded; `failures` says which, and why.
            MissingResource: there is no such mosaic.

        Example:
            ```python
            report = await pl.mosaics.download_quads(
                "global_monthly_2022_01_mosaic", geometry=aoi, directory=folder, progress_bar=True
            )
            print(report.summary())
            ```
        """
        if bbox is None and geometry is None:
            raise ClientError("Nothing was said about which quads to download.", hint="Give bbox or geometry.")
        if isinstance(concurrency, bool) or not isinstance(concurrency, int) or concurrency < 1:
            raise ClientError(f"concurrency is {concurrency!r}.", hint="It is how many to download at once: 1 or more.")
        _check_area(bbox, geometry)
        folder = None if directory is None else check_directory(directory)
        found = await self._find("Mosaic", "mosaics", Mosaic, mosaic)
        if found.get("quad_download") is False:
            raise ClientError(
                f"This account may not download quads of {found.name}.", hint="Ask its administrator for access."
            )
        shape = None if geometry is None else await self._shape(geometry)
        quads = self.list_quads(found, minimal=True, bbox=bbox, geometry=shape)
        bar = DownloadBar(files=0, disable=not progress_bar)
        if progress_bar:
            bar.files = (await self.summarize_quads(found, bbox=bbox, geometry=shape)).get("total_quads", 0)
        download = QuadDownload(
            self._session, self._base_url, folder or Path(folder_of(found)), bar, overwrite=overwrite
        )
        with bar:
            return await download.run(quads, concurrency)


def _check_area(bbox: Any, geometry: Any) -> None:
    if bbox is not None and geometry is not None:
        raise ClientError("Quads are found by bbox or by geometry.", hint="Give one of them.")
    if bbox is not None:
        check_bbox(bbox)
    if geometry is not None:
        geojson.as_geom_or_ref(geometry)


def _name_of(kind: str, value: Any) -> str:
    """What a mosaic or series is called here."""
    return check_name(kind, value.get("id") if isinstance(value, Mapping) else value)


def _quad(quad: Any) -> Mapping[str, Any]:
    if not isinstance(quad, Mapping):
        raise ClientError(f"The quad is a {type(quad).__name__}.", hint="get_quad and list_quads return quads.")
    return quad
