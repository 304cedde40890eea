"""The whole builder on a cluster: what is asked of it, and what is to be seen there."""

import asyncio
import json
import time
from collections.abc import Callable

import attrs
from contracts.contract import eventually
from support.kubernetes import histories
from support.kubernetes.cluster import BUILDS, FUNCTIONS, Cluster
from support.kubernetes.kubelet import Kubelet
from support.kubernetes.own_pods import record_in
from support.kubernetes.resources import Object
from support.pushing import pushing
from support.registry_setup import Setup
from support.s3_bucket import BackDoor
from support.services import Service
from support.wired import FUNCTION, build_of
from support.world import Clock

from knative_lambda.adapters.rabbitmq import envelope
from knative_lambda.domain import names
from knative_lambda.domain.cloudevent import PREFIX, CloudEvent
from knative_lambda.domain.image_name import ImageName
from knative_lambda.domain.record import Phase
from knative_lambda.ports import wire
from knative_lambda.ports.event_source import Message

KEY = "the key of all completions"
SERVICE = names.service(FUNCTION)
SERVICES = "services.serving.knative.dev"
IDS = {"third_party_id": FUNCTION.third_party_id, "parser_id": FUNCTION.parser_id}
PATIENCE = 30.0  # seconds; only ever spent when something is wrong


@attrs.define
class Ahead(Clock):
    """The time that it is, and what is added to it."""

    at: int = 0

    def __call__(self) -> int:
        return time.time_ns() + self.at


@attrs.define(eq=False)
class Whole:
    """All of it.

    Attributes:
        pushed: By image, the digests of what was pushed.
        runs_on: Whether a build that begins now does not end by itself.
        traceparent: Of the producer's trace, if it has one.
        sidecar: What sidecars that begin now are told besides what their Jobs say.
    """

    cluster: Cluster
    kubelet: Kubelet
    service: Service
    registry: Setup
    bucket: BackDoor
    observer: str
    sidecar: dict[str, str]
    pushed: dict[str, str] = attrs.field(factory=dict)
    runs_on: bool = False
    traceparent: str | None = None

    def plan(self, _job: Object) -> histories.History:
        """What becomes of a build."""
        on, well = histories.RUNS_FOR_EVER, pushing(histories.SUCCESS, self.push)
        return on if self.runs_on else well

    async def push(self, image: str) -> None:
        """Kaniko pushes; what it says of it is another digest."""
        name = ImageName.parse(image)
        self.pushed[image] = await self.registry.pusher.image(
            name.repository, name.tag, image.encode()
        )

    async def send(self, kind: str, event_id: str, **data: object) -> None:
        """Publish an event about the function, as a producer does."""
        event = {
            "specversion": "1.0",
            "id": event_id,
            "source": "tests",
            "type": PREFIX + kind,
            "data": {**IDS, **data},
            **({"traceparent": self.traceparent} if self.traceparent else {}),
        }
        structured = "application/cloudevents+json"
        message = Message(json.dumps(event).encode(), structured, message_id=event_id)
        await self.service.client.send(message, PREFIX + kind)

    async def start(self, event_id: str) -> None:
        """Ask for a build of its own."""
        config = {"triggers": [{"type": "order.created"}]}
        url, args = "https://code.test/a", {"NUMBER": event_id}
        await self.send("build.start", event_id, source_url=url, build_args=args, function=config)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Let time pass in the cluster until that holds there."""
        async with asyncio.timeout(PATIENCE):
            while not holds():
                await self.kubelet.step()
                self.kubelet.clock.advance(0.1)
                await asyncio.sleep(0.02)

    async def unbind(self, kind: str) -> None:
        """Let events of *kind* reach the service no more, until they are sent to its queue."""
        topology = self.service.client.topology
        channel = await self.service.client.channel()
        queue = await channel.get_queue(topology.queue)
        await queue.unbind(topology.exchange, PREFIX + kind)
        await channel.close()

    def phase(self, event_id: str) -> Phase:
        """Where that start's build stands."""
        if not self.there("configmaps", BUILDS):
            return Phase.UNKNOWN
        return record_in(self.cluster, FUNCTION).phase(build_of(event_id))

    def settled(self, event_id: str, phase: Phase) -> bool:
        """Whether that start's build has ended so, and all that follows is done."""
        record = record_in(self.cluster, FUNCTION) if self.there("configmaps", BUILDS) else None
        build = record.builds.get(build_of(event_id)) if record is not None else None
        return build is not None and build.settled and build.phase is phase

    async def build(self, event_id: str) -> str:
        """Have it built and served; the image."""
        await self.start(event_id)
        await self.until(lambda: self.settled(event_id, Phase.COMPLETE))
        image = record_in(self.cluster, FUNCTION).builds[build_of(event_id)].image
        assert image is not None
        await self.until(lambda: self.served() == self.pushed[image])
        await self.until(lambda: len(self.there("triggers", FUNCTIONS)) == 1)
        return image

    def there(self, resource: str, namespace: str) -> list[str]:
        """The names of what is there."""
        return [each["metadata"]["name"] for each in self.cluster.objects(resource, namespace)]

    def served(self) -> str:
        """The digest that the function is served by; empty if it is not."""
        for found in self.cluster.objects(SERVICES, FUNCTIONS):
            (container,) = found["spec"]["template"]["spec"]["containers"]
            return str(container["image"]).partition("@")[2]
        return ""

    async def outcomes(self, event_id: str) -> list[str]:
        """How that start's build has ended, as often as other bytes were published."""
        told = await self._told(event_id)
        return [each.type.removeprefix(f"{PREFIX}build.") for each in told]

    async def log_of(self, event_id: str) -> object:
        """Where the log of that start's build is, as its outcome has it."""
        (told,) = await self._told(event_id)
        assert isinstance(told.data, dict)
        return told.data["log_url"]

    async def _told(self, event_id: str) -> list[CloudEvent]:
        found = await self.service.client.look(self.observer)
        bodies = {message.body: wire.decode(envelope.message_of(message)) for message in found}
        ends = names.event(build_of(event_id), "outcome")
        return [each for each in bodies.values() if each.id == ends]

    async def kinds(self) -> dict[str, Message]:
        """What was published, by its kind: the last of each."""
        found = await self.service.client.look(self.observer)
        messages = [envelope.message_of(message) for message in found]
        return {wire.decode(each).type.removeprefix(PREFIX): each for each in messages}

    async def heard(self, kind: str) -> Message:
        """The event of *kind*, as soon as it is published."""

        async def published() -> bool:
            return kind in await self.kinds()

        await eventually(published)
        return (await self.kinds())[kind]

    async def nothing_waits(self) -> None:
        """No delivery is ready, delayed or given up."""
        client, topology = self.service.client, self.service.client.topology
        ours = {queue.name for queue in topology.queues()} - {topology.announced}

        async def settled() -> bool:
            return not any([await client.depth(name) for name in ours])

        await eventually(settled)

    async def nothing_is_left(self) -> None:
        """No context, and no pod that runs."""
        await self.until(lambda: not self.running())

        async def cleared() -> bool:
            return all(names.is_log(key) for key in await self.bucket.stored())

        await eventually(cleared)

    def running(self) -> list[Object]:
        pods = self.cluster.objects("pods", BUILDS)
        return [pod for pod in pods if pod["status"]["phase"] in ("Pending", "Running")]
