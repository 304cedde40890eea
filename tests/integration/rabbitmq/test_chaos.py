"""2,000 builds, two replicas that are killed again and again, a broker that restarts: no loss."""

import asyncio
import json
import random
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

import aio_pika
import attrs
import pytest
from contracts.contract import eventually
from support import laws
from support.amqp import Client
from support.chaos import Killer, ReplicaProcess, break_the_network, restart_the_broker
from support.processes import at_once
from support.rabbitmq import RabbitMQServer
from support.remote_world import WorldServer
from support.tcp_proxy import TcpProxy
from support.world import IMAGES, Clock, World

from knative_lambda.adapters.memory.metrics import MemoryMetrics
from knative_lambda.adapters.rabbitmq import envelope
from knative_lambda.adapters.rabbitmq.event_publisher import RabbitMQEventPublisher
from knative_lambda.adapters.rabbitmq.link import Link
from knative_lambda.adapters.rabbitmq.topology import Topology
from knative_lambda.application.append_log import AppendLog
from knative_lambda.application.appending import Appending
from knative_lambda.application.companion import Companion
from knative_lambda.application.convergence import Convergence
from knative_lambda.application.engine import Engine
from knative_lambda.application.interpreter import Interpreter
from knative_lambda.application.preparation import Preparation
from knative_lambda.application.reconciler import Reconciler
from knative_lambda.domain.errors import TransientError
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.instants import format_instant
from knative_lambda.domain.record import Phase
from knative_lambda.domain.strategy import Strategy
from knative_lambda.domain.verdict import Verdict

BUILDS, FUNCTIONS, TENANTS = 2_000, 600, 60
A_SECOND = 22.0  # starts that are sent
KILL_EVERY, KILLS, KILLS_AFTER_A_JOB = 4.0, 20, 5
PATIENCE = 240.0
START = "network.notifi.lambda.build.start"
TOPOLOGY = Topology("cloud-events", "lambda-build-events", "lambda-functions.dlq")


@attrs.define
class RealClock(Clock):
    """The time it is, and what a test adds to it."""

    at: int = 0

    def __call__(self) -> int:
        return time.time_ns() + self.at


@attrs.define(eq=False)
class Chaos:
    """The world of the replicas, and the sidecars and the reconciler that live in it."""

    server: RabbitMQServer
    dice: random.Random
    world: World = attrs.field(factory=lambda: World(RealClock()))
    link: Link = attrs.field(init=False)
    companion: Companion = attrs.field(init=False)
    reconciler: Reconciler = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        world = self.world
        self.link = Link(self.server.url, TOPOLOGY, MemoryMetrics())
        publisher = RabbitMQEventPublisher(self.link)
        convergence = Convergence(world.records, world.deployer, publisher, IMAGES)
        log = AppendLog(world.contexts)
        appending = Appending(world.assembler, log, Strategy.AUTO, world.clock, at_once)
        preparation = Preparation(
            world.sources, world.sources, world.registry, world.contexts, IMAGES, appending
        )
        engine = Engine(
            world.records,
            Interpreter(
                *(preparation, convergence, world.contexts, world.runner, publisher),
                *(world.assembler, world.clock),
            ),
            self.link.metrics,
        )
        self.companion = Companion(world.runner, engine, world.clock)
        self.reconciler = Reconciler(
            world.records,
            world.runner,
            world.contexts,
            world.registry,
            engine,
            convergence,
            self.link.metrics,
            world.clock,
        )

    async def run_jobs(self) -> None:
        """End each Job a moment after it began, most of them well."""
        ended = 0
        while True:
            await asyncio.sleep(0.05)
            while ended < len(self.world.runner.started):
                failed = self.dice.random() < 0.1
                verdict = Verdict(Reason.BUILD_EXIT, "exit code 1") if failed else Verdict()
                asyncio.get_running_loop().call_later(
                    self.dice.uniform(0.1, 1),
                    self.world.runner.end,
                    self.world.runner.started[ended],
                    verdict,
                )
                ended += 1

    async def send_all(self) -> None:
        """Send the starts, one after the other, whatever the broker does."""
        for number in range(BUILDS):
            await self._send(self._start(number))
            await asyncio.sleep(1 / A_SECOND)

    def _start(self, number: int) -> aio_pika.Message:
        function = number % FUNCTIONS
        event = {
            "specversion": "1.0",
            "id": f"start-{number}",
            "source": "chaos",
            "type": START,
            "time": format_instant(time.time_ns()),
            "data": {
                "third_party_id": f"tenant-{function % TENANTS}",
                "parser_id": f"function-{function}",
                "source_url": "https://source.test/one",
                "build_args": {"NUMBER": str(number)},
            },
        }
        return aio_pika.Message(
            json.dumps(event).encode(),
            content_type="application/cloudevents+json",
            message_id=f"start-{number}",
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
        )

    async def _send(self, message: aio_pika.Message) -> None:
        while True:
            try:
                return await self.link.publish(message, TOPOLOGY.exchange, START)
            except TransientError:
                await asyncio.sleep(0.2)

    def has_settled(self, count: int) -> bool:
        """Whether so many builds are over and done with."""
        return sum(build.settled for _, build in laws.builds(self.world)) >= count


@asynccontextmanager
async def replicas(
    chaos: Chaos, proxy: TcpProxy, folder: Path
) -> AsyncIterator[tuple[list[ReplicaProcess], WorldServer]]:
    """Two of them, and the socket by which they reach the world."""
    environment = {
        # Without heartbeats nobody notices a connection that is half open.
        "KLB_RABBITMQ_URL": f"{proxy.url(chaos.server.url)}?heartbeat=2",
        "KLB_REGISTRY": IMAGES.registry,
        "KLB_PULL_REGISTRY": "pull.test",
        "KLB_CONTEXT_STORE": "memory",
        "KLB_IMAGE_REGISTRY": "memory",
        "KLB_JOB_RUNNER": "memory",
        "KLB_SERVICE_DEPLOYER": "memory",
        "KLB_SOURCE_FETCHER": "memory",
        "KLB_MAX_CONTEXTS": "32",
        "KLB_RETRY_FOR": "10m",
        "KLB_LOG_FORMAT": "json",
    }
    world = chaos.world
    ports = {
        "records": world.records,
        "contexts": world.contexts,
        "registry": world.registry,
        "runner": world.runner,
        "deployer": world.deployer,
    }
    async with WorldServer(ports).listening() as server:
        both = [
            ReplicaProcess(name, environment, server.port, folder / f"{name}.log")
            for name in ("one", "other")
        ]
        try:
            for replica in both:
                await replica.start()
            yield both, server
        finally:
            for replica in both:
                await replica.stop()


async def observe(client: Client) -> str:
    """A queue that hears all that is published, and survives the broker."""
    channel = await client.channel()
    queue = await channel.declare_queue(
        "observer", durable=True, arguments={"x-queue-type": "quorum"}
    )
    await channel.declare_exchange(TOPOLOGY.exchange, "topic", durable=True)
    await queue.bind(TOPOLOGY.exchange, "network.notifi.lambda.#")
    return str(queue.name)


async def test_laws_1_to_11_hold_while_everything_breaks(
    own_rabbitmq: RabbitMQServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dice = random.Random(20_26)  # noqa: S311 - a game, not a secret
    chaos = Chaos(own_rabbitmq, dice)
    async with Client(own_rabbitmq.url, TOPOLOGY) as client:
        observer = await observe(client)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(chaos.link.close)
        proxy = await stack.enter_async_context(TcpProxy("127.0.0.1", own_rabbitmq.port))
        both, world_server = await stack.enter_async_context(replicas(chaos, proxy, tmp_path))
        killer = Killer(both, world_server, KILL_EVERY, dice)
        background = [
            asyncio.create_task(work) for work in (chaos.companion.run(), chaos.run_jobs())
        ]
        trouble = [
            asyncio.create_task(work) for work in (killer.run(), break_the_network(proxy, dice))
        ]
        sending = asyncio.create_task(chaos.send_all())
        endless = (*background, *trouble)
        for done, kill in ((BUILDS // 5, False), (BUILDS // 2, True)):
            await until(partial(chaos.has_settled, done), endless)
            await restart_the_broker(own_rabbitmq, kill=kill)
        await sending
        await until(lambda: killer.has_killed(KILLS, KILLS_AFTER_A_JOB), endless)
        await _end(*trouble)
        proxy.resume()
        for replica in both:
            await replica.start()
        await until(partial(chaos.has_settled, BUILDS), background)
        for _ in range(2):
            chaos.world.clock.advance(25 * 3600)
            await chaos.reconciler.sweep()
        await _end(*background)

    after = f"{sum(killer.kills)} of them between a Job's creation and its acknowledgement"
    with capsys.disabled():
        sys.stdout.write(f"\n{BUILDS} builds, {len(killer.kills)} kills, {after}\n")
    await check(chaos, own_rabbitmq, observer)


async def until(holds: Callable[[], bool], endless: Sequence["asyncio.Task[None]"]) -> None:
    """Wait for what takes its time, while what is *endless* goes on."""
    async with asyncio.timeout(PATIENCE):
        while not holds():
            await asyncio.sleep(0.5)
            for task in endless:
                if task.done():
                    task.result()


async def _end(*tasks: "asyncio.Task[None]") -> None:
    for task in tasks:
        task.cancel()
    for ended in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(ended, Exception):
            raise ended


async def check(chaos: Chaos, server: RabbitMQServer, observer: str) -> None:
    """What must hold when all is over."""
    async with Client(server.url, TOPOLOGY) as client:
        for queue in TOPOLOGY.queues():
            if queue.name != TOPOLOGY.announced:

                async def empty(name: str = queue.name) -> bool:
                    return await client.depth(name) == 0

                await eventually(empty)
        heard = [m for m in await client.drain(observer) if m.routing_key != START]
        chaos.world.published += [envelope.message_of(message) for message in heard]
    world = chaos.world
    laws.check_law_1(world, set())
    laws.check_laws_3_and_4(world)
    laws.check_law_8(world, set())
    laws.check_law_9(world)
    laws.check_law_12(world)
    laws.check_law_13(world)
    phases = Counter(build.phase for _, build in laws.builds(world))
    assert phases.total() == BUILDS
    assert phases[Phase.COMPLETE] > BUILDS / 2
    twice = [job for job, count in Counter(world.runner.started).items() if count > 1]
    assert twice == []
