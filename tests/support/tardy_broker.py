"""A broker by which messages overtake each other."""

from collections.abc import Callable
from random import Random

import attrs

from knative_lambda.adapters.memory.broker import MemoryBroker
from knative_lambda.ports.event_source import Delivery, Message

_LATE = (2.0, 20.0)  # seconds: while others come and go


@attrs.define(kw_only=True)
class TardyBroker(MemoryBroker):
    """Some of what is sent comes later than what was sent after it.

    Attributes:
        late: The chance of it.
    """

    dice: Random
    late: Callable[[], float]

    def send(self, message: Message) -> None:
        if self.dice.random() < self.late():
            delivery = Delivery(message, next(self._tags), self.now())
            self.delay(delivery, self.dice.uniform(*_LATE))
            self._changed.set()
        else:
            super().send(message)
