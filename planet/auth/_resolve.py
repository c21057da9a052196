"""The search for credentials, in the same order for programs and for the command line."""

import logging
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from .. import constants
from ..auth_builtins import DEFAULT_PROFILE, PROFILES
from ..exceptions import AuthError
from ._base import APIKeyAuthException, Auth
from ._config import KEY, LEGACY, MACHINE, NONE, ClientConfig
from ._errors import KeyFileNotFound, ProfileError
from ._key import APIKeyAuth, MissingAuth, NoAuth, read_file
from ._profiles import Profile, check_name

__all__ = ["Candidate", "candidates", "default", "from_oauth", "from_profile"]


log = logging.getLogger("planet.auth")

KEY_PROFILE = "_PL_API_KEY"
_warned: set[str] = set()  # what was logged already in this process
_DEFAULT_SCOPES = ("planet", "offline_access")


@dataclass(frozen=True)
class Candidate:
    """One source of credentials.

    Attributes:
        kind: `profile`, `service account`, `API key` or `login`.
        source: its name: a variable, or an entry of a file.
        values: its values; some of them are secret.
    """

    kind: str
    source: str
    values: tuple[str, ...] = field(default=(), repr=False)

    @property
    def is_incomplete(self) -> bool:
        """Whether it is half of a service account: an id without a secret, or the reverse."""
        return self.kind == "service account" and not all(self.values)

    @property
    def missing(self) -> str:
        """The name of the entry that an incomplete service account lacks."""
        return "PL_AUTH_CLIENT_SECRET" if self.values[0] else "PL_AUTH_CLIENT_ID"

    @property
    def warning(self) -> str:
        """What to say of an incomplete service account that is ignored."""
        present = "PL_AUTH_CLIENT_ID" if self.values[0] else "PL_AUTH_CLIENT_SECRET"
        return f"{present} is ignored, because {self.missing} is not set. Set both, or unset it."


def candidates() -> list[Candidate]:
    """Find all sources that are set, in order of precedence.

    Raises:
        APIKeyAuthException: `~/.planet.json` is invalid, and no variable takes precedence over it.
    """
    path = constants.SECRET_FILE_PATH
    found: list[Candidate] = []
    broken: APIKeyAuthException | None = None
    try:
        saved = read_file(path)
    except KeyFileNotFound:
        saved = {}
    except APIKeyAuthException as error:
        saved, broken = {}, error
    # This profile name stands for the key in PL_API_KEY, so that a program can be told to use only that.
    key_only = os.environ.get("PL_AUTH_PROFILE", "").strip().upper() == KEY_PROFILE and "PL_API_KEY" in os.environ
    if key_only:
        found.append(Candidate("API key", "the variable PL_API_KEY", (os.environ["PL_API_KEY"],)))
    for kind, names in (
        ("profile", (("PL_AUTH_PROFILE",),)),
        ("service account", (("PL_AUTH_CLIENT_ID", "PL_AUTH_CLIENT_SECRET"),)),
        ("API key", (("PL_API_KEY",), ("PL_AUTH_API_KEY",), ("key",))),
    ):
        for values, where in ((os.environ, "the variable"), (saved, str(path))):
            for group in names:
                if where == "the variable" and group == ("key",):
                    continue
                if key_only and values is os.environ and group in (("PL_AUTH_PROFILE",), ("PL_API_KEY",)):
                    continue
                texts = tuple(str(values.get(name) or "").strip() for name in group)
                if any(texts):
                    entry = " and ".join(group)
                    source = f"the variable {entry}" if values is os.environ else f"{entry} in {path}"
                    found.append(Candidate(kind, source, texts))
    if broken is not None and not found:
        raise broken
    if any(entry.kind == "API key" for entry in found):
        # Half of a service account, beside a key that works, comes last.
        found.sort(key=lambda entry: entry.is_incomplete)
    found.append(Candidate("login", "planet auth login", (DEFAULT_PROFILE,)))
    return found


def default(*, interactive: bool = False) -> Auth:
    """Find the credentials of this user, which a Session uses by default."""
    auth: Auth
    try:
        auth = load_first(candidates())
    except AuthError as error:
        # Never another identity silently: the user has named this one.
        log.debug("There are no usable credentials: %s", error)
        auth = MissingAuth(error)
        interactive = False
    auth._recipe = (Auth.from_user_default_session, ())
    if interactive and not auth.is_initialized() and sys.stdin.isatty():
        auth.ensure_initialized(allow_open_browser=True, allow_tty_prompt=True)
    return auth


def load_first(found: Sequence[Candidate]) -> Auth:
    """Load the credentials of the first source; the others are ignored, even if the first is broken.

    Raises:
        AuthError: they are missing or broken.
    """
    first, *others = found
    ignored = f"; ignored: {', '.join(other.source for other in others)}" if others else ""
    log.debug("Using the %s from %s, the first source that is set%s", first.kind, first.source, ignored)
    for other in others:
        if other.is_incomplete and other.warning not in _warned:
            _warned.add(other.warning)
            log.warning("%s", other.warning)
    return _load(first)


def _load(candidate: Candidate) -> Auth:
    """Load the credentials of one source.

    Raises:
        AuthError: they are missing or broken.
    """
    if candidate.kind in ("profile", "login"):
        try:
            return from_profile(candidate.values[0])
        except AuthError as error:
            error.message = f"The profile from {candidate.source} cannot be used: {error.message}"
            raise
    if candidate.kind == "service account":
        client_id, secret = candidate.values
        if not (client_id and secret):
            raise AuthError(
                f"The service account from {candidate.source} cannot be used: {candidate.missing} is not set.",
                hint=f"Set {candidate.missing}, or unset the other variable.",
            )
        return from_oauth(MACHINE, client_id, secret, None, None, True, f"planet-m2m-{client_id}", None)
    return APIKeyAuth(candidate.values[0], candidate.source)


def from_profile(name: Any, *, save: bool = True, storage: Any = None) -> Auth:
    """Load the credentials of a profile."""
    auth = _from_profile(name, save=save, storage=storage)
    if storage is None:
        auth._recipe = (Auth.from_profile, (name, save))
    return auth


def _from_profile(name: Any, *, save: bool, storage: Any) -> Auth:
    profile = Profile.load(name, save=save, storage=storage)
    kind = profile.config.client_type
    if kind == NONE:
        return NoAuth()
    if kind in (KEY, LEGACY):
        content = {**profile.config.other, **(Profile.load(name, storage=storage).load_token() or {})}
        key = content.get("api_key") or content.get("key")
        if not key:
            raise AuthError(f"The profile {profile.name!r} has no API key.", hint="Log in again: planet auth login.")
        return APIKeyAuth(key, f"the profile {profile.name}")
    from ._oauth import OAuth

    return OAuth(profile)


def from_oauth(
    kind: str,
    client_id: Any,
    client_secret: Any,
    redirect_uri: str | None,
    scopes: Sequence[Any] | None,
    save: bool,
    profile_name: str | None,
    storage: Any,
    *,
    save_secret: bool = False,
) -> Auth:
    """Make the credentials of an OAuth client, and save its profile if *save* is true."""
    from ._oauth import OAuth
    from ._storage import default_storage

    if not isinstance(client_id, str) or not client_id.strip():
        raise ProfileError("The client id is empty.", hint="Pass the client id that is registered with Planet.")
    if kind == MACHINE and not (isinstance(client_secret, str) and client_secret.strip()):
        raise ProfileError(
            f"The secret of the service account {client_id} is empty.",
            hint="Pass the secret that belongs to the client id.",
        )
    name = check_name(profile_name or client_id)
    if scopes is None:
        scopes = () if kind == MACHINE else _DEFAULT_SCOPES
    elif isinstance(scopes, str):
        scopes = scopes.split()
    content = {
        "client_type": kind,
        "client_id": client_id,
        "client_secret": client_secret,
        "audiences": PROFILES[DEFAULT_PROFILE]["audiences"],
        "scopes": [str(scope) for scope in scopes],
        "redirect_uri": redirect_uri,
    }
    profile = Profile(name, ClientConfig.from_dict(content, name), (storage or default_storage()) if save else None)
    auth = OAuth(profile)
    if kind != MACHINE or save_secret:  # the profile of a service account is saved with its first token
        try:
            profile.save_config(secret=save_secret)
        except AuthError as error:
            log.warning("The profile %s is kept only in memory: %s", name, error)
        else:
            if save and storage is None:
                auth._recipe = (Auth.from_profile, (name,))
    return auth
