"""Storage of profiles: files in the home folder, the keyring of the system, or an object of the program."""

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


_SOPS_SUFFIX = ".sops.json"


@runtime_checkable
class Storage(Protocol):
    """Stores JSON objects under keys such as `.planet/<profile>/token.json`. Any object with these methods works."""

    def load_obj(self, key: Path) -> dict[str, Any]:
        """Load the object under a key."""

    def save_obj(self, key: Path, data: Mapping[str, Any]) -> None:
        """Save an object under a key."""

    def obj_exists(self, key: Path) -> bool:
        """Whether there is an object under a key."""

    def mtime(self, key: Path) -> float:
        """When the object was saved, in seconds since 1970."""

    def obj_rename(self, src: Path, dst: Path) -> None:
        """Move an object to another key."""


def default_storage() -> "FileStorage | KeyringStorage":
    """Return the storage that the variable `PL_AUTH_STORAGE` names: `file` (the default) or `keyring`.

    Raises:
        ClientError: it has another value.
    """
    kind = os.environ.get("PL_AUTH_STORAGE", "").strip().lower() or "file"
    if kind not in ("file", "keyring"):
        raise ClientError(
            f"PL_AUTH_STORAGE must be 'file' or 'keyring', got {kind!r}.", hint="Fix or unset the variable."
        )
    return KeyringStorage() if kind == "keyring" else FileStorage()


class FileStorage:
    """Files below a folder, with permissions for this user only. They are replaced atomically.

    Files that end with `.sops.json` are decrypted and encrypted by the program sops.

    Args:
        root: the folder; None: the home folder.
        sops: whether new files are encrypted, too.
    """

    def __init__(self, root: Path | None = None, *, sops: bool = False) -> None:
        self.sops = sops
        self.root = home() if root is None else root

    def path(self, key: Path) -> Path:
        """Return the file of a key: the encrypted one, if it exists."""
        path = self.root / key
        encrypted = path.with_name(path.name.removesuffix(".json") + _SOPS_SUFFIX)
        return encrypted if path.suffix == ".json" and encrypted.exists() else path

    def load_obj(self, key: Path) -> dict[str, Any]:
        """Load the object in a file.

        Raises:
            ProfileError: the file is invalid.
            FileNotFoundError: the file does not exist.
        """
        path = self.path(key)
        text = _run_sops("--decrypt", path) if path.name.endswith(_SOPS_SUFFIX) else path.read_bytes()
        try:
            content = json.loads(text)
        except (ValueError, RecursionError):
            content = None
        if not isinstance(content, dict):
            raise ProfileError(f"The file {path} is invalid: it is not a JSON object.")
        return content

    def save_obj(self, key: Path, data: Mapping[str, Any]) -> None:
        """Save an object. Entries whose name starts with two underscores are not written."""
        path = self.path(key)
        if self.sops and not path.name.endswith(_SOPS_SUFFIX):
            self._encrypt(path.with_name(path.name.removesuffix(".json") + _SOPS_SUFFIX), _to_json(data))
            path.unlink(missing_ok=True)
        elif path.name.endswith(_SOPS_SUFFIX):
            self._encrypt(path, _to_json(data))
        else:
            write_private(path, _to_json(data))

    def _encrypt(self, path: Path, text: str) -> None:
        plain = path.with_name(f".{path.name}.plain.json")
        try:
            write_private(plain, text)
            encrypted = _run_sops("--encrypt", plain)
        finally:
            plain.unlink(missing_ok=True)
        write_private(path, encrypted.decode().rstrip("\n"))

    def obj_exists(self, key: Path) -> bool:
        """Whether the file exists."""
        return self.path(key).exists()

    def mtime(self, key: Path) -> float:
        """When the file was written, in seconds since 1970."""
        return self.path(key).stat().st_mtime

    def obj_rename(self, src: Path, dst: Path) -> None:
        """Rename a file."""
        os.replace(self.path(src), self.root / dst)


def _to_json(data: Mapping[str, Any]) -> str:
    content = {name: value for name, value in data.items() if not name.startswith("__")}
    return json.dumps(content, indent=2, sort_keys=True)


def _run_sops(option: str, path: Path) -> bytes:
    import subprocess

    try:
        done = subprocess.run(["sops", option, str(path)], capture_output=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise AuthError(
            f"The file {path} cannot be decrypted or encrypted: running sops failed with {type(error).__name__}.",
            hint="Install sops.",
        ) from None
    if done.returncode:
        raise AuthError(
            f"The file {path} cannot be decrypted or encrypted: sops exited with {done.returncode}.",
            hint=f"Run sops {option} on it to see why.",
        )
    return done.stdout


class KeyringStorage:
    """The keyring of the system. Needs the extra `planet[keyring]`."""

    _SERVICE = "planet"

    def __init__(self) -> None:
        try:
            import keyring
        except ImportError:
            raise AuthError(
                "The keyring cannot be used: the package keyring is not installed.",
                hint="pip install 'planet[keyring]'",
            ) from None
        self._keyring = keyring

    def _get(self, key: Path) -> str | None:
        from keyring.errors import KeyringError

        try:
            text: str | None = self._keyring.get_password(self._SERVICE, key.as_posix())
        except KeyringError as error:
            raise AuthError(f"The keyring cannot be read: {type(error).__name__}.", hint=_UNLOCK_HINT) from None
        return text

    def load_obj(self, key: Path) -> dict[str, Any]:
        """Load the object under a key.

        Raises:
            ProfileError: the entry is invalid.
            FileNotFoundError: there is no entry.
        """
        text = self._get(key)
        if text is None:
            raise FileNotFoundError(str(key))
        try:
            content = json.loads(text)
        except ValueError:
            content = None
        if not isinstance(content, dict):
            raise ProfileError(f"The keyring entry {key} is invalid: it is not a JSON object.")
        return content

    def save_obj(self, key: Path, data: Mapping[str, Any]) -> None:
        """Save an object under a key."""
        import time

        from keyring.errors import KeyringError

        content = {name: value for name, value in data.items() if not name.startswith("__")}
        try:
            self._keyring.set_password(self._SERVICE, key.as_posix(), json.dumps({**content, "_saved": time.time()}))
        except KeyringError as error:
            raise AuthError(f"The keyring cannot be written: {type(error).__name__}.", hint=_UNLOCK_HINT) from None

    def obj_exists(self, key: Path) -> bool:
        """Whether there is an object under a key."""
        return self._get(key) is not None

    def mtime(self, key: Path) -> float:
        """When the object was saved, in seconds since 1970."""
        return float(self.load_obj(key).get("_saved", 0.0))

    def obj_rename(self, src: Path, dst: Path) -> None:
        """Move an object to another key."""
        self.save_obj(dst, self.load_obj(src))
        self._keyring.delete_password(self._SERVICE, src.as_posix())


_UNLOCK_HINT = "Unlock it, or save logins in files with PL_AUTH_STORAGE=file."
