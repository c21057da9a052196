"""`JsonObject`: the base class of the dictionaries that the package returns."""

import functools
import pprint
import re
from typing import Any

from .._redact import redact
from .yaml_support import write_as_mapping

__all__ = ["JsonObject"]


# Most values of a document are short words and times, for which a single search is several times as fast as `redact`.
_MAY_HAVE_SECRETS = re.compile(r"""://|[\s='"]""")


class JsonObject(dict[str, Any]):
    """A JSON object. It prints as a plain dictionary does, but the query strings of links, and secrets, become `…`.

    Only its text is redacted: keys, `json.dumps` and `yaml.safe_dump` give the values unchanged.
    """

    def __repr__(self) -> str:
        return repr(_redacted(self))


def _redacted(value: Any) -> Any:
    """A copy of a JSON value with plain dictionaries, without secrets."""
    if isinstance(value, str):
        return redact(value) if _MAY_HAVE_SECRETS.search(value) else value
    if isinstance(value, dict):
        return {
            key: "…" if isinstance(each, str) and _names_secret(key) else _redacted(each) for key, each in value.items()
        }
    return [_redacted(each) for each in value] if isinstance(value, list) else value


@functools.lru_cache(1000)
def _names_secret(key: Any) -> bool:
    entry = f"{key!r}: 'value'"
    return redact(entry) != entry


def _pretty_print(printer: Any, value: JsonObject, *position: Any) -> None:
    printer._dispatch[dict.__repr__](printer, _redacted(value), *position)


# pprint indents only classes whose `__repr__` it knows. It has no public registry for them.
if hasattr(pprint.PrettyPrinter, "_dispatch"):
    pprint.PrettyPrinter._dispatch[JsonObject.__repr__] = _pretty_print
write_as_mapping(JsonObject)
