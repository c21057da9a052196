"""Requests, AOIs and servers that many tests use."""

import contextlib
import datetime
import socket
import threading
import time
import traceback

import httpcore
import httpx

from planet import order_request, subscription_request

OREGON = {
    "type": "Polygon",
    "coordinates": [
        [[-117.558734, 45.229745], [-117.452447, 45.229745], [-117.452447, 45.301865], [-117.558734, 45.301865],
         [-117.558734, 45.229745]],
    ],
}  # fmt: skip
ITEMS = ["20220304_093300_37_2430", "20220305_093440_25_2429"]
PATIENCE = 120  # seconds: what does not happen in so long will not happen, however busy the machine is


def wait_until(condition, seconds=PATIENCE):
    """Wait until a condition holds; what it says then."""
    end = time.monotonic() + seconds
    while not (said := condition()):
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)
    return said


def an_order(name="an order", items=ITEMS[:1], bundle="analytic_udm2", **details):
    """Return a small order request."""
    return order_request.build_request(name, [order_request.product(list(items), bundle, "PSScene")], **details)


def a_subscription(name="a subscription", days=2, bucket="corn", area=OREGON, **details):
    """Return a small subscription request for some days in the past."""
    start = datetime.datetime(2022, 6, 1, tzinfo=datetime.timezone.utc)
    source = subscription_request.catalog_source(
        ["PSScene"], ["ortho_visual"], area, start, end_time=start + datetime.timedelta(days=days)
    )
    delivery = subscription_request.google_cloud_storage(credentials="c2VjcmV0", bucket=bucket)
    return subscription_request.build_request(name, source, **{"delivery": delivery, **details})


def let_go_once(sandbox, monkeypatch):
    """Deactivate the next activating asset once, and append it to the returned list."""
    deactivated = []
    settle = sandbox._world.settle_asset

    async def once(asset):
        if not deactivated and asset.status == "activating":
            deactivated.append(asset)
            asset.status = "inactive"
        await settle(asset)

    monkeypatch.setattr(sandbox._world, "settle_asset", once)
    return deactivated


def keep_activating(sandbox, monkeypatch, item_ids):
    """Keep the assets of some items activating forever."""
    settle = sandbox._world.settle_asset

    async def unless(asset):
        if asset.scene.id not in item_ids:
            await settle(asset)

    monkeypatch.setattr(sandbox._world, "settle_asset", unless)


def locals_with(secret, error, test):
    """The local variables that hold a secret, in all calls of a traceback but those of the test, as tools print them."""
    found, pending = [], [traceback.TracebackException.from_exception(error, capture_locals=True)]
    while pending:
        entry = pending.pop()
        for frame in entry.stack:
            if frame.filename != test:
                found += [(frame.filename, name) for name, value in (frame.locals or {}).items() if secret in value]
        pending += [other for other in (entry.__cause__, entry.__context__) if other is not None]
    return found


class Made(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A request or response body that is created when it is read, for sync and async transports of httpx."""

    def __init__(self, make):
        self._make = make

    def __iter__(self):
        yield self._make()

    async def __aiter__(self):
        yield self._make()


class Parrot:
    """A server that answers each request with prepared bytes.

    Args:
        *answers: the bytes to answer each request with; None: close the connection instead.
        context: an SSL context for TLS.
        hang_up: close the connection after every answer.
    """

    def __init__(self, *answers, context=None, hang_up=False):
        self.answers = list(answers)
        self.context = context
        self.hang_up = hang_up
        self.requests = []
        self.connections = 0

    def __enter__(self):
        self._listener = socket.create_server(("127.0.0.1", 0))
        scheme = "https" if self.context else "http"
        self.url = f"{scheme}://localhost:{self._listener.getsockname()[1]}"
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()
        return self

    def __exit__(self, *_):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(PATIENCE)

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.connections += 1
                thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _serve(self, connection):
        connection.settimeout(PATIENCE)
        with contextlib.suppress(OSError), contextlib.closing(connection):
            if self.context:
                connection = self.context.wrap_socket(connection, server_side=True)
            with contextlib.closing(connection):
                while self.answers:
                    request = b""
                    while b"\r\n\r\n" not in request:
                        chunk = connection.recv(65536)
                        if not chunk:
                            return
                        request += chunk
                    self.requests.append(request)
                    answer = self.answers.pop(0) if self.answers else None
                    if answer is None:
                        return
                    connection.sendall(answer)
                    if self.hang_up:
                        return


class WatchedTransport(httpx.AsyncBaseTransport, httpx.BaseTransport):
    """A custom sync and async transport that records the requested paths."""

    def __init__(self):
        self._async, self._sync = httpx.AsyncHTTPTransport(), httpx.HTTPTransport()
        self.paths = []
        self.closed = False

    async def handle_async_request(self, request):
        self.paths.append(request.url.path)
        return await self._async.handle_async_request(request)

    def handle_request(self, request):
        self.paths.append(request.url.path)
        return self._sync.handle_request(request)

    async def aclose(self):
        self.closed = True
        await self._async.aclose()
        self._sync.close()

    def close(self):
        self.closed = True
        self._sync.close()


def replace_httpx(monkeypatch, answer_to):
    """Replace httpx's transports, of both variants, by a function from URL to body; the URLs that are asked for."""
    seen = []

    def handle(transport, request):
        seen.append(str(request.url))
        return httpx.Response(200, content=answer_to(str(request.url)), request=request)

    async def handle_async(transport, request):
        return handle(transport, request)

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", handle)
    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", handle_async)
    return seen


def replace_httpcore(monkeypatch, answer_to):
    """The same, for httpcore's pools of connections."""
    seen = []

    def handle(pool, request):
        url = f"{request.url.scheme.decode()}://{request.url.host.decode()}{request.url.target.decode()}"
        seen.append(url)
        body = answer_to(url)
        return httpcore.Response(200, headers=[("Content-Length", str(len(body)))], content=body)

    async def handle_async(pool, request):
        return handle(pool, request)

    monkeypatch.setattr(httpcore.ConnectionPool, "handle_request", handle)
    monkeypatch.setattr(httpcore.AsyncConnectionPool, "handle_async_request", handle_async)
    return seen
