"""`planet auth`: log in and out, look at what is logged in, and hand credentials on."""

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
from .output import confirmed, echo_json
from .session import auth_of

__all__ = ["auth"]


_HIDDEN = ("planet-m2m", "legacy")


@click.group()
def auth() -> None:
    """Log in, and look at who is."""


def _override(ctx: click.Context, **values: str | None) -> None:
    """What was said after the name of the command counts as what was said before it."""
    check_credentials(values)
    ctx.obj["AUTH"] = {**ctx.obj.get("AUTH", {}), **{name: value for name, value in values.items() if value}}


_auth_options = [
    click.option("--auth-profile", help="The profile to log in with."),
    click.option("--auth-client-id", help="The id of a service account."),
    click.option("--auth-client-secret", help="Its secret."),
    click.option("--auth-api-key", help="An API key to use from now on; nothing is asked of the service."),
]


def _with_auth_options(command: Any) -> Any:
    for option in reversed(_auth_options):
        command = option(command)
    return command


@auth.command()
@click.option("--open-browser/--no-open-browser", default=True, show_default=True, help="Open the login page.")
@click.option("--show-qr-code/--no-show-qr-code", default=False, help="Show the address as a QR code.")
@click.option("--scope", "scopes", multiple=True, help="What to ask for; may be repeated.")
@click.option("--audience", "audiences", multiple=True, hidden=True)
@_with_auth_options
@click.option("--sops/--no-sops", default=False, help="Have the files encrypted by the program sops.")
@click.option("--save-secret", is_flag=True, help="Keep a service account's secret in clear, for later runs.")
@click.option(
    "--yes/--no", "-y/-n", "as_default", default=None, help="Make it the default; left out: if there is none, else ask."
)
@click.pass_context
def login(
    ctx: click.Context, open_browser: bool, show_qr_code: bool, scopes: tuple[str, ...], audiences: tuple[str, ...],
    auth_profile: str | None, auth_client_id: str | None, auth_client_secret: str | None, auth_api_key: str | None,
    sops: bool, save_secret: bool, as_default: bool | None,
) -> None:  # fmt: skip
    """Log in, and keep the login for every program of this user."""
    _override(
        ctx, profile=auth_profile, client_id=auth_client_id, client_secret=auth_client_secret, api_key=auth_api_key
    )
    given = ctx.obj["AUTH"]
    if given.get("api_key") and not (given.get("profile") or given.get("client_id")):
        key = Auth.from_key(given["api_key"])
        key.store()
        click.echo(f"The API key is kept in {constants.SECRET_FILE_PATH}.", err=True)
        _choose(None, as_default)
        _warn_of_others("API key")
        return
    credentials = _to_log_in(given, scopes, audiences, save_secret)
    if sops:
        credentials.profile.storage = FileStorage(sops=True)
    name = credentials.profile.name
    click.echo(f"Logging in with authentication profile {name}...", err=True)
    _log_in(credentials, open_browser, show_qr_code)
    click.echo("Login succeeded.", err=True)
    config, token = credentials.profile.config, credentials.token
    who = _about(credentials).get("account")
    if who:
        click.echo(f"Logged in as {printable(str(who))}.", err=True)
    if not config.is_attended and not save_secret and isinstance(credentials.profile.storage, FileStorage):
        until = token.expires_at if token else None
        end = f"ends {until.isoformat(timespec='minutes')}" if until else "has an end"
        click.echo(f"The secret is not kept: this login {end}. --save-secret keeps it, in clear.", err=True)
    _choose(name, as_default)
    _warn_of_others("profile")


def _to_log_in(given: dict[str, Any], scopes: tuple[str, ...], audiences: tuple[str, ...], save_secret: bool) -> OAuth:
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
        raise click.UsageError("A service account takes --auth-client-id and --auth-client-secret.")
    else:
        made = _existing_or_new(name or _saved_profile() or DEFAULT_PROFILE)
    if not isinstance(made, OAuth):
        raise AuthError(f"{made!r} needs no login.", hint="It is used as it is.")
    config = made.profile.config
    config.scopes, config.audiences = list(scopes) or config.scopes, list(audiences) or config.audiences
    return made


def _existing_or_new(name: str) -> Auth:
    """The profile of that name; one that is not there is made, for another login of a user."""
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


def _prefer(name: str | None) -> None:
    """Make a profile the default of this user; None: the API key."""
    import json

    from ..auth._files import write_private

    content = {entry: value for entry, value in _preferences().items() if entry != "PL_AUTH_PROFILE"}
    if name is not None:
        content["PL_AUTH_PROFILE"] = name
    write_private(constants.SECRET_FILE_PATH, json.dumps(content, indent=2, sort_keys=True))


def _choose(name: str | None, as_default: bool | None) -> None:
    """Make a new login the default, if there is none or the user wants it; None is the API key."""
    current = _preferences().get("PL_AUTH_PROFILE")
    if current == name:
        return
    what = name or "the API key"
    if as_default is None and current is not None:
        as_default = click.confirm(f"The default is {current}. Make {what} the default?", default=False, err=True)
    if as_default is not False:
        _prefer(name)
        click.echo(f"{what} is the default from now on.", err=True)


def _warn_of_others(kind: str) -> None:
    """Say so if something else comes before what was just logged in, or after it."""
    first, *others = candidates()
    if first.kind != kind:
        click.echo(f"Warning: {first.source} comes first: it hides this login.", err=True)
    for other in others if first.kind == kind else ():
        if other.kind != "login":
            click.echo(f"Warning: {other.source} no longer counts: this login hides it.", err=True)


@auth.command("print-api-key")
@click.pass_context
def print_api_key(ctx: click.Context) -> None:
    """Print the API key. Take care where it goes."""
    credentials = auth_of(ctx)
    if not isinstance(credentials, APIKeyAuth):
        raise AuthError(f"{credentials!r} has no API key.", hint="planet auth print-access-token prints a token.")
    click.echo(credentials.value)


@auth.command("print-access-token")
@click.option("--refresh/--no-refresh", default=True, show_default=True, help="Renew it if it has expired.")
@click.pass_context
def print_access_token(ctx: click.Context, refresh: bool) -> None:
    """Print the access token, for other programs. Take care where it goes."""
    credentials = _logged_in(ctx)
    token = credentials.get_token() if refresh else credentials.token
    if token is None or not token.access_token:
        raise AuthError("There is no access token.", hint="Log in: planet auth login.")
    click.echo(token.access_token)


@auth.command()
@click.option("--scope", "scopes", multiple=True, help="What to ask for; may be repeated.")
@click.pass_context
def refresh(ctx: click.Context, scopes: tuple[str, ...]) -> None:
    """Renew the login now."""
    credentials = _logged_in(ctx)
    if credentials.token is not None and credentials.token.refresh_token:
        credentials.store()  # a folder that cannot be written shows itself before the refresh token is used up
    until = credentials.refresh(scopes).expires_at
    click.echo(f"Renewed{f', until {until.isoformat()}' if until else ''}.", err=True)


def _logged_in(ctx: click.Context) -> OAuth:
    credentials = auth_of(ctx)
    if not isinstance(credentials, OAuth):
        raise AuthError(f"{credentials!r} is no login.", hint="Log in: planet auth login.")
    return credentials


@auth.command()
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
def reset(yes: bool) -> None:
    """Forget every login and key of this user. The files are renamed, not removed."""
    paths = [path for path in (constants.SECRET_FILE_PATH, constants.home() / ".planet") if path.exists()]
    if not paths:
        click.echo("There is nothing to forget.", err=True)
        return
    confirmed(f"Rename {' and '.join(map(str, paths))}, and so forget every login?", yes)
    when = datetime.datetime.now().strftime("%Y-%m-%d-%H%M%S")
    for path in paths:
        click.echo(path.rename(path.with_name(f"{path.name}-{when}")))


@auth.command()
@pretty
@click.pass_context
def status(ctx: click.Context, pretty: bool) -> None:
    """Show which credentials count, which others they hide, and until when. Never a secret. As JSON."""
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
            shown |= _about(credentials)
            if not shown["ready"]:
                credentials.value  # noqa: B018  # says why, if there is no token at all
                problem = f"The login has ended. {credentials.advice}"
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


def _about(credentials: OAuth) -> dict[str, Any]:
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
    """Logins under names."""


@profile.command("list")
@click.option("-l", "--long", is_flag=True, help="Show what each of them is, without secrets.")
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
    """Show which profile counts."""
    chosen = ctx.obj.get("AUTH", {}).get("profile") or os.environ.get("PL_AUTH_PROFILE")
    kept = _preferences().get("PL_AUTH_PROFILE")
    click.echo(f"Current: {chosen or kept or DEFAULT_PROFILE}")
    click.echo(f"User Default: {kept or ''}")
    click.echo(f"Global Built-in Default: {DEFAULT_PROFILE}")


@profile.command("set")
@click.argument("name", required=False)
def set_profile(name: str | None) -> None:
    """Make a profile the default; without NAME, choose one."""
    storage = FileStorage()
    if name is None:
        name = click.prompt("Which profile", type=click.Choice(_names(storage)), err=True)
    name = check_name(name)
    Profile.load(name, storage=storage)
    _prefer(name)
    click.echo(f"{name} is the default from now on.", err=True)


@profile.command()
@click.argument("src")
@click.argument("dst")
@click.option("--sops/--no-sops", default=False, help="Have its file encrypted by the program sops.")
def copy(src: str, dst: str, sops: bool) -> None:
    """Make a profile like another one, without its login."""
    source = Profile.load(src)
    made = Profile(check_name(dst), source.config, FileStorage(sops=True) if sops else default_storage())
    try:
        Profile.load(made.name)
    except ProfileNotFound:
        pass
    else:
        raise ProfileError(f"There is a profile {made.name!r} already.", hint="Choose another name.")
    made.save_config(secret=True)
    click.echo(f"{made.name} is like {source.name} now.", err=True)
