"""Answers that all parts of the catalogue share, and what every request must have."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ...state.geocatalog import CollectionEntry
from ...state.world import World
from ..responses import server_url

__all__ = ["accepted", "error", "invalid", "missing_collection", "paged", "refused", "storage_of"]


API_VERSION = "2026-04-15"


def error(status: int, code: str, message: str) -> Response:
    """An error in the form of the service."""
    return JSONResponse({"error": {"code": code, "message": message}}, status)


def invalid(message: str) -> Response:
    """The error for a request that is not valid."""
    return error(400, "InvalidInputData", message)


def missing_collection(collection_id: str) -> Response:
    """The error for a collection that does not exist."""
    return error(404, "ResourceNotFound", f"Collection '{collection_id}' not found.")


def refused(headers: dict[str, str], query: str) -> Response | None:
    """The answer to a request without a token or a version; None if it has both."""
    if not headers.get("authorization", "").startswith("Bearer ") or len(headers["authorization"]) < 8:
        return error(401, "Unauthorized", "A bearer token is required")
    if f"api-version={API_VERSION}" not in query.split("&"):
        return error(400, "UnsupportedApiVersion", f"The query must have api-version={API_VERSION}")
    return None


def accepted(request: Request, operation: dict[str, Any]) -> Response:
    """The answer to a request that begins an operation."""
    place = f"{server_url(request)}/inma/operations/{operation['id']}?api-version={API_VERSION}"
    return JSONResponse(operation, 202, {"Location": place, "Operation-Location": place})


def paged(request: Request, values: list[Any]) -> Response:
    """A page of a listing: `$top` and `$skip` say which one."""
    try:
        top, skip = int(request.query_params.get("$top", 100)), int(request.query_params.get("$skip", 0))
    except ValueError:
        return invalid("$top and $skip must be numbers")
    body: dict[str, Any] = {"value": values[skip : skip + top]}
    if skip + top < len(values):  # relative, and without the version, as the service may have it
        others = "".join(
            f"&{name}={value}" for name, value in request.query_params.items() if name in ("collectionId", "status")
        )
        body["nextLink"] = f"{request.url.path}?$top={top}&$skip={skip + top}{others}"
    return JSONResponse(body)


def storage_of(request: Request) -> str:
    """The address of the storage, as the client knows it."""
    return str(request.scope["state"]["storage"])


def entry_of(world: World, request: Request) -> CollectionEntry | None:
    """The collection that a request names; None if there is none."""
    return world.geocatalog.collections.get(request.path_params["collection"])
