"""The loop that every event goes through: observe, decide, write, act."""

from collections.abc import Awaitable, Callable
from typing import Protocol

import attrs
import structlog

from knative_lambda.domain.changes import changes
from knative_lambda.domain.effects import Effect
from knative_lambda.domain.errors import ConflictError
from knative_lambda.domain.events import Event
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.machine import decide
from knative_lambda.domain.record import Record
from knative_lambda.ports.metrics import Metrics
from knative_lambda.ports.records import Records

Observe = Callable[[Record], Awaitable[Event]]

_log = structlog.get_logger()


@attrs.frozen
class Advance:
    """How far an event has moved a record.

    Attributes:
        record: Afterwards.
        request: What the event was about.
        effects: What was done, in this order.
        changed: Whether the record is another one now.
    """

    record: Record
    request: str
    effects: tuple[Effect, ...]
    changed: bool


class Actor(Protocol):
    """Does what was decided."""

    async def run(self, effect: Effect) -> Event | None:
        """Do *effect*; gives the event that it leads to, if it leads to one."""
        ...


@attrs.frozen
class Engine:
    """Moves a function's record by what has happened, and does what follows from it."""

    records: Records
    actor: Actor
    metrics: Metrics

    async def advance(self, function: FunctionId, observe: Observe) -> Advance:
        """Take in what *observe* makes of the record, and all that comes of it.

        The record is written, by compare-and-set, before anything is done. An effect may lead
        to a further event, which is decided on the record in hand: only a conflict reads again.
        """
        seen = await self.records.read(function)
        event: Event | None = await observe(seen.record)
        request, changed = "", False
        done: tuple[Effect, ...] = ()
        while event is not None:
            after, effects = decide(seen.record, event)
            request, moved, before = event.request_id, after != seen.record, seen.record
            try:
                seen = await self.records.write(after, seen.version) if moved else seen
            except ConflictError:
                seen = await self.records.read(function)
                continue
            if moved:
                self.metrics.changed(function.third_party_id, changes(before, after))
            changed = changed or moved
            _log.info(
                "build.decided",
                happened=type(event).__name__,
                request_id=event.request_id,
                phase=after.phase(event.request_id).value,
                effects=[type(effect).__name__ for effect in effects],
            )
            event = None
            for effect in effects:
                event = await self.actor.run(effect) or event
            done = (*done, *effects)
        return Advance(seen.record, request, done, changed)

    async def tell(self, function: FunctionId, event: Event) -> None:
        """Take in an *event* that needs nothing of the record."""

        async def observe(_record: Record) -> Event:
            return event

        await self.advance(function, observe)
