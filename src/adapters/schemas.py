"""The JSON Schema of each event, found by its type and made complete in itself."""

import json
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from importlib import resources
from typing import Final

import attrs

from knative_lambda.adapters.schema_definitions import FILE, PACKAGE, Schema, definitions
from knative_lambda.domain.cloudevent import PREFIX
from knative_lambda.domain.errors import WrongCallError

_REFERENCE: Final = "#/$defs/"


class UnknownTypeError(WrongCallError):
    """No event has this type; the message names those that there are."""


@attrs.frozen
class EventType:
    """A type of event that has a schema.

    Attributes:
        title: What it means, in a line.
        consumed: Whether the service takes it.
        published: Whether the service sends it.
    """

    name: str
    title: str
    consumed: bool
    published: bool

    @property
    def short(self) -> str:
        """The name without the prefix of our own events."""
        return self.name.removeprefix(PREFIX)

    @property
    def directions(self) -> str:
        """`consumed`, `published`, or both."""
        marks = (("consumed", self.consumed), ("published", self.published))
        return ", ".join(word for word, holds in marks if holds)


def types() -> list[EventType]:
    """All types that have a schema, by their short names."""
    kinds = [
        EventType(
            name,
            title=written["title"],
            consumed=not written.get("readOnly", False),
            published=not written.get("writeOnly", False),
        )
        for name, written in _written().items()
    ]
    return sorted(kinds, key=lambda kind: kind.short)


def schemas() -> dict[EventType, Schema]:
    """The schemas of all types, in the order of `types`."""
    return {kind: schema(kind.name) for kind in types()}


def schema(event_type: str) -> Schema:
    """The schema of a whole structured event; it refers to nothing outside of itself.

    Args:
        event_type: With or without the prefix of our own events.

    Raises:
        UnknownTypeError: No event has this type.
    """
    known = _written()
    written = known.get(event_type) or known.get(PREFIX + event_type)
    if written is None:
        raise UnknownTypeError(_unknown(event_type))
    own = written.get("$defs", {})
    shared = {name: definitions()[name] for name in sorted(_needed(written) - set(own))}
    return {**written, "$defs": {**own, **shared}}


@cache
def _written() -> Mapping[str, Schema]:
    """The schemas as they are written down, by type; one may serve several types."""
    found: dict[str, Schema] = {}
    for entry in resources.files(PACKAGE).iterdir():
        if entry.name.endswith(".json") and entry.name != FILE:
            written = json.loads(entry.read_text("utf-8"))
            rule = written["properties"]["type"]
            found.update(dict.fromkeys(rule.get("enum") or [rule["const"]], written))
    return found


def _needed(node: object) -> set[str]:
    """The definitions that *node* refers to, and those that these refer to."""
    found: set[str] = set()
    waiting = [node]
    while waiting:
        for name in set(_references(waiting.pop())) - found:
            found.add(name)
            waiting.append(definitions().get(name))
    return found


def _references(node: object) -> Iterator[str]:
    match node:
        case {"$ref": str(reference), **rest}:
            yield reference.removeprefix(_REFERENCE)
            yield from _references(rest)
        case dict():
            for inner in node.values():
                yield from _references(inner)
        case list():
            for inner in node:
                yield from _references(inner)


def _unknown(event_type: str) -> str:
    names = [kind.short for kind in types()]
    close = get_close_matches(event_type.removeprefix(PREFIX), names, n=1)
    hint = f"did you mean {close[0]}? " if close else ""
    return f"{ascii(event_type)[:80]}: is no type of event; {hint}these are: {', '.join(names)}"
