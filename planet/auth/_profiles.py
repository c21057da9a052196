"""`Profile`: a login under a name: which program logs in where, and the tokens that it has."""

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from ..auth_builtins import PROFILES
from ..exceptions import AuthError
from ._config import ClientConfig
from ._errors import APIKeyAuthException, ProfileError, ProfileNotFound
from ._files import make_private
from ._storage import FileStorage, KeyringStorage, Storage, default_storage
from ._token import Token

__all__ = ["ProcessLock", "Profile", "check_name", "local_profiles"]

_FOLDER = Path(".planet")


def check_name(name: Any) -> str:
    """The name of a profile as it is kept: in small letters.

    Raises:
        APIKeyAuthException: it is empty.
        ProfileError: it is no name.
    """
    if not isinstance(name, str) or not name.strip():
        raise APIKeyAuthException("The name of the profile is empty.", hint="Name one: planet auth profile list.")
    text = str(name).strip().lower()
    if any(part in text for part in (os.sep, "/", "\\", "\0")) or text in (".", ".."):
        raise ProfileError(f"{text!r} is no name for a profile.", hint="It must not lead to another folder.")
    return text


class ProcessLock:
    """One renewal at a time in this process, whatever the threads and event loops. Never waited for: only tried."""

    _all: ClassVar[dict[object, threading.Lock]] = {}
    _guard: ClassVar[threading.Lock] = threading.Lock()

    @classmethod
    def of(cls, key: object) -> threading.Lock:
        """The lock that all logins of that key share."""
        with cls._guard:
            return cls._all.setdefault(key, threading.Lock())

    @classmethod
    def reset(cls) -> None:
        """A child process must not inherit a lock that another thread held while forking."""
        cls._all, cls._guard = {}, threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=ProcessLock.reset)


class Profile:
    """A login under a name.

    Args:
        name: the name.
        config: which program logs in where.
        storage: what keeps the tokens; None: nothing does.
    """

    def __init__(self, name: str, config: ClientConfig, storage: Storage | None) -> None:
        self.name = name
        self.config = config
        self.storage = storage

    @classmethod
    def load(cls, name: Any, *, save: bool = True, storage: Storage | None = None) -> "Profile":
        """The profile of that name: one that is kept, or else one that is built in.

        Raises:
            ProfileNotFound: there is none.
            ProfileError: it makes no sense.
        """
        name = check_name(name)
        storage = storage or default_storage()
        key = _FOLDER / name / "auth_client.json"
        try:
            content = storage.load_obj(key) if storage.obj_exists(key) else PROFILES.get(name)
        except OSError as error:
            raise ProfileError(
                f"The profile {name!r} cannot be read: {error.strerror or type(error).__name__}."
            ) from None
        if content is None:
            raise ProfileNotFound(f"There is no profile {name!r}.")
        return cls(name, ClientConfig.from_dict(content, name), storage if save else None)

    def save_config(self, *, secret: bool) -> None:
        """Keep what it is; the secret of a service account only in a keyring, or where that is asked for."""
        if self.storage is None:
            return
        content = self.config.to_dict()
        if not (secret or isinstance(self.storage, KeyringStorage)):
            content.pop("client_secret", None)
        with _speaking_of(f"The profile {self.name!r} cannot be kept"):
            self.storage.save_obj(_FOLDER / self.name / "auth_client.json", content)

    @property
    def _token_key(self) -> Path:
        return _FOLDER / self.name / "token.json"

    def load_token(self) -> Token | None:
        """The tokens that are kept; None if there are none."""
        if self.storage is None:
            return None
        with _speaking_of(f"The tokens of the profile {self.name!r} cannot be read"):
            try:
                return (
                    Token(self.storage.load_obj(self._token_key)) if self.storage.obj_exists(self._token_key) else None
                )
            except FileNotFoundError:
                return None

    def save_token(self, token: Any) -> None:
        """Keep tokens."""
        if self.storage is not None:
            with _speaking_of(f"The tokens of the profile {self.name!r} cannot be kept"):
                self.storage.save_obj(self._token_key, dict(token))

    def lock_key(self) -> object:
        """What all logins of this profile in this process have in common."""
        if isinstance(self.storage, FileStorage):
            return str(self.storage.root), self.name
        return (id(self.storage), self.name) if self.storage is not None else id(self)

    def file_lock(self) -> Any:
        """A lock that other processes see; None where the storage has no files."""
        if not isinstance(self.storage, FileStorage):
            return None
        import filelock

        folder = self.storage.root / _FOLDER / self.name
        try:
            make_private(folder)
        except OSError:
            return None  # nothing can be kept there either, and saying so is up to whoever tries
        # It is taken in one thread and given back in another.
        return filelock.FileLock(folder / ".lock", thread_local=False, mode=0o600)


@contextlib.contextmanager
def _speaking_of(what: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        raise AuthError(
            f"{what}: {error.strerror or type(error).__name__}.", hint="Check the folder ~/.planet."
        ) from None


def local_profiles(storage: FileStorage) -> list[str]:
    """The names of the profiles that are kept in files."""
    folder = storage.root / _FOLDER
    names = [entry.name for entry in folder.iterdir() if entry.is_dir()] if folder.is_dir() else []
    return sorted(name for name in names if storage.obj_exists(_FOLDER / name / "auth_client.json"))
