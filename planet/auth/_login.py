"""The login of a user: on a page in the browser, or with a code that is entered on another device."""

import contextlib
import html
import secrets
import sys
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from .._redact import printable, redact
from ..exceptions import AuthError
from ._config import CODE, DEVICE, MACHINE, ClientConfig
from ._errors import LoginRefused
from ._flow import BlockingCall, Flow
from ._grants import authorization_url, by_client_credentials, by_code, by_device, is_page, start_device

__all__ = ["login", "show_device_code"]


_LOGIN_TIMEOUT = 300.0  # seconds for the user to complete the pages
_LOCALHOSTS = ("localhost", "127.0.0.1")


def login(
    config: ClientConfig, allow_open_browser: bool, allow_tty_prompt: bool, *, show_qr_code: bool = False
) -> Flow:
    """Log in, with a browser or a terminal prompt where that is allowed, and return the tokens."""
    if config.client_type == MACHINE:
        return (yield from by_client_credentials(config))
    if config.client_type not in (CODE, DEVICE):
        raise AuthError(f"The login failed: clients of the type {config.client_type} have no login.")
    if not (allow_open_browser or allow_tty_prompt):
        raise AuthError(
            "The login failed: neither a browser nor a terminal prompt is allowed.",
            hint="Log in with planet auth login first, or use a service account or an API key.",
        )
    if config.client_type == DEVICE:
        return (yield from _device_login(config, allow_open_browser, allow_tty_prompt, show_qr_code))
    return (yield from _page_login(config, allow_open_browser, allow_tty_prompt))


def _device_login(config: ClientConfig, browser: bool, tty: bool, qr_code: bool) -> Flow:
    info = yield from start_device(config)
    opened = False
    if browser:
        opened = yield BlockingCall(_open, (info.get("verification_uri_complete") or info["verification_uri"],))
    if tty or not opened:
        show_device_code(info, qr_code=qr_code)
    _print(f"Waiting up to {float(info['expires_in']) / 60:.0f} minutes for the login…")
    return (yield from by_device(config, info))


def show_device_code(info: Mapping[str, Any], *, qr_code: bool = False) -> None:
    """Print on stderr which code to enter on which page."""
    if qr_code:
        try:
            import segno
        except ImportError:
            _print("The QR code cannot be shown: segno is not installed. Run pip install 'planet[qr]'.")
            qr_code = False
    page, code = printable(str(info["verification_uri"])), printable(str(info["user_code"]))
    lines = [f"Open {page} on any device, and enter the code {code}"]
    complete = printable(str(info.get("verification_uri_complete") or ""))
    if complete:
        lines.append(f"or open {complete}")
    _print("\n".join(lines))
    if qr_code:
        segno.make(complete or page).terminal(out=sys.stderr, compact=True)


def _page_login(config: ClientConfig, browser: bool, tty: bool) -> Flow:
    from oauthlib.oauth2 import WebApplicationClient

    verifier = WebApplicationClient(config.client_id).create_code_verifier(96)
    state = secrets.token_urlsafe(16)
    url = yield from authorization_url(config, verifier, state)
    if browser:
        callback = yield BlockingCall(_wait_for_callback, (config.redirect_uri or "", url, state))
    else:
        callback = yield BlockingCall(_ask_for_callback, (url,))
    if "error" in callback:
        code = printable(callback["error"][:100])
        reason = printable(redact(callback.get("error_description", "")[:300])) or code
        raise LoginRefused(f"The login was refused: {reason}.", code=code, hint="Log in again, and allow the access.")
    # A user who pastes only the code has no state; a redirect always has one.
    if not callback.get("code") or callback.get("state", state) != state:
        raise LoginRefused("The login failed: the code does not belong to this login.", hint="Log in again.")
    return (yield from by_code(config, callback["code"], verifier))


def _wait_for_callback(redirect_uri: str, url: str, state: str) -> dict[str, str]:
    """Open the login page, and return the parameters that it redirects the browser back with."""
    with _serving(redirect_uri, state) as server:
        if _open(url):
            _print("The login page was opened in the browser. Waiting for the login…")
        else:
            _print(f"Open this page in a browser on this machine:\n{url}")
        if not server.arrived.wait(_LOGIN_TIMEOUT):
            raise LoginRefused(
                f"The login failed: it was not completed within {_LOGIN_TIMEOUT:g} seconds.", hint="Log in again."
            )
        return server.callback


def _ask_for_callback(url: str) -> dict[str, str]:
    """Have the user paste the URL that the login page redirects to, or the code in it."""
    _print(f"Open this page in any browser:\n{url}\nThen paste the URL that it redirects to, or the code in it:")
    text = sys.stdin.readline().strip()
    if not text:
        raise LoginRefused("The login failed: no code was entered.", hint="Log in again.")
    query = urlsplit(text).query
    return dict(parse_qsl(query)) if query else {"code": text}


def _open(url: str) -> bool:
    if not is_page(url):  # a browser would start other programs for other schemes
        raise AuthError("The login page cannot be opened: its address must be an http or https URL.")
    import webbrowser

    try:
        return webbrowser.open(url)
    except webbrowser.Error:
        return False


def _print(text: str) -> None:
    sys.stderr.write(f"{printable(text, keep_lines=True)}\n")
    sys.stderr.flush()


class _CallbackServer(ThreadingHTTPServer):
    """The server on this machine that the login page redirects to.

    Browsers open connections that they may never use: each has a thread, and closing does not wait for them.
    """

    block_on_close = False

    def __init__(self, host: str, port: int, path: str, state: str) -> None:
        self.path = path or "/"
        self.state = state
        self.callback: dict[str, str] = {}
        self.arrived = threading.Event()
        super().__init__((host, port), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _CallbackServer
    timeout = 10.0  # seconds

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        callback = dict(parse_qsl(parts.query))
        # Any page may send the browser here: only a redirect with the state of this login is accepted.
        expected = parts.path == self.server.path and secrets.compare_digest(
            callback.get("state", "").encode(), self.server.state.encode()
        )
        if not expected or not ("code" in callback or "error" in callback):
            self.send_error(404)
            return
        text = "The login was refused." if "error" in callback else "You are logged in."
        page = f"<!doctype html><title>planet</title><p>{html.escape(text)} You can close this page.</p>".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)
        self.server.callback = callback
        self.server.arrived.set()

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing: the URL contains the code."""


@contextlib.contextmanager
def _serving(redirect_uri: str, state: str) -> Iterator[_CallbackServer]:
    parts = urlsplit(redirect_uri)
    if parts.scheme != "http" or parts.hostname not in _LOCALHOSTS:
        raise AuthError(
            f"callback_url must be of the form http://localhost:PORT/…, got {redirect_uri!r}.",
            hint="Change it, or log in with allow_tty_prompt=True only.",
        )
    try:
        server = _CallbackServer("127.0.0.1", parts.port or 80, parts.path, state)
    except (OSError, OverflowError, ValueError) as error:
        raise AuthError(
            f"Cannot listen on the port of {redirect_uri}: {getattr(error, 'strerror', None) or error}.",
            hint="Check that no other login is in progress, or choose another port if the client allows it.",
        ) from None
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
