"""Make PyYAML write a class of dictionaries as plain mappings: by default it refuses subclasses of `dict`.

PyYAML is not a dependency, and takes long to load. So the class is registered when the program loads PyYAML, which may
be before or after this package is loaded.
"""

import sys
from typing import Any

__all__ = ["write_as_mapping"]


def write_as_mapping(kind: type[dict[str, Any]]) -> None:
    """Make `yaml.safe_dump` and `yaml.dump` write instances of *kind* and its subclasses as mappings."""
    if not _register(kind):
        sys.meta_path.insert(0, _Observer(kind))


def _register(kind: type[dict[str, Any]]) -> bool:
    """Register a class with PyYAML; False if PyYAML is not loaded, or not far enough."""
    module = sys.modules.get("yaml.representer")
    representers = [getattr(module, name, None) for name in ("SafeRepresenter", "Representer")]
    for representer in filter(None, representers):
        representer.add_multi_representer(kind, representer.represent_dict)
    return all(representers)


class _Observer:
    """Finds no modules. It sees the imports of PyYAML's modules, the last of which follows the representers."""

    def __init__(self, kind: type[dict[str, Any]]) -> None:
        self._kind = kind
        self._done = False

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        # It stays in `sys.meta_path` afterwards, because the list is being iterated over here.
        if not self._done and name.startswith("yaml."):
            self._done = _register(self._kind)
