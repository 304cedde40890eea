"""2,000 messages of every kind and fault through a real broker: each is settled once."""

import random
from collections import Counter
from collections.abc import AsyncIterator
from typing import Final

import attrs
from contracts.contract import eventually
from support.amqp import Client
from support.garbage import message
from support.rabbitmq import Names, RabbitMQServer
from support.services import service

from knative_lambda.adapters.rabbitmq import envelope
from knative_lambda.adapters.rabbitmq.headers import sendable
from knative_lambda.domain.settlement import Settlement
from knative_lambda.ports.event_source import Delivery, EventSource

MESSAGES: Final = 2_000


async def send_all(client: Client, dice: random.Random) -> None:
    """Send them; what no client can send, as far as it can be."""
    for number in range(MESSAGES):
        made = message(dice)
        headers = sendable({k[:100]: v for k, v in made.headers.items()}, {})
        named = made.message_id or f"message-{number}"
        await client.send(attrs.evolve(made, headers=headers, message_id=named))


@attrs.define(eq=False)
class Counted(EventSource):
    """Passes on, and counts how often each delivery is settled."""

    inner: EventSource
    settled: Counter[int | None] = attrs.field(factory=Counter)
    can_delay: bool = True

    consuming: bool = True

    def deliveries(self) -> AsyncIterator[Delivery]:
        return self.inner.deliveries()

    async def settle(self, delivery: Delivery, settlement: Settlement) -> None:
        self.settled[delivery.tag] += 1
        await self.inner.settle(delivery, settlement)


async def test_every_message_is_settled_once_and_none_by_a_bug(
    rabbitmq: RabbitMQServer, names: Names
) -> None:
    counted: list[Counted] = []

    def count(source: EventSource) -> EventSource:
        counted.append(Counted(source))
        return counted[0]

    async with service(rabbitmq, names, count, {"KLB_RETRY_FOR": "0.001s"}) as one:
        await send_all(one.client, random.Random(8))  # noqa: S311 - a game, not a secret
        topology, settled = one.client.topology, counted[0].settled

        async def over() -> bool:
            names = (queue.name for queue in topology.queues() if ".dlq" not in queue.name)
            depths = [await one.client.depth(name) for name in names if name != topology.announced]
            return settled.total() >= MESSAGES and not any(depths)

        await eventually(over)
        letters = await one.client.drain(topology.dead_letters)
    reasons = Counter(str(letter.headers[envelope.REASON]) for letter in letters)
    assert max(settled.values()) == 1
    assert reasons["malformed"] > MESSAGES / 10
    assert reasons["internal"] == 0
