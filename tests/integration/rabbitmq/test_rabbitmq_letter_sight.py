"""The queue of dead letters of a real broker keeps the laws of `LetterSight`."""

import time

import pytest
from contracts.deliveries import message
from contracts.letter_sight import LetterSightContract
from support.amqp import Client

from knative_lambda.adapters.rabbitmq.event_source import RabbitMQEventSource
from knative_lambda.adapters.rabbitmq.letter_sight import RabbitMQLetterSight
from knative_lambda.adapters.rabbitmq.link import Link
from knative_lambda.domain.errors import SetupError
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.settlement import DeadLetter
from knative_lambda.ports.event_source import Delivery


class TestRabbitMQLetterSight(LetterSightContract):
    @pytest.fixture
    def sight(self, link: Link) -> RabbitMQLetterSight:
        self.source = RabbitMQEventSource(link, 8, time.time_ns)
        return RabbitMQLetterSight(link)

    async def give_up(self, name: str, why: str) -> None:
        delivery = Delivery(message(name), None, time.time_ns())
        await self.source.settle(delivery, DeadLetter(Rejection.FORBIDDEN, why))

    async def test_a_queue_that_is_missing_is_told(
        self, sight: RabbitMQLetterSight, client: Client
    ) -> None:
        await (await client.channel()).queue_delete(client.topology.dead_letters)
        with pytest.raises(SetupError, match="is missing"):
            await sight.count()
