"""Answers as the APIs give them, errors above all: each API has a shape of its own for those."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

__all__ = ["error_response", "field_error", "json_body", "json_value", "page_link", "server_url", "storage_error"]


def error_response(status: int, text: str, headers: Mapping[str, str] | None = None) -> Response:
    """An error with nothing but a message."""
    return JSONResponse({"message": text}, status, dict(headers or {}))


def field_error(fields: Mapping[str, str], general: str | None = None) -> Response:
    """A 400 that names fields by their dotted paths."""
    return JSONResponse(
        {
            "general": [{"message": general}] if general else [],
            "field": {path: [{"message": text}] for path, text in fields.items()},
        },
        400,
    )


def storage_error(status: int, code: str, text: str) -> Response:
    """An error as the object stores give it."""
    body = f"<?xml version='1.0' encoding='UTF-8'?><Error><Code>{code}</Code><Message>{text}</Message></Error>"
    return Response(body, status, {"content-type": "application/xml"})


async def json_body(request: Request) -> dict[str, Any] | None:
    """The JSON object that was sent; None if it is none."""
    body = await json_value(request)
    return body if isinstance(body, dict) else None


async def json_value(request: Request) -> Any:
    """The JSON value that was sent; None if it is none."""
    try:
        return await request.json()
    except (ValueError, RecursionError):
        return None


def server_url(request: Request) -> str:
    """The address under which the client knows this server."""
    return str(request.base_url).rstrip("/")


def page_link(request: Request, **changes: Any) -> str:
    """The address of this request with other parameters."""
    return str(request.url.include_query_params(**changes))
