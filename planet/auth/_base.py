"""`Auth`: what every kind of credential can do, and the ways to make one."""

from __future__ import annotations

import abc
import warnings
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from ..exceptions import AuthError, InvalidAPIKey
from ._errors import APIKeyAuthException

if TYPE_CHECKING:
    from ._token import Token

__all__ = ["APIKeyAuthException", "Auth", "AuthType"]


class Auth(httpx.Auth, abc.ABC):
    """Credentials for Planet's services. Make one with a `from_…` method; its text never shows the secret."""

    __module__ = "planet.auth"

    # -- where they come from --------------------------------------------------------------------------------

    @staticmethod
    def from_user_default_session(*, interactive: bool = False) -> Auth:
        """The credentials of this user. What is found first counts:

        1. the profile that `PL_AUTH_PROFILE` names, in the environment or in `~/.planet.json`;
        2. the service account of `PL_AUTH_CLIENT_ID` and `PL_AUTH_CLIENT_SECRET`, in either;
        3. the API key of `PL_API_KEY` or `PL_AUTH_API_KEY`, in either, or `key` in `~/.planet.json`;
        4. the login of `planet auth login`.

        They are looked for now. What is named but missing or broken is an error, never another identity: then, and
        where there is nothing, `is_initialized()` is False and the first request raises `AuthError`.

        Args:
            interactive: whether to ask the user to log in now, if nobody is and somebody sits at a terminal.

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
    def from_profile(profile_name: str, save_state_to_storage: bool = True, *, storage_provider: Any = None) -> Auth:
        """A login under a name: one that `planet auth login` has made, or one that is built in.

        Args:
            profile_name: for example `planet-user`; upper and lower case are the same.
            save_state_to_storage: whether renewed tokens are kept for other programs.
            storage_provider: where it is kept; left out: below `~/.planet`.

        Raises:
            APIKeyAuthException: the name is empty.
            planet.auth.ProfileNotFound: there is no such profile; it is a `FileNotFoundError` too.
            planet.auth.ProfileError: it makes no sense; it is a `ValueError` too.
        """
        from . import _resolve

        return _resolve.from_profile(profile_name, save=save_state_to_storage, storage=storage_provider)

    @staticmethod
    def from_oauth_user_auth_code(
        client_id: str,
        callback_url: str,
        requested_scopes: Sequence[Any] | None = None,
        save_state_to_storage: bool = True,
        profile_name: str | None = None,
        storage_provider: Any = None,
    ) -> Auth:
        """A user who logs in on a page in the browser, for a program that is registered with Planet.

        Args:
            client_id: the id of the program.
            callback_url: where the page leads back to: `http://localhost:PORT/…`.
            requested_scopes: what to ask the user for; left out: `planet` and `offline_access`.
            save_state_to_storage: whether the login is kept, for later runs and other programs.
            profile_name: the name to keep it under; left out: the client id.
            storage_provider: what keeps it: an object with `load_obj`, `save_obj`, `obj_exists`, `mtime` and
                `obj_rename`; left out: files below `~/.planet`.

        Raises:
            planet.auth.ProfileError: the name is none for a profile.
        """
        from . import _resolve

        return _resolve.from_oauth(
            "oidc_auth_code", client_id, None, callback_url, requested_scopes, save_state_to_storage, profile_name,
            storage_provider,
        )  # fmt: skip

    @staticmethod
    def from_oauth_user_device_code(
        client_id: str,
        requested_scopes: Sequence[Any] | None = None,
        save_state_to_storage: bool = True,
        profile_name: str | None = None,
        storage_provider: Any = None,
    ) -> Auth:
        """A user who logs in by typing a code in on any device; the arguments are those of
        `from_oauth_user_auth_code`.

        Raises:
            planet.auth.ProfileError: the name is none for a profile.

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
        """A service account: no user has to log in. The other arguments are those of `from_oauth_user_auth_code`.

        Args:
            client_id: the id of the service account.
            client_secret: its secret.
            requested_scopes: what to ask for; left out: nothing in particular.
            save_state_to_storage: whether tokens are kept, for later runs and other programs.
            profile_name: the name to keep them under; left out: the client id.
            storage_provider: what keeps them.
            save_secret: whether the secret is kept as well, in clear, so that `from_profile` finds it.

        Raises:
            planet.auth.ProfileError: the name is none for a profile.
        """
        from . import _resolve

        return _resolve.from_oauth(
            "oidc_client_credentials_secret", client_id, client_secret, None, requested_scopes, save_state_to_storage,
            profile_name, storage_provider, save_secret=save_secret,
        )  # fmt: skip

    @staticmethod
    def from_key(key: str | None) -> Auth:
        """An API key that the program already has. White space around it is dropped.

        Raises:
            APIKeyAuthException: it is empty, or holds characters that no key has.
        """
        from . import _key

        return _key.APIKeyAuth(key, "the key given")

    @staticmethod
    def from_env(variable_name: str | None = None) -> Auth:
        """An API key from an environment variable, by default `PL_API_KEY`.

        Raises:
            APIKeyAuthException: the variable is not set, or what it holds cannot be a key.
        """
        from . import _key

        return _key.from_env(variable_name)

    @staticmethod
    def from_file(filename: str | Path | None = None) -> Auth:
        """An API key from a key file, by default `~/.planet.json`: a JSON object with the entry `key`.

        Raises:
            APIKeyAuthException: there is no such file, or no key in it.
        """
        from . import _key

        return _key.from_file(filename)

    @staticmethod
    def from_login(email: str, password: str, base_url: str | None = None) -> Auth:
        """The API key of a user, for email and password. Blocks. Scripts of old do it; `planet auth login` is better.

        `POST /v0/auth/login`

        Raises:
            APIKeyAuthException: email or password are wrong.
            NetworkError: the service does not answer.
        """
        from . import _key

        warnings.warn(
            "Auth.from_login sends a password; use planet auth login.", PendingDeprecationWarning, stacklevel=2
        )
        return _key.from_login(email, password, base_url)

    @staticmethod
    def from_dict(data: Mapping[str, Any]) -> Auth:
        """An API key from a dictionary with the entry `key`, as `to_dict` makes it.

        Raises:
            APIKeyAuthException: there is no key in it.
        """
        key = data.get("key") if isinstance(data, Mapping) else None
        return Auth.from_key(key)

    @staticmethod
    def none() -> Auth:
        """No credentials: requests go out without any. For public endpoints and for tests."""
        from . import _key

        return _key.NoAuth()

    # -- what they can do ------------------------------------------------------------------------------------

    @property
    def advice(self) -> str | None:
        """What to do when the service does not take them."""
        return InvalidAPIKey.hint

    @property
    @abc.abstractmethod
    def value(self) -> str:
        """The secret itself, for programs that hand it on. Take care where it goes."""

    @abc.abstractmethod
    def is_initialized(self) -> bool:
        """Whether a request could be sent with these credentials. Needs no network."""

    @abc.abstractmethod
    def ensure_initialized(self, allow_open_browser: bool = False, allow_tty_prompt: bool = False) -> None:
        """Make sure that a request could be sent: renew the login, or have the user log in if that is allowed. Blocks.

        Args:
            allow_open_browser: whether a browser may be opened.
            allow_tty_prompt: whether the user may be asked at the terminal.

        Raises:
            AuthError: it could not; the text says what to do.
        """

    def user_login(self, allow_open_browser: bool = False, allow_tty_prompt: bool = False) -> None:
        """Have the user log in, whether or not somebody is. Blocks.

        Args:
            allow_open_browser: whether a browser may be opened.
            allow_tty_prompt: whether the user may be asked at the terminal.

        Raises:
            AuthError: the login failed, or these credentials need none.
        """
        raise AuthError(f"{self!r} needs no login.", hint="It is used as it is.")

    def device_user_login_initiate(self) -> dict[str, Any]:
        """Begin a login by device code, for programs that show the code themselves. Blocks for one request.

        Returns:
            `user_code`, `verification_uri`, `verification_uri_complete`, `expires_in` (seconds), as RFC 8628 has it.

        Raises:
            AuthError: these credentials do not log in that way.
        """
        raise AuthError(f"{self!r} does not log in by device code.")

    def device_user_login_complete(self, login_initialization_info: Mapping[str, Any]) -> Token:
        """Wait until the user has typed in the code. Blocks, for minutes if need be.

        Args:
            login_initialization_info: what `device_user_login_initiate` returned.

        Returns:
            The tokens, which this object uses from now on.

        Raises:
            AuthError: the user has refused, or has taken too long.
        """
        raise AuthError(f"{self!r} does not log in by device code.")

    @abc.abstractmethod
    def store(self, filename: str | Path | None = None) -> None:
        """Write the credentials to a key file, by default `~/.planet.json`, readable by this user only.

        What else the file holds is kept; it is replaced at once or not at all.
        """

    def write(self, filename: str | Path | None = None) -> None:
        """The same as `store`, under its older name."""
        self.store(filename)

    def to_dict(self) -> dict[str, Any]:
        """The API key as a dictionary with the entry `key`. Take care where it goes.

        Raises:
            AuthError: there is none.
        """
        raise AuthError(f"{self!r} has no API key.")

    def connect_with(self, settings: Any) -> None:
        """Reach login services as a session with these settings reaches the API: proxy, certificates, …"""

    @abc.abstractmethod
    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Put the credentials onto a request. httpx drives this in both colours."""


AuthType = Auth
