# Generated from planet/_async/apis/order_downloads.py by tools/unasync.py. Edit that file and run the tool again.

"""Get an order, download its files and verify them. Part of the client of the Orders API."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..._apis.answers import about
from ..._apis.orders import check_order_id
from ..._cloud.object_path import as_place
from ..._download.on_exists import OnExists, on_exists_of
from ..._files import checksum as _checksum
from ..._models.orders import Order
from ..._utils.paths import as_path
from ..._utils.tracebacks import hides_locals
from ...download_report import DownloadReport
from ...exceptions import ArgumentTypeError
from ...reporting import DownloadBar
from ..download.file import check_directory, download_file, target_of
from ..download.links import Source
from ..download.order import OrderDownload
from .base import _BaseAPI

__all__ = ["ORDERS_PATH", "DownloadMethods"]


ORDERS_PATH = "/orders/v2"


class DownloadMethods(_BaseAPI):
    """The methods of the Orders API client for one order and its files."""

    def get_order(self, order_id: Any) -> Order:
        """Get an order, with new links to its results.

        `GET /orders/v2/{id}`

        Raises:
            ArgumentError: *order_id* is not a UUID.
            MissingResource: the order does not exist.

        Example:
            ```python
            order = pl.orders.get_order(order_id)
            ```
        """
        name = check_order_id(order_id)
        return Order(about("order", self._get(self._url(ORDERS_PATH + "/{}", name)), name))

    def download_asset(
        self,
        location: str,
        filename: os.PathLike[str] | str | None = None,
        directory: os.PathLike[str] | str = Path("."),
        overwrite: bool = False,
        progress_bar: bool = True,
        *,
        on_exists: OnExists | None = None,
    ) -> Path:
        """Download one file of an order by its link. Downloads count against the quota of some plans.

        Args:
            location: the link, from `order.results`.
            filename: the name of the file; by default the one that the service gives it.
            directory: the folder, which is created if it does not exist.
            overwrite: replace an existing file; otherwise it is kept.
            progress_bar: show the progress on stderr.
            on_exists: `error` (default; keep a file that matches, fail for another), `skip` (keep any) or `overwrite`.

        Returns:
            The path of the complete file.

        Raises:
            ArgumentTypeError: there is no location.
            DownloadError: the file could not be downloaded completely; there is no file of that name then.

        Example:
            ```python
            order = pl.orders.get_order(order_id)
            path = pl.orders.download_asset(order.results[0].location, directory=folder)
            ```
        """
        if not isinstance(location, str) or not location:
            raise ArgumentTypeError(
                "The file has no location.", hint="Only results of orders without a cloud delivery have one."
            )
        choice = on_exists_of(on_exists, overwrite)
        name = None if filename in (None, "") else os.fspath(as_path("filename", filename))
        with DownloadBar(disable=not progress_bar) as bar:
            place = target_of(check_directory(directory), name, self._session, choice)
            path: Path = (download_file(self._session, Source(location), place, bar)).transfer.target
            return path

    @hides_locals
    def download_order(
        self,
        order_id: Any,
        directory: os.PathLike[str] | str = Path("."),
        overwrite: bool = False,
        progress_bar: bool = False,
        *,
        unzip: bool = False,
        on_exists: OnExists | None = None,
        storage_options: Mapping[str, Any] | None = None,
    ) -> DownloadReport:
        """Download all files of an order, several at a time, and verify each against the order's manifest.

        Files that already exist and match the manifest are skipped, so that a second call completes the first.
        `manifest.json` is written last: if it exists, the order is complete.

        Args:
            order_id: the order, which must have a final state.
            directory: the files are written to `<directory>/<order id>/…`. It may be a prefix in a bucket, for example
                `s3://my-bucket/iberia`; see `planet.cloud`.
            overwrite: download all files again, and replace existing ones; otherwise those that differ are failures.
            progress_bar: show the progress on stderr.
            unzip: unpack the archives of the order, so that its folder is the same as without archives.
            on_exists: `error` (default; keep files that match, report others), `skip` (keep any) or `overwrite`.
            storage_options: for a bucket: what is not found in the environment, such as `{"endpoint": …}`.

        Returns:
            The paths of the files in the sequence of `order.results` (unzipped: of the manifest); all of them are
            complete and verified. The report also has `outcomes`, `summary()` and `save(path)`.

        Raises:
            ClientError: the order is not final, or has nothing to download.
            DownloadError: some files could not be downloaded; `failures` has the errors, `report` the outcomes of all
                files. The other files are complete.
            StorageError: the bucket cannot be written.

        Example:
            ```python
            paths = pl.orders.download_order(order_id, folder, progress_bar=True)
            print(paths.summary())
            ```
        """
        folder = as_place("directory", directory, storage_options)

        def get_order() -> Order:
            return self.get_order(order_id)

        job = OrderDownload(
            self._session, get_order, folder, on_exists=on_exists_of(on_exists, overwrite), progress_bar=progress_bar
        )
        return job.run(unzip=unzip)

    @staticmethod
    @hides_locals
    def validate_checksum(
        directory: os.PathLike[str] | str, checksum: str, *, storage_options: Mapping[str, Any] | None = None
    ) -> None:
        """Verify every file of a downloaded order against its manifest. It asks Planet nothing.

        Args:
            directory: the folder of the order, which contains `manifest.json`; or its prefix in a bucket, from which
                every file is read then.
            checksum: `md5` or `sha256`, case-insensitive.
            storage_options: for a bucket, as for `download_order`.

        Raises:
            ChecksumError: files are missing, of the wrong size or corrupt; the message names all of them.
            ClientError: there is no valid manifest.

        Example:
            ```python
            from planet import OrdersAPI

            OrdersAPI.validate_checksum(folder / order_id, "md5")
            ```
        """
        place = as_place("directory", directory, storage_options)
        _checksum.validate_checksum(place, checksum)
