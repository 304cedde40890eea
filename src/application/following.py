"""Following what was asked for by its events, from outside of the service."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Protocol

import attrs

from knative_lambda.domain.announcement import Announcement
from knative_lambda.domain.cloudevent import CloudEvent
from knative_lambda.domain.errors import BuilderError, TransientError
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.record import Record
from knative_lambda.ports import wire
from knative_lambda.ports.progress import Progress
from knative_lambda.ports.records import Records


class Asked(Protocol):
    """What was asked of the service."""

    @property
    def function(self) -> FunctionId:
        """For which function."""
        ...

    def concerns(self, event: CloudEvent) -> bool:
        """Whether *event* tells what becomes of it."""
        ...

    def told_by(self, record: Record) -> tuple[Announcement, ...]:
        """The events of it that *record* knows to have been published."""
        ...


@attrs.define(eq=False)
class Following:
    """Gives each event of what was asked once.

    Attributes:
        listen: Gives what is published from then on; raises TransientError once it is lost.
        records: Knows what was published before, for those who may read there.
        pause: Seconds until one listens again after a loss.
    """

    asked: Asked
    listen: Callable[[], Awaitable[AsyncIterator[CloudEvent]]]
    records: Records
    progress: Progress
    pause: float = 1.0
    _known: list[CloudEvent] = attrs.field(factory=list)
    _heard: AsyncIterator[CloudEvent] = attrs.field(init=False)
    _given: set[str] = attrs.field(factory=set)

    async def begin(self) -> None:
        """Listen; nothing is missed of what is asked for after this has returned.

        Raises:
            SetupError: We may not listen.
            TransientError: There is nothing to listen to now.
        """
        self._heard = await self.listen()
        try:
            stored = await self.records.read(self.asked.function)
        except BuilderError:
            return  # whoever may not read the records still hears the events
        told = self.asked.told_by(stored.record)
        self._known = [wire.decode(wire.encode(announced)) for announced in told]

    async def next(self) -> CloudEvent:
        """The next event of it, as soon as there is one; a loss in between is told.

        Raises:
            SetupError: We may not listen again after a loss.
        """
        while True:
            try:
                event = self._known.pop(0) if self._known else await anext(self._heard)
            except TransientError as error:
                await self._begin_again(str(error))
                continue
            if self.asked.concerns(event) and event.id not in self._given:
                self._given.add(event.id)
                self.progress.event(event)
                return event

    async def _begin_again(self, why: str) -> None:
        self.progress.status("disconnected", f"{why}; trying again", detail=why)
        while True:
            await asyncio.sleep(self.pause)
            try:
                await self.begin()
            except TransientError:
                continue
            words = "again; of what came in between, only what the function's record says is known"
            self.progress.status("connected", words)
            return
