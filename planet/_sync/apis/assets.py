# Generated from planet/_async/apis/assets.py by tools/unasync.py. Edit that file and run the tool again.

"""Assets of items: activate, wait, download, verify. Part of the client of the Data API."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from time import monotonic
from typing import Any

from ..._apis.answers import about
from ..._apis.data import ASSET_HINTS, asset_named, asset_type_of, item_id_of, item_type_of, location_of, status_of
from ..._apis.links import link_of
from ..._builders import catalog as specs
from ..._cloud.object_path import as_place
from ..._download.on_exists import OnExists, on_exists_of
from ..._files.checksum import validate_file
from ..._http.polling import PollInterval, Watch
from ..._models.items import Asset, item_key
from ..._redact import redact_url
from ..._runtime._sync import Items, collect_items
from ..._utils.arguments import as_list
from ..._utils.iterables import each_item
from ..._utils.paths import as_path
from ..._utils.tracebacks import hides_locals
from ...download_report import DownloadReport
from ...exceptions import ArgumentError, ArgumentTypeError, InvalidAPIKey, NoPermission
from ...reporting import DownloadBar
from ..download.assets import AssetDownload, AssetRequests
from ..download.file import check_directory, download_file, target_of
from ..download.links import Source
from .base import _BaseAPI
from .polling import wait_for

__all__ = ["AssetMethods"]


_IDLE = 60.0  # seconds: an asset that is inactive for longer has not been activated


class AssetMethods(_BaseAPI):
    """The methods of the Data API client for assets."""

    _log = logging.getLogger("planet.data")

    def list_item_assets(self, item_type_id: Any, item_id: Any) -> dict[str, Asset]:
        """Get the assets of an item, as a dictionary by asset type.

        `GET /item-types/{type}/items/{id}/assets`

        Raises:
            MissingResource: the item does not exist.

        Example:
            ```python
            assets = pl.data.list_item_assets("PSScene", "20220304_093300_37_2430")
            print(sorted(assets), assets["ortho_visual"].status)
            ```
        """
        parts = item_type_of(item_type_id), item_id_of(item_id)
        assets = self._get(self._url("/item-types/{}/items/{}/assets", *parts))
        return {name: _of_type(asset, name) for name, asset in assets.items() if isinstance(asset, dict)}

    def get_asset(self, item_type_id: Any, item_id: Any, asset_type_id: Any, *, validate: bool = True) -> Asset:
        """Get one asset of an item.

        `GET /item-types/{type}/items/{id}/assets`

        Args:
            item_type_id: for example `PSScene`.
            item_id: the item, or its id.
            asset_type_id: for example `ortho_analytic_4b`.
            validate: check the item type against the catalogue; False sends it unchecked.

        Raises:
            SpecificationException: the item type is not in the catalogue.
            MissingResource: the item does not exist.
            ArgumentError: the item has no such asset; the message names those that it has.

        Example:
            ```python
            asset = pl.data.get_asset("PSScene", "20220304_093300_37_2430", "ortho_visual")
            ```
        """
        item_type, name = item_type_of(item_type_id), item_id_of(item_id)
        if validate:
            item_type = specs.validate_data_item_type(item_type)
        return asset_named(self.list_item_assets(item_type, name), asset_type_of(asset_type_id), name)

    def activate_asset(self, asset: Mapping[str, Any]) -> None:
        """Activate an asset, so that it can be downloaded some minutes later.

        `GET` its link `activate`. An asset that is active or activating is not requested again.

        Args:
            asset: from `get_asset` or `list_item_assets`.

        Raises:
            NoPermission: this account may not download the asset.
            ArgumentError, ArgumentTypeError: *asset* is not an asset.

        Example:
            ```python
            asset = pl.data.get_asset("PSScene", "20220304_093300_37_2430", "ortho_visual")
            pl.data.activate_asset(asset)
            ```
        """
        url = link_of(asset, "activate", self._base_url)
        if status_of(asset) != "inactive":
            return
        try:
            self._session.request("GET", url)
        except InvalidAPIKey as error:
            if asset.get("_permissions") != []:
                raise
            # The service returns 401 here to a valid key without permission for this asset.
            raise NoPermission(
                f"This account may not download the asset {asset.get('type')}",
                method=error.method,
                url=error.url,
                status_code=error.status_code,
                request_id=error.request_id,
                body=error.body,
            ) from None
        self._log.info("Asset %s was activated: %s", asset.get("type"), redact_url(url))

    def wait_asset(
        self,
        asset: Mapping[str, Any],
        delay: float | None = None,
        max_attempts: int = 0,
        callback: Callable[[str], Any] | None = None,
        *,
        timeout: float | None = None,
    ) -> Asset:
        """Wait until an asset is active.

        `GET` its link `_self`, repeatedly. Transient errors are retried, and the interval between polls adapts: `delay`
        and `max_attempts` are optional.

        Args:
            asset: from `get_asset` or `list_item_assets`; activate it first.
            delay: seconds from one poll to the next; by default half a second, increasing to ten.
            max_attempts: the maximum number of polls; 0: unlimited.
            callback: is called with the status after every poll.
            timeout: seconds after which to give up; by default never.

        Returns:
            The active asset, with its `location`.

        Raises:
            WaitTimeout: the time or the polls are used up; call it again to continue to wait.
            ArgumentError, ArgumentTypeError: *asset* is not an asset, or has not been activated.

        Example:
            ```python
            asset = pl.data.get_asset("PSScene", "20220304_093300_37_2430", "ortho_visual")
            pl.data.activate_asset(asset)
            asset = pl.data.wait_asset(asset, callback=print, timeout=1800)
            ```
        """
        link_of(asset, "_self", self._base_url)  # raises the errors of an argument that is not an asset
        idle_since = monotonic()

        def is_over(current: Asset) -> bool:
            nonlocal idle_since
            if current.status != "inactive":
                idle_since = monotonic()
            elif monotonic() - idle_since > _IDLE and not max_attempts and timeout is None:
                raise ArgumentError(
                    f"Asset {current.type} is inactive: it has not been activated.", hint="Call activate_asset first."
                )
            return current.is_active

        # The asset that was passed counts as the first poll.
        interval = PollInterval(delay, max_attempts, timeout, monotonic(), free=1)
        name = str(asset.get("type"))
        watch = Watch("Asset", name, Asset(asset), status_of, is_over, self._log, hints=ASSET_HINTS, is_current=True)
        return wait_for(watch, lambda watch: self._poll_asset(watch.document), interval, callback)

    def _poll_asset(self, asset: Asset) -> Asset:
        """Return the asset as it is now, or as it was if that cannot be requested at the moment."""
        url = link_of(asset, "_self", self._base_url)
        return self._poll(url, lambda answer: _of_type(answer, asset.type), f"Asset {asset.type}") or asset

    def download_asset(
        self,
        asset: Mapping[str, Any],
        filename: os.PathLike[str] | str | None = None,
        directory: os.PathLike[str] | str = Path("."),
        overwrite: bool = False,
        progress_bar: bool = True,
        *,
        on_exists: OnExists | None = None,
    ) -> Path:
        """Download an active asset and verify it. Downloads count against the quota of some plans.

        `GET` its `location`; an expired link is renewed.

        Args:
            asset: the asset, which must be active by now; it is requested again if it was not when it was requested.
            filename: the name of the file; by default the one that the service gives it.
            directory: the folder, which is created if it does not exist.
            overwrite: replace an existing file; otherwise a file that matches is kept, and another one is an error.
            progress_bar: show the progress on stderr.
            on_exists: `error` (default; keep a file that matches, fail for another), `skip` (keep any) or `overwrite`.

        Returns:
            The path of the complete file, whose MD5 is the one of the asset.

        Raises:
            ArgumentError: the asset is not active.
            DownloadError: the file could not be downloaded completely; there is no file of that name then.

        Example:
            ```python
            asset = pl.data.get_asset("PSScene", "20220304_093300_37_2430", "ortho_visual")
            pl.data.activate_asset(asset)
            asset = pl.data.wait_asset(asset)
            path = pl.data.download_asset(asset, directory=folder)
            ```
        """
        asset = self._active(asset)
        source = self._source_of(asset)
        digests = {"md5": Asset(asset).md5_digest}
        name = None if filename in (None, "") else os.fspath(as_path("filename", filename))
        choice = on_exists_of(on_exists, overwrite)
        target = target_of(check_directory(directory), name, self._session, choice, digests)
        with DownloadBar(disable=not progress_bar) as bar:
            path: Path = (download_file(self._session, source, target, bar)).transfer.target
            return path

    def _active(self, asset: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the asset as it is now if it has no location: it may have been activated since it was requested."""
        links = asset.get("_links") if isinstance(asset, Mapping) and isinstance(asset.get("status"), str) else None
        if not isinstance(links, Mapping) or not links.get("_self") or asset.get("location"):
            return asset
        return _of_type(self._get(link_of(asset, "_self", self._base_url)), asset.get("type"))

    def _source_of(self, asset: Mapping[str, Any]) -> Source:
        """Return the download source of an asset, which requests a new link when the old one has expired."""

        def renew(stale: str) -> str:
            return location_of(self._get(link_of(asset, "_self", self._base_url)))

        return Source(location_of(asset), renew)

    @staticmethod
    def validate_checksum(asset: Mapping[str, Any], filename: os.PathLike[str] | str) -> None:
        """Verify a downloaded file against the MD5 of its asset, without network access.

        Args:
            asset: the asset that `wait_asset` has returned.
            filename: the path of the file.

        Raises:
            ChecksumError: the file is missing, or its MD5 differs.
            ArgumentError: the asset has no MD5.

        Example:
            ```python
            asset = pl.data.get_asset("PSScene", "20220304_093300_37_2430", "ortho_visual")
            pl.data.activate_asset(asset)
            asset = pl.data.wait_asset(asset)
            path = pl.data.download_asset(asset, directory=folder)
            pl.data.validate_checksum(asset, path)
            ```
        """
        digest = Asset(asset).md5_digest if isinstance(asset, Mapping) else None
        if digest is None:
            raise ArgumentError(
                "The asset has no md5_digest.", hint="Only active assets have one: pass what wait_asset returns."
            )
        validate_file(as_path("filename", filename), digest, "md5")

    @hides_locals
    def download_assets(
        self,
        items: Items[Any],
        asset_types: str | Iterable[str],
        directory: os.PathLike[str] | str = Path("."),
        overwrite: bool = False,
        progress_bar: bool = True,
        *,
        timeout: float | None = None,
        on_exists: OnExists | None = None,
        storage_options: Mapping[str, Any] | None = None,
    ) -> DownloadReport:
        """Activate, wait for, download and verify assets of many items at once.

        Files that already exist and match are skipped, so that a second call completes the first. Downloads count
        against the quota of some plans.

        Args:
            items: the items: the results of a search, or a list of items or of pairs `("PSScene", id)`.
            asset_types: the type or types of the assets to download of each item.
            directory: the folder, which is created if it does not exist; or a prefix in a bucket, see `planet.cloud`.
            overwrite: replace existing files.
            progress_bar: show the progress on stderr.
            timeout: seconds after which to give up on assets that are not active yet; by default never.
            on_exists: `error` (default; keep files that match, report others), `skip` (keep any) or `overwrite`.
            storage_options: for a bucket: what is not found in the environment.

        Returns:
            The paths of the files, item by item; all of them are complete and verified. The report also has
            `outcomes`, `summary()` and `save(path)`.

        Raises:
            ArgumentError, ArgumentTypeError: an argument is invalid.
            DownloadError: some assets could not be downloaded; `failures` has the errors, `report` the outcomes of all
                assets. The other files are complete.

        Example:
            ```python
            items = pl.data.search(["PSScene"], geometry=aoi, limit=2)
            report = pl.data.download_assets(items, "ortho_visual", folder)
            print(report.summary())
            ```
        """
        folder = as_place("directory", directory, storage_options)
        choice = on_exists_of(on_exists, overwrite)
        types = as_list("asset_types", asset_types)
        if items is None:
            raise ArgumentTypeError("items must be the results of a search, or a list of items, got None.")
        keys = dict.fromkeys(map(item_key, collect_items(each_item(items))))
        requests = AssetRequests(self.list_item_assets, self.activate_asset, self._poll_asset)
        job = AssetDownload(
            self._session,
            requests,
            folder,
            on_exists=choice,
            progress_bar=progress_bar,
            timeout=timeout,
        )
        return job.run([(*key, asset_type) for key in keys for asset_type in types])


def _of_type(answer: dict[str, Any], asset_type: str | None) -> Asset:
    """Return an asset; an answer about an asset of another type is an error."""
    return Asset(about("asset", answer, asset_type, "type") if asset_type and "type" in answer else answer)
