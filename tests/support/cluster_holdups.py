"""How long deliveries were held, and how much of it their replicas waited for somebody else."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import attrs

from knative_lambda.domain.settlement import Settlement
from knative_lambda.ports.event_source import Delivery

_LONG = 1_000_000_000  # nanoseconds: what takes less could be asked again and again in a wait

Span = tuple[int, int]
"""From when until when, in nanoseconds since 1970."""


@attrs.frozen
class Held:
    """A delivery, from when it was taken until it was settled.

    Attributes:
        waits: The calls that were made for it and took long; they come one after the other.
    """

    delivery: Delivery
    settlement: Settlement
    span: Span
    waits: tuple[Span, ...]

    def idle(self, span: Span) -> int:
        """For how many nanoseconds of *span* it was held though it waited for nobody."""
        begin, end = max(span[0], self.span[0]), min(span[1], self.span[1])
        waited = sum(max(0, min(until, end) - max(at, begin)) for at, until in self.waits)
        return max(0, end - begin - waited)


@attrs.define(eq=False)
class Holdups:
    """Notes both, by the task in which a delivery is handled."""

    clock: Callable[[], int]
    held: list[Held] = attrs.field(factory=list, init=False)
    _waits: dict["asyncio.Task[object] | None", list[Span]] = attrs.field(factory=dict, init=False)

    @contextmanager
    def here(self) -> Iterator[None]:
        """A call is made within."""
        since = self.clock()
        try:
            yield
        finally:
            if self.clock() - since > _LONG:
                spans = self._waits.setdefault(asyncio.current_task(), [])
                spans.append((since, self.clock()))

    def note(self, delivery: Delivery, settlement: Settlement, since: int, until: int) -> None:
        """It is settled."""
        waits = self._waits.pop(asyncio.current_task(), [])
        self.held.append(Held(delivery, settlement, (since, until), tuple(waits)))
