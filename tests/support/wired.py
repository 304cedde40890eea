"""The wired service in this process, with builds in memory that end when they are told to."""

import json
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import attrs
from dependency_injector.providers import Object

from knative_lambda.adapters.memory.faults import Faults, with_faults
from knative_lambda.adapters.memory.job_runner import MemoryJobRunner
from knative_lambda.application.handler import Handled
from knative_lambda.domain import names
from knative_lambda.domain.cloudevent import PREFIX, CloudEvent
from knative_lambda.domain.ids import FunctionId, request_id
from knative_lambda.domain.settlement import Settlement
from knative_lambda.domain.verdict import Verdict
from knative_lambda.entrypoints.connections import connections
from knative_lambda.entrypoints.container import Container
from knative_lambda.ports import wire
from knative_lambda.ports.event_source import Delivery, Message
from knative_lambda.settings import Settings

FUNCTION = FunctionId("acme", "hello")
SENDER = "tests"


def start_event(event_id: str, source_url: str, **data: object) -> dict[str, object]:
    """A `build.start` for `FUNCTION`, unless *data* names another."""
    ids = {"third_party_id": FUNCTION.third_party_id, "parser_id": FUNCTION.parser_id}
    named = {"specversion": "1.0", "id": event_id, "source": SENDER, "type": f"{PREFIX}build.start"}
    return {**named, "data": {**ids, "source_url": source_url, **data}}


def build_of(event_id: str) -> str:
    """The id of the build that the event of that id asks for."""
    return request_id(SENDER, event_id)


@attrs.frozen
class Wired:
    """A service whose broker, records and builds are in memory; all else is as it is set.

    Attributes:
        jobs: The builds.
        calls: How often each method of the records and of the job runner was called.
        told: What was published.
    """

    container: Container
    jobs: MemoryJobRunner
    calls: "Counter[str]"
    told: list[CloudEvent]

    async def start(self, event_id: str, source_url: str, **data: object) -> Settlement:
        """How a `build.start` is settled that comes now."""
        message = Message(json.dumps(start_event(event_id, source_url, **data)).encode())
        return await self._settled(Delivery(message, 1, time.time_ns()))

    async def succeed(self, event_id: str) -> None:
        """Let that event's build end well, and all be done that comes of it."""
        name = names.job(FUNCTION, build_of(event_id))
        self.jobs.end(name, Verdict())
        ended = await self.jobs.look(name)
        assert ended is not None
        await self.container.companion().report(ended)
        broker = self.container.broker()
        while broker.ready:
            delivery = broker.take()
            await broker.settle(delivery, await self._settled(delivery))

    def images(self, kind: str) -> list[object]:
        """The images of all events of that *kind*, in order."""
        of_kind = (event.data for event in self.told if event.type == PREFIX + kind)
        return [data["image_uri"] for data in of_kind if isinstance(data, dict)]

    async def _settled(self, delivery: Delivery) -> Settlement:
        handled: Handled = await self.container.handler().handle(delivery)
        return handled.settlement


@asynccontextmanager
async def wired(settings: Settings) -> AsyncIterator[Wired]:
    """Wire it; its connections end with it."""
    async with connections(settings) as container:
        jobs, faults = container.runner(), Faults()
        jobs.ending = None
        for name in ("records", "runner"):
            port = getattr(container, name)
            port.override(Object(with_faults(name, port(), faults)))
        told: list[CloudEvent] = []
        container.broker().listeners.append(lambda message: told.append(wire.decode(message)))
        yield Wired(container, jobs, faults.calls, told)
