"""`ClientConfig`: the OAuth client of a profile, and its login service."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..auth_builtins import auth_server, other_server
from ._errors import ProfileError

__all__ = ["CODE", "DEVICE", "KEY", "LEGACY", "MACHINE", "NONE", "ClientConfig"]


CODE, DEVICE, MACHINE = "oidc_auth_code", "oidc_device_code", "oidc_client_credentials_secret"
KEY, LEGACY, NONE = "static_apikey", "planet_legacy", "none"
_KNOWN = (CODE, DEVICE, MACHINE, KEY, LEGACY, NONE)


@dataclass
class ClientConfig:
    """An OAuth client, and the login service that it is registered with.

    Attributes:
        client_type: how it logs in: `CODE`, `DEVICE`, `MACHINE`, `KEY`, `LEGACY` or `NONE`.
        client_id: its id.
        client_secret: the secret of a service account.
        auth_server: the URL of the login service.
        is_elsewhere: whether `PL_AUTH_ISSUER` names another login service than the profile does.
        audiences: the audiences of its tokens.
        scopes: the scopes to request.
        redirect_uri: where the login page redirects to.
        other: other entries of the profile's file; they are preserved.
        endpoints: those of the login service, once they are discovered.
    """

    client_type: str
    client_id: str = ""
    client_secret: str | None = field(default=None, repr=False)
    auth_server: str = ""
    is_elsewhere: bool = False
    audiences: list[str] = field(default_factory=list)
    scopes: list[str] = field(default_factory=list)
    redirect_uri: str | None = None
    other: dict[str, Any] = field(default_factory=dict, repr=False)
    endpoints: dict[str, str] = field(default_factory=dict, repr=False, compare=False)

    @property
    def overrides(self) -> dict[str, str]:
        """Endpoints that the file sets, in place of the discovered ones."""
        if self.is_elsewhere:
            return {}
        return {name: value for name, value in self.other.items() if name.endswith("_endpoint") and value}

    @property
    def is_attended(self) -> bool:
        """Whether a user has to log in."""
        return self.client_type in (CODE, DEVICE)

    @classmethod
    def from_dict(cls, content: Mapping[str, Any], name: str) -> "ClientConfig":
        """Parse the file of a profile.

        Raises:
            ProfileError: it is invalid.
        """
        kind = content.get("client_type")
        if kind not in _KNOWN:
            known = ", ".join(map(repr, _KNOWN))
            raise ProfileError(f"The profile {name!r} is invalid: its client_type {kind!r} is not one of {known}.")
        lists = {entry: _as_str_list(content.get(entry), entry, name) for entry in ("audiences", "scopes")}
        texts = {entry: content.get(entry) for entry in ("client_id", "client_secret", "auth_server", "redirect_uri")}
        endpoints = {entry: value for entry, value in content.items() if entry.endswith("_endpoint")}
        for entry, value in {**texts, **endpoints}.items():
            if value is not None and not isinstance(value, str):
                raise ProfileError(
                    f"The profile {name!r} is invalid: its {entry} must be a string, got {type(value).__name__}."
                )
        fields = {"client_type", *lists, *texts}
        own, other = texts["auth_server"] or auth_server(kind), other_server()
        if kind in (CODE, DEVICE, MACHINE) and not texts["client_id"]:
            raise ProfileError(f"The profile {name!r} is invalid: it has no client_id.")
        return cls(
            client_type=kind,
            client_id=texts["client_id"] or "",
            client_secret=texts["client_secret"],
            auth_server=other or own,
            is_elsewhere=other is not None and other != own,
            redirect_uri=texts["redirect_uri"],
            audiences=lists["audiences"],
            scopes=lists["scopes"],
            other={field: value for field, value in content.items() if field not in fields},
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the content of the profile's file. Entries without a value are left out."""
        content = {
            "client_type": self.client_type,
            "client_id": self.client_id or None,
            "client_secret": self.client_secret,
            "auth_server": None if self.is_elsewhere else self.auth_server or None,
            "audiences": self.audiences or None,
            "scopes": self.scopes,
            "redirect_uri": self.redirect_uri,
            **self.other,
        }
        return {name: value for name, value in content.items() if value is not None}


def _as_str_list(value: Any, field: str, name: str) -> list[str]:
    entries = [value] if isinstance(value, str) else value or []
    if not isinstance(entries, (list, tuple)) or not all(isinstance(entry, str) for entry in entries):
        raise ProfileError(f"The profile {name!r} is invalid: its {field} must be a list of strings.")
    return [str(entry) for entry in entries]
