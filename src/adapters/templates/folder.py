"""The folder of templates: what lies in it, wherever the package is installed."""

from collections.abc import Iterator
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

_PACKAGE = "knative_lambda.templates"
_CACHED = "__pycache__"  # an installer may compile the Python files among the templates


def text(name: str) -> str | None:
    """The template *name*, a path below the folder, or `None` when there is none."""
    place = _at(name)
    return place.read_text(encoding="utf-8") if place.is_file() else None


@cache
def files(folder: str) -> tuple[tuple[str, bytes], ...]:
    """All files below *folder*, each by its path below it, with their content."""
    return tuple(sorted(_walk(_at(folder), "")))


def _at(name: str) -> Traversable:
    place = resources.files(_PACKAGE)
    for part in name.split("/"):  # Python 3.11 takes one part at a time
        place = place.joinpath(part)
    return place


def _walk(folder: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        path = f"{prefix}{entry.name}"
        if entry.is_file():
            yield path, entry.read_bytes()
        elif entry.name != _CACHED:
            yield from _walk(entry, f"{path}/")
