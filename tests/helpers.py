"""Requests and areas that many tests use."""

import contextlib
import datetime
import socket
import threading
import traceback

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


def an_order(name="an order", items=ITEMS[:1], bundle="analytic_udm2", **details):
    """A small request for an order."""
    return order_request.build_request(name, [order_request.product(list(items), bundle, "PSScene")], **details)


def a_subscription(name="a subscription", days=2, bucket="corn", area=OREGON, **details):
    """A small request for a subscription: some days of the past."""
    start = datetime.datetime(2022, 6, 1, tzinfo=datetime.timezone.utc)
    source = subscription_request.catalog_source(
        ["PSScene"], ["ortho_visual"], area, start, end_time=start + datetime.timedelta(days=days)
    )
    delivery = subscription_request.google_cloud_storage(credentials="c2VjcmV0", bucket=bucket)
    return subscription_request.build_request(name, source, **{"delivery": delivery, **details})


def let_go_once(sandbox, monkeypatch):
    """Let the sandbox forget once that an asset was activated; what it has forgotten goes into the list returned."""
    forgotten = []
    settle = sandbox._world.settle_asset

    async def once(asset):
        if not forgotten and asset.status == "activating":
            forgotten.append(asset)
            asset.status = "inactive"
        await settle(asset)

    monkeypatch.setattr(sandbox._world, "settle_asset", once)
    return forgotten


def keep_activating(sandbox, monkeypatch, item_ids):
    """Let the assets of some items never become active."""
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
    """A body that is made when it is read, and held by nobody; for httpx's transports of both colours."""

    def __init__(self, make):
        self._make = make

    def __iter__(self):
        yield self._make()

    async def __aiter__(self):
        yield self._make()


class Parrot:
    """A server that says what it is told to, to one request after the other; it knows no HTTP.

    Args:
        *answers: the bytes to answer each request with; None: the connection is closed instead.
        context: an SSL context, to speak TLS.
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
            thread.join(5)

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self.connections += 1
                thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
                self._threads.append(thread)
                thread.start()

    def _serve(self, connection):
        connection.settimeout(5)
        with contextlib.suppress(OSError), contextlib.closing(connection):
            if self.context:
                connection = self.context.wrap_socket(connection, server_side=True)
            with contextlib.closing(connection):
                while self.answers:
                    request = b""
                    while b"\r\n\r\n" not in request:
                        piece = connection.recv(65536)
                        if not piece:
                            return
                        request += piece
                    self.requests.append(request)
                    answer = self.answers.pop(0) if self.answers else None
                    if answer is None:
                        return
                    connection.sendall(answer)
                    if self.hang_up:
                        return


class WatchedTransport(httpx.AsyncBaseTransport, httpx.BaseTransport):
    """A transport of a program of its own, for both colours: it knows which paths were asked for."""

    def __init__(self):
        self._asynchronous, self._blocking = httpx.AsyncHTTPTransport(), httpx.HTTPTransport()
        self.paths = []
        self.closed = False

    async def handle_async_request(self, request):
        self.paths.append(request.url.path)
        return await self._asynchronous.handle_async_request(request)

    def handle_request(self, request):
        self.paths.append(request.url.path)
        return self._blocking.handle_request(request)

    async def aclose(self):
        self.closed = True
        await self._asynchronous.aclose()
        self._blocking.close()

    def close(self):
        self.closed = True
        self._blocking.close()
