# Generated from planet/_async/apis/mosaics.py by tools/unasync.py. Edit that file and run the tool again.

"""The client of the Basemaps API. Its methods for quads are in `quads`."""

from __future__ import annotations

from typing import Any

from ..._apis.mosaics import listing_params, name_of
from ..._models.mosaics import Mosaic, Series
from ..._utils.arguments import omit_none
from ..http.pager import Pager
from .quads import MOSAICS, SERIES, QuadMethods

__all__ = ["MosaicsAPI"]


class MosaicsAPI(QuadMethods):
    """Basemaps: series of mosaics, and the quads into which mosaics are divided.

    A mosaic or a series is given by its name, by its id, or as the object that the service has returned, which saves a
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
        """Get a mosaic.

        `GET /mosaics/{id}`, or `GET /mosaics?name__is=…`

        Raises:
            MissingResource: the mosaic does not exist.

        Example:
            ```python
            mosaic = pl.mosaics.get_mosaic("global_monthly_2022_01_mosaic")
            print(mosaic.first_acquired, mosaic.bbox)
            ```
        """
        return self._find("Mosaic", "mosaics", Mosaic, name_or_id)

    def get_series(self, name_or_id: str) -> Series:
        """Get a series.

        `GET /series/{id}`, or `GET /series?name__is=…`

        Raises:
            MissingResource: the series does not exist.

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
        """List the series.

        `GET /series`

        Args:
            name_contains: only series whose name contains this, case-insensitive.
            interval: only series with this interval between mosaics: `1 mon`, `3 mons`, `7 days`, …
            acquired_gt: only series with imagery acquired after this time, a datetime or a string.
            acquired_lt: only series with imagery acquired before this time.
            limit: the maximum number of series; 0: all.

        Raises:
            ArgumentTypeError: a time is neither a datetime nor a string.

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
        """List the mosaics; the arguments are those of `list_series`.

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
        *,
        acquired_gt: Any = None,
        acquired_lt: Any = None,
        latest: bool = False,
        limit: int = 0,
    ) -> Pager[Mosaic]:
        """List the mosaics of a series.

        `GET /series/{id}/mosaics`

        Args:
            series: the series, its name or its id.
            acquired_gt: only mosaics with imagery acquired after this time, a datetime or a string.
            acquired_lt: only mosaics with imagery acquired before this time.
            latest: only the newest mosaic.
            limit: the maximum number of mosaics; 0: all.

        Raises:
            ArgumentTypeError: a time is neither a datetime nor a string.
            MissingResource: the series does not exist.

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

        listing = self._url("/series/{}/mosaics", name_of("Series", series))
        return self._list(listing, MOSAICS, Mosaic, limit, params, first=first)
