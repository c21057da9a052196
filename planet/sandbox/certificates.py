"""A certificate authority for one sandbox, so that it can be reached by HTTPS."""

from pathlib import Path
from typing import NamedTuple

__all__ = ["Certificates", "issue"]


class Certificates(NamedTuple):
    """The files of a certificate authority and of the server."""

    authority: Path
    server: Path


def issue(folder: Path, *names: str) -> Certificates:
    """Make an authority, and a certificate for some host names; returns their files, in PEM."""
    import trustme

    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    authority = trustme.CA()
    certificate = authority.issue_cert(*dict.fromkeys(names))
    files = Certificates(folder / "authority.pem", folder / "server.pem")
    authority.cert_pem.write_to_path(str(files.authority))
    certificate.private_key_and_cert_chain_pem.write_to_path(str(files.server))
    return files
