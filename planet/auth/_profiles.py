"""`Profile`: a named login: its OAuth client, its saved tokens, and the lock that guards them."""

import contextlib
import logging
import os
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from ..auth_builtins import PROFILES
from ..constants import home
from ..exceptions import AuthError
from ._config import MACHINE, ClientConfig
from ._errors import APIKeyAuthException, ProfileError, ProfileNotFound
from ._files import make_private
from ._storage import FileStorage, KeyringStorage, Storage, default_storage
from ._token import Token

__all__ = ["Profile", "check_name", "local_profiles"]


log = logging.getLogger("planet.auth")

_FOLDER = Path(".planet")
_LOCK_TIMEOUT = 60.0  # seconds to wait for a refresh by another thread or program
_LOCK_POLL_INTERVAL = 0.05  # seconds


def check_name(name: Any) -> str:
    """Return the name of a profile in lower case, as it is saved.

    Raises:
        APIKeyAuthException: it is empty.
        ProfileError: it is not valid.
    """
    if not isinstance(name, str) or not name.strip():
        raise APIKeyAuthException(
            "The name of the profile is empty.", hint="List the profiles with planet auth profile list."
        )
    text = str(name).strip().lower()
    if any(part in text for part in (os.sep, "/", "\\", "\0")) or text in (".", ".."):
        raise ProfileError(f"{text!r} is not a valid profile name.", hint="It must not contain / or \\, or be . or ..")
    return text


class ProcessLock:
    """Locks that allow one refresh at a time in this process, across threads and event loops."""

    _all: ClassVar[dict[object, threading.Lock]] = {}
    _guard: ClassVar[threading.Lock] = threading.Lock()

    @classmethod
    def of(cls, key: object) -> threading.Lock:
        """Return the lock that all logins of that key share."""
        with cls._guard:
            return cls._all.setdefault(key, threading.Lock())

    @classmethod
    def reset(cls) -> None:
        """Drop all locks, after a fork: another thread may have held one."""
        cls._all, cls._guard = {}, threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=ProcessLock.reset)


class Profile:
    """A named login.

    Args:
        name: the name.
        config: the OAuth client, and its login service.
        storage: where it is saved; None: nowhere.
    """

    def __init__(self, name: str, config: ClientConfig, storage: Storage | None) -> None:
        self.name = name
        self.config = config
        self.storage = storage

    @classmethod
    def load(cls, name: Any, *, save: bool = True, storage: Storage | None = None) -> "Profile":
        """Load a profile from the storage, or else a built-in one.

        Raises:
            ProfileNotFound: it does not exist.
            ProfileError: it is invalid.
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

    def save_config(self, *, secret: bool = False) -> None:
        """Save the OAuth client. Other entries of the file are preserved.

        The secret of a service account is saved only in a keyring, if *secret* is true, or if it was saved before.
        """
        if self.storage is None:
            return
        key = _FOLDER / self.name / "auth_client.json"
        content = self.config.to_dict()
        with _storage_errors(f"The profile {self.name!r} cannot be saved"):
            before = self.storage.load_obj(key) if self.storage.obj_exists(key) else {}
            if before.get("client_id") not in (None, content.get("client_id")):
                before = {}  # the file belongs to another client
            if not (secret or before.get("client_secret") or isinstance(self.storage, KeyringStorage)):
                content.pop("client_secret", None)
            content = {**before, **content}
            if content != before:
                self.storage.save_obj(key, content)

    @property
    def _token_key(self) -> Path:
        # Tokens of the login service in PL_AUTH_ISSUER have a file of their own, so that they are never sent elsewhere.
        elsewhere = re.sub(r"[^a-z0-9.]+", "-", self.config.auth_server.lower().partition("://")[2]).strip("-.")
        return _FOLDER / self.name / (f"token-{elsewhere}.json" if self.config.is_elsewhere else "token.json")

    def load_token(self) -> Token | None:
        """Load the saved tokens; None if there are none.

        Tokens of a service account that cannot be parsed count as none: its secret is enough to get new ones.
        """
        if self.storage is None:
            return None
        with _storage_errors(f"The tokens of the profile {self.name!r} cannot be read"):
            try:
                return (
                    Token(self.storage.load_obj(self._token_key)) if self.storage.obj_exists(self._token_key) else None
                )
            except FileNotFoundError:
                return None
            except ValueError:
                if self.config.client_type != MACHINE or not self.config.client_secret:
                    raise
                log.debug("The saved token of the profile %s is invalid; requesting a new one", self.name)
                return None

    def save_token(self, token: Any) -> None:
        """Save tokens, and the OAuth client that they belong to."""
        if self.storage is None:
            return
        self.save_config()
        with _storage_errors(f"The tokens of the profile {self.name!r} cannot be saved"):
            self.storage.save_obj(self._token_key, dict(token))

    @contextlib.contextmanager
    def exclusive(self) -> Iterator[None]:
        """Lock the tokens against other threads and processes. Blocks.

        Raises:
            AuthError: the lock was not released within a minute.
        """
        end = time.monotonic() + _LOCK_TIMEOUT
        lock = ProcessLock.of(self._lock_key())
        if not lock.acquire(timeout=_LOCK_TIMEOUT):
            raise self._lock_error("another thread")
        try:
            guard = self._file_lock()
            while guard is not None and not _acquired(guard):
                if time.monotonic() > end or not threading.main_thread().is_alive():
                    raise self._lock_error(f"another program ({guard.lock_file})")
                time.sleep(_LOCK_POLL_INTERVAL)
            try:
                yield
            finally:
                if guard is not None:
                    guard.release()
        finally:
            lock.release()

    def _lock_error(self, holder: str) -> AuthError:
        return AuthError(
            f"The profile {self.name!r} cannot be locked: {holder} has held the lock for {_LOCK_TIMEOUT:g} seconds.",
            hint="Look for a program that hangs, and stop it.",
        )

    def _lock_key(self) -> object:
        """The key of the lock within this process: all logins of this profile share it."""
        if isinstance(self.storage, FileStorage):
            return str(self.storage.root), self.name
        return (id(self.storage), self.name) if self.storage is not None else id(self)

    def _file_lock(self) -> Any:
        """The lock between processes; None for a storage that has no folder for it."""
        if isinstance(self.storage, FileStorage):
            root = self.storage.root
        elif isinstance(self.storage, KeyringStorage):
            root = home()
        else:
            return None
        import filelock

        folder = root / _FOLDER / self.name
        try:
            make_private(folder)
        except OSError:
            return None  # saving will fail, too, and raise the error
        # thread_local=False: it may be acquired in one thread and released in another.
        return filelock.FileLock(folder / ".lock", thread_local=False, mode=0o600)


def _acquired(guard: Any) -> bool:
    """Try to acquire a lock without waiting."""
    import filelock

    try:
        guard.acquire(blocking=False)
    except filelock.Timeout:
        return False
    except (OSError, RuntimeError):
        return True  # the file system does not support locks, or is read-only: continue without
    return True


@contextlib.contextmanager
def _storage_errors(failed: str) -> Iterator[None]:
    """Raise errors of the file system as `AuthError`."""
    try:
        yield
    except OSError as error:
        raise AuthError(
            f"{failed}: {error.strerror or type(error).__name__}.",
            hint="Check the folder ~/.planet and its permissions.",
        ) from None


def local_profiles(storage: FileStorage) -> list[str]:
    """Return the names of the profiles that are saved in files."""
    folder = storage.root / _FOLDER
    names = [entry.name for entry in folder.iterdir() if entry.is_dir()] if folder.is_dir() else []
    return sorted(name for name in names if storage.obj_exists(_FOLDER / name / "auth_client.json"))
