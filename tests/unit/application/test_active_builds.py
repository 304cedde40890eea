"""The runner that counts is a runner as any other, and its count is never much behind the Jobs."""

import asyncio
from collections.abc import Mapping, Sequence

import attrs
import pytest
from contracts.job_runner import JobRunnerContract
from support.world import Clock

from knative_lambda.adapters.memory.faults import Fault, Faults, Kind, with_faults
from knative_lambda.adapters.memory.image_registry import MemoryImageRegistry
from knative_lambda.adapters.memory.job_runner import MemoryJobRunner
from knative_lambda.adapters.memory.metrics import MemoryMetrics
from knative_lambda.application.active_builds import ActiveBuilds
from knative_lambda.domain.errors import TransientError
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.verdict import Verdict
from knative_lambda.ports.job_runner import BuildJob, JobRunner, JobSpec


class TestActiveBuilds(JobRunnerContract):
    @pytest.fixture
    def runner(self) -> JobRunner:
        self.registry = MemoryImageRegistry()
        self.memory = MemoryJobRunner(self.registry, Clock(), ending=None)
        return ActiveBuilds(self.memory, MemoryMetrics(), Clock())

    async def end(self, name: str, *, well: bool) -> None:
        self.memory.end(name, Verdict() if well else Verdict(Reason.BUILD_EXIT, "exit code 1"))

    async def pushed(self, image: str) -> bool:
        return await self.registry.digest(image) is not None

    async def present(self) -> set[str]:
        return set(self.memory._jobs)


def job(tenant: str, number: int = 0) -> JobSpec:
    return JobSpec(
        name=f"build-{tenant}-{number}",
        function=FunctionId(tenant, "hello"),
        build_id=f"{number:032x}",
        runtime="nodejs22",
        image=f"registry.test/{tenant}:{number}",
        context_url="memory:context",
        tree_hash="0" * 64,
        log_url="memory:put:log",
        timeout=60,
    )


@attrs.define
class SlowJobs(MemoryJobRunner):
    """Its list says what was there when it was asked for, as soon as it may."""

    asked: asyncio.Event = attrs.field(factory=asyncio.Event)
    may_answer: asyncio.Event = attrs.field(factory=asyncio.Event)

    async def list(self) -> Sequence[BuildJob]:
        seen = await super().list()
        self.asked.set()
        await self.may_answer.wait()
        return seen


@attrs.define
class Cluster:
    """Jobs, and one who counts them; *jobs* is the way past it, as another replica has one."""

    faults: Faults = attrs.field(factory=Faults)
    clock: Clock = attrs.field(factory=Clock)
    metrics: MemoryMetrics = attrs.field(factory=MemoryMetrics)
    jobs: SlowJobs = attrs.field(init=False)
    builds: ActiveBuilds = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.jobs = SlowJobs(MemoryImageRegistry(), self.clock, ending=None)
        self.jobs.may_answer.set()
        runner: JobRunner = with_faults("runner", self.jobs, self.faults)
        self.builds = ActiveBuilds(runner, self.metrics, self.clock)

    async def counted(self) -> Mapping[str, int]:
        return dict(await self.builds.by_tenant())

    async def waiting(self, count: int) -> "list[asyncio.Task[Mapping[str, int]]]":
        """So many who ask and have no answer yet."""
        tasks = [asyncio.create_task(self.counted()) for _ in range(count)]
        await asyncio.sleep(0)  # each goes as far as it comes
        assert not any(task.done() for task in tasks)
        return tasks

    @property
    def lists(self) -> int:
        """How often the Jobs were listed."""
        return self.faults.calls["runner.list"]


async def test_each_tenants_builds_are_counted() -> None:
    cluster = Cluster()
    assert await cluster.counted() == {}
    for spec in (job("acme", 1), job("acme", 2), job("other")):
        await cluster.jobs.start(spec)
    cluster.clock.advance(1)
    assert await cluster.counted() == {"acme": 2, "other": 1}


async def test_a_job_that_was_listed_as_ended_is_not_counted() -> None:
    cluster = Cluster()
    for number in (1, 2):
        await cluster.jobs.start(job("acme", number))
    cluster.jobs.end("build-acme-1", Verdict(Reason.BUILD_EXIT, "exit code 1"))
    assert await cluster.counted() == {"acme": 1}


async def test_a_job_that_ends_is_counted_until_the_next_list() -> None:
    cluster = Cluster()
    await cluster.builds.start(job("acme"))
    assert await cluster.counted() == {"acme": 1}
    cluster.jobs.end("build-acme-0", Verdict())
    assert await cluster.counted() == {"acme": 1}
    cluster.clock.advance(1)
    assert await cluster.counted() == {}


async def test_a_job_started_here_is_counted_at_once_and_once() -> None:
    cluster = Cluster()
    await cluster.counted()
    for number in (1, 2, 2):
        await cluster.builds.start(job("acme", number))
    assert await cluster.counted() == {"acme": 2}
    assert cluster.lists == 1
    cluster.clock.advance(1)
    assert await cluster.counted() == {"acme": 2}
    assert cluster.lists == 2


async def test_a_job_started_elsewhere_is_counted_a_second_later() -> None:
    cluster = Cluster()
    await cluster.counted()
    await cluster.jobs.start(job("acme"))
    assert await cluster.counted() == {}
    cluster.clock.advance(1)
    assert await cluster.counted() == {"acme": 1}


async def test_a_job_that_could_not_be_started_is_not_counted() -> None:
    cluster = Cluster(Faults([Fault("runner.start", 1, Kind.FAIL)]))
    with pytest.raises(TransientError):
        await cluster.builds.start(job("acme"))
    assert await cluster.counted() == {}


async def test_a_job_whose_start_got_no_answer_is_counted_with_the_next_list() -> None:
    cluster = Cluster(Faults([Fault("runner.start", 1, Kind.LOSE)]))
    await cluster.counted()
    with pytest.raises(TransientError):
        await cluster.builds.start(job("acme"))
    cluster.clock.advance(1)
    assert await cluster.counted() == {"acme": 1}


async def test_the_jobs_are_listed_at_most_once_a_second() -> None:
    cluster = Cluster()
    lists = []
    for _ in range(9):
        await cluster.counted()
        lists.append(cluster.lists)
        cluster.clock.advance(0.25)
    assert lists == [1, 1, 1, 1, 2, 2, 2, 2, 3]


async def test_what_a_caller_does_to_its_count_is_no_others_business() -> None:
    cluster = Cluster()
    await cluster.builds.start(job("acme"))
    (await cluster.builds.by_tenant()).update({"acme": 5, "other": 5})
    assert await cluster.counted() == {"acme": 1}


async def test_whoever_wants_to_see_the_jobs_sees_them_as_they_are() -> None:
    cluster = Cluster()
    await cluster.counted()
    await cluster.jobs.start(job("acme"))
    assert [seen.name for seen in await cluster.builds.list()] == ["build-acme-0"]


async def test_a_list_that_failed_is_asked_for_again() -> None:
    cluster = Cluster(Faults([Fault("runner.list", 1, Kind.FAIL)]))
    await cluster.builds.start(job("acme"))
    with pytest.raises(TransientError):
        await cluster.counted()
    assert await cluster.counted() == {"acme": 1}


async def test_after_a_list_that_failed_nobody_gets_the_one_before() -> None:
    cluster = Cluster(Faults([Fault("runner.list", 2, Kind.FAIL)]))
    await cluster.counted()
    await cluster.jobs.start(job("acme"))
    cluster.clock.advance(1)
    with pytest.raises(TransientError):
        await cluster.counted()
    assert await cluster.counted() == {"acme": 1}


async def test_all_who_come_at_once_share_a_list() -> None:
    cluster = Cluster()
    await cluster.jobs.start(job("acme"))
    cluster.jobs.may_answer.clear()
    tasks = await cluster.waiting(32)
    cluster.jobs.may_answer.set()
    assert await asyncio.gather(*tasks) == [{"acme": 1}] * 32
    assert cluster.lists == 1


async def test_a_list_that_takes_long_is_shared_too() -> None:
    cluster = Cluster()
    cluster.jobs.may_answer.clear()
    tasks = await cluster.waiting(32)
    cluster.clock.advance(30)
    cluster.jobs.may_answer.set()
    await asyncio.gather(*tasks)
    assert cluster.lists == 1


async def test_whoever_comes_a_second_into_a_list_waits_for_the_next() -> None:
    cluster = Cluster()
    cluster.jobs.may_answer.clear()
    early = await cluster.waiting(1)
    cluster.clock.advance(1)
    late = await cluster.waiting(32)
    await cluster.jobs.asked.wait()
    await cluster.jobs.start(job("acme"))
    cluster.jobs.may_answer.set()
    assert await asyncio.gather(*early, *late) == [{}] + [{"acme": 1}] * 32
    assert cluster.lists == 2


async def test_nobody_gets_an_old_list_while_the_next_is_on_its_way() -> None:
    cluster = Cluster()
    await cluster.counted()
    await cluster.jobs.start(job("acme"))
    cluster.clock.advance(1)
    cluster.jobs.may_answer.clear()
    tasks = await cluster.waiting(3)
    cluster.jobs.may_answer.set()
    assert await asyncio.gather(*tasks) == [{"acme": 1}] * 3


async def test_a_job_that_is_started_while_the_list_is_on_its_way_is_counted() -> None:
    cluster = Cluster()
    cluster.jobs.may_answer.clear()
    tasks = await cluster.waiting(1)
    await cluster.jobs.asked.wait()
    await cluster.builds.start(job("acme"))
    cluster.jobs.may_answer.set()
    assert await asyncio.gather(*tasks) == [{"acme": 1}]
