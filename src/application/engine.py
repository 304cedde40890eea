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
        progress = _Progress(function)
        request, changed = "", False
        done: tuple[Effect, ...] = ()
        try:
            while event is not None:
                before = seen.record
                after, effects = decide(before, event)
                request, moved = event.request_id, after != before
                try:
                    seen = await self.records.write(after, seen.version) if moved else seen
                except ConflictError:
                    seen = await self.records.read(function)
                    continue
                if moved:
                    self.metrics.changed(function.third_party_id, changes(before, after))
                changed = changed or moved
                progress.decided(event, before, after, effects)
                event = None
                for effect in effects:
                    event = await self.actor.run(effect) or event
                done = (*done, *effects)
        finally:
            progress.tell()
        return Advance(seen.record, request, done, changed)

    async def tell(self, function: FunctionId, event: Event) -> None:
        """Take in an *event* that needs nothing of the record."""

        async def observe(_record: Record) -> Event:
            return event

        await self.advance(function, observe)


@attrs.define
class _Progress:
    """The one line of the log on how far an event has led, and over what."""

    _function: FunctionId
    _said: dict[str, str] = attrs.field(factory=dict)
    _happened: list[str] = attrs.field(factory=list)
    _effects: list[str] = attrs.field(factory=list)

    def decided(
        self, event: Event, before: Record, after: Record, effects: tuple[Effect, ...]
    ) -> None:
        """Take down that *event* led from *before* to *after*, and to *effects*."""
        request = event.request_id
        first = self._said.get("before", before.phase(request).value)
        self._said = {"request_id": request, "before": first, "phase": after.phase(request).value}
        self._happened.append(type(event).__name__)
        self._effects += [type(effect).__name__ for effect in effects]

    def tell(self) -> None:
        """Write it, if anything was decided, also when what follows was not all done."""
        if self._happened:
            _log.info(
                "build.decided",
                third_party_id=self._function.third_party_id,
                parser_id=self._function.parser_id,
                **self._said,
                happened=self._happened,
                effects=self._effects,
            )
