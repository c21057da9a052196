# Generated from planet/_async/apis/assets.py by tools/unasync.py. Edit that file and run the tool again.

"""Assets of items: activate, wait, download, verify. Part of the Data API's client."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from time import monotonic
from typing import Any

from ..._apis.data import asset_named, link_of, location_of, status_of, wait_timeout
from ..._builders import catalog as specs
from ..._download.on_exists import OnExists, on_exists_of
from ..._files.checksum import validate_file
from ..._http.polling import PollInterval
from ..._models.items import Asset, item_key
from ..._runtime._sync import Items, collect_items, invoke_callback, sleep
from ..._utils.arguments import as_list
from ..._utils.iterables import each_item
from ...download_report import DownloadReport
from ...exceptions import ClientError, InvalidAPIKey, NoPermission
from ...reporting import DownloadBar
from ..download.assets import AssetDownload, AssetRequests
from ..download.file import check_directory, download_file, target_of
from ..download.links import Source
from .base import _BaseAPI

__all__ = ["AssetMethods"]


_IDLE = 60.0  # seconds: an asset that is still inactive after so long has not been activated


class AssetMethods(_BaseAPI):
    """What the client of the Data API does with assets."""

    def list_item_assets(self, item_type_id: str, item_id: str) -> dict[str, Asset]:
        """The assets of an item, by their types.

        `GET /item-types/{type}/items/{id}/assets`

        Raises:
            MissingResource: there is no such item.

        Example:
            ```python
            assets = pl.data.list_item_assets("PSScene", "20220304_093300_37_2430")
            print(sorted(assets), assets["ortho_visual"].status)
            ```
        """
        assets = self._get(self._url("/item-types/{}/items/{}/assets", item_type_id, item_id))
        return {name: Asset(asset) for name, asset in assets.items() if isinstance(asset, dict)}

    def get_asset(self, item_type_id: str, item_id: str, asset_type_id: str, *, validate: bool = True) -> Asset:
        """One asset of an item.

        `GET /item-types/{type}/items/{id}/assets`

        Args:
            item_type_id: for example `PSScene`.
            item_id: the item.
            asset_type_id: for example `ortho_analytic_4b`.
            validate: check the item type against the catalogue; False sends it as it is.

        Raises:
            SpecificationException: the item type is not in the catalogue.
            MissingResource: there is no such item.
            ClientError: the item has no such asset; the text names those that it has.

        Example:
            ```python
            asset = pl.data.get_asset("PSScene", "20220304_093300_37_2430", "ortho_visual")
            ```
        """
        item_type = specs.validate_data_item_type(item_type_id) if validate else item_type_id
        return asset_named(self.list_item_assets(item_type, item_id), asset_type_id, item_id)

    def activate_asset(self, asset: Mapping[str, Any]) -> None:
        """Have an asset made ready for download, which takes minutes; one that is ready or on its way stays as it is.

        `GET` on its link `activate`

        Args:
            asset: from `get_asset` or `list_item_assets`.

        Raises:
            NoPermission: this account may not have it.
            ClientError: it is no asset.

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
            # The service says 401 here to a key that is valid, and that this asset is not for.
            raise NoPermission(
                f"This account may not download the asset {asset.get('type')}",
                method=error.method,
                url=error.url,
                status_code=error.status_code,
                request_id=error.request_id,
                body=error.body,
            ) from None

    def wait_asset(
        self,
        asset: Mapping[str, Any],
        delay: float | None = None,
        max_attempts: int = 0,
        callback: Callable[[str], Any] | None = None,
        *,
        timeout: float | None = None,
    ) -> Asset:
        """Wait until an asset is active. Needs no tuning: trouble on the way is sat out.

        `GET` on its link `_self`, again and again

        Args:
            asset: from `get_asset` or `list_item_assets`; activate it first.
            delay: seconds from one look to the next; left out: half a second at first, ten at last.
            max_attempts: how often to look at most; 0: any number.
            callback: is called with the status at every look.
            timeout: seconds after which to give up; left out: never.

        Returns:
            The asset as it is then, with its `location`.

        Raises:
            WaitTimeout: the time or the looks are used up; it can be waited for again.
            ClientError: it is no asset, or nobody has activated it.

        Example:
            ```python
            asset = pl.data.get_asset("PSScene", "20220304_093300_37_2430", "ortho_visual")
            pl.data.activate_asset(asset)
            asset = pl.data.wait_asset(asset, callback=print, timeout=1800)
            ```
        """
        link_of(asset, "_self", self._base_url)  # says what is wrong with it, before anything else
        # What was handed in is the first look.
        interval = PollInterval(delay, max_attempts, timeout, monotonic(), free=1)
        current = Asset(asset)
        idle_since = monotonic()
        while True:
            started = monotonic()
            status = status_of(current)
            if callback is not None:
                invoke_callback(callback, status)
            if status == "active":
                return current
            if status != "inactive":
                idle_since = started
            elif started - idle_since > _IDLE and not max_attempts and timeout is None:
                raise ClientError(
                    f"Asset {current.type} is inactive: nothing will happen to it.", hint="Call activate_asset first."
                )
            pause = interval.next_pause(started, monotonic())
            if pause is None:
                raise wait_timeout(current)
            sleep(pause)
            current = self._poll_asset(current)

    def _poll_asset(self, asset: Asset) -> Asset:
        return Asset(self._poll(link_of(asset, "_self", self._base_url), asset))

    def download_asset(
        self,
        asset: Mapping[str, Any],
        filename: str | None = None,
        directory: Path | str = Path("."),
        overwrite: bool = False,
        progress_bar: bool = True,
        *,
        on_exists: OnExists | None = None,
    ) -> Path:
        """Download an asset that is active, and verify it. Downloads count against the quota of some plans.

        `GET` on its `location`; a link that has expired is renewed.

        Args:
            asset: what `wait_asset` has returned.
            filename: its name; left out: the one that the service gives it.
            directory: where to put it; made if it is not there.
            overwrite: whether to replace a file that is there already; otherwise the right one is kept, and another
                one is an error.
            progress_bar: show the progress on stderr.
            on_exists: what to do about a file that exists: `error` (keep the right one, otherwise fail; the default),
                `skip` (keep any) or `overwrite`.

        Returns:
            The path of the file, which is whole, and has the MD5 that the service promises.

        Raises:
            ClientError: the asset is not active.
            DownloadError: it could not be brought home whole; nothing is left under its name.

        Example:
            ```python
            asset = pl.data.get_asset("PSScene", "20220304_093300_37_2430", "ortho_visual")
            pl.data.activate_asset(asset)
            asset = pl.data.wait_asset(asset)
            path = pl.data.download_asset(asset, directory=folder)
            ```
        """
        source = self._source_of(asset)
        digests = {"md5": Asset(asset).md5_digest}
        place = target_of(
            check_directory(directory), filename or None, self._session, on_exists_of(on_exists, overwrite), digests
        )
        with DownloadBar(disable=not progress_bar) as bar:
            return (download_file(self._session, source, place, bar)).transfer.target

    def _source_of(self, asset: Mapping[str, Any]) -> Source:
        """Where an asset is downloaded from, with a fresh link when that has expired."""

        def renew(stale: str) -> str:
            return location_of(self._get(link_of(asset, "_self", self._base_url)))

        return Source(location_of(asset), renew)

    @staticmethod
    def validate_checksum(asset: Mapping[str, Any], filename: Path | str) -> None:
        """Check a downloaded file against the MD5 of its asset. Needs no network.

        Args:
            asset: what `wait_asset` has returned.
            filename: the file.

        Raises:
            ChecksumError: the file is missing, or it is not what was promised.
            ClientError: the service gives no MD5 for the asset.

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
            raise ClientError(
                "The asset has no md5_digest.", hint="The service gives it for active assets: see wait_asset."
            )
        validate_file(Path(filename), digest, "md5")

    def download_assets(
        self,
        items: Items[Any],
        asset_types: str | Iterable[str],
        directory: Path | str = Path("."),
        overwrite: bool = False,
        progress_bar: bool = True,
        *,
        timeout: float | None = None,
        on_exists: OnExists | None = None,
    ) -> DownloadReport:
        """Activate, wait for, download and verify assets of many items at once.

        What is there already and right is not fetched again, so that a second call only completes the first. Downloads
        count against the quota of some plans.

        Args:
            items: the items: what a search returns, as it is or in a list; or pairs `("PSScene", id)`.
            asset_types: the assets that are wanted of each: one type or several.
            directory: where to put the files; made if it is not there.
            overwrite: whether to replace files that are there already.
            progress_bar: show the progress on stderr.
            timeout: seconds after which to give up on assets that are not active yet; left out: never.
            on_exists: what to do about files that exist: `error` (keep the right ones, report others; the default),
                `skip` (keep any) or `overwrite`.

        Returns:
            The paths of the files, item by item; all of them are whole and verified. The list has an account:
            `outcomes`, `summary()`, `save(path)`.

        Raises:
            DownloadError: some assets could not be had; `failures` names them, `report` is the account. The others are
                complete.

        Example:
            ```python
            items = pl.data.search(["PSScene"], geometry=aoi, limit=2)
            report = pl.data.download_assets(items, "ortho_visual", folder)
            print(report.summary())
            ```
        """
        folder = check_directory(directory)
        choice = on_exists_of(on_exists, overwrite)
        types = as_list("asset_types", asset_types)
        if items is None:
            raise ClientError("items is None.", hint="It is what a search returns, or a list of items.")
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
