"""Which dead letters are meant: by their ids, by filters, or all."""

from typing import Final, Generic, TypeVar

import attrs

from knative_lambda.domain.cloudevent import PREFIX
from knative_lambda.domain.errors import BuilderError
from knative_lambda.ports.letters import Letter, Reading

_SECOND: Final = 1_000_000_000
_T = TypeVar("_T")


class NoLetterError(BuilderError):
    """There is no dead letter of that id, or more than one."""


@attrs.frozen
class Selection:
    """What was asked for.

    Attributes:
        ids: Each, or how it begins.
        everything: Whether all are meant, by that very word.
        type: Of the event, in full or without what all of ours begin with.
        older_than: Seconds.
        newer_than: Seconds.
    """

    ids: tuple[str, ...] = ()
    everything: bool = False
    reason: str | None = None
    type: str | None = None
    tenant: str | None = None
    older_than: float | None = None
    newer_than: float | None = None

    @property
    def is_filtered(self) -> bool:
        """Whether only those of some kind are meant."""
        filters = (self.reason, self.type, self.tenant, self.older_than, self.newer_than)
        return any(value is not None for value in filters)

    @property
    def is_one_thing(self) -> bool:
        """Whether it is by ids, by filters, or all: one of them, and not two."""
        return [bool(self.ids), self.is_filtered, self.everything].count(True) == 1

    def passes(self, letter: Letter, reading: Reading, now: int) -> bool:
        """Whether the filters let *letter* through at *now* (UTC nanoseconds since 1970)."""
        event_type = reading.event.type if reading.event is not None else None
        tenant = reading.function.third_party_id if reading.function is not None else None
        age = (now - letter.kept_at) / _SECOND if letter.kept_at is not None else None
        return (
            self.reason in (None, letter.reason)
            and (self.type is None or event_type in (self.type, f"{PREFIX}{self.type}"))
            and self.tenant in (None, tenant)
            and (self.older_than is None or (age is not None and age > self.older_than))
            and (self.newer_than is None or (age is not None and age < self.newer_than))
        )


class Sought(Generic[_T]):
    """What is looked for by how ids begin, while all there is comes by, one after the other."""

    def __init__(self, texts: tuple[str, ...]) -> None:
        self._found: dict[str, dict[str, list[_T]]] = {text.lower(): {} for text in texts}

    def see(self, letter_id: str, thing: _T) -> None:
        """Take *thing* if it is looked for. What turns out to be ambiguous is not kept."""
        for text, found in self._found.items():
            if text and letter_id.startswith(text):
                found.setdefault(letter_id, []).append(thing)
                if len(found) > 1:
                    for things in found.values():
                        things.clear()

    def found(self) -> list[_T]:
        """All that was looked for.

        Raises:
            NoLetterError: Something was not there, or what was asked for is ambiguous.
        """
        for text, found in self._found.items():
            if len(found) > 1:
                ids = ", ".join(sorted(found))
                message = f"{text!r}: begins the ids of several dead letters: {ids}"
                raise NoLetterError(message)
            if not found:
                rule = "is no dead letter's id: see knative-lambda dlq list, or list --functions"
                message = f"{text!r}: {rule}"
                raise NoLetterError(message)
        by_id = {one: things for found in self._found.values() for one, things in found.items()}
        return [thing for things in by_id.values() for thing in things]
