"""Events that somebody hands over and waits for: handled as those of a queue are."""

from collections.abc import Callable
from typing import Final

import attrs
import structlog

from knative_lambda.application.handler import Handled, Handler
from knative_lambda.domain.errors import BuilderError
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.settlement import Ack, DeadLetter, Retry, SetAside, Settlement
from knative_lambda.ports.event_source import Delivery, Message, Settler
from knative_lambda.ports.metrics import Metrics, Settled
from knative_lambda.ports.receiver import Received, Receiver

_RETRY_AFTER: Final = 5.0  # seconds
_SECOND: Final = 1_000_000_000

_log = structlog.get_logger()


@attrs.frozen
class EventReceiver(Receiver):
    """Handles, and hands on what it cannot finish now.

    Attributes:
        now: The clock, UTC nanoseconds since 1970.
    """

    handler: Handler
    settler: Settler
    now: Callable[[], int]

    async def receive(self, message: Message) -> Received:
        """Handle *message*. Its sender tries again what fails for a passing reason."""
        delivery = Delivery(message, tag=None, arrived=self.now())
        handled = await self.handler.handle(delivery)
        match handled.settlement:
            case Ack():
                return _received(handled, handled.settlement, held=True)
            case Retry():
                return _received(handled, handled.settlement, held=False)
            case SetAside() if not self.settler.can_delay:
                return _received(handled, handled.settlement, held=False)
        try:
            await self.settler.settle(delivery, handled.settlement)
        except BuilderError as error:
            _log.warning("delivery.unsettled", error=str(error))
            return _received(handled, Retry(_RETRY_AFTER, "unsettled"), held=False)
        return _received(handled, handled.settlement, held=True)


def _received(handled: Handled, settlement: Settlement, *, held: bool) -> Received:
    event_id = handled.event.id if handled.event is not None else None
    return Received(settlement=settlement, held=held, report=handled.report, event_id=event_id)


@attrs.frozen
class LetterReceiver(Receiver):
    """Keeps the events that a function would not take, for a person.

    Attributes:
        settler: Keeps them.
        now: The clock, UTC nanoseconds since 1970.
    """

    settler: Settler
    metrics: Metrics
    now: Callable[[], int]

    async def receive(self, message: Message) -> Received:
        """Keep *message*, whatever it is."""
        began = self.now()
        why = DeadLetter(Rejection.UNDELIVERED, "its function did not take it")
        try:
            await self.settler.settle(Delivery(message, None, self.now()), why)
        except BuilderError as error:
            _log.warning("delivery.unsettled", error=str(error))
            return Received(settlement=Retry(_RETRY_AFTER, "unsettled"), held=False)
        took = max(0, self.now() - began) / _SECOND
        self.metrics.settled(Settled(type="other", settlement=why, attempts=0, age=took, took=took))
        return Received(settlement=why, held=True)
