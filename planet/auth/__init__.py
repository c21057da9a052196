"""Credentials: API keys, logins of users, and service accounts. One class serves the sync and the async variant.

Auth.from_user_default_session()   what a Session uses by default: a profile, a service account, a key or a login
Auth.from_profile("planet-user")   a login made by planet auth login
Auth.from_oauth_m2m(id, secret)    a service account
Auth.from_key("PLAK…")             an API key
Auth.from_env("MY_VARIABLE")       an API key from an environment variable
Auth.from_file("/path/key.json")   an API key from a key file
"""

from ..constants import SECRET_FILE_PATH
from ._base import APIKeyAuthException, Auth, AuthType
from ._errors import KeyFileNotFound, LoginRefused, ProfileError, ProfileNotFound
from ._key import APIKeyAuth, MissingAuth, NoAuth

__all__ = [
    "SECRET_FILE_PATH",
    "APIKeyAuth",
    "APIKeyAuthException",
    "Auth",
    "AuthType",
    "KeyFileNotFound",
    "LoginRefused",
    "MissingAuth",
    "NoAuth",
    "ProfileError",
    "ProfileNotFound",
]
