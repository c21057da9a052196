"""`ExistingTarget`: whether a file that exists under the name of a download is the one that was asked for."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping, Sequence

from .._cloud.object_path import ObjectPath, Place, relative_path
from .._files.hashing import best_digest, hash_file
from .._runtime._sync import map_bounded
from ..exceptions import DownloadError
from .expected import ExpectedContent
from .on_exists import OVERWRITE, SKIP
from .order_files import FileToFetch
from .response_check import ResponseHead
from .running_hash import RunningHash
from .segments import Segment

__all__ = ["ExistingTarget", "right_ones"]

log = logging.getLogger("planet.download")

_COMPARED_AT_ONCE = 8  # files


class ExistingTarget:
    """The file that exists under the final name, if any.

    It is compared with all that is known: with the size and digest that the manifest gives; where there are none, with
    what the answer of the server says. A file that appears later, while another process holds the lock or while the
    download runs, is compared by its content only.

    Args:
        path: the final name.
        content: what is known beforehand of the file.
        on_exists: what to do about a file that exists.
    """

    def __init__(self, path: Place, content: ExpectedContent, on_exists: str) -> None:
        self._path = path
        self._content = content
        self._on_exists = on_exists
        self._existed: bool | None = None  # at first
        self._answer = ExpectedContent()
        self.needs_comparison = False  # whether only the answer can tell if it is the right one

    def is_right_at_first(self) -> bool:
        """Whether a file exists before anything was done, and is the right one.

        Raises:
            DownloadError: it is another one. It belongs to somebody else, and is left as it is.
        """
        if self._existed is None:
            self._existed = self._exists()
        return self._existed and self._is_right()

    def is_right_after_waiting(self) -> bool:
        """Whether a file was made while another process had the lock, and is the right one.

        Raises:
            DownloadError: it is another one.
        """
        self.needs_comparison = bool(self._existed)
        can_tell = self._content.tells_content or self._on_exists == SKIP
        return not self._existed and can_tell and self._exists() and self._is_right()

    def _exists(self) -> bool:
        if self._on_exists == OVERWRITE:
            return False
        if isinstance(self._path, ObjectPath):
            return self._path.exists()
        try:
            os.lstat(self._path)
        except (FileNotFoundError, NotADirectoryError):
            return False
        return True

    def _is_right(self) -> bool:
        """Whether the file is the right one. False: only the answer of the server can tell."""
        if not self._path.is_file():
            raise DownloadError(
                f"{self._path} cannot be written: what has this name is not a file.", hint="Choose another folder."
            )
        if self._on_exists == SKIP:
            log.info("%s is not verified: existing files are skipped", self._path)
        elif not self._content.is_known:
            return False
        elif problem := self._problem(self._content):
            raise self._is_another_file(problem)
        return True

    def _problem(self, content: ExpectedContent) -> str | None:
        """Why the file is not the right one. A problem of reading it is one of this file only."""
        try:
            return content.problem_with(self._path)
        except OSError as error:
            return f"it cannot be read ({error.strerror})"

    def _is_another_file(self, problem: str) -> DownloadError:
        return DownloadError(
            f"{self._path} already exists and is not the file that was asked for: {problem}.",
            hint="It was left as it is. Remove it, or choose another folder; overwrite=True downloads all files again.",
        )

    def learn(self, head: ResponseHead, headers: Mapping[str, str]) -> None:
        """Take note of what an answer says of the file."""
        answer = ExpectedContent.of_answer(headers)
        # The digests of an answer with a part are those of the part.
        self._answer = ExpectedContent(head.total, None if head.is_part else answer.digest, answer.check)

    def compare_with_answer(self) -> None:
        """Compare the file with what the answer said. Reads the file.

        Raises:
            DownloadError: it is another one, or nothing tells.
        """
        self.needs_comparison = False
        if self._answer.size is None and self._answer.digest is None:
            raise self._is_another_file("the server gives neither its length nor a digest to compare it with")
        if problem := self._problem(self._answer):
            raise self._is_another_file(problem)

    def compare_with_bytes(self, read: Callable[[int, int], bytes], size: int) -> None:
        """Compare the file, which has appeared during the download, with the bytes that were received.

        Raises:
            DownloadError: it is another one.
        """
        if self._on_exists == SKIP:
            return
        if isinstance(self._path, ObjectPath) and self._content.digest is not None:  # it may not be in memory any more
            if problem := self._problem(self._content):
                raise self._is_another_file(problem)
            return
        received = RunningHash("sha256")
        received.catch_up([Segment(0, size, size)], read)
        if not self._path.is_file() or hash_file(self._path, "sha256") != received.hexdigest():
            raise self._is_another_file("it appeared during the download, and its content differs")


def right_ones(files: Sequence[FileToFetch], folder: Place) -> set[str]:
    """The names of the files that exist and are right by their digests. A bucket is listed once, for all of them.

    Args:
        files: of one order.
        folder: the order's own folder or prefix.
    """
    there = folder.sizes() if isinstance(folder, ObjectPath) else None

    def is_right(file: FileToFetch) -> bool:
        exists = file.target.is_file() if there is None else relative_path(file.target, folder) in there
        content = ExpectedContent(file.size, best_digest(file.digests))
        return exists and content.tells_content and content.problem_with(file.target) is None

    answers = map_bounded(is_right, files, limit=_COMPARED_AT_ONCE)
    return {file.name for file, right in zip(files, answers, strict=True) if right}
