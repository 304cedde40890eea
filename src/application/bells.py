"""Whoever waits for something to change, and is rung for when it has."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import attrs


@attrs.define(eq=False)
class Bells:
    """One bell for each who waits; to ring them takes no time, however slow somebody is."""

    _hung: set[asyncio.Event] = attrs.field(factory=set)

    def __len__(self) -> int:
        return len(self._hung)

    @contextmanager
    def hung(self, bell: asyncio.Event) -> Iterator[None]:
        """Have *bell* rung while this is open."""
        self._hung.add(bell)
        try:
            yield
        finally:
            self._hung.discard(bell)

    def ring(self) -> None:
        """Something has changed."""
        for bell in self._hung:
            bell.set()
