"""A builder in a cluster, all in one loop whose time is virtual: replicas, sidecars, a kubelet."""

import asyncio
import copy
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from random import Random
from types import SimpleNamespace
from typing import Any

import attrs
import pytest
from support.cluster_holdups import Holdups
from support.jobs import SETTINGS
from support.knative_world import PLACE, show
from support.kubernetes import resources
from support.kubernetes.cluster import BUILDS, Cluster
from support.kubernetes.kubelet import Kubelet
from support.planted import INTERNAL, PASSWORD
from support.processes import Replica
from support.real_sidecars import RealSidecars
from support.tardy_broker import TardyBroker
from support.world import SECOND, Clock, World
from yarl import URL

from knative_lambda.adapters.knative.service_deployer import KnativeServiceDeployer
from knative_lambda.adapters.kubernetes.api import JSON, Query
from knative_lambda.adapters.kubernetes.client import KubernetesClient
from knative_lambda.adapters.kubernetes.job_runner import KanikoJobRunner
from knative_lambda.adapters.kubernetes.records import ConfigMapRecords
from knative_lambda.adapters.memory.broker import MemoryBroker
from knative_lambda.adapters.memory.faults import Faults, with_faults
from knative_lambda.adapters.pod.client import PodClient
from knative_lambda.application.admission import Limits
from knative_lambda.application.consumer import Consumer
from knative_lambda.domain.errors import BuilderError, TransientError
from knative_lambda.domain.record import Record
from knative_lambda.domain.settlement import Settlement
from knative_lambda.entrypoints import sidecar_parts
from knative_lambda.entrypoints.tasks import beside
from knative_lambda.ports import record_form
from knative_lambda.ports.context_store import ContextStore
from knative_lambda.ports.event_source import Delivery, EventSource
from knative_lambda.sidecar.pod_verdict import judge_pod

LIMITS = Limits(contexts=5, active=16, active_per_tenant=8)
RETRY_FOR = 600.0  # seconds
_STALL = (3.0, 30.0)  # seconds: as long as a build, or a few
_MAY_STALL = ("publisher.publish", "source.settle")
_STALLS_BEFORE = {"GET": 0, "PATCH": 5}  # how often in comparison; the fence is in the patch
_TICK = 0.25  # seconds between two looks of the kubelet
_SWEEP_EVERY = 60.0
_JOBS, _SERVICES = resources.named("jobs"), resources.named("services.serving.knative.dev")


@attrs.define
class LoopClock(Clock):
    """The time of the loop that runs, and what a test adds to it."""

    def __call__(self) -> int:
        return self.at + int(asyncio.get_running_loop().time() * SECOND)


@attrs.define(kw_only=True)
class Chances(Faults):
    """Any call may take a moment, and go wrong before or after it is done.

    Attributes:
        of: The chance of each.
        stalls: The chance that whoever calls stands still before it, while others go on.
        late: The chance that a message is overtaken by others.
    """

    dice: Random
    of: float = 0.0
    stalls: float = 0.0
    late: float = 0.0
    holdups: Holdups

    async def done(
        self, call: str, operation: Callable[..., Awaitable[Any]], *given: Any, **named: Any
    ) -> Any:
        """Do *operation*, or not, or tell nobody."""
        self.calls[call] += 1
        with self.holdups.here():
            await self.wait(0.05, call in _MAY_STALL)
            if self.dice.random() < self.of:
                message = f"{call} failed by chance: {INTERNAL}"
                raise TransientError(message)
            result = await operation(*given, **named)
            if self.dice.random() < self.of:
                message = f"the answer of {call} was lost by chance: {INTERNAL}"
                raise TransientError(message)
            return result

    async def wait(self, most: float, likely: float) -> None:
        """Up to *most* seconds, or far longer, which is so many times as *likely* as usual."""
        stalls = self.dice.random() < self.stalls * likely
        await asyncio.sleep(self.dice.uniform(*_STALL) if stalls else self.dice.uniform(0, most))


@attrs.define(eq=False)
class SlowClient(KubernetesClient):
    """Each call takes a moment, so that others come in between; before a write often longer."""

    chances: Chances = attrs.field(kw_only=True)

    async def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        query: Query = (),
        content_type: str = JSON,
    ) -> Any:
        await self.chances.wait(0.1, _STALLS_BEFORE.get(method, 1))
        return await super().call(method, path, body, query=query, content_type=content_type)


@attrs.define(eq=False)
class Channel(EventSource):
    """One replica's way to the broker: what it has not settled comes back when it is gone."""

    broker: MemoryBroker
    chances: Chances
    held: dict[int | None, int] = attrs.field(factory=dict)
    can_delay: bool = True
    consuming: bool = True

    async def deliveries(self) -> AsyncIterator[Delivery]:
        async for delivery in self.broker.deliveries():
            self.held[delivery.tag] = self.broker.now()
            yield delivery

    async def settle(self, delivery: Delivery, settlement: Settlement) -> None:
        try:
            await self.chances.done(
                "source.settle", lambda: self.broker.settle(delivery, settlement)
            )
        finally:
            until = self.broker.now()
            self.chances.holdups.note(delivery, settlement, self.held[delivery.tag], until)
            self._lose(delivery.tag)

    def close(self) -> None:
        """It is gone."""
        for tag in list(self.held):
            self._lose(tag)

    def _lose(self, tag: int | None) -> None:
        self.held.pop(tag, None)
        self.broker.abandon(tag)


@attrs.define(eq=False)
class ClusterWorld:
    """All that outlives a replica is in *cluster*, in *world*'s broker and registry, and in S3.

    Attributes:
        chances: Of what goes wrong with the broker and the registry.
    """

    cluster: Cluster
    world: World
    contexts: ContextStore
    sidecars: RealSidecars
    chances: Chances
    kubelet: Kubelet = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.kubelet = Kubelet(self.cluster, self.world.clock, sidecar=self.sidecars.run)

    @classmethod
    @asynccontextmanager
    async def started(
        cls, contexts: ContextStore, dice: Random, folder: Path, at: int, patch: pytest.MonkeyPatch
    ) -> AsyncIterator["ClusterWorld"]:
        """A new one; its time begins *at* nanoseconds since 1970."""
        clock = LoopClock(at)
        async with Cluster.started(clock=clock) as cluster, AsyncExitStack() as stack:
            (folder / "token").write_text(cluster.token(BUILDS, "build"), "ascii")
            # The rest of a pod's variables: where its token is.
            given = {"KLB_SERVICE_ACCOUNT_DIR": str(folder)}
            secrets = {"KLB_RABBITMQ_URL": f"amqp://writer:{PASSWORD}@broker.test/"}
            sidecars = RealSidecars(folder, given, secrets)
            chances = Chances(dice=dice, holdups=Holdups(clock))
            made = cls(cluster, World(clock), contexts, sidecars, chances)
            broker = TardyBroker(clock, dice=dice, late=lambda: chances.late)
            broker.prefetch = 1000  # each replica has its own; they share this one
            broker.listeners.append(made.world.published.append)
            made.world.broker = broker
            publisher = with_faults("publisher", made.world.broker, chances)
            patch.setattr(sidecar_parts, "publisher", lambda *_: publisher)
            patch.setattr(sidecar_parts, "time", SimpleNamespace(time_ns=clock))
            patch.setattr(
                PodClient, "of", lambda _variables, account: PodClient(URL(cluster.url), account)
            )
            stack.push_async_callback(made.kubelet.stop)
            yield made

    @asynccontextmanager
    async def replica(self) -> AsyncIterator[Replica]:
        """One of the service, with a connection of its own."""
        client, seen = SlowClient(chances=self.chances), copy.copy(self.world)
        world: Any = seen  # in the place of what is in memory there
        world.records = ConfigMapRecords(client, BUILDS)
        world.runner = KanikoJobRunner(client, SETTINGS, judge_pod, self.world.clock)
        world.deployer = KnativeServiceDeployer(client, PLACE)
        world.contexts = self.contexts
        try:
            yield Replica(seen, self.chances, limits=LIMITS, retry_for=RETRY_FOR)
        finally:
            await client.close()

    async def serve(self) -> None:
        """Consume and sweep as a replica does, until cancelled, which is its death."""
        async with self.replica() as replica:
            channel = Channel(self.world.broker, self.chances)
            try:
                await beside(Consumer(channel, replica.handler).run(), self._sweep(replica))
            finally:
                channel.close()

    async def _sweep(self, replica: Replica) -> None:
        while True:
            await asyncio.sleep(_SWEEP_EVERY * self.chances.dice.uniform(0.8, 1.2))
            try:
                await replica.reconciler.sweep()
            except BuilderError:
                continue  # the next one will do

    async def run_pods(self) -> None:
        """Be the kubelet, until cancelled."""
        while True:
            await self.kubelet.step()
            self.kubelet.forget()
            await asyncio.sleep(_TICK)

    async def push(self, image: str) -> None:
        """Kaniko pushes; the digest is not the one that it says."""
        self.world.pushed.setdefault(image, self.world.clock())
        self.world.registry.push(image, f"sha256:{hashlib.sha256(image.encode()).hexdigest()}")

    async def view(self) -> World:
        """What is there, as if it were in memory, where the laws look."""
        seen, store = copy.copy(self.world), self.cluster.store
        fresh = World(self.world.clock)
        seen.records, seen.deployer, seen.runner = fresh.records, fresh.deployer, fresh.runner
        seen.contexts = fresh.contexts
        for found in self.cluster.objects("configmaps", BUILDS):
            slug = found["metadata"]["name"].removeprefix("lambda-")
            version = found["metadata"]["resourceVersion"]
            seen.records._stored[slug] = (found["data"]["record"], version)
        show(store, seen.deployer)
        seen.runner.started = self.jobs_made()
        seen.runner._jobs = {j["metadata"]["name"]: j for j in self.cluster.objects("jobs")}  # type: ignore[misc]  # their names do
        seen.contexts._stored = {each.key: (b"", 0) for each in await self.contexts.list()}
        return seen

    def jobs_made(self) -> list[str]:
        """The names of all Jobs that ever were, in order."""
        made = [each for each in self.cluster.store.changes if each.before is None]
        return [each.address[2] for each in made if each.address[0] == _JOBS]

    def is_at_rest(self) -> bool:
        """Whether every event is settled, and every build."""
        broker = self.world.broker
        if broker.ready or broker.delayed or broker.in_flight:
            return False
        return all(build.settled for each in self.kept() for build in each.builds.values())

    def kept(self) -> list[Record]:
        """The records as they are now."""
        found = self.cluster.objects("configmaps", BUILDS)
        return [record_form.load(each["data"]["record"]) for each in found]


def services_written(cluster: Cluster) -> list[dict[str, Any]]:
    """Every Service as it was after each write, in order."""
    written = [each for each in cluster.store.changes if not each.removed]
    return [each.after for each in written if each.address[0] == _SERVICES]
