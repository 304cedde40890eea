"""Takes events with aio-pika and nothing else: decodes, publishes as often, and acknowledges.

Arguments: deliveries to leave out at first, and deliveries to measure.
"""

import asyncio
import json
import os
import sys
from typing import Final

import aio_pika
from aio_pika.abc import AbstractIncomingMessage

from benchmarks.inside.stretch import Figures, Stretch

_PREFIX: Final = "network.notifi.lambda."
# What the service publishes when it takes in one of these.
_LEADS_TO: Final = {
    f"{_PREFIX}build.start": ("build.started", "build.complete"),
    f"{_PREFIX}build.complete": ("service.created",),
}


async def consumed(stretch: Stretch) -> Figures:
    """What it took."""
    connection = await aio_pika.connect(os.environ["KLB_RABBITMQ_URL"])
    async with connection:
        taking = await connection.channel(publisher_confirms=False)
        await taking.set_qos(prefetch_count=int(os.environ["KLB_PREFETCH"]))
        confirming = await connection.channel(on_return_raises=True)
        exchange = await confirming.get_exchange(os.environ["KLB_EXCHANGE"], ensure=False)

        async def take(incoming: AbstractIncomingMessage) -> None:
            event = json.loads(incoming.body)
            for kind in _LEADS_TO[event["type"]]:
                body = json.dumps({**event, "type": f"{_PREFIX}{kind}"}).encode()
                message = aio_pika.Message(
                    body,
                    headers={name: text for name, text in event.items() if name != "data"},
                    content_type="application/cloudevents+json",
                    delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
                )
                await exchange.publish(message, f"{_PREFIX}{kind}", mandatory=True)
            await incoming.ack()
            stretch.count()

        queue = await taking.get_queue(os.environ["KLB_QUEUE"], ensure=False)
        tag = await queue.consume(take)
        await stretch.over.wait()
        await queue.cancel(tag)
    return stretch.figures


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(consumed(Stretch(*map(int, sys.argv[1:]))))))
