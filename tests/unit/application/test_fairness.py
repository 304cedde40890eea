"""Law 10, over a whole replica in virtual time: pressure delays, it never drops, and it is fair."""

import asyncio
import math
import random
import selectors
from bisect import bisect_right, insort
from collections import Counter
from collections.abc import Awaitable, Callable
from operator import itemgetter

import attrs
import pytest
from support.processes import Replica
from support.world import BEGINNING, SECOND, Clock, World

from knative_lambda.adapters.memory.broker import MemoryBroker
from knative_lambda.adapters.memory.faults import Faults
from knative_lambda.adapters.memory.job_runner import MemoryJobRunner
from knative_lambda.adapters.memory.metrics import MemoryMetrics
from knative_lambda.application.admission import Admission, Limits, Rate
from knative_lambda.application.consumer import Consumer
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.settlement import SetAside, Settlement
from knative_lambda.domain.verdict import Verdict
from knative_lambda.ports.event_source import Delivery
from knative_lambda.ports.job_runner import JobSpec

LIMITS = Limits(contexts=4, active=50, active_per_tenant=10)
ALL = "all tenants"
HANDLING = 0.002  # seconds that a replica is busy with a delivery


class _Waits(selectors.SelectSelector):
    """Where a loop waits, time passes at once."""

    clock: Clock

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        assert timeout is not None, "nothing will ever happen"
        self.clock.at += math.ceil(timeout * SECOND)
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop whose time is that of *clock*."""

    def __init__(self, clock: Clock) -> None:
        self.clock, waits = clock, _Waits()
        waits.clock = clock
        super().__init__(waits)

    def time(self) -> float:
        return (self.clock() - BEGINNING) / SECOND


@attrs.define
class LongQueue(MemoryBroker):
    """For thousands that wait: in order, and until a quarter of a second is full.

    Attributes:
        waiting: All that is delayed; of it, *delayed* holds what comes first.
    """

    clock: Clock = attrs.field(kw_only=True)
    waiting: list[tuple[int, Delivery]] = attrs.field(factory=list)

    def wake(self) -> None:
        count = bisect_right(self.waiting, self.now(), key=itemgetter(0))
        for _, delivery in self.waiting[:count]:
            self._enqueue(delivery)
        del self.waiting[:count]
        self.delayed = self.waiting[:1]

    def delay(self, delivery: Delivery, seconds: float) -> None:
        at = self.now() + math.ceil(seconds * SECOND)
        insort(self.waiting, (at + -at % (SECOND // 4), delivery), key=itemgetter(0))
        self.delayed = self.waiting[:1]

    async def settle(self, delivery: Delivery, settlement: Settlement) -> None:
        self.clock.advance(HANDLING)
        await super().settle(delivery, settlement)


@attrs.define
class TimedJobs(MemoryJobRunner):
    """Each build takes *seconds*, and then its Job is gone.

    Attributes:
        began: When the Jobs of each tenant did.
        most: How many Jobs of each tenant, and of `ALL`, there were at most.
    """

    seconds: float = 0.0
    began: dict[str, list[int]] = attrs.field(factory=dict)
    running: Counter[str] = attrs.field(factory=Counter)
    most: Counter[str] = attrs.field(factory=Counter)

    async def start(self, job: JobSpec) -> bool:
        is_new = await super().start(job)
        if is_new:
            tenant = job.function.third_party_id
            self.began.setdefault(tenant, []).append(self.now())
            self.running[tenant] += 1
            self.most |= Counter({**self.running, ALL: self.running.total()})
            asyncio.get_running_loop().call_later(self.seconds, self._finish, job)
        return is_new

    def _finish(self, job: JobSpec) -> None:
        self.end(job.name, Verdict())
        del self._jobs[job.name]
        self.running[job.function.third_party_id] -= 1


@attrs.define
class Scene:
    """Replicas at work on one queue, whose waits are spread by chance.

    Attributes:
        fetching: Seconds that a source takes.
        building: Seconds that a Job takes.
        prefetch: Of all replicas together.
    """

    fetching: float = 0.2
    building: float = 0.0
    prefetch: int = 32
    replicas: int = 1
    world: World = attrs.field(factory=World)
    jobs: TimedJobs = attrs.field(init=False)
    metrics: MemoryMetrics = attrs.field(factory=MemoryMetrics)
    sent: dict[str, int] = attrs.field(factory=dict)

    def __attrs_post_init__(self) -> None:
        world, now = self.world, self.world.clock
        world.broker = LongQueue(now, prefetch=self.prefetch, clock=now)
        world.broker.listeners.append(world.published.append)
        self.jobs = TimedJobs(world.registry, now, ending=None, seconds=self.building)
        world.runner = self.jobs

    def start(self, tenant: str, count: int = 1) -> None:
        """*tenant* asks for that many builds, each of another function."""
        self.sent[tenant] = self.world.clock()
        for number in range(count):
            name = f"{tenant}-{number}"
            self.world.send("build.start", FunctionId(tenant, name), id=name)

    async def until(self, seconds: float) -> None:
        """Let that many seconds pass since the beginning."""
        await asyncio.sleep(seconds - (self.world.clock() - BEGINNING) / SECOND)

    def waited(self, tenant: str) -> float:
        """Seconds until the Job of the first start of *tenant* was there."""
        return (self.jobs.began[tenant][0] - self.sent[tenant]) / SECOND

    @property
    def is_over(self) -> bool:
        """Whether nothing is in the queue any more."""
        broker = self.world.broker
        return not (broker.ready or broker.in_flight or broker.delayed)

    def play(self, script: Callable[[], Awaitable[None]]) -> None:
        """Do what *script* says, and go on until the queue is empty."""
        with asyncio.Runner(loop_factory=lambda: VirtualLoop(self.world.clock)) as runner:
            runner.run(self._play(script))

    async def _play(self, script: Callable[[], Awaitable[None]]) -> None:
        consumers = [self._consumer(number) for number in range(self.replicas)]
        async with asyncio.TaskGroup() as tasks:
            for consumer in consumers:
                tasks.create_task(consumer.run())
            await script()
            while not self.is_over:  # noqa: ASYNC110 - its time is virtual
                await asyncio.sleep(1)
            for consumer in consumers:
                consumer.stop()

    def _consumer(self, seed: int) -> Consumer:
        handler = Replica(self.world, Faults(pause=self._fetch)).handler
        admission = Admission(handler.admission.builds, LIMITS, self.world.clock)
        chance = random.Random(seed).random  # noqa: S311 - nothing is secret here
        handler = attrs.evolve(handler, admission=admission, chance=chance, metrics=self.metrics)
        return Consumer(self.world.broker, handler)

    async def _fetch(self, call: str) -> None:
        if call == "fetcher.fetch":
            await asyncio.sleep(self.fetching)


QUIET = (0, 11, 13, 15, 17, 20, 25, 30, 40, 60, 100, 200, 300)


@pytest.fixture(scope="module")
def crowd() -> Scene:
    """A tenant has sent 5,000 starts at once; others, at many times after that, one each."""
    scene = Scene()

    async def script() -> None:
        scene.start("busy", 5000)
        for at in QUIET:
            await scene.until(at)
            scene.start(f"quiet-{at}")

    scene.play(script)
    return scene


@pytest.mark.parametrize("at", QUIET)
def test_law_10_the_start_of_another_tenant_has_its_job_within_15_seconds(
    crowd: Scene, at: int
) -> None:
    assert crowd.waited(f"quiet-{at}") <= 15


def test_law_10_all_get_through_in_the_end_and_none_has_used_an_attempt(crowd: Scene) -> None:
    assert len(crowd.jobs.started) == len(set(crowd.jobs.started)) == 5000 + len(QUIET)
    assert crowd.metrics.counts["Ack"] == 5000 + len(QUIET)
    assert crowd.metrics.counts["attempts"] == crowd.metrics.counts["Retry"] == 0
    assert crowd.world.broker.dead_letters == []


def test_what_waits_is_looked_at_a_dozen_times_at_most_on_average(crowd: Scene) -> None:
    assert 5000 < crowd.metrics.counts["SetAside"] < 12 * 5000


def test_law_10_slow_sources_of_one_tenant_keep_no_other_waiting() -> None:
    scene = Scene(fetching=5, building=10)
    quiet = [f"quiet-{number}" for number in range(1, 11)]

    async def script() -> None:
        scene.start("busy", 300)
        for number, tenant in enumerate(quiet, start=1):
            await scene.until(20 * number)
            scene.start(tenant)

    scene.play(script)
    assert max(scene.waited(tenant) for tenant in quiet) <= 15
    assert len(scene.jobs.began["busy"]) == 300


@pytest.mark.parametrize(("replicas", "over"), [(1, 0), (2, LIMITS.contexts)])
def test_limits_hold_under_pressure_but_for_what_other_replicas_have_in_hand(
    replicas: int, over: int
) -> None:
    scene = Scene(fetching=3, building=90, replicas=replicas, prefetch=32 * replicas)
    tenants = [f"busy-{number}" for number in range(7)]

    async def script() -> None:
        for tenant in tenants:
            scene.start(tenant, 40)

    scene.play(script)
    together = scene.jobs.most.pop(ALL)
    assert LIMITS.active <= together <= LIMITS.active + over
    assert max(scene.jobs.most.values()) <= LIMITS.active_per_tenant + over
    assert len(set(scene.jobs.started)) == 7 * 40


@pytest.mark.parametrize("id_", ["1", None], ids=["with an id", "without one"])
def test_law_2_a_hundred_copies_at_once_are_one_job_and_no_rest(id_: str | None) -> None:
    scene = Scene(building=3600, prefetch=100)
    world = scene.world

    async def script() -> None:
        for _ in range(100):
            world.send("build.start", FunctionId("acme", "hello"), id=id_)

    scene.play(script)
    assert len(world.runner.started) == 1
    assert scene.is_over
    assert world.broker.dead_letters == []
    assert len({message.message_id for message in world.published}) == 1
    assert scene.metrics.counts["Ack"] == 100


REFUSING = {
    "contexts": attrs.evolve(LIMITS, contexts=1),
    "contexts of a tenant": attrs.evolve(LIMITS, contexts=2),
    "intake": attrs.evolve(LIMITS, intake=Rate(1e-9, 1)),
    "intake of a tenant": attrs.evolve(LIMITS, intake_per_tenant=Rate(1e-9, 1)),
    "active": attrs.evolve(LIMITS, active=1),
    "active of a tenant": attrs.evolve(LIMITS, active_per_tenant=1),
}


@pytest.mark.parametrize("limit", REFUSING)
async def test_law_10_what_is_set_aside_asks_for_one_list_a_second_at_most(limit: str) -> None:
    scene, faults = Scene(), Faults()
    handler = Replica(scene.world, faults).handler
    admission = Admission(handler.admission.builds, REFUSING[limit], scene.world.clock)
    handler = attrs.evolve(handler, admission=admission)
    scene.start("busy", 50)
    async with admission.admit("busy"):
        faults.calls.clear()
        for _ in range(50):  # within three seconds
            scene.world.clock.advance(0.06)
            handled = await handler.handle(scene.world.broker.take())
            assert isinstance(handled.settlement, SetAside)
        # Who comes too fast, or while all hands are full, costs not even a list.
        assert faults.calls == ({"runner.list": 2} if "active" in limit else {})
