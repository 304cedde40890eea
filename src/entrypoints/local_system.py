"""The whole service in this process, building and serving on this machine."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

import attrs

from knative_lambda.adapters.local.invocation import event_for
from knative_lambda.domain.cloudevent import PREFIX, CloudEvent
from knative_lambda.domain.ids import FunctionId
from knative_lambda.entrypoints.container import Container
from knative_lambda.entrypoints.local_settings import usable
from knative_lambda.ports import wire
from knative_lambda.ports.event_source import Message
from knative_lambda.settings import Settings


@attrs.frozen
class LocalSystem:
    """What `dev` and the demo play on: *heard* gets every event that is published."""

    container: Container
    heard: "asyncio.Queue[CloudEvent]" = attrs.field(factory=asyncio.Queue)

    def submit(self, kind: str, function: FunctionId, **data: object) -> None:
        """Send an event of ours, as a producing system would."""
        ids = {"third_party_id": function.third_party_id, "parser_id": function.parser_id}
        event = event_for(function, None)
        event |= {"type": PREFIX + kind, "source": "knative-lambda", "data": {**ids, **data}}
        self.container.broker().send(Message(json.dumps(event).encode()))

    def tell(self, event: Mapping[str, Any]) -> None:
        """Publish an event of somebody else's, for whoever has a Trigger for it."""
        headers = {name: value for name, value in event.items() if name != "data"}
        self.container.broker().tell(Message(json.dumps(event).encode(), wire.STRUCTURED, headers))


@asynccontextmanager
async def local_system(settings: Settings) -> AsyncIterator[LocalSystem]:
    """Run it; nothing of it is left running afterwards."""
    container = Container(settings=usable(settings))
    system = LocalSystem(container)
    container.broker().listeners.append(lambda m: system.heard.put_nowait(wire.decode(m)))
    async with AsyncExitStack() as stack:
        await container.dispatcher().open()
        for part in (container.deployer(), container.runner(), container.dispatcher()):
            stack.push_async_callback(part.close)
        for work in (container.consumer(), container.companion()):
            stack.push_async_callback(_end, asyncio.create_task(work.run()))
        yield system


async def _end(task: "asyncio.Task[None]") -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
