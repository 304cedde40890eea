"""How many starts are let in: of a tenant, in all, at once and lately; and what refusing costs."""

import asyncio
from asyncio import CancelledError
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.world import SECOND, Clock

from knative_lambda.adapters.memory.faults import Fault, Faults, Kind, with_faults
from knative_lambda.adapters.memory.image_registry import MemoryImageRegistry
from knative_lambda.adapters.memory.job_runner import MemoryJobRunner
from knative_lambda.adapters.memory.metrics import MemoryMetrics
from knative_lambda.application import admission
from knative_lambda.application.active_builds import ActiveBuilds
from knative_lambda.application.admission import Admission, Limits, Rate
from knative_lambda.domain.errors import OverLimitError, TransientError
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.verdict import Verdict
from knative_lambda.ports.job_runner import JobRunner, JobSpec

ANY = Rate(1e6, 1e6)
GENEROUS = Limits(1000, 1000, 1000, intake=ANY, intake_per_tenant=ANY)
RATES = st.builds(Rate, st.floats(0.1, 20), st.integers(1, 6))
ONE_OF_EACH = attrs.evolve(GENEROUS, contexts=1, active=1, active_per_tenant=1)


def job(tenant: str, number: int) -> JobSpec:
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
class Door:
    """An admission, and the Jobs behind it."""

    limits: Limits
    clock: Clock = attrs.field(factory=Clock)
    faults: Faults = attrs.field(factory=Faults)
    jobs: MemoryJobRunner = attrs.field(init=False)
    admission: Admission = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.jobs = MemoryJobRunner(MemoryImageRegistry(), self.clock, ending=None)
        runner: JobRunner = with_faults("runner", self.jobs, self.faults)
        builds = ActiveBuilds(runner, MemoryMetrics(), self.clock)
        self.admission = Admission(builds, self.limits, self.clock)

    async def have(self, tenant: str, count: int) -> None:
        """So many builds of *tenant* are under way."""
        for number in range(count):
            await self.jobs.start(job(tenant, number))

    async def lets_in(self, tenant: str) -> bool:
        """Whether a start of *tenant* is let in now; it leaves at once."""
        try:
            async with self.admission.admit(tenant):
                return True
        except OverLimitError:
            return False

    async def let_in_at_once(self, tenant: str) -> int:
        """How many starts of *tenant* are let in until one is refused."""
        count = 0
        while await self.lets_in(tenant):
            count += 1
        return count


async def let_in_of(door: Door, tenants: Sequence[str]) -> int:
    """How many of these, who come at once and stay until all have come, are let in."""
    all_have_come = asyncio.Barrier(len(tenants))

    async def start(tenant: str) -> bool:
        try:
            async with door.admission.admit(tenant):
                await all_have_come.wait()
                return True
        except OverLimitError:
            await all_have_come.wait()
            return False

    return sum(await asyncio.gather(*map(start, tenants)))


# Builds under way.


async def test_a_tenant_at_its_limit_waits_while_others_are_let_in() -> None:
    door = Door(attrs.evolve(GENEROUS, active_per_tenant=2))
    await door.have("busy", 2)
    await door.have("quiet", 1)
    assert not await door.lets_in("busy")
    assert await door.lets_in("quiet")


async def test_all_wait_when_as_many_as_allowed_are_under_way() -> None:
    door = Door(attrs.evolve(GENEROUS, active=3))
    await door.have("one", 2)
    assert await door.lets_in("two")
    await door.have("two", 1)
    door.clock.advance(1)
    assert not await door.lets_in("three")


async def test_a_job_that_was_started_since_the_list_takes_its_place() -> None:
    door = Door(attrs.evolve(GENEROUS, active_per_tenant=1))
    async with door.admission.admit("one"):
        await door.admission.builds.start(job("one", 0))
    assert not await door.lets_in("one")
    assert door.faults.calls["runner.list"] == 1


async def test_a_job_that_was_listed_as_ended_takes_none() -> None:
    door = Door(ONE_OF_EACH)
    await door.have("one", 1)
    assert not await door.lets_in("one")
    door.jobs.end("build-one-0", Verdict())
    door.clock.advance(1)
    assert await door.lets_in("one")


@pytest.mark.parametrize("tenants", [("one", "two"), ("one", "one")], ids=["all", "a tenant"])
async def test_what_is_in_hand_counts_as_under_way(tenants: tuple[str, str]) -> None:
    same = tenants[0] == tenants[1]
    door = Door(attrs.evolve(GENEROUS, active=1000 if same else 2, active_per_tenant=2))
    await door.have(tenants[0], 1)
    async with door.admission.admit(tenants[1]):
        assert not await door.lets_in(tenants[1])
        assert await door.lets_in("three") == same
    assert await door.lets_in(tenants[1])


# Contexts in hand.


async def test_only_so_many_contexts_are_in_hand() -> None:
    door = Door(attrs.evolve(GENEROUS, contexts=2))
    async with door.admission.admit("one"):
        async with door.admission.admit("two"):
            assert not await door.lets_in("three")
        assert await door.lets_in("three")


async def test_law_10_one_tenant_leaves_a_context_to_the_others() -> None:
    door = Door(attrs.evolve(GENEROUS, contexts=4))
    async with AsyncExitStack() as stack:
        for _ in range(3):
            await stack.enter_async_context(door.admission.admit("busy"))
        assert not await door.lets_in("busy")
        assert await door.lets_in("quiet")


async def test_a_replica_with_a_single_context_gives_it_to_any() -> None:
    door = Door(attrs.evolve(GENEROUS, contexts=1))
    assert await door.lets_in("one")
    assert await door.lets_in("two")


async def test_of_many_at_once_as_many_as_allowed_are_let_in() -> None:
    door = Door(attrs.evolve(GENEROUS, contexts=3))
    assert await let_in_of(door, [f"tenant-{number}" for number in range(10)]) == 3


# How many came lately.


async def test_a_tenant_gets_20_starts_at_once_and_10_a_second() -> None:
    door = Door(Limits(1000, 1000, 1000))
    assert await door.let_in_at_once("busy") == 20
    door.clock.advance(1)
    assert await door.let_in_at_once("busy") == 10
    assert await door.lets_in("quiet")


async def test_all_tenants_get_100_starts_at_once_and_50_a_second() -> None:
    door = Door(Limits(1000, 1000, 1000))
    tenants = [f"tenant-{number}" for number in range(200)]
    assert [await door.lets_in(tenant) for tenant in tenants] == [True] * 100 + [False] * 100
    door.clock.advance(1)
    assert sum([await door.lets_in(tenant) for tenant in tenants]) == 50


@given(
    starts=st.lists(st.tuples(st.sampled_from("abcde"), st.integers(0, SECOND)), max_size=60),
    of_all=RATES,
    of_one=RATES,
)
async def test_in_no_window_are_more_let_in_than_the_bursts_and_rates_allow(
    starts: list[tuple[str, int]], of_all: Rate, of_one: Rate
) -> None:
    door = Door(attrs.evolve(GENEROUS, intake=of_all, intake_per_tenant=of_one))
    came: list[tuple[str, int]] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(admission, "_MOST_BUCKETS", 2)
        for tenant, gap in starts:
            door.clock.at += gap
            if await door.lets_in(tenant):
                came.append((tenant, door.clock()))

    def are_in_bounds(rate: Rate, at: list[int]) -> bool:
        return all(
            last - first + 1 <= rate.burst + rate.a_second * (at[last] - at[first]) / SECOND + 1e-6
            for first in range(len(at))
            for last in range(first, len(at))
        )

    assert are_in_bounds(of_all, [at for _, at in came])
    for one in {tenant for tenant, _ in came}:
        assert are_in_bounds(of_one, [at for tenant, at in came if tenant == one])


async def test_buckets_of_many_tenants_are_forgotten_but_only_when_full(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(admission, "_MOST_BUCKETS", 3)
    door = Door(attrs.evolve(GENEROUS, intake_per_tenant=Rate(1, 2)))
    assert await door.let_in_at_once("busy") == 2
    for number in range(20):
        door.clock.advance(0.01)
        assert await door.lets_in(f"tenant-{number}")
    assert not await door.lets_in("busy")
    assert len(door.admission._tenants) == 21

    door.clock.advance(1)
    assert await door.let_in_at_once("last") == 2
    assert set(door.admission._tenants) == {"busy", "last"}
    assert await door.let_in_at_once("busy") == 1


# What a refusal costs, and when a place is free again.


async def test_a_refusal_costs_no_token() -> None:
    scarce = attrs.evolve(GENEROUS, intake=Rate(1e-9, 3), intake_per_tenant=Rate(1e-9, 2))
    door = Door(attrs.evolve(scarce, active_per_tenant=1))
    await door.have("one", 1)
    assert [await door.lets_in("one") for _ in range(100)] == [False] * 100
    door.jobs.end("build-one-0", Verdict())
    door.clock.advance(1)
    assert await door.let_in_at_once("one") == 2
    assert await door.let_in_at_once("two") == 1


async def test_a_refusal_takes_no_place() -> None:
    door = Door(ONE_OF_EACH)
    async with door.admission.admit("one"):
        assert [await door.lets_in("one") for _ in range(3)] == [False] * 3
    assert await door.lets_in("one")


@pytest.mark.parametrize(
    "error", [TransientError("away"), OverLimitError("full"), KeyError("bug"), CancelledError()]
)
async def test_a_place_is_free_again_when_the_work_ends_early(error: BaseException) -> None:
    door = Door(ONE_OF_EACH)
    with pytest.raises(type(error)):
        async with door.admission.admit("one"):
            raise error
    assert list(door.admission._in_hand) == []
    assert await door.lets_in("one")


async def test_jobs_that_cannot_be_listed_let_nobody_in_and_take_no_place() -> None:
    door = Door(ONE_OF_EACH, faults=Faults([Fault("runner.list", 1, Kind.FAIL)]))
    with pytest.raises(TransientError):
        await door.lets_in("one")
    assert await door.lets_in("one")


@pytest.mark.parametrize(
    "limit", [{"active_per_tenant": 2}, {"contexts": 1}, {"intake_per_tenant": Rate(1e-9, 1)}]
)
async def test_of_all_who_wait_for_one_list_no_more_are_let_in_than_allowed(
    limit: dict[str, Any],
) -> None:
    door = Door(attrs.evolve(GENEROUS, **limit))
    await door.have("one", 1)

    async def answer_late(_call: str) -> None:
        await asyncio.sleep(0)

    door.faults.pause = answer_late
    assert await let_in_of(door, ["one"] * 8) == 1
    assert door.faults.calls == {"runner.list": 1}
