# Generated from planet/_async/geocatalog/stream_to_file.py by tools/unasync.py. Edit that file and run the tool again.

"""Write the body of an answer to a file while it comes in."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..._apis.geocatalog.answers import check_image
from ..._runtime._sync import run_blocking, shield
from ..http.transport import BaseSession

__all__ = ["stream_to_file"]


def stream_to_file(
    session: BaseSession, method: str, url: str, params: Mapping[str, Any], json: Any, path: Path
) -> Path:
    """Send a request, and write its answer to a file, which appears under its name when it is complete.

    Raises:
        OSError: the file cannot be written.
    """
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
    file: Any = run_blocking(part.open, "xb")
    try:
        try:
            with session.stream(method, url, params or None, json, idempotent=True) as response:
                media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
                check_image(response.status_code, media_type, b"")
                for chunk in response.iter_bytes():
                    run_blocking(file.write, chunk)
        finally:
            with shield():
                run_blocking(file.close)
        run_blocking(part.replace, path)
    finally:
        part.unlink(missing_ok=True)
    return path
