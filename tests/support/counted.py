"""The service as it is wired for a cluster, event by event, with its calls counted."""

import json
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import attrs
from aiobotocore.session import get_session
from dependency_injector.providers import Object
from support.kubernetes.cluster import Cluster
from support.kubernetes.own_pods import record_in
from support.moto import REGION
from support.s3_gate import S3Gate
from support.wired import FUNCTION, build_of

from knative_lambda.adapters.memory.image_assembler import MemoryImageAssembler
from knative_lambda.adapters.memory.image_registry import MemoryImageRegistry
from knative_lambda.application.handler import Handled
from knative_lambda.domain.cloudevent import PREFIX
from knative_lambda.domain.events import BuildEnded
from knative_lambda.domain.settlement import Ack, Settlement
from knative_lambda.domain.verdict import Verdict
from knative_lambda.entrypoints.connections import connections
from knative_lambda.entrypoints.container import Container
from knative_lambda.ports.event_source import Delivery, Message
from knative_lambda.settings import from_env

VARIABLES = {
    "KLB_EVENT_SOURCE": "memory",
    "KLB_EVENT_PUBLISHER": "http",
    "K_SINK": "http://sink.test/",
    "KLB_CONTEXT_STORE": "s3",
    "KLB_JOB_RUNNER": "kubernetes",
    "KLB_SERVICE_DEPLOYER": "knative",
    "KLB_SIDECAR_IMAGE": "registry.test/sidecar:1",
    "KLB_REGISTRY": "registry.test",
    "KLB_SOURCE_FETCHER": "memory",
}
FUNCTION_IDS = {
    "third_party_id": FUNCTION.third_party_id,
    "parser_id": FUNCTION.parser_id,
}


@attrs.frozen
class Counted:
    """The service as it is wired for a cluster; only its broker, sources and images are near.

    Attributes:
        registry: Has what builds push.
        assembler: Puts images together there, on those bases that it is given.
    """

    container: Container
    cluster: Cluster
    gate: S3Gate
    registry: MemoryImageRegistry
    assembler: MemoryImageAssembler
    published: list[str] = attrs.field(factory=list)

    def told(self) -> list[str]:
        """The kinds of all events that were published."""
        return [kind.removeprefix(PREFIX) for kind in self.published]

    async def handle(self, kind: str, event_id: str, **data: object) -> Settlement:
        """How that event is settled."""
        event = {
            "specversion": "1.0",
            "id": event_id,
            "source": "tests",
            "type": PREFIX + kind,
            "data": {**FUNCTION_IDS, **data},
        }
        delivery = Delivery(Message(json.dumps(event).encode()), 1, time.time_ns())
        handled: Handled = await self.container.handler().handle(delivery)
        return handled.settlement

    async def start(self, event_id: str, triggers: int = 1, **data: object) -> Settlement:
        """A start, of a function with so many Triggers."""
        config = {"triggers": [{"type": f"type-{number}"} for number in range(triggers)]}
        asked = {"build_args": {"NUMBER": event_id}, "source_url": "https://code.test/a", **data}
        return await self.handle("build.start", event_id, function=config, **asked)

    async def deploy(self, event_id: str, triggers: int = 1) -> list[str]:
        """The calls of the outcome of a build that is started and ends well."""
        assert await self.start(event_id, triggers) == Ack()
        await self.succeed(event_id)
        self.calls()
        assert await self.completed(event_id) == Ack()
        return self.calls()

    async def succeed(self, event_id: str) -> None:
        """Its build ends well, and its sidecar has decided so."""
        image = record_in(self.cluster, FUNCTION).builds[build_of(event_id)].image
        assert image is not None
        self.registry.push(image, f"sha256:{'a' * 64}")
        await self.decide(event_id, Verdict())

    async def decide(self, event_id: str, verdict: Verdict) -> None:
        """A sidecar finds that its build has ended so."""
        ended = BuildEnded(request_id=build_of(event_id), now=time.time_ns(), verdict=verdict)
        await self.container.engine().tell(FUNCTION, ended)

    async def completed(self, event_id: str) -> Settlement:
        """Its outcome is handled."""
        build = build_of(event_id)
        return await self.handle(
            "build.complete", f"{build}.outcome", build_id=build, status="success"
        )

    def calls(self) -> list[str]:
        """Those of the Kubernetes API since this was last asked, and how many of S3 after them."""
        asked = [f"{call.verb} {call.resource.partition('.')[0]}" for call in self.cluster.calls]
        self.cluster.calls.clear()
        stored = [f"s3 {name}" for name in self.gate.names]
        self.gate.calls.clear()
        return [*asked, *stored]


@asynccontextmanager
async def counted(cluster: Cluster, gate: S3Gate, **variables: str) -> AsyncIterator[Counted]:
    """It runs, on one list of Jobs for the whole test, with a bucket that is there."""
    bucket = f"contexts-{uuid.uuid4().hex[:12]}"
    async with get_session().create_client("s3", REGION, endpoint_url=gate.url) as s3:
        await s3.create_bucket(Bucket=bucket)
    gate.calls.clear()
    async with connections(
        from_env({**VARIABLES, "KLB_CONTEXT_BUCKET": bucket, **variables})
    ) as container:
        registry = MemoryImageRegistry()
        assembler = MemoryImageAssembler(registry)
        for provider, near in (
            (container.registry, registry),
            (container.assembler, assembler),
            (container.publisher, container.broker()),
        ):
            provider.override(Object(near))
        container.builds().now = lambda: 0
        made = Counted(container, cluster, gate, registry, assembler)
        container.broker().listeners.append(
            lambda message: made.published.append(str(message.headers["type"]))
        )
        yield made
