"""Watching the records: one look for all who watch, again and again while anybody does."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import attrs

from knative_lambda.application.bells import Bells
from knative_lambda.domain.errors import BuilderError
from knative_lambda.domain.ids import FunctionId
from knative_lambda.ports.records import Records
from knative_lambda.ports.watcher import Sight, Watcher

EVERY: Final = 2.0  # seconds
_SECOND: Final = 1_000_000_000
_SHARE: Final = 9  # pauses are so many times as long as a look: at most a tenth goes into looking


@attrs.define(eq=False)
class Watch(Watcher):
    """Looks while somebody watches, and when somebody asks; otherwise it does nothing.

    Attributes:
        steady: A clock that only runs forward, in nanoseconds.
        every: Seconds between two looks; a look that takes long is not repeated so soon.
    """

    records: Records
    steady: Callable[[], int]
    every: float = EVERY
    _sight: Sight = attrs.field(factory=Sight)
    _versions: frozenset[tuple[FunctionId, str | None]] = frozenset()
    _looked_at: int | None = None
    _bells: Bells = attrs.field(factory=Bells)
    _turn: asyncio.Lock = attrs.field(factory=asyncio.Lock)
    _hurry: asyncio.Event = attrs.field(factory=asyncio.Event)
    _looking: "asyncio.Task[None] | None" = None

    async def look(self) -> Sight:
        """What is seen: now, or by a look that is younger than *every*."""
        async with self._turn:
            if self._is_old():
                await self._look()
        return self._sight

    @contextmanager
    def watched(self, bell: asyncio.Event) -> Iterator[None]:
        """Watch while this is open; *bell* is rung whenever something has changed."""
        with self._bells.hung(bell):
            if self._looking is None:
                self._looking = asyncio.create_task(self._keep_looking())
            try:
                yield
            finally:
                if len(self._bells) == 1:
                    self._looking.cancel()
                    self._looking = None

    def hurry(self) -> None:
        """Something may have changed: if anybody watches, the next look is at once."""
        self._hurry.set()

    def _is_old(self) -> bool:
        at = self._looked_at
        return at is None or self.steady() - at >= self.every * _SECOND

    async def _keep_looking(self) -> None:
        while True:
            self._hurry.clear()
            began = self.steady()
            async with self._turn:
                await self._look()
            took = (self.steady() - began) / _SECOND
            try:
                async with asyncio.timeout(max(self.every, _SHARE * took)):
                    await self._hurry.wait()
            except TimeoutError:
                continue

    async def _look(self) -> None:
        before = self._sight
        try:
            stored = await self.records.list()
        except BuilderError as error:
            sight = attrs.evolve(before, fault=str(error))
        else:
            versions = frozenset((one.record.function, one.version) for one in stored)
            if versions != self._versions or not before.number:
                self._versions = versions
                sight = Sight(tuple(one.record for one in stored), None, before.number)
            else:
                sight = attrs.evolve(before, fault=None)
        self._looked_at = self.steady()
        if sight != before or not before.number:
            self._sight = attrs.evolve(sight, number=before.number + 1)
            self._bells.ring()
