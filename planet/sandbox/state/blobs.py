"""A storage account in local folders: the containers of deliveries to Azure, and those of the catalogue."""

import contextlib
import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

__all__ = ["ACCOUNT", "Blobs"]


ACCOUNT = "planetsandbox"


class Blobs:
    """The blobs of one storage account, below the folder of the sandbox.

    Args:
        folder: the folder of the sandbox.
        sign: makes a signed token of claims.
        unsign: returns the claims of a token, None if it is not valid.
        now: the time in UTC.
    """

    def __init__(
        self,
        folder: Path,
        sign: Callable[..., str],
        unsign: Callable[[str], dict[str, Any] | None],
        now: Callable[[], datetime.datetime],
    ) -> None:
        self._delivered = folder / "delivered" / "azure_blob_storage"
        self._managed = folder / "geocatalog"
        self._sign, self._unsign, self._now = sign, unsign, now

    def sas(self, container: str, minutes: float) -> tuple[str, datetime.datetime]:
        """Return a signature for reading and listing a container, or `*` for all, and when it expires."""
        until = self._now() + datetime.timedelta(minutes=minutes)
        signature = quote(self._sign(container=container, exp=until.timestamp()), safe="")
        expiry = quote(f"{until:%Y-%m-%dT%H:%M:%SZ}", safe="")
        return f"sv=2021-12-02&se={expiry}&sr=c&sp=rl&sig={signature}", until

    def allows(self, container: str, query: str) -> bool:
        """Whether the query of an address has a valid signature for a container."""
        claims = self._unsign(parse_qs(query).get("sig", [""])[0])
        return claims is not None and claims.get("container") in (container, "*")

    @staticmethod
    def url(storage: str, container: str, name: str = "") -> str:
        """The address of a container, or of a blob in it."""
        return f"{storage}/{ACCOUNT}/{container}" + (f"/{quote(name)}" if name else "")

    @staticmethod
    def parse(href: str, storage: str) -> tuple[str, str] | None:
        """The container and the name of a blob, by its address; None if it is at another place."""
        parts, own = urlsplit(href), urlsplit(storage)
        account, _, rest = parts.path.lstrip("/").partition("/")
        container, _, name = rest.partition("/")
        # The host may be another name of this computer.
        if parts.port != own.port or account != ACCOUNT or not name:
            return None
        return container, unquote(name)

    def path(self, container: str, name: str) -> Path | None:
        """The file of a blob; None if there is none."""
        for root in (self._managed, self._delivered):
            path = (root / container / name).resolve()
            with contextlib.suppress(OSError):  # a name that this file system cannot have
                if root.resolve() in path.parents and path.is_file():
                    return path
        return None

    def managed_path(self, container: str, name: str) -> Path:
        """Where a blob of the catalogue is to be written.

        Raises:
            ValueError: the name leads out of the container.
        """
        folder = (self._managed / container).resolve()
        path = (folder / name).resolve()
        if path != folder and folder not in path.parents:
            raise ValueError(f"{name!r} is not a name of a blob")
        return path
