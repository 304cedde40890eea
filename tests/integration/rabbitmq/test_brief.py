"""The events of the service's first description, as they stand: without ids, as plain JSON."""

import asyncio
from typing import Final

import attrs
import pytest
from contracts.contract import eventually
from support.rabbitmq import Names, RabbitMQServer
from support.services import Service, service

from knative_lambda.adapters.rabbitmq import envelope
from knative_lambda.domain import names as derived
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.record import Phase, Record
from knative_lambda.ports.event_source import Message
from knative_lambda.ports.records import Records

START: Final = b"""{
  "type": "network.notifi.lambda.build.start",
  "source": "rabbitmq",
  "data": {
    "third_party_id": "example-org",
    "parser_id": "user-parser",
    "build_type": "lambda",
    "runtime": "nodejs22",
    "source_url": "https://github.com/example/parser",
    "build_timeout": 1800
  }
}"""
COMPLETE: Final = b"""{
  "type": "network.notifi.lambda.build.complete",
  "source": "rabbitmq",
  "data": {
    "third_party_id": "example-org",
    "parser_id": "user-parser",
    "job_name": "build-example-org-user-parser-abc123",
    "status": "success",
    "image_uri": "123456789.dkr.ecr.us-west-2.amazonaws.com/parser:abc123",
    "duration": "2m30s",
    "correlation_id": "corr-123"
  }
}"""
FUNCTION: Final = FunctionId("example-org", "user-parser")
REGISTRY: Final = {"KLB_REGISTRY": "123456789.dkr.ecr.us-west-2.amazonaws.com"}


@attrs.frozen
class Producer:
    """Publishes the samples, as its first producers do, and looks what came of them."""

    service: Service

    async def publish(self, body: bytes) -> None:
        """With an id, since the client would make one up for each message."""
        kind = "start" if body is START else "complete"
        message = Message(body, "application/json", message_id=f"the-{kind}")
        await self.service.client.send(message, f"network.notifi.lambda.build.{kind}")

    async def record(self) -> Record:
        records: Records = self.service.container.records()
        return (await records.read(FUNCTION)).record

    async def served(self) -> str | None:
        """The image that the function's Service has."""
        spec = self.service.container.deployer().specs.get(derived.service(FUNCTION))
        return spec.image if spec is not None else None


async def test_the_sample_events_are_taken_as_they_stand(
    rabbitmq: RabbitMQServer, names: Names
) -> None:
    async with service(rabbitmq, names, variables=REGISTRY) as running:
        one = Producer(running)
        await one.publish(START)

        async def built() -> bool:
            builds = (await one.record()).builds.values()
            return any(build.phase is Phase.COMPLETE and build.settled for build in builds)

        await eventually(built)
        ours = await one.served()
        assert ours is not None
        assert ours.startswith(REGISTRY["KLB_REGISTRY"])

        await one.publish(COMPLETE)

        async def deployed() -> bool:
            return await one.served() != ours

        await eventually(deployed)
        theirs = await one.served()
        assert theirs is not None
        assert theirs.startswith("123456789.dkr.ecr.us-west-2.amazonaws.com/parser@sha256:")
        for queue in (running.client.topology.queue, running.client.topology.dead_letters):
            assert await running.client.depth(queue) == 0


async def test_the_sample_completion_is_refused_by_another_registry(
    rabbitmq: RabbitMQServer, names: Names
) -> None:
    async with service(rabbitmq, names) as running:
        one = Producer(running)
        await one.publish(COMPLETE)

        async def kept() -> bool:
            return await running.client.depth(running.client.topology.dead_letters) == 1

        await eventually(kept)
        (letter,) = await running.client.look(running.client.topology.dead_letters)
        assert letter.body == COMPLETE
        assert letter.headers[envelope.REASON] == "image_refused"
        assert await one.served() is None


@pytest.mark.parametrize("copies", [100])
async def test_law_2_a_hundred_copies_at_once_are_one_build(
    rabbitmq: RabbitMQServer, names: Names, copies: int
) -> None:
    limits = {"KLB_MAX_CONTEXTS": "100", "KLB_PREFETCH": "100"}
    async with service(rabbitmq, names, variables={**REGISTRY, **limits}) as running:
        one = Producer(running)
        await asyncio.gather(*(one.publish(START) for _ in range(copies)))

        async def built() -> bool:
            builds = (await one.record()).builds.values()
            return any(build.settled for build in builds)

        await eventually(built)
        assert len((await one.record()).builds) == 1
        assert len(running.container.runner().started) == 1
