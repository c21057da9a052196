"""`Sandbox`: starts and stops the server."""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import shutil
import socket
import tempfile
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

import attrs
import uvicorn

from .._async.planet import AsyncPlanet
from .._models.items import Item
from .._redact import guard_logs
from .._sync.planet import Planet
from .._utils.optional import require
from ..auth import Auth
from ..exceptions import ClientError
from .app import App, RecordedRequest, other_host
from .catalog.clock import Clock
from .catalog.own_scenes import OwnScene
from .certificates import issue
from .state.faults import Fault, parse_fault
from .state.identity import Identity
from .state.world import FAST, REALTIME, Timing, World

if TYPE_CHECKING:
    from .._async.geocatalog.catalog import AsyncGeoCatalog
    from .._sync.geocatalog.catalog import GeoCatalog

__all__ = ["Sandbox"]


_FOLDER_PREFIX = "planet-sandbox-"  # followed by the process id
_START_TIMEOUT = 20.0


class Sandbox:
    """A local server that implements the APIs of Planet.

    Args:
        port: the port to listen on; 0: any free port.
        host: the address to listen on: `0.0.0.0` for all of the machine, as in a container.
        storage_port: the port of the storage; 0: any free port.
        geocatalog_port: the port of the GeoCatalog; 0: any free port.
        public_url: the address at which clients reach the API if that is another one, as behind a proxy.
        storage_url: the same for the storage.
        realtime: let orders take minutes as at Planet, and enforce the rate limits.
        timing: the durations of orders, instead of the fast default (two seconds) or `realtime`.
        rate_limits: whether to answer 429 beyond the documented limits; None: only if `realtime`.
        api_key: the only API key to accept; None: any key.
        folder: the folder for files; None: a temporary folder that is removed at the end. Deliveries to cloud storage
            go to its subfolder `delivered/<provider>/<bucket>/`.
        scene_pixels: the width of whole scenes in pixels; larger scenes are slower.
        clip_pixels: orders that clip scenes get the true resolution as far as a clip has no more pixels than this;
            larger areas are coarser.
        image_bytes: the minimum size of image files, for benchmarks: smaller ones are padded.
        catalog_size: the number of scenes in the catalogue, at most a million; None: some thousand all over the world,
            and one every few days at every location that a search filters for.
        requires_token: accept access tokens of its login service only, no API keys.
        strict_ids: whether the id of a scene that no search finds is a 404. Otherwise every well-formed id has a scene.
        tls: whether to serve HTTPS, with an authority of its own: `authority_file`. Needs `planet[sandbox-tls]`.
        cors: whether pages of other origins may use it, in a browser.
        faults: the faults to inject from the start and after every `reset`: each a `planet.sandbox.Fault`, or text
            such as `"cut,path=tif$,after=5000"`.

    Attributes:
        base_url: the URL of the API.
        storage_url: the URL of the storage, which is another origin, as at Planet.
        authority_file: with *tls*, the certificate of its authority, for `verify=` or `SSL_CERT_FILE`; otherwise None.
        geocatalog_url: the URL of its GeoCatalog, which can ingest deliveries to Azure; any bearer token is accepted.
        api_key: an API key that the sandbox accepts.

    Example:
        ```python
        from planet.sandbox import Sandbox

        with Sandbox() as sandbox:
            pl = sandbox.planet()
            print(pl.orders.aggregated_order_stats())
        ```
    """

    __module__ = "planet.sandbox"

    VARIABLES: ClassVar[tuple[str, ...]] = (
        "PL_API_BASE_URL", "PL_AUTH_ISSUER", "PLANETARYCOMPUTER_ENDPOINT", "PLANETARYCOMPUTER_TOKEN",
        "PLANETARYCOMPUTER_SAS_TOKEN", "PLANET_SANDBOX_CONTAINERS", "PL_API_KEY", "PL_AUTH_PROFILE",
    )  # fmt: skip
    """The names of the environment variables that `environment` sets."""

    def __init__(
        self,
        port: int = 0,
        *,
        host: str = "127.0.0.1",
        storage_port: int = 0,
        geocatalog_port: int = 0,
        public_url: str | None = None,
        storage_url: str | None = None,
        realtime: bool = False,
        timing: Timing | None = None,
        rate_limits: bool | None = None,
        api_key: str | None = None,
        folder: Path | str | None = None,
        scene_pixels: int = 512,
        clip_pixels: int = 400_000,
        image_bytes: int = 0,
        catalog_size: int | None = None,
        requires_token: bool = False,
        strict_ids: bool = False,
        tls: bool = False,
        cors: bool = False,
        faults: Iterable[Fault | str] = (),
    ) -> None:
        self._faults = [_as_fault(fault) for fault in faults]
        self._remove_folder: Callable[[], Any] | None = None  # removes the temporary folder
        self._folder = None if folder is None else Path(folder)
        self._host, self._port, self._storage_port = host, port, storage_port
        self._geocatalog_port = geocatalog_port
        self._public_url, self._public_storage = (
            None if url is None else url.rstrip("/") for url in (public_url, storage_url)
        )
        self._timing = timing or (REALTIME if realtime else FAST)
        self._rate_limits = realtime if rate_limits is None else rate_limits
        self._required_key = api_key
        self._scene_pixels, self._clip_pixels, self._image_bytes = scene_pixels, clip_pixels, image_bytes
        self._catalog_size = catalog_size
        self._requires_token, self._cors, self._strict_ids, self._tls = requires_token, cors, strict_ids, tls
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self._world: World | None = None
        self._app: App | None = None
        self.api_key = api_key or f"sandbox-{secrets.token_hex(8)}"
        self.base_url = ""
        self.storage_url = ""
        self.geocatalog_url = ""
        self.authority_file: Path | None = None

    def __repr__(self) -> str:
        return f"<Sandbox {self.base_url or 'not started'}>"

    def __enter__(self) -> Sandbox:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> Sandbox:
        """Start the server, and return the sandbox. For notebooks; elsewhere, prefer a `with` statement.

        Raises:
            ClientError: the sandbox is running already, or the port is in use.

        Example:
            ```python
            from planet.sandbox import Sandbox

            sandbox = Sandbox().start()
            pl = sandbox.planet()
            sandbox.stop()
            ```
        """
        if self._server is not None:
            raise ClientError("The sandbox is already running")
        if self._tls:
            require("sandbox-tls", "The sandbox with HTTPS", "trustme")
        if self._folder is None:
            remove_orphans()
            self._folder = Path(tempfile.mkdtemp(prefix=f"{_FOLDER_PREFIX}{os.getpid()}-"))
            # In a notebook, stop() may never be called.
            self._remove_folder = weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True, exist_ok=True)
        self._world = World(
            self._folder,
            self._timing,
            pixels=self._scene_pixels,
            clip_pixels=self._clip_pixels,
            image_bytes=self._image_bytes,
            api_key=self._required_key,
            catalog_size=self._catalog_size,
            requires_token=self._requires_token,
            strict_ids=self._strict_ids,
        )
        self._add_faults(self._world)
        sockets = [self._listen(self._port), self._listen(self._storage_port), self._listen(self._geocatalog_port)]
        ports = [listener.getsockname()[1] for listener in sockets]
        self._app = App(
            self._world,
            ports[1],
            ports[2],
            rate_limits=self._rate_limits,
            public_url=self._public_url,
            storage_url=self._public_storage,
            cors=self._cors,
            reset=self.reset,
            environment=self.environment,
        )
        guard_logs("uvicorn.access")
        host = "127.0.0.1" if self._host == "0.0.0.0" else self._host
        certificates = issue(self._folder / "tls", *self._names(host)) if self._tls else None
        self.authority_file = None if certificates is None else certificates.authority
        # Without a level, uvicorn would wrap the application to trace messages.
        config = uvicorn.Config(
            self._app,
            log_config=None,
            log_level=logging.WARNING,
            access_log=False,
            lifespan="on",
            timeout_graceful_shutdown=1,
            ssl_certfile=None if certificates is None else str(certificates.server),
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=(sockets,), name="planet-sandbox", daemon=True)
        self._thread.start()
        started = threading.Event()
        for _ in range(int(_START_TIMEOUT / 0.01)):
            if self._server.started or not self._thread.is_alive():
                break
            started.wait(0.01)
        scheme = "https" if self._tls else "http"
        self.base_url = self._public_url or f"{scheme}://{host}:{ports[0]}"
        self.storage_url = self._public_storage or f"{scheme}://{other_host(host)}:{ports[1]}"
        self.geocatalog_url = f"{scheme}://{host}:{ports[2]}"
        return self

    def _names(self, host: str) -> list[str]:
        """The names at which clients reach the sandbox, for its certificate."""
        urls = (self._public_url, self._public_storage)
        return [host, "localhost", "127.0.0.1", *(urlsplit(url).hostname or "" for url in urls if url)]

    def _listen(self, port: int) -> socket.socket:
        # asyncio sets TCP_NODELAY only on sockets with this protocol; otherwise each response takes 40 ms longer.
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((self._host, port))
        except OSError as error:
            listener.close()
            raise ClientError(
                f"The sandbox cannot listen on {self._host}:{port}: {error.strerror}",
                hint="Choose another port, or 0 for any free port.",
            ) from None
        listener.listen(1024)
        return listener

    def stop(self) -> None:
        """Stop the server, and remove the temporary folder."""
        if self._server is not None and self._thread is not None:
            # Open connections are closed after a second, which uvicorn would log as an error.
            log = logging.getLogger("uvicorn.error")
            before, log.disabled = log.disabled, True
            self._server.should_exit = True
            self._thread.join()
            log.disabled = before
            self._running.close()
            self._server = self._thread = None
        if self._remove_folder is not None:
            self._remove_folder()
            self._remove_folder = self._folder = None

    @property
    def _running(self) -> World:
        if self._server is None or self._world is None:
            raise ClientError("The sandbox is not running", hint="Use it in a 'with' statement, or call start().")
        return self._world

    @property
    def clock(self) -> Clock:
        """The clock of the sandbox, which can be stopped and advanced."""
        return self._running.clock

    @property
    def identity(self) -> Identity:
        """The login service: approve and deny logins, expire and revoke tokens."""
        return self._running.identity

    @property
    def folder(self) -> Path:
        """The folder with the files of the sandbox."""
        return self._running.folder

    @property
    def requests(self) -> list[RecordedRequest]:
        """The requests that the sandbox received, oldest first."""
        assert self._app is not None
        return self._app.requests

    def add_scene(self, item_id: str, lon: float, lat: float, **details: Any) -> Item:
        """Add a scene to the catalogue, and return the item; `planet.sandbox.OwnScene` has the details and errors.

        Example:
            ```python
            sandbox.add_scene("20240601_101500_00_0001", 6.38, 45.87, cloud_cover=0.8, missing_assets=["ortho_udm2"])
            ```
        """
        return self._running.add_scene(OwnScene(item_id=item_id, lon=lon, lat=lat, **details))

    def inject(self, kind: str, **details: Any) -> Fault:
        """Inject a fault into the next matching requests; `planet.sandbox.Fault` has the details.

        Raises:
            ArgumentError: the kind of fault or a detail is not valid.

        Example:
            ```python
            sandbox.inject("status", path="/orders/v2", status=503, times=2)
            ```
        """
        fault = Fault(kind, **details)
        self._running.faults.add(fault)
        return fault

    def _add_faults(self, world: World) -> None:
        for fault in self._faults:
            world.faults.add(attrs.evolve(fault))  # a copy with a fresh counter

    def clear_faults(self) -> None:
        """Remove all pending faults."""
        self._running.faults.clear()

    def expire_links(self) -> None:
        """Expire all download links issued so far; new ones work."""
        self._running.expire_links()

    def reset(self) -> None:
        """Delete all orders, searches, other records, requests and injected faults, and reset the clock."""
        self._running.reset()
        self._add_faults(self._running)
        self.requests.clear()

    @property
    def _trust(self) -> dict[str, Any]:
        """The settings by which a client trusts the certificates of the sandbox."""
        _ = self._running  # raises if it does not run: a client would go to the real service
        return {} if self.authority_file is None else {"verify": str(self.authority_file)}

    def planet(self, **settings: Any) -> Planet:
        """Return a sync client of this sandbox. Accepts the settings of a session."""
        return Planet(base_url=self.base_url, **{"auth": Auth.from_key(self.api_key), **self._trust, **settings})

    def async_planet(self, **settings: Any) -> AsyncPlanet:
        """Return an async client of this sandbox. Accepts the settings of a session."""
        auth = Auth.from_key(self.api_key)
        return AsyncPlanet(base_url=self.base_url, **{"auth": auth, **self._trust, **settings})

    def geocatalog(self, **settings: Any) -> GeoCatalog:
        """Return a sync client of the catalogue. Accepts the settings of a session.

        Example:
            ```python
            from planet.sandbox import Sandbox

            with Sandbox() as sandbox, sandbox.geocatalog() as gc:
                print(list(gc.stac.list_collections()))
            ```
        """
        from .._sync.geocatalog.catalog import GeoCatalog

        return GeoCatalog(self.geocatalog_url, **{"credential": self.api_key, **self._trust, **settings})

    def async_geocatalog(self, **settings: Any) -> AsyncGeoCatalog:
        """Return an async client of the catalogue. Accepts the settings of a session."""
        from .._async.geocatalog.catalog import AsyncGeoCatalog

        return AsyncGeoCatalog(self.geocatalog_url, **{"credential": self.api_key, **self._trust, **settings})

    def container_url(self, container: str) -> str:
        """Return the address of a container of the sandbox that orders are delivered to, for `ingest_order`.

        Args:
            container: its name, as in `order_request.azure_blob_storage`.
        """
        return self._running.blobs.url(self.storage_url, container)

    def sas_token(self, container: str, minutes: float = 60) -> str:
        """Return a signature for reading a container of the sandbox.

        Args:
            container: its name, as in `order_request.azure_blob_storage`; `*` for all.
            minutes: how long it is valid.
        """
        return self._running.blobs.sas(container, minutes)[0]

    def environment(self) -> dict[str, str]:
        """Return the environment variables that direct clients to this sandbox, and logins to its login service."""
        urls = {
            "PL_API_BASE_URL": self.base_url,
            "PL_AUTH_ISSUER": f"{self.base_url}/idp",
            "PLANETARYCOMPUTER_ENDPOINT": self.geocatalog_url,
            "PLANETARYCOMPUTER_TOKEN": self.api_key,
            "PLANETARYCOMPUTER_SAS_TOKEN": self.sas_token("*", minutes=7 * 24 * 60),
            "PLANET_SANDBOX_CONTAINERS": self.container_url("").rstrip("/"),
            **({} if self.authority_file is None else {"SSL_CERT_FILE": str(self.authority_file)}),
        }
        if self._requires_token:
            return {**urls, "PL_API_KEY": "", "PL_AUTH_PROFILE": ""}  # override other credentials
        # The profile selects the key even if ~/.planet.json has another default.
        return {**urls, "PL_API_KEY": self.api_key, "PL_AUTH_PROFILE": "_PL_API_KEY"}

    @contextlib.contextmanager
    def as_default(self) -> Iterator[Sandbox]:
        """Direct all clients of this process to this sandbox in a `with` block."""
        before = {name: os.environ.get(name) for name in self.environment()}
        os.environ.update(self.environment())
        try:
            yield self
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value


def remove_orphans() -> None:
    """Remove the temporary folders of sandboxes whose process no longer exists."""
    if os.name == "nt":
        return  # os.kill(pid, 0) would end the process
    for folder in Path(tempfile.gettempdir()).glob(f"{_FOLDER_PREFIX}*-*"):
        pid = folder.name.removeprefix(_FOLDER_PREFIX).partition("-")[0]
        if not pid.isdecimal():
            continue
        try:
            os.kill(int(pid), 0)
        except ProcessLookupError:
            shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue  # the process of another user


def _as_fault(fault: Fault | str) -> Fault:
    return parse_fault(fault) if isinstance(fault, str) else fault
