"""How many builds are let in: for a tenant, in all, and at once; and when a place is free again."""

import asyncio
from contextlib import AbstractAsyncContextManager, AsyncExitStack

import attrs
import pytest
from contracts.source_fetcher import FILES, SourceFetcherContract
from support.world import Clock

from knative_lambda.adapters.memory.faults import Fault, Faults, Kind, with_faults
from knative_lambda.adapters.memory.image_registry import MemoryImageRegistry
from knative_lambda.adapters.memory.job_runner import MemoryJobRunner
from knative_lambda.adapters.memory.source_fetcher import MemorySourceFetcher
from knative_lambda.application.limited_fetcher import LimitedFetcher, Limits
from knative_lambda.domain.errors import OverLimitError, SourceRefusedError, TransientError
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.request import BuildRequest
from knative_lambda.domain.verdict import Verdict
from knative_lambda.ports.job_runner import JobRunner, JobSpec
from knative_lambda.ports.source_fetcher import SourceFetcher, SourceTree

THERE, MISSING = "https://code.test/there", "https://code.test/missing"
GENEROUS = Limits(contexts=100, active=100, active_per_tenant=100)


def request(tenant: str, source_url: str = THERE) -> BuildRequest:
    return BuildRequest(
        function=FunctionId(tenant, "hello"), runtime="nodejs22", source_url=source_url
    )


@attrs.define
class AskedFetcher(MemorySourceFetcher):
    """Remembers whose source it was asked for."""

    asked: list[str] = attrs.field(factory=list)

    def fetch(self, request: BuildRequest) -> AbstractAsyncContextManager[SourceTree]:
        self.asked.append(request.function.third_party_id)
        return super().fetch(request)


@attrs.define
class Builds:
    """A fetcher with limits, and Jobs to count."""

    limits: Limits
    clock: Clock = attrs.field(factory=Clock)
    inner: AskedFetcher = attrs.field(factory=lambda: AskedFetcher({MISSING: None}))
    faults: Faults = attrs.field(factory=Faults)
    runner: MemoryJobRunner = attrs.field(init=False)
    fetcher: LimitedFetcher = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.runner = MemoryJobRunner(MemoryImageRegistry(), self.clock, ending=None)
        runner: JobRunner = with_faults("runner", self.runner, self.faults)
        self.fetcher = LimitedFetcher(self.inner, runner, self.limits, self.clock)

    async def start(self, tenant: str, count: int) -> None:
        """Have that many Jobs of *tenant* run."""
        for number in range(count):
            job = JobSpec(
                name=f"build-{tenant}-{number}",
                function=FunctionId(tenant, "hello"),
                build_id=f"{number:032x}",
                runtime="nodejs22",
                image=f"registry.test/{tenant}:{number}",
                context_url="memory:context",
                tree_hash="0" * 64,
                timeout=60,
            )
            await self.runner.start(job)

    async def let_in(self, tenant: str, source_url: str = THERE) -> bool:
        """Whether a build of *tenant* is let in now; it leaves at once."""
        try:
            async with self.fetcher.fetch(request(tenant, source_url)):
                return True
        except OverLimitError:
            return False


class TestLimitedFetcher(SourceFetcherContract):
    @pytest.fixture
    def fetcher(self) -> SourceFetcher:
        clock = Clock()
        runner = MemoryJobRunner(MemoryImageRegistry(), clock)
        inner = MemorySourceFetcher({THERE: FILES, MISSING: None})
        return LimitedFetcher(inner, runner, GENEROUS, clock)

    @pytest.fixture
    def there(self) -> str:
        return THERE

    @pytest.fixture
    def missing(self) -> str:
        return MISSING


async def test_a_tenant_at_its_limit_waits_while_others_are_let_in() -> None:
    builds = Builds(attrs.evolve(GENEROUS, active_per_tenant=2))
    await builds.start("busy", 2)
    await builds.start("quiet", 1)
    assert not await builds.let_in("busy")
    assert await builds.let_in("quiet")


async def test_all_wait_when_as_many_as_allowed_are_under_way() -> None:
    builds = Builds(attrs.evolve(GENEROUS, active=3))
    await builds.start("one", 2)
    assert await builds.let_in("two")
    await builds.start("two", 1)
    builds.clock.advance(1)
    assert not await builds.let_in("three")


async def test_only_so_many_contexts_are_in_hand() -> None:
    builds = Builds(attrs.evolve(GENEROUS, contexts=2))
    async with builds.fetcher.fetch(request("one")):
        async with builds.fetcher.fetch(request("two")):
            assert not await builds.let_in("three")
        assert await builds.let_in("three")


async def test_contexts_in_hand_count_for_their_tenant() -> None:
    builds = Builds(attrs.evolve(GENEROUS, active_per_tenant=2))
    await builds.start("busy", 1)
    async with builds.fetcher.fetch(request("busy")):
        assert not await builds.let_in("busy")
        assert await builds.let_in("quiet")
    assert await builds.let_in("busy")


async def test_contexts_in_hand_count_in_all() -> None:
    builds = Builds(attrs.evolve(GENEROUS, active=2))
    await builds.start("one", 1)
    async with builds.fetcher.fetch(request("two")):
        assert not await builds.let_in("three")
    assert await builds.let_in("three")


async def test_of_many_at_once_as_many_as_allowed_are_let_in() -> None:
    builds = Builds(attrs.evolve(GENEROUS, contexts=3))
    results: list[bool] = []
    all_tried = asyncio.Event()

    async def build(tenant: str) -> None:
        try:
            async with builds.fetcher.fetch(request(tenant)):
                results.append(True)
                await all_tried.wait()
        except OverLimitError:
            results.append(False)
        if len(results) == 10:
            all_tried.set()

    await asyncio.gather(*(build(f"tenant-{number}") for number in range(10)))
    assert sorted(results) == [False] * 7 + [True] * 3


@pytest.mark.parametrize(
    "limits",
    [
        attrs.evolve(GENEROUS, contexts=1),
        attrs.evolve(GENEROUS, active=1),
        attrs.evolve(GENEROUS, active_per_tenant=1),
    ],
    ids=["contexts", "active", "per tenant"],
)
async def test_over_a_limit_nothing_is_asked_of_the_inner_fetcher(limits: Limits) -> None:
    builds = Builds(limits)
    async with builds.fetcher.fetch(request("one")):
        with pytest.raises(OverLimitError):
            await builds.fetcher.fetch(request("one")).__aenter__()
    assert builds.inner.asked == ["one"]


ONE_OF_EACH = Limits(contexts=1, active=1, active_per_tenant=1)


async def test_a_place_is_free_again_when_the_work_fails() -> None:
    builds = Builds(ONE_OF_EACH)
    with pytest.raises(TransientError):
        async with builds.fetcher.fetch(request("one")):
            raise TransientError("the store cannot be reached")
    assert await builds.let_in("one")


async def test_a_place_is_free_again_when_the_source_is_refused() -> None:
    builds = Builds(ONE_OF_EACH)
    with pytest.raises(SourceRefusedError):
        await builds.let_in("one", MISSING)
    assert await builds.let_in("one")


async def test_a_place_is_free_again_when_the_work_is_cancelled() -> None:
    builds = Builds(ONE_OF_EACH)
    entered = asyncio.Event()

    async def build() -> None:
        async with builds.fetcher.fetch(request("one")):
            entered.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(build())
    await entered.wait()
    assert not await builds.let_in("one")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await builds.let_in("one")


async def test_being_refused_takes_no_place() -> None:
    builds = Builds(ONE_OF_EACH)
    async with builds.fetcher.fetch(request("one")):
        for _ in range(3):
            assert not await builds.let_in("one")
    assert await builds.let_in("one")


async def test_jobs_that_ended_do_not_count() -> None:
    builds = Builds(ONE_OF_EACH)
    await builds.start("one", 1)
    assert not await builds.let_in("one")
    builds.runner.end("build-one-0", Verdict())
    builds.clock.advance(1)
    assert await builds.let_in("one")


async def test_the_jobs_are_listed_at_most_once_a_second() -> None:
    builds = Builds(GENEROUS)
    async with AsyncExitStack() as stack:
        for _ in range(4):
            await stack.enter_async_context(builds.fetcher.fetch(request("one")))
            builds.clock.advance(0.24)
    assert builds.faults.calls == {"runner.list": 1}
    builds.clock.advance(0.04)
    assert await builds.let_in("one")
    assert builds.faults.calls == {"runner.list": 2}


async def test_a_job_is_seen_a_second_after_the_list_before() -> None:
    builds = Builds(attrs.evolve(GENEROUS, active_per_tenant=1))
    assert await builds.let_in("one")
    await builds.start("one", 1)
    builds.clock.advance(1)
    assert not await builds.let_in("one")


async def test_a_list_that_failed_is_asked_for_again() -> None:
    builds = Builds(attrs.evolve(GENEROUS, active_per_tenant=1))
    await builds.start("one", 1)
    builds.faults.plan.append(Fault("runner.list", 1, Kind.FAIL))
    with pytest.raises(TransientError):
        await builds.let_in("one")
    assert not await builds.let_in("one")


async def test_nobody_is_let_in_by_an_old_list_while_the_next_is_on_its_way() -> None:
    builds = Builds(attrs.evolve(GENEROUS, active_per_tenant=1))
    await builds.start("one", 1)
    listing, may_answer = asyncio.Event(), asyncio.Event()

    async def pause(_call: str) -> None:
        listing.set()
        await may_answer.wait()

    builds.faults.pause = pause
    first = asyncio.create_task(builds.let_in("one"))
    await listing.wait()
    second = asyncio.create_task(builds.let_in("one"))
    await asyncio.sleep(0)
    may_answer.set()
    assert [await first, await second] == [False, False]
    assert builds.faults.calls == {"runner.list": 1}
