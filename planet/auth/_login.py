"""How a user logs in: on a page in the browser, or by typing a code in on another device."""

import contextlib
import html
import secrets
import sys
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from ..exceptions import AuthError
from ._config import CODE, DEVICE, MACHINE, ClientConfig
from ._errors import LoginRefused
from ._flow import BlockingCall, Flow
from ._grants import authorization_url, by_client_credentials, by_code, by_device, start_device

__all__ = ["login", "show_device_code"]


_PATIENCE = 300.0  # seconds for the user to get through the pages
_LOCAL = ("localhost", "127.0.0.1")


def login(
    config: ClientConfig, allow_open_browser: bool, allow_tty_prompt: bool, *, show_qr_code: bool = False
) -> Flow:
    """Log in, with whatever help of the user is allowed: the tokens."""
    if config.client_type == MACHINE:
        return (yield from by_client_credentials(config))
    if config.client_type not in (CODE, DEVICE):
        raise AuthError(f"There is no login for {config.client_type}.")
    if not (allow_open_browser or allow_tty_prompt):
        raise AuthError(
            "A user has to log in, and neither opening a browser nor asking here is allowed.",
            hint="Log in beforehand: planet auth login. Machines use a service account or an API key.",
        )
    if config.client_type == DEVICE:
        return (yield from _by_device(config, allow_open_browser, allow_tty_prompt, show_qr_code))
    return (yield from _by_page(config, allow_open_browser, allow_tty_prompt))


def _by_device(config: ClientConfig, browser: bool, tty: bool, qr_code: bool) -> Flow:
    info = yield from start_device(config)
    opened = False
    if browser:
        opened = yield BlockingCall(_open, (info.get("verification_uri_complete") or info["verification_uri"],))
    if tty or not opened:
        show_device_code(info, qr_code=qr_code)
    _say(f"Waiting for that, for {float(info['expires_in']) / 60:.0f} minutes at most…")
    return (yield from by_device(config, info))


def show_device_code(info: Mapping[str, Any], *, qr_code: bool = False) -> None:
    """Tell the user on stderr where to type in which code."""
    if qr_code:
        try:
            import segno
        except ImportError:
            _say("A QR code needs segno, which is not installed: pip install 'planet[qr]'.")
            qr_code = False
    lines = [f"Open {info['verification_uri']} on any device, and type in the code {info['user_code']}"]
    complete = info.get("verification_uri_complete")
    if complete:
        lines.append(f"or open {complete}")
    _say("\n".join(lines))
    if qr_code:
        segno.make(complete or info["verification_uri"]).terminal(out=sys.stderr, compact=True)


def _by_page(config: ClientConfig, browser: bool, tty: bool) -> Flow:
    from oauthlib.oauth2 import WebApplicationClient

    verifier = WebApplicationClient(config.client_id).create_code_verifier(96)
    state = secrets.token_urlsafe(16)
    url = yield from authorization_url(config, verifier, state)
    if browser:
        answer = yield BlockingCall(_answer_of_page, (config.redirect_uri or "", url, state))
    else:
        answer = yield BlockingCall(_answer_of_user, (url,))
    if "error" in answer:
        said = answer.get("error_description") or answer["error"]
        raise LoginRefused(f"The login was refused: {said}.", code=answer["error"], hint="Log in again, and allow it.")
    # Who types in the bare code has no state to show; the page always has.
    if not answer.get("code") or answer.get("state", state) != state:
        raise LoginRefused("What came back from the page does not belong to this login.", hint="Log in again.")
    return (yield from by_code(config, answer["code"], verifier))


def _answer_of_page(redirect_uri: str, url: str, state: str) -> dict[str, str]:
    """What the page sends the browser back with."""
    with _listening(redirect_uri, state) as landing:
        if _open(url):
            _say("A page to log in on was opened in the browser. Waiting for it…")
        else:
            _say(f"Open this page in a browser on this machine:\n{url}")
        if not landing.arrived.wait(_PATIENCE):
            raise LoginRefused("Nobody came back from the login page in time.", hint="Log in again.")
        return landing.answer


def _answer_of_user(url: str) -> dict[str, str]:
    """The same, typed in by the user."""
    _say(f"Open this page in any browser:\n{url}\nThen paste the address that it leads to, or the code in it:")
    text = sys.stdin.readline().strip()
    if not text:
        raise LoginRefused("Nothing was typed in.", hint="Log in again.")
    query = urlsplit(text).query
    return dict(parse_qsl(query)) if query else {"code": text}


def _open(url: str) -> bool:
    import webbrowser

    try:
        return webbrowser.open(url)
    except webbrowser.Error:
        return False


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


class _Landing(ThreadingHTTPServer):
    """The place on this machine that the login page leads back to.

    Browsers open connections that they may never use: each has a thread, and none is waited for.
    """

    block_on_close = False

    def __init__(self, host: str, port: int, path: str, state: str) -> None:
        self.path = path or "/"
        self.state = state
        self.answer: dict[str, str] = {}
        self.arrived = threading.Event()
        super().__init__((host, port), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Landing
    timeout = 10.0  # seconds

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        answer = dict(parse_qsl(parts.query))
        # An answer without the state of this login is none of its page: anybody may send the browser here.
        expected = parts.path == self.server.path and secrets.compare_digest(
            answer.get("state", "").encode(), self.server.state.encode()
        )
        if not expected or not ("code" in answer or "error" in answer):
            self.send_error(404)
            return
        said = "The login was refused." if "error" in answer else "You are logged in."
        page = f"<!doctype html><title>planet</title><p>{html.escape(said)} This page can be closed.</p>".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)
        self.server.answer = answer
        self.server.arrived.set()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the address holds the code."""


@contextlib.contextmanager
def _listening(redirect_uri: str, state: str) -> Iterator[_Landing]:
    parts = urlsplit(redirect_uri)
    if parts.scheme != "http" or parts.hostname not in _LOCAL:
        raise AuthError(
            f"The page cannot lead back to {redirect_uri!r} by itself.",
            hint="The callback URL must be http://localhost:PORT/…; or log in with allow_tty_prompt=True only.",
        )
    try:
        landing = _Landing("127.0.0.1", parts.port or 80, parts.path, state)
    except (OSError, OverflowError, ValueError) as error:
        raise AuthError(
            f"The port of {redirect_uri} cannot be listened on: {getattr(error, 'strerror', None) or error}.",
            hint="Is another login under way? Or choose another port, if the client allows it.",
        ) from None
    thread = threading.Thread(target=landing.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
    thread.start()
    try:
        yield landing
    finally:
        landing.shutdown()
        landing.server_close()
        thread.join()
