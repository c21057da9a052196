"""`ClientConfig`: which program logs in where, as profiles keep it."""

from collections.abc import Mapping
from typing import Any

import attrs

from ..auth_builtins import auth_server, other_server
from ._errors import ProfileError

__all__ = ["CODE", "DEVICE", "KEY", "LEGACY", "MACHINE", "NONE", "ClientConfig"]


CODE, DEVICE, MACHINE = "oidc_auth_code", "oidc_device_code", "oidc_client_credentials_secret"
KEY, LEGACY, NONE = "static_apikey", "planet_legacy", "none"
_KNOWN = (CODE, DEVICE, MACHINE, KEY, LEGACY, NONE)


@attrs.define
class ClientConfig:
    """A client of a login service.

    Attributes:
        client_type: how it logs in.
        client_id: its id.
        client_secret: the secret of a service account.
        auth_server: the address of the login service.
        is_elsewhere: whether that is another one than the profile's, which `PL_AUTH_ISSUER` names.
        audiences: what tokens are for.
        scopes: what they allow.
        redirect_uri: where the page sends the user back to.
        other: what else its file holds; it is kept.
        endpoints: those of the login service, once they are known.
    """

    client_type: str
    client_id: str = ""
    client_secret: str | None = attrs.field(default=None, repr=False)
    auth_server: str = ""
    is_elsewhere: bool = False
    audiences: list[str] = attrs.field(factory=list)
    scopes: list[str] = attrs.field(factory=list)
    redirect_uri: str | None = None
    other: dict[str, Any] = attrs.field(factory=dict, repr=False)
    endpoints: dict[str, str] = attrs.field(factory=dict, repr=False, eq=False)

    @property
    def overrides(self) -> dict[str, str]:
        """Endpoints that the file names."""
        if self.is_elsewhere:
            return {}
        return {name: value for name, value in self.other.items() if name.endswith("_endpoint") and value}

    @property
    def is_attended(self) -> bool:
        """Whether a user has to log in."""
        return self.client_type in (CODE, DEVICE)

    @classmethod
    def from_dict(cls, content: Mapping[str, Any], name: str) -> "ClientConfig":
        """What the file of a profile says.

        Raises:
            ProfileError: it makes no sense.
        """
        kind = content.get("client_type")
        if kind not in _KNOWN:
            raise ProfileError(f"The profile {name!r} has the client type {kind!r}, which is not known here.")
        lists = {field: _texts(content.get(field), field, name) for field in ("audiences", "scopes")}
        texts = {field: content.get(field) for field in ("client_id", "client_secret", "auth_server", "redirect_uri")}
        endpoints = {field: value for field, value in content.items() if field.endswith("_endpoint")}
        for field, value in {**texts, **endpoints}.items():
            if value is not None and not isinstance(value, str):
                raise ProfileError(f"The profile {name!r} makes no sense: its {field} is no text.")
        known = {"client_type", *lists, *texts}
        own, other = texts["auth_server"] or auth_server(kind), other_server()
        if kind in (CODE, DEVICE, MACHINE) and not texts["client_id"]:
            raise ProfileError(f"The profile {name!r} has no client_id.")
        return cls(
            client_type=kind,
            client_id=texts["client_id"] or "",
            client_secret=texts["client_secret"],
            auth_server=other or own,
            is_elsewhere=other is not None and other != own,
            redirect_uri=texts["redirect_uri"],
            audiences=lists["audiences"],
            scopes=lists["scopes"],
            other={field: value for field, value in content.items() if field not in known},
        )

    def to_dict(self) -> dict[str, Any]:
        """The same, as a file holds it: without what is not there."""
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


def _texts(value: Any, field: str, name: str) -> list[str]:
    entries = [value] if isinstance(value, str) else value or []
    if not isinstance(entries, (list, tuple)) or not all(isinstance(entry, str) for entry in entries):
        raise ProfileError(f"The profile {name!r} makes no sense: its {field} is no list of texts.")
    return [str(entry) for entry in entries]
