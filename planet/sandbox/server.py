"""`Sandbox`: the server, started and stopped."""

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
from typing import Any

import attrs
import uvicorn

from .._async.planet import AsyncPlanet
from .._redact import guard_logs
from .._sync.planet import Planet
from ..auth import Auth
from ..exceptions import ClientError
from .app import App, RecordedRequest
from .catalog.clock import Clock
from .state.faults import Fault, parse_fault
from .state.identity import Identity
from .state.world import FAST, REALTIME, Timing, World

__all__ = ["Sandbox"]


_FOLDER_PREFIX = "planet-sandbox-"  # and the number of the process
_START_TIMEOUT = 20.0


class Sandbox:
    """A local Planet.

    Args:
        port: where to listen; 0 is any free port.
        host: the address to listen on.
        realtime: let orders take minutes as they do at Planet, and enforce the rate limits.
        timing: how long orders take, where neither the fast default (two seconds) nor realtime suits.
        rate_limits: whether to answer 429 beyond the documented limits; left out: only in real time.
        api_key: the one key to accept; left out: any.
        folder: where to keep the files; left out: a temporary folder that goes with the sandbox. What is delivered
            to a cloud goes to its subfolder `delivered/<provider>/<bucket>/`.
        scene_pixels: how many pixels wide scenes are; more is slower and larger.
        image_bytes: how large image files are at least, for benchmarks: they are filled up.
        catalog_size: how many scenes the catalogue has, at most a million; left out: some thousand all over the world,
            and wherever a search names a place one every few days.
        requires_token: let nobody in but with a token of its login service, as machines and users get one who log in.
        faults: what goes wrong from the start, and again after every `reset`: each a `planet.sandbox.faults.Fault`, or
            text such as `"cut,path=tif$,after=5000"`.

    Attributes:
        base_url: the address of the API.
        storage_url: the address of the storage, another origin, as it is at Planet.
        api_key: a key that it accepts.

    Example:
        ```python
        from planet.sandbox import Sandbox

        with Sandbox() as sandbox:
            pl = sandbox.planet()
            print(pl.orders.aggregated_order_stats())
        ```
    """

    def __init__(
        self,
        port: int = 0,
        *,
        host: str = "127.0.0.1",
        realtime: bool = False,
        timing: Timing | None = None,
        rate_limits: bool | None = None,
        api_key: str | None = None,
        folder: Path | str | None = None,
        scene_pixels: int = 512,
        image_bytes: int = 0,
        catalog_size: int | None = None,
        requires_token: bool = False,
        faults: Iterable[Fault | str] = (),
    ) -> None:
        self._faults = [_as_fault(fault) for fault in faults]
        self._remove_folder: Callable[[], Any] | None = None  # the folder, where it is its own
        self._folder = None if folder is None else Path(folder)
        self._host, self._port = host, port
        self._timing = timing or (REALTIME if realtime else FAST)
        self._rate_limits = realtime if rate_limits is None else rate_limits
        self._required_key = api_key
        self._scene_pixels, self._image_bytes = scene_pixels, image_bytes
        self._catalog_size = catalog_size
        self._requires_token = requires_token
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self._world: World | None = None
        self._app: App | None = None
        self.api_key = api_key or f"sandbox-{secrets.token_hex(8)}"
        self.base_url = ""
        self.storage_url = ""

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
        """Start to listen; returns itself when it does. For notebooks; elsewhere a `with` stops it in the end.

        Raises:
            ClientError: the port is taken.

        Example:
            ```python
            from planet.sandbox import Sandbox

            sandbox = Sandbox().start()
            pl = sandbox.planet()
            sandbox.stop()
            ```
        """
        if self._server is not None:
            raise ClientError("The sandbox is running already.")
        if self._folder is None:
            remove_orphans()
            self._folder = Path(tempfile.mkdtemp(prefix=f"{_FOLDER_PREFIX}{os.getpid()}-"))
            # Nobody stops the sandbox of a notebook.
            self._remove_folder = weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True, exist_ok=True)
        self._world = World(
            self._folder,
            self._timing,
            pixels=self._scene_pixels,
            image_bytes=self._image_bytes,
            api_key=self._required_key,
            catalog_size=self._catalog_size,
            requires_token=self._requires_token,
        )
        self._add_faults(self._world)
        sockets = [self._listen(self._port), self._listen(0)]
        ports = [listener.getsockname()[1] for listener in sockets]
        self._app = App(self._world, ports[1], rate_limits=self._rate_limits)
        guard_logs("uvicorn.access")
        # The level is set because uvicorn would stand between itself and the application to trace everything.
        config = uvicorn.Config(
            self._app,
            log_config=None,
            log_level=logging.WARNING,
            access_log=False,
            lifespan="on",
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=(sockets,), name="planet-sandbox", daemon=True)
        self._thread.start()
        started = threading.Event()
        for _ in range(int(_START_TIMEOUT / 0.01)):
            if self._server.started or not self._thread.is_alive():
                break
            started.wait(0.01)
        self.base_url, self.storage_url = (f"http://{self._host}:{port}" for port in ports)
        return self

    def _listen(self, port: int) -> socket.socket:
        # Named as TCP, so that asyncio switches Nagle's algorithm off: it would cost 40 ms an answer.
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((self._host, port))
        except OSError as error:
            listener.close()
            raise ClientError(
                f"The sandbox cannot listen on {self._host}:{port}: {error.strerror}.",
                hint="Choose another port, or 0.",
            ) from None
        listener.listen(1024)
        return listener

    def stop(self) -> None:
        """Stop, and remove the temporary folder."""
        if self._server is not None and self._thread is not None:
            # Clients that are still waiting are cut off after a second; this is no error here.
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
            raise ClientError("The sandbox is not running.", hint="Use it in a 'with', or call start().")
        return self._world

    @property
    def clock(self) -> Clock:
        """Its time, which can be stopped and moved."""
        return self._running.clock

    @property
    def identity(self) -> Identity:
        """Its login service: allow and refuse logins, let tokens expire, revoke them."""
        return self._running.identity

    @property
    def folder(self) -> Path:
        """Where it keeps its files."""
        return self._running.folder

    @property
    def requests(self) -> list[RecordedRequest]:
        """The requests that it has seen, the first one first."""
        assert self._app is not None
        return self._app.requests

    def inject(self, kind: str, **details: Any) -> Fault:
        """Let something go wrong with the next requests that match; see `planet.sandbox.faults` for what there is.

        Raises:
            ClientError: there is no such fault.

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
            world.faults.add(attrs.evolve(fault))  # each time a new one, which has met nothing yet

    def clear_faults(self) -> None:
        """Let nothing go wrong any more."""
        self._running.faults.clear()

    def expire_links(self) -> None:
        """Let every download link that has been handed out so far expire; fresh ones work."""
        self._running.expire_links()

    def reset(self) -> None:
        """Forget every order, search, request and injected fault, and set the clock right."""
        self._running.reset()
        self._add_faults(self._running)
        self.requests.clear()

    def planet(self, **settings: Any) -> Planet:
        """A blocking client of this sandbox; takes the settings of a session."""
        return Planet(base_url=self.base_url, **{"auth": Auth.from_key(self.api_key), **settings})

    def async_planet(self, **settings: Any) -> AsyncPlanet:
        """An asynchronous client of this sandbox; takes the settings of a session."""
        return AsyncPlanet(base_url=self.base_url, **{"auth": Auth.from_key(self.api_key), **settings})

    def environment(self) -> dict[str, str]:
        """The variables that point every client at this sandbox, and every login at its login service."""
        where = {"PL_API_BASE_URL": self.base_url, "PL_AUTH_ISSUER": f"{self.base_url}/idp"}
        if self._requires_token:
            return {**where, "PL_API_KEY": "", "PL_AUTH_PROFILE": ""}  # whatever else is set is not for this service
        # The name of the profile says that the key counts, even where ~/.planet.json has another default.
        return {**where, "PL_API_KEY": self.api_key, "PL_AUTH_PROFILE": "_PL_API_KEY"}

    @contextlib.contextmanager
    def as_default(self) -> Iterator[Sandbox]:
        """Point every client of this program at this sandbox, for as long as the `with` lasts."""
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
    """Remove what sandboxes have left whose program was killed, as notebooks are: the folders bear its number."""
    if os.name == "nt":
        return  # there, asking whether a process is there may end it
    for folder in Path(tempfile.gettempdir()).glob(f"{_FOLDER_PREFIX}*-*"):
        number = folder.name.removeprefix(_FOLDER_PREFIX).partition("-")[0]
        if not number.isdecimal():
            continue
        try:
            os.kill(int(number), 0)
        except ProcessLookupError:
            shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue  # it is somebody else's


def _as_fault(fault: Fault | str) -> Fault:
    return parse_fault(fault) if isinstance(fault, str) else fault
