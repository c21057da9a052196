# Generated from planet/_async/apis/mosaics.py by tools/unasync.py. Edit that file and run the tool again.

"""The Basemaps API: mosaics, the series that they belong to, and the quads that they are cut into."""

from __future__ import annotations

from typing import Any

from ..._apis.mosaics import listing_params, name_of
from ..._models.mosaics import Mosaic, Series
from ..._utils.arguments import omit_none
from ..http.pager import Pager
from .quads import MOSAICS, SERIES, QuadMethods

__all__ = ["MosaicsAPI"]


class MosaicsAPI(QuadMethods):
    """Basemaps: mosaics, the series that they belong to, and the quads that they are cut into.

    A mosaic or a series is named by its name, by its id, or by itself as the service has returned it, which saves a
    request.

    Example:
        ```python
        from planet import MosaicsAPI, SyncSession

        with SyncSession() as session:
            mosaics = MosaicsAPI(session)
            mosaic = mosaics.get_mosaic("global_monthly_2022_01_mosaic")
            print(mosaics.summarize_quads(mosaic, geometry=aoi))
        ```
    """

    __module__ = "planet"

    _path = "/basemaps/v1"

    # -- mosaics and series ----------------------------------------------------------------------------------

    def get_mosaic(self, name_or_id: str) -> Mosaic:
        """One mosaic.

        `GET /mosaics/{id}`, or `GET /mosaics?name__is=…`

        Raises:
            MissingResource: there is no such mosaic.

        Example:
            ```python
            mosaic = pl.mosaics.get_mosaic("global_monthly_2022_01_mosaic")
            print(mosaic.first_acquired, mosaic.bbox)
            ```
        """
        return self._find("Mosaic", "mosaics", Mosaic, name_or_id)

    def get_series(self, name_or_id: str) -> Series:
        """One series.

        `GET /series/{id}`, or `GET /series?name__is=…`

        Raises:
            MissingResource: there is no such series.

        Example:
            ```python
            series = pl.mosaics.get_series("Global Monthly")
            print(series.interval)
            ```
        """
        return self._find("Series", "series", Series, name_or_id)

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
            for series in pl.mosaics.list_series(interval="1 mon"):
                print(series.name)
            ```
        """
        params = listing_params(name_contains, interval, acquired_gt, acquired_lt)
        return self._list(self._url("/series"), SERIES, Series, limit, params)

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

            for mosaic in pl.mosaics.list_mosaics(name_contains="monthly", acquired_gt=datetime(2024, 1, 1)):
                print(mosaic.name)
            ```
        """
        params = listing_params(name_contains, interval, acquired_gt, acquired_lt)
        return self._list(self._url("/mosaics"), MOSAICS, Mosaic, limit, params)

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
            newest = pl.mosaics.list_series_mosaics("Global Monthly", latest=True).first()
            ```
        """
        params = {
            **listing_params(None, None, acquired_gt, acquired_lt),
            "latest": "yes" if latest else None,
        }

        def first() -> Any:
            found = self._find("Series", "series", Series, series)
            url = self._url("/series/{}/mosaics", found.id)
            return self._session.request("GET", url, params=omit_none(**params) or None, response_type=MOSAICS)

        named = self._url("/series/{}/mosaics", name_of("Series", series))
        return self._list(named, MOSAICS, Mosaic, limit, params, first=first)
