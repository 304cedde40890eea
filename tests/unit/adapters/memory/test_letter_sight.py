"""Dead letters in memory keep the laws of `LetterSight`."""

import time

import pytest
from contracts.deliveries import message
from contracts.letter_sight import LetterSightContract

from knative_lambda.adapters.memory.broker import MemoryBroker
from knative_lambda.adapters.memory.letter_sight import MemoryLetterSight
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.settlement import DeadLetter
from knative_lambda.ports.event_source import Delivery


class TestMemoryLetterSight(LetterSightContract):
    @pytest.fixture
    def sight(self) -> MemoryLetterSight:
        self.broker = MemoryBroker(time.time_ns)
        return MemoryLetterSight(self.broker)

    async def give_up(self, name: str, why: str) -> None:
        delivery = Delivery(message(name), None, time.time_ns())
        await self.broker.settle(delivery, DeadLetter(Rejection.FORBIDDEN, why))
