"""`Auth`: the base class of all credentials, with the methods that create them."""

from __future__ import annotations

import abc
import warnings
from collections.abc import Callable, Generator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from .._utils.tracebacks import hides_locals
from ..exceptions import ArgumentTypeError, AuthError, InvalidAPIKey
from ._errors import APIKeyAuthException

if TYPE_CHECKING:
    from ._token import Token

__all__ = ["APIKeyAuthException", "Auth", "AuthType"]


class Auth(httpx.Auth, abc.ABC):
    """Credentials for Planet's services. Create them with a `from_…` method. Their repr never shows the secret.

    A pickle of them contains no secret: it says where to find them, such as a variable, a file or a profile, and they
    are loaded from there again. Credentials that were passed as an argument cannot be pickled. Copies are the same
    object.
    """

    __module__ = "planet.auth"

    # The function, and its arguments, by which another process finds these credentials; None if there is none.
    _recipe: tuple[Callable[..., Auth], tuple[Any, ...]] | None = None

    def __reduce__(self) -> tuple[Callable[..., Auth], tuple[Any, ...]]:
        if self._recipe is None:
            raise ArgumentTypeError(
                f"{self!r} cannot be pickled: the pickle would contain its key or token.",
                hint="Create the credentials in the other process: with Auth.from_user_default_session(), "
                "Auth.from_env() or Auth.from_profile(), which can be pickled too.",
            )
        return self._recipe

    def __copy__(self) -> Auth:
        return self

    def __deepcopy__(self, memo: Any) -> Auth:
        return self

    # -- sources ---------------------------------------------------------------------------------------------

    @staticmethod
    @hides_locals
    def from_user_default_session(*, interactive: bool = False) -> Auth:
        """Find the credentials of this user. The first of these sources that is set is used:

        1. the profile that `PL_AUTH_PROFILE` names, in the environment or in `~/.planet.json`;
        2. the service account of `PL_AUTH_CLIENT_ID` and `PL_AUTH_CLIENT_SECRET`, in either;
        3. the API key of `PL_API_KEY` or `PL_AUTH_API_KEY`, in either, or `key` in `~/.planet.json`;
        4. the login of `planet auth login`.

        The search happens in this call. If the first source is missing or broken, no other is tried. In that case, and
        if no source is set, `is_initialized()` is False and the first request raises `AuthError`.

        Args:
            interactive: whether to ask the user to log in now, if nobody is logged in and stdin is a terminal.

        Example:
            ```python
            from planet import Auth

            auth = Auth.from_user_default_session()
            if not auth.is_initialized():
                print("Run planet auth login first.")
            ```
        """
        from . import _resolve

        return _resolve.default(interactive=interactive)

    @staticmethod
    @hides_locals
    def from_profile(profile_name: str, save_state_to_storage: bool = True, *, storage_provider: Any = None) -> Auth:
        """Use a profile: one made by `planet auth login`, or a built-in one.

        Args:
            profile_name: for example `planet-user`; case-insensitive.
            save_state_to_storage: whether refreshed tokens are saved for other programs.
            storage_provider: where the profile is stored; left out: below `~/.planet`.

        Raises:
            APIKeyAuthException: the name is empty.
            planet.auth.ProfileNotFound: the profile does not exist; also a `FileNotFoundError`.
            planet.auth.ProfileError: the profile is invalid; also a `ValueError`.
        """
        from . import _resolve

        return _resolve.from_profile(profile_name, save=save_state_to_storage, storage=storage_provider)

    @staticmethod
    @hides_locals
    def from_oauth_user_auth_code(
        client_id: str,
        callback_url: str,
        requested_scopes: Sequence[Any] | None = None,
        save_state_to_storage: bool = True,
        profile_name: str | None = None,
        storage_provider: Any = None,
    ) -> Auth:
        """Log a user in with a browser (authorization code with PKCE), for a program registered with Planet.

        Args:
            client_id: the client id of the program.
            callback_url: where the login page redirects to: `http://localhost:PORT/…`.
            requested_scopes: the scopes to request; left out: `planet` and `offline_access`.
            save_state_to_storage: whether the login is saved, for later runs and other programs.
            profile_name: the profile to save it as; left out: the client id.
            storage_provider: where it is saved: an object with `load_obj`, `save_obj`, `obj_exists`, `mtime` and
                `obj_rename`; left out: files below `~/.planet`.

        Raises:
            planet.auth.ProfileError: the client id is empty, or the profile name is invalid.
        """
        from . import _resolve

        return _resolve.from_oauth(
            "oidc_auth_code", client_id, None, callback_url, requested_scopes, save_state_to_storage, profile_name,
            storage_provider,
        )  # fmt: skip

    @staticmethod
    @hides_locals
    def from_oauth_user_device_code(
        client_id: str,
        requested_scopes: Sequence[Any] | None = None,
        save_state_to_storage: bool = True,
        profile_name: str | None = None,
        storage_provider: Any = None,
    ) -> Auth:
        """Log a user in with a code that is entered on any device (RFC 8628), for a program registered with Planet.

        The arguments are those of `from_oauth_user_auth_code`.

        Raises:
            planet.auth.ProfileError: the client id is empty, or the profile name is invalid.

        Example:
            ```python
            from planet import Auth

            auth = Auth.from_oauth_user_device_code("my-program", save_state_to_storage=False)
            print(auth.is_initialized())
            ```
        """
        from . import _resolve

        return _resolve.from_oauth(
            "oidc_device_code", client_id, None, None, requested_scopes, save_state_to_storage, profile_name,
            storage_provider,
        )  # fmt: skip

    @staticmethod
    @hides_locals
    def from_oauth_m2m(
        client_id: str,
        client_secret: str,
        requested_scopes: Sequence[Any] | None = None,
        save_state_to_storage: bool = True,
        profile_name: str | None = None,
        storage_provider: Any = None,
        *,
        save_secret: bool = False,
    ) -> Auth:
        """Use a service account (client credentials). No user has to log in.

        Args:
            client_id: the client id of the service account.
            client_secret: its secret.
            requested_scopes: the scopes to request; left out: none, and the login service chooses.
            save_state_to_storage: whether tokens are saved, for later runs and other programs.
            profile_name: the profile to save them as; left out: the client id.
            storage_provider: where they are saved, as for `from_oauth_user_auth_code`.
            save_secret: whether the secret is saved too, as plain text, so that `from_profile` finds it.

        Raises:
            planet.auth.ProfileError: the client id or the secret is empty, or the profile name is invalid.
        """
        from . import _resolve

        return _resolve.from_oauth(
            "oidc_client_credentials_secret", client_id, client_secret, None, requested_scopes, save_state_to_storage,
            profile_name, storage_provider, save_secret=save_secret,
        )  # fmt: skip

    @staticmethod
    @hides_locals
    def from_key(key: str | None) -> Auth:
        """Use an API key. Surrounding white space is removed.

        Raises:
            APIKeyAuthException: the key is empty, or contains invalid characters.
        """
        from . import _key

        return _key.APIKeyAuth(key, "the argument key")

    @staticmethod
    @hides_locals
    def from_env(variable_name: str | None = None) -> Auth:
        """Use the API key in an environment variable, by default `PL_API_KEY`.

        Raises:
            APIKeyAuthException: the variable is not set, or its value is not a valid key.
        """
        from . import _key

        return _key.from_env(variable_name)

    @staticmethod
    @hides_locals
    def from_file(filename: str | Path | None = None) -> Auth:
        """Use the API key in a key file, by default `~/.planet.json`: a JSON object with the entry `key`.

        Raises:
            APIKeyAuthException: the file does not exist, is not valid, or has no key.
        """
        from . import _key

        return _key.from_file(filename)

    @staticmethod
    @hides_locals
    def from_login(email: str, password: str, base_url: str | None = None) -> Auth:
        """Get the API key of a user by email and password. Blocks. For legacy scripts; prefer `planet auth login`.

        `POST /v0/auth/login`

        Raises:
            APIKeyAuthException: email or password are wrong.
            NetworkError: the service does not respond.
        """
        from . import _key

        warnings.warn(
            "Auth.from_login sends a password; use planet auth login.", PendingDeprecationWarning, stacklevel=3
        )
        return _key.from_login(email, password, base_url)

    @staticmethod
    @hides_locals
    def from_dict(data: Mapping[str, Any]) -> Auth:
        """Use the API key in a dictionary with the entry `key`, as `to_dict` returns it.

        Raises:
            APIKeyAuthException: the dictionary has no key.
        """
        key = data.get("key") if isinstance(data, Mapping) else None
        return Auth.from_key(key)

    @staticmethod
    def none() -> Auth:
        """Send requests without credentials. For public endpoints and tests."""
        from . import _key

        return _key.NoAuth()

    # -- use -------------------------------------------------------------------------------------------------

    @property
    def advice(self) -> str | None:
        """What to do when the service refuses the credentials: the hint of that error."""
        return InvalidAPIKey.hint

    @property
    @abc.abstractmethod
    def value(self) -> str:
        """The secret itself: the API key or the access token, for programs that pass it on. Do not log it."""

    @abc.abstractmethod
    def is_initialized(self) -> bool:
        """Whether requests can be sent with these credentials. Sends no request itself."""

    @abc.abstractmethod
    def ensure_initialized(self, allow_open_browser: bool = False, allow_tty_prompt: bool = False) -> None:
        """Make sure that requests can be sent: refresh the token, or log the user in if that is allowed. Blocks.

        Args:
            allow_open_browser: whether a browser may be opened.
            allow_tty_prompt: whether the user may be prompted in the terminal.

        Raises:
            AuthError: there are no usable credentials; the message says what to do.
        """

    def user_login(self, allow_open_browser: bool = False, allow_tty_prompt: bool = False) -> None:
        """Log the user in, even if the profile has a login already. Blocks.

        Args:
            allow_open_browser: whether a browser may be opened.
            allow_tty_prompt: whether the user may be prompted in the terminal.

        Raises:
            AuthError: the login failed, or these credentials do not need one.
        """
        raise AuthError(f"{self!r} does not need a login.", hint="Use it without one.")

    def device_user_login_initiate(self) -> dict[str, Any]:
        """Start a login by device code, for programs that show the code themselves. Blocks for one request.

        Returns:
            `user_code`, `verification_uri`, `verification_uri_complete`, `expires_in` (seconds), as in RFC 8628.

        Raises:
            AuthError: these credentials do not log in that way.
        """
        raise AuthError(f"{self!r} does not log in by device code.")

    def device_user_login_complete(self, login_initialization_info: Mapping[str, Any]) -> Token:
        """Wait until the user has entered the code. May block for minutes.

        Args:
            login_initialization_info: the result of `device_user_login_initiate`.

        Returns:
            The tokens. This object uses them from now on.

        Raises:
            AuthError: the user has refused, or the code has expired.
        """
        raise AuthError(f"{self!r} does not log in by device code.")

    @abc.abstractmethod
    def store(self, filename: str | Path | None = None) -> None:
        """Write the API key to a key file, by default `~/.planet.json`, with permissions for this user only.

        Other entries of the file are preserved. The file is replaced atomically.
        """

    def write(self, filename: str | Path | None = None) -> None:
        """Write the API key to a key file: the legacy name of `store`."""
        self.store(filename)

    def to_dict(self) -> dict[str, Any]:
        """Return the API key as a dictionary with the entry `key`. Do not log it.

        Raises:
            AuthError: these credentials have no API key.
        """
        raise AuthError(f"{self!r} has no API key.")

    def connect_with(self, settings: Any) -> None:
        """Use the settings of a session for requests to login services: proxy, certificates, transport, `on_event`."""

    @abc.abstractmethod
    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Add the credentials to a request. Called by httpx, in the sync and the async variant."""


AuthType = Auth
