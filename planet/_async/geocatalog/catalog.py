"""`AsyncGeoCatalog`: a client of a GeoCatalog of Microsoft Planetary Computer Pro."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from ..._apis.geocatalog.service import API_VERSION, endpoint_of, geocatalog_service, limits_for, scope_of
from ..._http.settings import Settings
from ..._redact import redact_url
from ..._utils.tracebacks import hides_locals
from ...auth._entra import EntraAuth
from ...exceptions import ArgumentTypeError
from ..session import Session

if TYPE_CHECKING:
    from ..._apis.geocatalog.ingest_report import IngestReport
    from ..._http.limits import LimitInForce
    from .ingestion import IngestionClient
    from .sas import SasClient
    from .stac import StacClient
    from .tiles import TilesClient

__all__ = ["AsyncGeoCatalog", "session_for"]


class AsyncGeoCatalog:
    """A client of a GeoCatalog of Microsoft Planetary Computer Pro: search, ingest, draw and sign imagery.

    Its parts are attributes: `stac`, `ingestion`, `data` and `sas`. It does no I/O until the first request. Use it with
    `async with`, or call `aclose` at the end. The credentials for Planet are never sent to it.

    Args:
        endpoint: the address of the catalogue; left out: the variable `PLANETARYCOMPUTER_ENDPOINT`.
        credential: an object with `get_token`, such as `azure.identity.DefaultAzureCredential()`; a function that
            returns a token; a token as text. Left out: the variable `PLANETARYCOMPUTER_TOKEN`, else the default
            credential of `planet[azure]`.
        scope: what tokens are for; left out: what the address of the catalogue says.
        api_version: the version of the API.
        session: a session or a client of Planet whose settings are used: proxy, certificates, time-outs, retries.
        settings: in its place, keyword arguments of `Session`, except `auth` and `base_url`.

    Raises:
        ClientError: no endpoint is given.
        ArgumentError: the endpoint is not an https URL.
        ArgumentTypeError: the credential or the session is none.

    Example:
        ```python
        from planet.geocatalog import AsyncGeoCatalog

        async with AsyncGeoCatalog(endpoint, credential) as gc:
            async for item in gc.stac.search(collections=["naip"], limit=3):
                print(item.id)
        ```
    """

    __module__ = "planet.geocatalog"

    @hides_locals
    def __init__(
        self,
        endpoint: str | None = None,
        credential: Any = None,
        *,
        scope: str | None = None,
        api_version: str = API_VERSION,
        session: Any = None,
        **settings: Any,
    ) -> None:
        self.endpoint = endpoint_of(endpoint)
        if credential is None:
            credential = os.environ.get("PLANETARYCOMPUTER_TOKEN") or None
        auth = EntraAuth(credential, scope or scope_of(self.endpoint))
        made = session_for(session, settings, auth, self.endpoint)
        limits = limits_for(settings.get("limits") or (made.limits if session is not None else None))
        self._session = Session.from_settings(replace(made, limits=limits, service=geocatalog_service(api_version)))

    @functools.cached_property
    def stac(self) -> StacClient:
        """Collections, items and searches."""
        from .stac import StacClient

        return StacClient(self._session, f"{self.endpoint}/stac")

    @functools.cached_property
    def ingestion(self) -> IngestionClient:
        """Sources, ingestions, and operations to wait for."""
        from .ingestion import IngestionClient

        return IngestionClient(self._session, f"{self.endpoint}/inma")

    @functools.cached_property
    def data(self) -> TilesClient:
        """Tiles, previews, values and statistics."""
        from .tiles import TilesClient

        return TilesClient(self._session, f"{self.endpoint}/data")

    @functools.cached_property
    def sas(self) -> SasClient:
        """Signatures for reading files."""
        from .sas import SasClient

        return SasClient(self._session, f"{self.endpoint}/sas")

    @property
    def shared_access_signature(self) -> SasClient:
        """The same as `sas`."""
        return self.sas

    @property
    def limits_in_force(self) -> list[LimitInForce]:
        """The rate limits that its requests are held to, as far as they have been used."""
        return self._session.limits_in_force

    @hides_locals
    async def ingest_order(
        self,
        order: Any,
        collection_id: str,
        *,
        sas_token: str | None = None,
        identity: str | None = None,
        container_url: str | None = None,
        folder: Path | str | None = None,
        collection: Any = None,
        batch: int = 100,
        timeout: float | None = None,
        callback: Callable[[int, int], Any] | None = None,
    ) -> IngestReport:
        """Bring an order that was delivered to Azure into a collection of the catalogue.

        Nothing is ingested twice: a second call skips the items that are there, so that one that was interrupted is
        called again. No image is read here, only the manifest and the metadata; the catalogue copies the images.

        The ingestion source that it needs is made for the time of the call. Where there is one for the container, it is
        used, and gets *sas_token* if that is valid for longer.

        Args:
            order: the order, as `orders.get_order` returns it after its end.
            collection_id: the collection, which is created if it does not exist.
            sas_token: a shared access signature that allows reading and listing the container.
            identity: in its place, the objectId of a managed identity of the catalogue; then *folder* is required.
            container_url: the address of the container; left out: what the delivery of the order says.
            folder: a downloaded copy of the order, of which the manifest and the metadata are read.
            collection: the collection to create; left out: one that is made from the items.
            batch: how many items are sent at a time.
            timeout: seconds to wait for each operation at most; left out: for ever.
            callback: is called with the number of items that are done, and of all.

        Returns:
            What was ingested, what was skipped, and what failed and why.

        Raises:
            ClientError: the order has not ended well, or was not delivered to Azure.
            OperationFailed: the collection could not be created.

        Example:
            ```python
            order = await pl.orders.get_order(order_id)
            report = await gc.ingest_order(order, "planet-psscene", sas_token=sas_token)
            print(report.items, report.skipped, report.failed)
            ```
        """
        from .ingest import ingest_order

        return await ingest_order(
            self.stac,
            self.ingestion,
            order,
            collection_id,
            sas_token=sas_token,
            identity=identity,
            container_url=container_url,
            folder=folder,
            collection=collection,
            batch=batch,
            timeout=timeout,
            callback=callback,
        )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {redact_url(self.endpoint)}>"

    async def __aenter__(self) -> AsyncGeoCatalog:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._session.aclose()


def session_for(session: Any, settings: dict[str, Any], auth: Any, base_url: str) -> Settings:
    """The settings of a session for another service: those of *session*, or *settings*, but never its credentials.

    Raises:
        ArgumentTypeError: both are given, or *session* has no settings.
    """
    for name in ("auth", "base_url"):
        if name in settings:
            raise ArgumentTypeError(f"{name} is not an argument of a catalogue.", hint="Pass endpoint and credential.")
    if session is None:
        return Session(auth=auth, base_url=base_url, **settings).settings
    if settings:
        raise ArgumentTypeError(f"{', '.join(settings)} cannot be combined with session.")
    found = getattr(getattr(session, "_session", session), "settings", None)
    if not isinstance(found, Settings):
        raise ArgumentTypeError(f"session must be a session or a client of Planet, got {type(session).__name__}.")
    return replace(found, auth=auth, base_url=base_url)
