"""The credentials of a request."""

import base64
import binascii
import contextlib
from urllib.parse import parse_qsl

__all__ = ["credentials_of", "is_access_token"]


def is_access_token(headers: dict[str, str], key: str | None) -> bool:
    """Whether the credentials are an access token instead of an API key."""
    return headers.get("authorization", "").lower().startswith("bearer ") and (key or "").count(".") == 2


def credentials_of(headers: dict[str, str], query: bytes) -> str | None:
    """Return the API key or token of a request, in any of the forms that the service accepts."""
    scheme, _, value = headers.get("authorization", "").partition(" ")
    if scheme.lower() in ("api-key", "bearer") and value:
        return value.strip()
    if scheme.lower() == "basic":
        with contextlib.suppress(binascii.Error, UnicodeDecodeError):
            return base64.b64decode(value).decode().partition(":")[0] or None
    return dict(parse_qsl(query.decode("latin-1"))).get("api_key")
