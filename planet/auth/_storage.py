"""Where profiles are kept: files in the home folder, the system's keyring, or whatever a program brings."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from ..constants import home
from ..exceptions import AuthError, ClientError
from ._errors import ProfileError
from ._files import write_private

__all__ = ["FileStorage", "KeyringStorage", "Storage", "default_storage"]


_SOPS = ".sops.json"


@runtime_checkable
class Storage(Protocol):
    """What keeps objects under keys such as `.planet/<profile>/token.json`. Any object with these methods will do."""

    def load_obj(self, key: Path) -> dict[str, Any]:
        """What is kept under a key."""

    def save_obj(self, key: Path, data: Mapping[str, Any]) -> None:
        """Keep it under a key."""

    def obj_exists(self, key: Path) -> bool:
        """Whether something is kept under a key."""

    def mtime(self, key: Path) -> float:
        """When that was kept, in seconds since 1970."""

    def obj_rename(self, src: Path, dst: Path) -> None:
        """Keep it under another key."""


def default_storage() -> "FileStorage | KeyringStorage":
    """Files, or the keyring where the variable `PL_AUTH_STORAGE` says so.

    Raises:
        ClientError: it says something else.
    """
    kind = os.environ.get("PL_AUTH_STORAGE", "").strip().lower() or "file"
    if kind not in ("file", "keyring"):
        raise ClientError(f"PL_AUTH_STORAGE is {kind!r}.", hint="It is file or keyring.")
    return KeyringStorage() if kind == "keyring" else FileStorage()


class FileStorage:
    """Files below a folder, by default the home folder; only this user can read them.

    Each is replaced at once or not at all. A file that ends with `.sops.json` is read and written by the program sops.

    Args:
        root: the folder.
        sops: whether new files are encrypted by sops, too.
    """

    def __init__(self, root: Path | None = None, *, sops: bool = False) -> None:
        self.sops = sops
        self.root = home() if root is None else root

    def path(self, key: Path) -> Path:
        """The file of a key: the one that sops has encrypted, if there is one."""
        path = self.root / key
        encrypted = path.with_name(path.name.removesuffix(".json") + _SOPS)
        return encrypted if path.suffix == ".json" and encrypted.exists() else path

    def load_obj(self, key: Path) -> dict[str, Any]:
        """What a file holds.

        Raises:
            ProfileError: it is broken.
            FileNotFoundError: there is none.
        """
        path = self.path(key)
        text = _sops("--decrypt", path) if path.name.endswith(_SOPS) else path.read_bytes()
        try:
            content = json.loads(text)
        except (ValueError, RecursionError):
            content = None
        if not isinstance(content, dict):
            raise ProfileError(f"The file {path} holds no JSON object.")
        return content

    def save_obj(self, key: Path, data: Mapping[str, Any]) -> None:
        """Replace a file; what begins with two underscores is not written."""
        path = self.path(key)
        if self.sops and not path.name.endswith(_SOPS):
            self._encrypt(path.with_name(path.name.removesuffix(".json") + _SOPS), _written(data))
            path.unlink(missing_ok=True)
        elif path.name.endswith(_SOPS):
            self._encrypt(path, _written(data))
        else:
            write_private(path, _written(data))

    def _encrypt(self, path: Path, text: str) -> None:
        plain = path.with_name(f".{path.name}.plain.json")
        try:
            write_private(plain, text)
            encrypted = _sops("--encrypt", plain)
        finally:
            plain.unlink(missing_ok=True)
        write_private(path, encrypted.decode().rstrip("\n"))

    def obj_exists(self, key: Path) -> bool:
        """Whether there is such a file."""
        return self.path(key).exists()

    def mtime(self, key: Path) -> float:
        """When it was written."""
        return self.path(key).stat().st_mtime

    def obj_rename(self, src: Path, dst: Path) -> None:
        """Give a file another name."""
        os.replace(self.path(src), self.root / dst)


def _written(data: Mapping[str, Any]) -> str:
    kept = {name: value for name, value in data.items() if not name.startswith("__")}
    return json.dumps(kept, indent=2, sort_keys=True)


def _sops(what: str, path: Path) -> bytes:
    import subprocess

    try:
        done = subprocess.run(["sops", what, str(path)], capture_output=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise AuthError(
            f"{path} is encrypted by sops, which cannot be run: {type(error).__name__}.", hint="Install sops."
        ) from None
    if done.returncode:
        raise AuthError(f"sops could not open {path}.", hint="Run sops --decrypt on it to see why.")
    return done.stdout


class KeyringStorage:
    """The keyring of the system. Needs the extra `planet[keyring]`."""

    _SERVICE = "planet"

    def __init__(self) -> None:
        try:
            import keyring
        except ImportError:
            raise AuthError("The keyring is not installed.", hint="pip install 'planet[keyring]'") from None
        self._keyring = keyring

    def _get(self, key: Path) -> str | None:
        from keyring.errors import KeyringError

        try:
            text: str | None = self._keyring.get_password(self._SERVICE, key.as_posix())
        except KeyringError as error:
            raise AuthError(f"The keyring cannot be read: {type(error).__name__}.", hint=_UNLOCK) from None
        return text

    def load_obj(self, key: Path) -> dict[str, Any]:
        """What is kept under a key.

        Raises:
            ProfileError: it is broken.
            FileNotFoundError: there is nothing.
        """
        text = self._get(key)
        if text is None:
            raise FileNotFoundError(str(key))
        try:
            content = json.loads(text)
        except ValueError:
            content = None
        if not isinstance(content, dict):
            raise ProfileError(f"What the keyring holds for {key} is no JSON object.")
        return content

    def save_obj(self, key: Path, data: Mapping[str, Any]) -> None:
        """Keep it under a key."""
        import time

        from keyring.errors import KeyringError

        kept = {name: value for name, value in data.items() if not name.startswith("__")}
        try:
            self._keyring.set_password(self._SERVICE, key.as_posix(), json.dumps({**kept, "_saved": time.time()}))
        except KeyringError as error:
            raise AuthError(f"The keyring cannot be written: {type(error).__name__}.", hint=_UNLOCK) from None

    def obj_exists(self, key: Path) -> bool:
        """Whether something is kept under a key."""
        return self._get(key) is not None

    def mtime(self, key: Path) -> float:
        """When that was kept."""
        return float(self.load_obj(key).get("_saved", 0.0))

    def obj_rename(self, src: Path, dst: Path) -> None:
        """Keep it under another key."""
        self.save_obj(dst, self.load_obj(src))
        self._keyring.delete_password(self._SERVICE, src.as_posix())


_UNLOCK = "Is it unlocked? PL_AUTH_STORAGE=file keeps logins in files."
