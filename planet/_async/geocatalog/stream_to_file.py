"""Write the body of an answer to a file while it comes in."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..._apis.geocatalog.answers import check_image
from ..._runtime._async import run_blocking, shield
from ..http.transport import BaseSession

__all__ = ["stream_to_file"]


async def stream_to_file(
    session: BaseSession, method: str, url: str, params: Mapping[str, Any], json: Any, path: Path
) -> Path:
    """Send a request, and write its answer to a file, which appears under its name when it is complete.

    Raises:
        OSError: the file cannot be written.
    """
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex}.part")
    file: Any = await run_blocking(part.open, "xb")
    try:
        try:
            async with session.stream(method, url, params or None, json, idempotent=True) as response:
                media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
                check_image(response.status_code, media_type, b"")
                async for chunk in response.aiter_bytes():
                    await run_blocking(file.write, chunk)
        finally:
            with shield():
                await run_blocking(file.close)
        await run_blocking(part.replace, path)
    finally:
        part.unlink(missing_ok=True)
    return path
