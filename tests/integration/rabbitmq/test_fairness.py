"""A flood of one tenant holds up no other, through a real broker."""

import asyncio
import json
from typing import Final

from support.rabbitmq import Names, RabbitMQServer
from support.services import Service, service

from knative_lambda.adapters.rabbitmq.envelope import amqp_message
from knative_lambda.ports.event_source import Message

FLOOD: Final = 5_000
PATIENCE: Final = 120.0  # seconds; only ever spent when something is wrong
START: Final = "network.notifi.lambda.build.start"


def start(tenant: str, number: int) -> Message:
    name = f"{tenant}-{number}"
    event = {
        "specversion": "1.0",
        "id": name,
        "source": "producer",
        "type": START,
        "data": {
            "third_party_id": tenant,
            "parser_id": f"parser-{number}",
            "source_url": "https://source.test/one",
        },
    }
    return Message(json.dumps(event).encode(), "application/cloudevents+json", {}, name)


async def send(one: Service, tenant: str, count: int) -> None:
    """Send that many starts of *tenant*, all at once."""
    link = one.container.link()
    messages = (amqp_message(start(tenant, number), {}) for number in range(count))
    exchange = one.client.topology.exchange
    await asyncio.gather(*(link.publish(message, exchange, START) for message in messages))


async def test_law_10_while_a_tenants_5000_events_are_set_aside_anothers_build_starts(
    rabbitmq: RabbitMQServer, names: Names
) -> None:
    async with service(rabbitmq, names) as one:
        topology = one.client.topology
        aside = [queue.name for queue in topology.queues() if ".aside." in queue.name]
        await send(one, "greedy", FLOOD)
        await send(one, "modest", 1)
        async with asyncio.timeout(PATIENCE):
            while not any("modest" in job for job in one.container.runner().started):  # noqa: ASYNC110 - it sends no signal
                await asyncio.sleep(0.05)
        waiting = sum([await one.client.depth(name) for name in aside])
        assert waiting > FLOOD / 2
        assert await one.client.depth(topology.dead_letters) == 0
