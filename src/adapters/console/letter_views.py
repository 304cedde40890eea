"""Dead letters: in a table, and each on its page."""

from collections.abc import Iterator, Sequence
from typing import Final

import attrs

from knative_lambda.domain.cloudevent import PREFIX
from knative_lambda.domain.ids import FunctionId
from knative_lambda.ports.letter_notes import LetterNote

_LONGEST: Final = 300  # characters of a detail in a row
_NO_TEXT: Final = "It is no text: knative-lambda dlq show has all of it."
_CUT: Final = "That is not all of it: knative-lambda dlq show has the rest."


@attrs.frozen(kw_only=True)
class LetterRow:
    """What a table shows of a letter.

    Attributes:
        kept_at: When it was given up, UTC nanoseconds since 1970, if that is known.
        kind: The type of its event as people call it; empty if it is none.
    """

    id: str
    kept_at: int | None
    reason: str
    kind: str
    function: FunctionId | None
    attempts: int
    detail: str


@attrs.frozen(kw_only=True)
class LetterList:
    """A table of letters; as many of the *known* as there is room for are shown.

    Attributes:
        known: `None` where there is no queue of them.
        fault: Why they cannot be seen.
    """

    rows: tuple[LetterRow, ...] = ()
    known: int | None = None
    fault: str | None = None


@attrs.frozen(kw_only=True)
class LetterPage:
    """All there is to show of a letter.

    Attributes:
        story: What it has been through: when, UTC nanoseconds since 1970 if known, and what.
        body: As much of it as is shown.
        remark: What there is to say of the body.
    """

    row: LetterRow
    detail: str
    refusal: str | None
    facts: tuple[tuple[str, str], ...]
    story: tuple[tuple[int | None, str], ...]
    size: int
    body: str
    remark: str


def letter_list(notes: Sequence[LetterNote], known: int | None) -> LetterList:
    """The letters of *notes* in their order."""
    return LetterList(rows=tuple(map(letter_row, notes)), known=known)


def letter_row(note: LetterNote) -> LetterRow:
    """The row of one letter."""
    letter = note.letter
    first, *_ = letter.detail.splitlines() or [""]
    return LetterRow(
        id=letter.id,
        kept_at=letter.kept_at,
        reason=letter.reason,
        kind=(note.type or "").removeprefix(PREFIX),
        function=note.function,
        attempts=letter.attempts,
        detail=first[:_LONGEST],
    )


def letter_page(note: LetterNote) -> LetterPage:
    """The page of one letter."""
    detail = note.letter.detail
    return LetterPage(
        row=letter_row(note),
        detail=detail,
        refusal=note.refusal if note.refusal != detail else None,
        facts=tuple((name, value) for name, value in _facts(note) if value),
        story=tuple(_story(note)),
        size=note.size,
        body=note.body or "",
        remark=_NO_TEXT if note.body is None else _CUT if note.is_cut else "",
    )


def _facts(note: LetterNote) -> Iterator[tuple[str, str]]:
    yield "Letter", note.letter.id
    yield "Type", note.type or ""
    yield "Source", note.source or ""
    yield "Event", note.event_id or ""
    yield "Replays", str(note.letter.replays or "")


def _story(note: LetterNote) -> Iterator[tuple[int | None, str]]:
    letter = note.letter
    if letter.arrived is not None:
        yield letter.arrived, "it came"
    between = letter.attempts - len(letter.failures)
    for index, failure in enumerate(letter.failures):
        number = index + 1 + (between if index else 0)
        yield failure.at, f"attempt {number} failed: {failure.cause}"
    if letter.kept_at is not None:
        yield letter.kept_at, "it was given up"
