"""`Response`: a complete answer of the API, and its JSON."""

from collections.abc import Mapping
from typing import Any

from .._redact import redact_url
from ..exceptions import InvalidAnswer, PlanetError

__all__ = ["MAX_BODY", "Response", "parse_json"]


MAX_BODY = 64 * 1024 * 1024


def parse_json(body: bytes, response_type: Any, *, method: str, url: object, status: int) -> Any:
    """The value of a JSON body, of the type *response_type*, or what its method `decode` returns.

    Raises:
        InvalidAnswer: it is empty, not JSON, not UTF-8, nested too deeply, or of another type.
    """
    import msgspec  # loading it takes long: not before the first answer

    facts: dict[str, Any] = {"method": method, "url": redact_url(url), "status_code": status}
    try:
        if not body.isascii():
            body.decode("utf-8")  # decoders may leave parts of it for later
        if hasattr(response_type, "decode"):
            return response_type.decode(body)
        return msgspec.json.decode(body, type=Any if response_type is None else response_type)
    except PlanetError as error:
        error.method, error.url, error.status_code = method, facts["url"], status
        raise
    except msgspec.ValidationError as error:
        problem = f"it is of an unexpected form: {error}"
    except UnicodeDecodeError:
        problem = "it is not UTF-8"
    except RecursionError:
        problem = "it is nested too deeply"
    except ValueError:
        problem = "it is not complete JSON" if body.strip() else "it is empty"
        if body.lstrip()[:1] == b"<":
            problem = "it is a web page, perhaps the login page of a network, or of a proxy"
    raise InvalidAnswer(f"The answer is invalid: {problem}.", **facts)


class Response:
    """A complete answer of the API.

    Attributes:
        status_code: the HTTP status.
        headers: the headers; names in any case.
        content: the body as bytes.
        url: the address that answered; it may hold a token.
    """

    __module__ = "planet.models"

    def __init__(self, status_code: int, headers: Mapping[str, str], content: bytes, method: str, url: str) -> None:
        self.status_code = status_code
        self.headers = headers
        self.content = content
        self.url = url
        self._method = method
        self._value: list[Any] = []

    def __repr__(self) -> str:
        return f"<models.Response [{self.status_code}]>"

    def json(self) -> Any:
        """The value of the JSON body.

        Raises:
            InvalidAnswer: the body is not JSON.
        """
        return self.parse(None)

    def parse(self, response_type: Any) -> Any:
        """The value of the JSON body, of the type *response_type* or decoded by it; it is parsed once."""
        if not self._value:
            facts: dict[str, Any] = {"method": self._method, "url": self.url, "status": self.status_code}
            self._value.append(parse_json(self.content, response_type, **facts))
        return self._value[0]
