"""Failures of single files: whether they end the whole download, and the error that lists them."""

import errno
from collections.abc import Mapping

from .._redact import printable
from ..download_report import DownloadReport
from ..exceptions import (
    AuthError,
    ChecksumError,
    DownloadError,
    InvalidAPIKey,
    OverQuota,
    PlanetError,
    StorageError,
    WaitTimeout,
)

__all__ = ["is_fatal_for_batch", "raise_for_failures"]


_NAMED = 20  # failures in the message; the attributes have all of them


# Problems of one file name. Any other problem of the disk affects the other files as well.
_OWN_PROBLEMS = {errno.ENAMETOOLONG, errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.EINVAL, errno.ELOOP}


def is_fatal_for_batch(error: Exception) -> bool:
    """Whether an error would also keep all other files from being downloaded."""
    if isinstance(error, OSError):
        return error.errno not in _OWN_PROBLEMS
    if isinstance(error, StorageError):
        return True
    return isinstance(error, (AuthError, InvalidAPIKey, OverQuota)) and not error._retry.is_link_error


def raise_for_failures(report: DownloadReport) -> None:
    """Raise one error that lists all files that failed, if any did.

    Raises:
        DownloadError: `failures` names each of them; `report` has all files.
    """
    failures = {entry.name: entry.error for entry in report.failed if entry.error is not None}
    if not failures:
        return
    text = f"{len(failures)} of {len(report.outcomes)} files could not be downloaded: {_listing(failures)}"
    hint = _hint(failures, others=len(report.outcomes) > len(failures))
    raise DownloadError(text, hint=hint, failures=failures, report=report)


def _listing(failures: Mapping[str, Exception]) -> str:
    lines = []
    for name, error in list(failures.items())[:_NAMED]:
        name, text = printable(name), printable(error.message if isinstance(error, PlanetError) else str(error))
        lines.append((text if name in text else f"{name}: {text}").rstrip("."))
    if len(failures) > _NAMED:
        lines.append(f"and {len(failures) - _NAMED} more")
    return "; ".join(lines)


def _hint(failures: Mapping[str, Exception], *, others: bool) -> str:
    parts = ["The others are complete."] if others else []
    if any(isinstance(error, WaitTimeout) or _may_pass(error) for error in failures.values()):
        parts.append("Download again to get the missing files.")
        failures = {name: error for name, error in failures.items() if not isinstance(error, WaitTimeout)}
    hints = dict.fromkeys(error.hint for error in failures.values() if isinstance(error, PlanetError) and error.hint)
    return " ".join([*parts, *list(hints)[:2]])


def _may_pass(error: Exception) -> bool:
    """Whether the same call may succeed later."""
    return isinstance(error, ChecksumError) or (
        isinstance(error, PlanetError) and (error.is_transient or error._retry.is_link_error)
    )
