"""Taking deliveries from a source, handling them side by side, and settling each."""

import asyncio
from typing import Final

import attrs
import structlog

from knative_lambda.application.handler import Handler
from knative_lambda.domain.errors import BuilderError, TransientError
from knative_lambda.ports.event_source import Delivery, EventSource

GRACE: Final = 25.0  # seconds; below the 30 that Kubernetes gives
_WAITS: Final = (0.1, 0.5, 1.0, 2.0, 5.0)  # seconds before the source is asked again

_log = structlog.get_logger()


@attrs.define
class Consumer:
    """Runs until it is stopped; how many deliveries are in hand at once is the source's to say.

    Attributes:
        grace: Seconds that what is in hand may take once it is stopped.
    """

    source: EventSource
    handler: Handler
    grace: float = GRACE
    _stopped: asyncio.Event = attrs.field(factory=asyncio.Event)
    _lost: int = 0  # times in a row

    def stop(self) -> None:
        """Take nothing more; `run` ends when all in hand is settled, or the grace is over."""
        self._stopped.set()

    async def run(self) -> None:
        """Take, handle, settle; ask again when the source is lost.

        Raises:
            SetupError: The source is not as this service needs it.
        """
        in_hand: set[asyncio.Task[None]] = set()
        taking = asyncio.create_task(self._take(in_hand))
        stopping = asyncio.create_task(self._stopped.wait())
        try:
            await asyncio.wait({taking, stopping}, return_when=asyncio.FIRST_COMPLETED)
            taking.cancel()
            await asyncio.wait({taking}, timeout=self.grace)
            if taking.done() and not taking.cancelled():
                taking.result()
            if in_hand:
                await asyncio.wait(in_hand, timeout=self.grace)
        finally:
            # What is given up here was not settled: it comes back, here or elsewhere.
            ending = (taking, stopping, *in_hand)
            for task in ending:
                task.cancel()
            await asyncio.gather(*ending, return_exceptions=True)

    async def _take(self, in_hand: set["asyncio.Task[None]"]) -> None:
        while True:
            try:
                async for delivery in self.source.deliveries():
                    task = asyncio.create_task(self._one(delivery))
                    in_hand.add(task)
                    task.add_done_callback(in_hand.discard)
            except TransientError as error:
                wait = _WAITS[min(self._lost, len(_WAITS) - 1)]
                self._lost += 1
                _log.warning("source.lost", error=str(error), again_in=wait)
                await asyncio.sleep(wait)

    async def _one(self, delivery: Delivery) -> None:
        handled = await self.handler.handle(delivery)
        try:
            await self.source.settle(delivery, handled.settlement)
            self._lost = 0  # only now is it known to work both ways
        except BuilderError as error:
            # What is not settled comes back; handling it again changes nothing.
            _log.warning("delivery.unsettled", error=str(error))
