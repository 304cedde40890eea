"""What a query of Prometheus names: metrics, what it asks of their labels, and other labels."""

import re
from collections.abc import Iterator
from typing import Final

import attrs

_WORDS: Final = frozenset({"and", "or", "unless", "offset", "bool"})
_LABEL: Final = r"[a-zA-Z_]\w*"
_MATCHER: Final = re.compile(rf'({_LABEL})\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"')
_SELECTOR: Final = re.compile(r"([a-zA-Z_:][\w:]*)\s*\{([^{}]*)\}")
_LISTED: Final = re.compile(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\(([^()]*)\)")
_NAME: Final = re.compile(r"(?<![\w.$])([a-zA-Z_:][\w:]*)(?!\w|\s*\()")


@attrs.frozen
class Matcher:
    """What is asked of a label: `label sign "value"`."""

    label: str
    sign: str
    value: str

    @property
    def values(self) -> list[str]:
        """The value, or each that a pattern names."""
        return self.value.split("|") if "~" in self.sign else [self.value]


@attrs.frozen
class Query:
    """What it names.

    Attributes:
        selectors: Each metric, and what is asked of its labels.
        labels: That results are told apart or joined by.
    """

    selectors: list[tuple[str, list[Matcher]]]
    labels: set[str]


def query(text: str) -> Query:
    """Read *text*, as far as these names go."""
    return Query([*_selectors(text)], {*_listed(text)})


def _selectors(text: str) -> Iterator[tuple[str, list[Matcher]]]:
    for name, inside in _SELECTOR.findall(text):
        yield name, [Matcher(*found) for found in _MATCHER.findall(inside)]
    bare = _SELECTOR.sub(" ", text)
    bare = _LISTED.sub(" ", re.sub(r"\[[^\]]*\]", " ", bare))
    for name in _NAME.findall(bare):
        if name not in _WORDS:
            yield name, []


def _listed(text: str) -> Iterator[str]:
    for inside in _LISTED.findall(text):
        yield from re.findall(_LABEL, inside)
