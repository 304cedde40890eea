"""The templates that come with the package, wherever it is installed."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from types import MappingProxyType

_PACKAGE = "knative_lambda.templates"
_CACHED = "__pycache__"  # an installer may compile the Python files among the templates


@cache
def packaged() -> Mapping[str, bytes]:
    """The content of each, by its path below the folder of templates."""
    return MappingProxyType(dict(sorted(_walk(resources.files(_PACKAGE), ""))))


def _walk(folder: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        path = f"{prefix}{entry.name}"
        if entry.is_file():
            yield path, entry.read_bytes()
        elif entry.name != _CACHED:
            yield from _walk(entry, f"{path}/")
