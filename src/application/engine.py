"""The loop that every event goes through: observe, decide, write, act."""

from collections.abc import Awaitable, Callable

import attrs
import structlog

from knative_lambda.application.interpreter import Interpreter
from knative_lambda.domain.errors import ConflictError
from knative_lambda.domain.events import Event
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.machine import decide
from knative_lambda.domain.record import Record
from knative_lambda.ports.records import Records, StoredRecord

Observe = Callable[[Record], Awaitable[Event]]

_log = structlog.get_logger()


@attrs.frozen
class Engine:
    """Moves a function's record by what has happened, and does what follows from it."""

    records: Records
    interpreter: Interpreter

    async def advance(self, function: FunctionId, observe: Observe) -> None:
        """Take in what *observe* makes of the record, and all that comes of it.

        The record is written, by compare-and-set, before anything is done. An effect may lead
        to a further event, which is decided on the record in hand: only a conflict reads again.
        """
        seen = await self.records.read(function)
        event: Event | None = await observe(seen.record)
        while event is not None:
            after, effects = decide(seen.record, event)
            try:
                seen = await self._write(seen, after)
            except ConflictError:
                seen = await self.records.read(function)
                continue
            _log.info(
                "build.decided",
                happened=type(event).__name__,
                request_id=event.request_id,
                phase=after.phase(event.request_id).value,
                effects=[type(effect).__name__ for effect in effects],
            )
            event = None
            for effect in effects:
                event = await self.interpreter.run(effect) or event

    async def tell(self, function: FunctionId, event: Event) -> None:
        """Take in an *event* that needs nothing of the record."""

        async def observe(_record: Record) -> Event:
            return event

        await self.advance(function, observe)

    async def _write(self, seen: StoredRecord, after: Record) -> StoredRecord:
        if after == seen.record:
            return seen
        return await self.records.write(after, seen.version)
