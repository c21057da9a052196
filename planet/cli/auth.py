"""`planet auth`: log in, show and reset logins, print credentials, manage profiles."""

import datetime
import os
from typing import Any

import click

from .. import constants
from .._redact import printable
from ..auth import Auth, ProfileNotFound
from ..auth._errors import KeyFileNotFound, ProfileError
from ..auth._key import APIKeyAuth, read_file
from ..auth._oauth import OAuth
from ..auth._profiles import Profile, check_name, local_profiles
from ..auth._resolve import KEY_PROFILE, candidates, from_oauth, load_first
from ..auth._storage import FileStorage, default_storage
from ..auth_builtins import DEFAULT_PROFILE, PROFILES
from ..exceptions import AuthError
from .options import check_credentials, pretty
from .output import confirm, echo_json
from .session import auth_of

__all__ = ["auth"]


_HIDDEN = ("planet-m2m", "legacy")


@click.group()
def auth() -> None:
    """Log in and manage credentials."""


def _override(ctx: click.Context, **values: str | None) -> None:
    """Let credentials given after the command override those given before it."""
    check_credentials(values)
    ctx.obj["AUTH"] = {**ctx.obj.get("AUTH", {}), **{name: value for name, value in values.items() if value}}


_auth_options = [
    click.option("--auth-profile", help="Profile to log in with."),
    click.option("--auth-client-id", help="Client ID of a service account."),
    click.option("--auth-client-secret", help="Client secret of the service account."),
    click.option("--auth-api-key", help="API key to store; it is not verified."),
]


def _with_auth_options(command: Any) -> Any:
    for option in reversed(_auth_options):
        command = option(command)
    return command


@auth.command()
@click.option(
    "--open-browser/--no-open-browser", default=True, show_default=True, help="Open the login page in a browser."
)
@click.option("--show-qr-code/--no-show-qr-code", default=False, help="Show the URL as a QR code.")
@click.option("--scope", "scopes", multiple=True, help="Scope to request; may be repeated.")
@click.option("--audience", "audiences", multiple=True, hidden=True)
@_with_auth_options
@click.option("--sops/--no-sops", default=False, help="Encrypt the files with sops.")
@click.option("--save-secret", is_flag=True, help="Store the secret of the service account in clear text.")
@click.option(
    "--yes/--no",
    "-y/-n",
    "as_default",
    default=None,
    help="Make this login the default. Default: if there is none yet, else ask.",
)
@click.pass_context
def login(
    ctx: click.Context, open_browser: bool, show_qr_code: bool, scopes: tuple[str, ...], audiences: tuple[str, ...],
    auth_profile: str | None, auth_client_id: str | None, auth_client_secret: str | None, auth_api_key: str | None,
    sops: bool, save_secret: bool, as_default: bool | None,
) -> None:  # fmt: skip
    """Log in, and store the login for all programs of this user."""
    _override(
        ctx, profile=auth_profile, client_id=auth_client_id, client_secret=auth_client_secret, api_key=auth_api_key
    )
    given = ctx.obj["AUTH"]
    if given.get("api_key") and not (given.get("profile") or given.get("client_id")):
        key = Auth.from_key(given["api_key"])
        key.store()
        click.echo(f"The API key was stored in {constants.SECRET_FILE_PATH}.", err=True)
        _maybe_set_default(None, as_default)
        _warn_of_others("API key")
        return
    credentials = _credentials_for_login(given, scopes, audiences, save_secret)
    if sops:
        credentials.profile.storage = FileStorage(sops=True)
    name = credentials.profile.name
    click.echo(f"Logging in with authentication profile {name}...", err=True)
    _log_in(credentials, open_browser, show_qr_code)
    click.echo("Login succeeded.", err=True)
    config, token = credentials.profile.config, credentials.token
    who = _login_facts(credentials).get("account")
    if who:
        click.echo(f"Logged in as {printable(str(who))}.", err=True)
    if not config.is_attended and not save_secret and isinstance(credentials.profile.storage, FileStorage):
        until = token.expires_at if token else None
        end = f"expires {until.isoformat(timespec='minutes')}" if until else "expires"
        click.echo(f"The secret was not stored: this login {end}. --save-secret stores it in clear text.", err=True)
    _maybe_set_default(name, as_default)
    _warn_of_others("profile")


def _credentials_for_login(
    given: dict[str, Any], scopes: tuple[str, ...], audiences: tuple[str, ...], save_secret: bool
) -> OAuth:
    client_id, secret = given.get("client_id"), given.get("client_secret")
    name = given.get("profile")
    if client_id and secret:
        made = from_oauth(
            "oidc_client_credentials_secret", client_id, secret, None, scopes or None, True,
            name or f"planet-m2m-{client_id}", None, save_secret=save_secret,
        )  # fmt: skip
    elif client_id:
        made = from_oauth("oidc_device_code", client_id, None, None, scopes or None, True, name, None)
    elif secret:
        raise click.UsageError("A service account needs both --auth-client-id and --auth-client-secret.")
    else:
        made = _existing_or_new(name or _saved_profile() or DEFAULT_PROFILE)
    if not isinstance(made, OAuth):
        raise AuthError(f"{made!r} does not need a login", hint="Use it as it is.")
    config = made.profile.config
    config.scopes, config.audiences = list(scopes) or config.scopes, list(audiences) or config.audiences
    return made


def _existing_or_new(name: str) -> Auth:
    """Return the profile of that name, or a new one for a user login."""
    try:
        return Auth.from_profile(name)
    except ProfileNotFound:
        return OAuth(Profile(check_name(name), Profile.load(DEFAULT_PROFILE).config, default_storage()))


def _log_in(credentials: OAuth, open_browser: bool, show_qr_code: bool) -> None:
    if show_qr_code:
        from ..auth._login import show_device_code

        info = credentials.device_user_login_initiate()
        show_device_code(info, qr_code=True)
        credentials.device_user_login_complete(info)
    else:
        credentials.user_login(allow_open_browser=open_browser, allow_tty_prompt=True)


def _saved_profile() -> str | None:
    named = os.environ.get("PL_AUTH_PROFILE")
    return named if named and named.upper() != KEY_PROFILE else _preferences().get("PL_AUTH_PROFILE")


def _preferences() -> dict[str, Any]:
    try:
        return read_file(constants.SECRET_FILE_PATH)
    except KeyFileNotFound:
        return {}


def _set_default(name: str | None) -> None:
    """Make a profile the user's default; None: the API key."""
    import json

    from ..auth._files import write_private

    content = {entry: value for entry, value in _preferences().items() if entry != "PL_AUTH_PROFILE"}
    if name is not None:
        content["PL_AUTH_PROFILE"] = name
    write_private(constants.SECRET_FILE_PATH, json.dumps(content, indent=2, sort_keys=True))


def _maybe_set_default(name: str | None, as_default: bool | None) -> None:
    """Make a new login the default if there is none, or if the user agrees; None is the API key."""
    current = _preferences().get("PL_AUTH_PROFILE")
    if current == name:
        return
    what = name or "the API key"
    if as_default is None and current is not None:
        as_default = click.confirm(f"The default is {current}. Make {what} the default?", default=False, err=True)
    if as_default is not False:
        _set_default(name)
        click.echo(f"{what} is the default now.", err=True)


def _warn_of_others(kind: str) -> None:
    """Warn if other credentials take precedence over the new login, or the reverse."""
    first, *others = candidates()
    if first.kind != kind:
        click.echo(f"Warning: {first.source} takes precedence over this login.", err=True)
    for other in others if first.kind == kind else ():
        if other.kind != "login":
            click.echo(f"Warning: this login takes precedence over {other.source}.", err=True)


@auth.command("print-api-key")
@click.pass_context
def print_api_key(ctx: click.Context) -> None:
    """Print the API key. Keep the output secret."""
    credentials = auth_of(ctx)
    if not isinstance(credentials, APIKeyAuth):
        raise AuthError(f"{credentials!r} has no API key", hint="For a token, use planet auth print-access-token.")
    click.echo(credentials.value)


@auth.command("print-access-token")
@click.option("--refresh/--no-refresh", default=True, show_default=True, help="Refresh an expired token.")
@click.pass_context
def print_access_token(ctx: click.Context, refresh: bool) -> None:
    """Print the access token for other programs. Keep the output secret."""
    credentials = _oauth_login(ctx)
    token = credentials.get_token() if refresh else credentials.token
    if token is None or not token.access_token:
        raise AuthError("There is no access token", hint="Log in with planet auth login.")
    click.echo(token.access_token)


@auth.command()
@click.option("--scope", "scopes", multiple=True, help="Scope to request; may be repeated.")
@click.pass_context
def refresh(ctx: click.Context, scopes: tuple[str, ...]) -> None:
    """Refresh the access token."""
    credentials = _oauth_login(ctx)
    if credentials.token is not None and credentials.token.refresh_token:
        credentials.store()  # fails before the refresh token is used if the directory is not writable
    until = credentials.refresh(scopes).expires_at
    click.echo(f"Refreshed the access token{f'; it expires {until.isoformat()}' if until else ''}.", err=True)


def _oauth_login(ctx: click.Context) -> OAuth:
    credentials = auth_of(ctx)
    if not isinstance(credentials, OAuth):
        raise AuthError(f"{credentials!r} is not a login", hint="Log in with planet auth login.")
    return credentials


@auth.command()
@click.option("--yes", "-y", is_flag=True, help="Do not ask for confirmation.")
def reset(yes: bool) -> None:
    """Reset all logins and API keys of this user. The files are renamed, not deleted."""
    paths = [path for path in (constants.SECRET_FILE_PATH, constants.home() / ".planet") if path.exists()]
    if not paths:
        click.echo("There is nothing to reset.", err=True)
        return
    confirm(f"Reset all logins by renaming {' and '.join(map(str, paths))}?", yes)
    when = datetime.datetime.now().strftime("%Y-%m-%d-%H%M%S")
    for path in paths:
        click.echo(path.rename(path.with_name(f"{path.name}-{when}")))


@auth.command()
@pretty
@click.pass_context
def status(ctx: click.Context, pretty: bool) -> None:
    """Show as JSON which credentials are in use, which others they hide, and when they expire. No secrets."""
    import json

    given = {name: bool(value) for name, value in ctx.obj.get("AUTH", {}).items() if value}
    found = candidates()
    try:
        credentials = auth_of(ctx) if given else load_first(found)
        problem = None
    except AuthError as error:
        credentials, problem = None, str(error)
    hidden = [entry.source for entry in (found if given else found[1:]) if entry.kind != "login" or _has_login()]
    shown: dict[str, Any] = {
        "source": "the command line" if given else found[0].source,
        "kind": "command line" if given else found[0].kind,
        "ready": credentials is not None and credentials.is_initialized(),
        "hides": hidden,
    }
    if isinstance(credentials, OAuth):
        try:
            shown |= _login_facts(credentials)
            if not shown["ready"]:
                credentials.value  # noqa: B018  # raises an error if there is no token
                problem = f"The login has expired. {credentials.advice}"
        except AuthError as error:
            problem = str(error)
    if problem:
        shown["problem"] = problem
    click.echo(json.dumps(shown, indent=2 if pretty else None))


def _has_login() -> bool:
    try:
        return Profile.load(DEFAULT_PROFILE).load_token() is not None
    except AuthError:
        return False


def _login_facts(credentials: OAuth) -> dict[str, Any]:
    from ..auth._token import claims_of

    token, config = credentials.token, credentials.profile.config
    about: dict[str, Any] = {
        "profile": credentials.profile.name, "client_type": config.client_type, "auth_server": config.auth_server,
    }  # fmt: skip
    if token is not None and token.access_token:
        claims = claims_of(token.access_token)
        until = token.expires_at
        about |= {
            "account": claims.get("email") or claims.get("sub"),
            "scopes": token.scopes or config.scopes,
            "expires": until.isoformat() if until else None,
            "renewable": bool(token.refresh_token if config.is_attended else config.client_secret),
        }
    return about


# -- profiles ------------------------------------------------------------------------------------------------


@auth.group()
def profile() -> None:
    """Manage named logins."""


@profile.command("list")
@click.option("-l", "--long", is_flag=True, help="Show the settings of each profile, without secrets.")
@pretty
def list_profiles(long: bool, pretty: bool) -> None:
    """List the profiles, as JSON."""
    storage = FileStorage()
    names = _names(storage)
    if not long:
        echo_json(names, pretty)
        return
    echo_json({name: _described(name, storage) for name in names}, pretty)


def _names(storage: FileStorage) -> list[str]:
    return sorted({*(name for name in PROFILES if name not in _HIDDEN), *local_profiles(storage)})


def _described(name: str, storage: FileStorage) -> dict[str, Any]:
    try:
        content = Profile.load(name, storage=storage).config.to_dict()
    except AuthError as error:
        return {"problem": error.message}
    secrets = ("client_secret", "api_key", "bearer_token_prefix")
    return {field: "…" if field in secrets else value for field, value in content.items()}


@profile.command()
@click.pass_context
def show(ctx: click.Context) -> None:
    """Show which profile is in use."""
    chosen = ctx.obj.get("AUTH", {}).get("profile") or os.environ.get("PL_AUTH_PROFILE")
    kept = _preferences().get("PL_AUTH_PROFILE")
    click.echo(f"Current: {chosen or kept or DEFAULT_PROFILE}")
    click.echo(f"User Default: {kept or ''}")
    click.echo(f"Global Built-in Default: {DEFAULT_PROFILE}")


@profile.command("set")
@click.argument("name", required=False)
def set_profile(name: str | None) -> None:
    """Set the default profile; without NAME, ask for one."""
    storage = FileStorage()
    if name is None:
        name = click.prompt("Which profile", type=click.Choice(_names(storage)), err=True)
    name = check_name(name)
    Profile.load(name, storage=storage)
    _set_default(name)
    click.echo(f"{name} is the default now.", err=True)


@profile.command()
@click.argument("src")
@click.argument("dst")
@click.option("--sops/--no-sops", default=False, help="Encrypt the file with sops.")
def copy(src: str, dst: str, sops: bool) -> None:
    """Copy a profile without its login."""
    source = Profile.load(src)
    made = Profile(check_name(dst), source.config, FileStorage(sops=True) if sops else default_storage())
    try:
        Profile.load(made.name)
    except ProfileNotFound:
        pass
    else:
        raise ProfileError(f"The profile {made.name!r} already exists", hint="Choose another name.")
    made.save_config(secret=True)
    click.echo(f"Copied profile {source.name} to {made.name}.", err=True)
