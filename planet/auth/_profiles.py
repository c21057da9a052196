"""`Profile`: a login under a name: which program logs in where, and the tokens that it has."""

import contextlib
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
from ._config import ClientConfig
from ._errors import APIKeyAuthException, ProfileError, ProfileNotFound
from ._files import make_private
from ._storage import FileStorage, KeyringStorage, Storage, default_storage
from ._token import Token

__all__ = ["Profile", "check_name", "local_profiles"]


_FOLDER = Path(".planet")
_LONGEST, _LOOK = 60.0, 0.05  # seconds to wait for another program's renewal, and until it is looked again


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
    """One renewal at a time in this process, whatever the threads and event loops."""

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

    def save_config(self, *, secret: bool = False) -> None:
        """Keep what it is, and what its file holds besides.

        The secret of a service account is kept only in a keyring, where that is asked for, or where it was before.
        """
        if self.storage is None:
            return
        key = _FOLDER / self.name / "auth_client.json"
        content = self.config.to_dict()
        with _speaking_of(f"The profile {self.name!r} cannot be kept"):
            before = self.storage.load_obj(key) if self.storage.obj_exists(key) else {}
            if before.get("client_id") not in (None, content.get("client_id")):
                before = {}  # another client of that name
            if not (secret or before.get("client_secret") or isinstance(self.storage, KeyringStorage)):
                content.pop("client_secret", None)
            content = {**before, **content}
            if content != before:
                self.storage.save_obj(key, content)

    @property
    def _token_key(self) -> Path:
        # The tokens of a login service that PL_AUTH_ISSUER names are kept apart: neither goes where the other belongs.
        elsewhere = re.sub(r"[^a-z0-9.]+", "-", self.config.auth_server.lower().partition("://")[2]).strip("-.")
        return _FOLDER / self.name / (f"token-{elsewhere}.json" if self.config.is_elsewhere else "token.json")

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
        """Keep tokens, and with them what they are of."""
        if self.storage is None:
            return
        self.save_config()
        with _speaking_of(f"The tokens of the profile {self.name!r} cannot be kept"):
            self.storage.save_obj(self._token_key, dict(token))

    @contextlib.contextmanager
    def exclusive(self) -> Iterator[None]:
        """While this lasts, nobody else renews the tokens: no thread of this process, and no other process. Blocks.

        Raises:
            AuthError: somebody else does for a minute already.
        """
        end = time.monotonic() + _LONGEST
        lock = ProcessLock.of(self._lock_key())
        if not lock.acquire(timeout=_LONGEST):
            raise self._taken("another thread")
        try:
            guard = self._file_lock()
            while guard is not None and not _acquired(guard):
                if time.monotonic() > end or not threading.main_thread().is_alive():
                    raise self._taken(f"another program, by the lock {guard.lock_file},")
                time.sleep(_LOOK)
            try:
                yield
            finally:
                if guard is not None:
                    guard.release()
        finally:
            lock.release()

    def _taken(self, whom: str) -> AuthError:
        return AuthError(
            f"The login of the profile {self.name!r} is being renewed by {whom} and that does not end.",
            hint="Look for a program that hangs, and end it.",
        )

    def _lock_key(self) -> object:
        """What all logins of this profile in this process have in common."""
        if isinstance(self.storage, FileStorage):
            return str(self.storage.root), self.name
        return (id(self.storage), self.name) if self.storage is not None else id(self)

    def _file_lock(self) -> Any:
        """A lock that other processes see; None for a storage that has no place for one."""
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
            return None  # nothing can be kept there either, and saying so is up to whoever tries
        # It is taken in one thread and given back in another.
        return filelock.FileLock(folder / ".lock", thread_local=False, mode=0o600)


def _acquired(guard: Any) -> bool:
    """Whether a lock could be had at once."""
    import filelock

    try:
        guard.acquire(blocking=False)
    except filelock.Timeout:
        return False
    except (OSError, RuntimeError):
        return True  # files cannot be locked, or not written, there: go on without
    return True


@contextlib.contextmanager
def _speaking_of(what: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise AuthError(
            f"{what}: {error.strerror or type(error).__name__}.", hint="Check the folder ~/.planet."
        ) from None


def local_profiles(storage: FileStorage) -> list[str]:
    """The names of the profiles that are kept in files."""
    folder = storage.root / _FOLDER
    names = [entry.name for entry in folder.iterdir() if entry.is_dir()] if folder.is_dir() else []
    return sorted(name for name in names if storage.obj_exists(_FOLDER / name / "auth_client.json"))
