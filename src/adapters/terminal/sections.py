"""A story in sections: a title each, and lines below it; what strangers said is made harmless."""

import json
from collections.abc import Mapping, Sequence

from knative_lambda.domain.printable import printable


def in_sections(parts: Mapping[str, Sequence[str]]) -> str:
    """The *parts* by their titles; one that has no lines is left out."""
    return "\n".join(_section(title, lines) for title, lines in parts.items() if lines)


def pairs(values: Mapping[str, object]) -> list[str]:
    """A line each: the name, and in a column of their own the values."""
    names = {printable(name): value for name, value in values.items()}
    width = max(map(len, names), default=0)
    return [f"{name:<{width}}  {_value(value)}".rstrip() for name, value in names.items()]


def _section(title: str, lines: Sequence[str]) -> str:
    return "".join((f"{title}\n", *(f"  {line}\n" for line in lines)))


def _value(value: object) -> str:
    return printable(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
