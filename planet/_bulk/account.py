"""Which account a bulk order belongs to, without its credentials."""

import base64
import hashlib
import hmac
import json
from contextlib import suppress
from typing import Any

from .._utils.tracebacks import hides_locals
from ..auth import Auth
from ..exceptions import AuthError

__all__ = ["account_of"]


@hides_locals
def account_of(auth: Auth, key: str) -> str | None:
    """A digest that tells an account from others; None if it cannot be known.

    Args:
        auth: the credentials.
        key: the key of the bulk order: digests of other bulk orders are different.
    """
    try:
        secret = auth.value
    except AuthError:
        return None  # the first request says what is wrong
    subject = _subject(secret) if secret.count(".") == 2 else secret
    return None if subject is None else hmac.new(key.encode(), subject.encode(), hashlib.sha256).hexdigest()


@hides_locals
def _subject(token: str) -> str | None:
    """The subject of an access token, which is the same in the next token."""
    part = token.split(".")[1]
    claims: Any = None
    with suppress(ValueError):  # an opaque token tells nothing
        claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    subject = claims.get("sub") if isinstance(claims, dict) else None
    return subject if isinstance(subject, str) else None
