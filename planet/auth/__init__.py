"""Credentials: where they come from and how they get onto a request. One class for both colours.

Auth.from_user_default_session()   a profile, a service account, a key or a login: what a Session uses by default
Auth.from_profile("planet-user")   a login that planet auth login has made
Auth.from_oauth_m2m(id, secret)    a service account
Auth.from_key("PLAK…")             a key that the program has
Auth.from_env("MY_VARIABLE")       a key in an environment variable
Auth.from_file("/path/key.json")   a key file
"""

from ._base import APIKeyAuthException, Auth, AuthType
from ._errors import KeyFileNotFound, LoginRefused, ProfileError, ProfileNotFound
from ._key import APIKeyAuth, MissingAuth, NoAuth

__all__ = [
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
