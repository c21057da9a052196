"""Whether a test tool has replaced the transports of httpx or httpcore, as vcrpy, pytest-httpx and respx do.

Requests are then sent through the replaced transports, also those for files, so that a mock of httpx sees them all.
"""

from typing import Any

import httpcore
import httpx

__all__ = ["httpcore_is_replaced", "httpx_is_replaced"]


def httpx_is_replaced() -> bool:
    """Whether httpx's own transports are replaced."""
    return _is_replaced(httpx.HTTPTransport, "handle_request") or _is_replaced(
        httpx.AsyncHTTPTransport, "handle_async_request"
    )


def httpcore_is_replaced() -> bool:
    """Whether httpcore's pools of connections are replaced."""
    return _is_replaced(httpcore.ConnectionPool, "handle_request") or _is_replaced(
        httpcore.AsyncConnectionPool, "handle_async_request"
    )


def _is_replaced(kind: Any, name: str) -> bool:
    """Whether a method comes from another file than the rest of its class."""
    return _source(getattr(kind, name)) != _source(kind.__init__)


def _source(function: Any) -> str | None:
    code = getattr(function, "__code__", None)
    return None if code is None else str(code.co_filename)
