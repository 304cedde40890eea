"""A short memory before what is looked at, so that many who look at a page cost one look."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Final, Self

import attrs

from knative_lambda.application.remembered import Remembered
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.record import Desired, Record
from knative_lambda.ports.function_view import FunctionSight, FunctionView
from knative_lambda.ports.letter_notes import LetterNote, LetterNotes

FRESH: Final = 5.0  # seconds
_AT_ONCE: Final = 8  # looks


@attrs.frozen
class _Subject:
    """A record, told from others by what its Service is compared with."""

    function: FunctionId
    desired: Desired | None
    record: Record = attrs.field(eq=False)

    @classmethod
    def of(cls, record: Record) -> Self:
        return cls(record.function, record.desired, record)


@attrs.define(eq=False)
class FunctionGlance(FunctionSight):
    """Looks again after a while, or when something else should be served.

    Attributes:
        sight: Looks each time.
        steady: A clock that only runs forward, in nanoseconds.
    """

    sight: FunctionSight
    steady: Callable[[], int]
    _turns: asyncio.Semaphore = attrs.field(factory=lambda: asyncio.Semaphore(_AT_ONCE))
    _whole: Remembered[_Subject, FunctionView] = attrs.field(init=False)
    _brief: Remembered[_Subject, FunctionView] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self._whole = Remembered(self._look_wholly, FRESH, self.steady)
        self._brief = Remembered(self._look_briefly, FRESH, self.steady)

    async def of(self, record: Record) -> FunctionView:
        """The function of *record*."""
        return attrs.evolve(await self._whole.of(_Subject.of(record)), record=record)

    async def of_all(self, records: Iterable[Record]) -> Sequence[FunctionView]:
        """The functions of *records*."""
        known = list(records)
        views = await asyncio.gather(*(self._brief.of(_Subject.of(one)) for one in known))
        pairs = zip(views, known, strict=True)
        return [attrs.evolve(view, record=record) for view, record in pairs]

    async def _look_wholly(self, subject: _Subject) -> FunctionView:
        return await self.sight.of(subject.record)

    async def _look_briefly(self, subject: _Subject) -> FunctionView:
        async with self._turns:
            (view,) = await self.sight.of_all([subject.record])
        return view


@attrs.define(eq=False)
class LetterGlance(LetterNotes):
    """Looks at dead letters again after a while: while they are looked at, nobody else sees them.

    Attributes:
        board: Looks each time.
        steady: A clock that only runs forward, in nanoseconds.
    """

    board: LetterNotes
    steady: Callable[[], int]
    _turn: asyncio.Lock = attrs.field(factory=asyncio.Lock)
    _notes: Remembered[None, Sequence[LetterNote]] = attrs.field(init=False)
    _count: Remembered[None, int | None] = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self._notes = Remembered(self._look, FRESH, self.steady)
        self._count = Remembered(self._look_how_many, FRESH, self.steady)

    async def count(self) -> int | None:
        """How many there are, or were a moment ago."""
        return await self._count.of(None)

    async def notes(self) -> Sequence[LetterNote]:
        """Those that there are, or were a moment ago."""
        return await self._notes.of(None)

    # One at a time: what is being looked at is not counted.
    async def _look(self, _: None) -> Sequence[LetterNote]:
        async with self._turn:
            return await self.board.notes()

    async def _look_how_many(self, _: None) -> int | None:
        async with self._turn:
            return await self.board.count()
