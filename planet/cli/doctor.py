"""`planet doctor`: check credentials, proxy, certificates, clock, and the response time of each host."""

import email.utils
import os
import time
from typing import Any
from urllib.parse import urlsplit

import click
import httpx

from .._http.limits import Limits
from .._http.retry import RetryPolicy
from .._http.settings import Settings, resolve_base_url
from .._redact import own_request, printable, redact_url
from .._version import __version__
from ..auth import Auth
from ..auth._client import make_client
from ..auth._grants import discovery_url
from ..auth._oauth import OAuth
from ..auth._resolve import Candidate, candidates
from ..constants import has_home
from ..exceptions import PlanetError
from .options import base_url
from .session import auth_of

__all__ = ["doctor"]


_SKEW = 60.0  # seconds that the clock may differ from the server's before tokens are rejected
_PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY")


@click.command()
@base_url
@click.pass_context
def doctor(ctx: click.Context, /, base_url: str | None) -> None:
    """Check credentials, proxy, certificates, clock and hosts. Exits with 1 if a check fails."""
    root = resolve_base_url(base_url)
    problems = 0

    def report(ok: bool | None, what: str, text: str) -> None:
        nonlocal problems
        problems += ok is False
        mark, color = ("--", None) if ok is None else ("ok", "green") if ok else ("!!", "red")
        click.echo(f"{click.style(mark, fg=color)}  {what:<13} {printable(text)}")

    report(None, "version", f"planet {__version__}")
    auth: Auth | None = None
    found: list[Candidate] = []
    try:
        found = candidates()
        auth = auth_of(ctx)
        source = found[0].source if not any(ctx.obj.get("AUTH", {}).values()) else "the command line"
        if not auth.is_initialized():
            auth.ensure_initialized()  # raises an error that says what is missing
        if isinstance(auth, OAuth) and not auth.profile.config.is_attended:
            auth.refresh()  # a valid token would hide an invalid secret
        report(True, "credentials", f"{auth!r}, from {source}")
        usable = True
    except PlanetError as error:
        report(False, "credentials", str(error))
        usable = False
    for candidate in found:
        if candidate.is_incomplete and candidate is not found[0]:
            report(None, "credentials", candidate.warning)
    if not has_home():
        report(None, "home", "no home folder: logins and the catalog are not saved. Set HOME to an absolute path.")
    for name in _PROXIES:
        value = os.environ.get(name) or os.environ.get(name.lower())
        if value:
            shown = redact_url(value if "://" in value else f"http://{value}")
            report(None, "proxy", f"{name}: {shown}")
    report(None, "certificates", os.environ.get("SSL_CERT_FILE") or os.environ.get("SSL_CERT_DIR") or "certifi")
    limits = Limits.default()
    report(
        None,
        "limits",
        f"{_pace(limits)}, {limits.max_active} concurrent, {limits.max_downloads} downloads",
    )
    for name, url in _hosts(root, auth).items():
        _check_host(name, url, report, Settings(auth=Auth.none(), base_url=root))
    if usable and auth is not None:
        _check_request(root, auth, report)
    if problems:
        raise click.ClickException(f"{problems} {'check' if problems == 1 else 'checks'} failed.")


def _pace(limits: Limits) -> str:
    if limits.rate is None:
        return "requests per second as documented, and learned from there"
    return f"at most {limits.rate:g} requests per second" if limits.rate else "requests per second not limited"


def _hosts(root: str, auth: Auth | None) -> dict[str, str]:
    hosts = {"API": f"{root}/data/v1"}
    if isinstance(auth, OAuth):
        hosts["login"] = discovery_url(auth.profile.config.auth_server)
    return hosts


def _check_host(name: str, url: str, report: Any, settings: Settings) -> None:
    started = time.monotonic()
    try:
        host = urlsplit(url).netloc
        # The body is not read: it may be long.
        with own_request(), make_client(settings) as client, client.stream("GET", url) as answer:
            pass
    except (ValueError, httpx.InvalidURL):
        report(False, name, f"{redact_url(url)} is not a valid URL.")
        return
    except (httpx.HTTPError, PlanetError) as error:
        from .._http.errors import error_from_httpx

        reason = error if isinstance(error, PlanetError) else error_from_httpx(error, "GET", url)
        report(False, name, str(reason))
        return
    ok = answer.status_code < 500 if name == "API" else answer.status_code == 200
    advice = "" if ok else ". Check the URL."
    report(ok, name, f"{host}: status {answer.status_code} in {1000 * (time.monotonic() - started):.0f} ms{advice}")
    try:
        ahead = email.utils.parsedate_to_datetime(answer.headers["date"]).timestamp() - time.time()
    except (KeyError, ValueError, TypeError):
        return
    report(abs(ahead) < _SKEW, "clock", f"{abs(ahead):.0f} s {'behind' if ahead > 0 else 'ahead of'} {host}")


def _check_request(root: str, auth: Auth, report: Any) -> None:
    """Send an authenticated request."""
    from .._sync.planet import Planet

    try:
        with Planet(auth=auth, base_url=root, retry=RetryPolicy(max_retries=0)) as pl:
            pl.orders.aggregated_order_stats()
            in_force = pl._session.limits_in_force
    except PlanetError as error:
        report(False, "request", str(error))
    else:
        report(True, "request", "the credentials are valid")
        for limit in in_force:
            report(None, "limits", str(limit))
