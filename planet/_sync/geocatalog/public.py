# Generated from planet/_async/geocatalog/public.py by tools/unasync.py. Edit that file and run the tool again.

"""`PlanetaryComputer`: a client of the public Planetary Computer."""

from __future__ import annotations

import functools
import os
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Any

from ..._apis.geocatalog.service import PUBLIC
from ..._redact import redact_url
from ..._utils.tracebacks import hides_locals
from ...auth import Auth
from ...auth._subscription_key import SubscriptionKeyAuth
from ..session import SyncSession
from .catalog import session_for

if TYPE_CHECKING:
    from .sas import PublicSasAPI
    from .stac import StacAPI

__all__ = ["PlanetaryComputer"]


_STAC = "https://planetarycomputer.microsoft.com/api/stac/v1"
_SAS = "https://planetarycomputer.microsoft.com/api/sas/v1"


class PlanetaryComputer:
    """A client of the public Planetary Computer: search its items, and sign their files. No account is needed.

    Its parts are attributes: `stac`, of which only the reading methods are of use, and `sas`. With another *url* it is
    a client of any STAC API that needs no credentials.

    Args:
        url: the address of the STAC API.
        sas_url: the address that signatures come from; left out: `PC_SDK_SAS_URL`, else that of the Planetary Computer.
        subscription_key: a key, for higher limits; left out: `PC_SDK_SUBSCRIPTION_KEY`.
        session: a session or a client of Planet whose settings are used: proxy, certificates, time-outs, retries.
        settings: in its place, keyword arguments of `SyncSession`, except `auth` and `base_url`.

    Example:
        ```python
        from planet.geocatalog import PlanetaryComputer

        with PlanetaryComputer() as pc:
            results = pc.stac.search(collections=["sentinel-2-l2a"], datetime="2024-06", limit=3)  # nothing is sent yet
            print(results)
        ```
    """

    __module__ = "planet.geocatalog"

    @hides_locals
    def __init__(
        self,
        url: str = _STAC,
        *,
        sas_url: str | None = None,
        subscription_key: str | None = None,
        session: Any = None,
        **settings: Any,
    ) -> None:
        self.url = url.rstrip("/")
        self.sas_url = (sas_url or os.environ.get("PC_SDK_SAS_URL") or _SAS).rstrip("/").removesuffix("/token")
        key = subscription_key or os.environ.get("PC_SDK_SUBSCRIPTION_KEY")
        auth = SubscriptionKeyAuth(key) if key else Auth.none()
        found = session_for(session, settings, Auth.none(), self.url)
        self._session = SyncSession.from_settings(replace(found, service=PUBLIC))
        self._signing_session = SyncSession.from_settings(
            replace(found, service=PUBLIC, auth=auth, base_url=self.sas_url)
        )

    @functools.cached_property
    def stac(self) -> StacAPI:
        """Collections, items and searches."""
        from .stac import StacAPI

        return StacAPI(self._session, self.url)

    @functools.cached_property
    def sas(self) -> PublicSasAPI:
        """Signatures for reading files."""
        from .sas import PublicSasAPI

        return PublicSasAPI(self._signing_session, self.sas_url)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {redact_url(self.url)}>"

    def __enter__(self) -> PlanetaryComputer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._session.close()
        self._signing_session.close()
