"""Responses and request bodies that several APIs share."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

__all__ = ["error_response", "field_error", "json_body", "json_value", "page_link", "server_url", "storage_error"]


def error_response(status: int, text: str, headers: Mapping[str, str] | None = None) -> Response:
    """Return an error response with a message."""
    return JSONResponse({"message": text}, status, dict(headers or {}))


def field_error(fields: Mapping[str, str], general: str | None = None) -> Response:
    """Return a 400 response with error messages by the dotted paths of fields."""
    return JSONResponse(
        {
            "general": [{"message": general}] if general else [],
            "field": {path: [{"message": text}] for path, text in fields.items()},
        },
        400,
    )


def storage_error(status: int, code: str, text: str) -> Response:
    """Return an error response of an object store."""
    body = f"<?xml version='1.0' encoding='UTF-8'?><Error><Code>{code}</Code><Message>{text}</Message></Error>"
    return Response(body, status, {"content-type": "application/xml"})


async def json_body(request: Request) -> dict[str, Any] | None:
    """Return the JSON object in the body; None if the body is not a JSON object."""
    body = await json_value(request)
    return body if isinstance(body, dict) else None


async def json_value(request: Request) -> Any:
    """Return the JSON value in the body; None if the body is not JSON."""
    try:
        return await request.json()
    except (ValueError, RecursionError):
        return None


def server_url(request: Request) -> str:
    """Return the URL of this server as the client used it."""
    return str(request.base_url).rstrip("/")


def page_link(request: Request, **changes: Any) -> str:
    """Return the URL of this request with changed query parameters."""
    return str(request.url.include_query_params(**changes))
