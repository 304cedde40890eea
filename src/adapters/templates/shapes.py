"""YAML that is alike but for the strings in it: its shape is read once, and then filled."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Final

import yaml

# The one in C takes a tenth of the time, and comes with most builds of the package.
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_STRING: Final = re.compile(r'"(?:[^"\\\n]|\\.)*"')  # as JSON has them, in one line
_PLACES: Final = re.compile("@[0-9]+@")  # what stands for strings in a shape
_MOST: Final = 64  # shapes; those of Jobs differ by how many flags a build has


def read(text: str) -> object:
    """What *text* says.

    Raises:
        yaml.YAMLError: It is no YAML.
    """
    if _PLACES.search(text):
        return _load(text)
    strings: list[str] = []

    def taken(found: re.Match[str]) -> str:
        strings.append(found[0])
        return f'"{_place(len(strings) - 1)}"'

    skeleton = _STRING.sub(taken, text)
    try:
        shape, places = _shape(skeleton)
        values = {_place(number): json.loads(one) for number, one in enumerate(strings)}
    except (yaml.YAMLError, ValueError):
        return _load(text)
    # A quote may stand in a comment or within a word, where it begins no string.
    return _filled(shape, values) if places >= values.keys() else _load(text)


def _load(text: str) -> object:
    return yaml.load(text, Loader=_LOADER)  # noqa: S506 - either is a safe one


def _place(number: int) -> str:
    return f"@{number}@"


@lru_cache(maxsize=_MOST)
def _shape(skeleton: str) -> tuple[object, frozenset[str]]:
    """What it says, and all strings in that."""
    shape = _load(skeleton)
    return shape, frozenset(_strings(shape))


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)
    elif isinstance(value, dict):
        for pair in value.items():
            for each in pair:
                yield from _strings(each)


def _filled(value: object, values: Mapping[str, object]) -> object:
    if isinstance(value, str):
        return values.get(value, value)
    if isinstance(value, list):
        return [_filled(each, values) for each in value]
    if isinstance(value, dict):
        return {_filled(name, values): _filled(each, values) for name, each in value.items()}
    return value
