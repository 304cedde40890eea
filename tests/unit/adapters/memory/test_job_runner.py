"""The job runner in memory, plain and subject to faults, keeps the laws of the port."""

import asyncio

import pytest
from contracts.contract import DEADLINE
from contracts.job_runner import NAME, JobRunnerContract
from support.world import Clock

from knative_lambda.adapters.memory.faults import Faults, with_faults
from knative_lambda.adapters.memory.image_registry import MemoryImageRegistry
from knative_lambda.adapters.memory.job_runner import MemoryJobRunner
from knative_lambda.adapters.prometheus.calls import measured
from knative_lambda.adapters.prometheus.metrics import PrometheusMetrics
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.verdict import Verdict
from knative_lambda.ports.job_runner import JobRunner


class TestMemoryJobRunner(JobRunnerContract):
    @pytest.fixture
    def runner(self) -> JobRunner:
        return self.made()

    def made(self) -> MemoryJobRunner:
        self.registry = MemoryImageRegistry()
        self.memory = MemoryJobRunner(self.registry, Clock(), ending=None)
        return self.memory

    async def end(self, name: str, *, well: bool) -> None:
        self.memory.end(name, Verdict() if well else Verdict(Reason.BUILD_EXIT, "exit code 1"))

    async def pushed(self, image: str) -> bool:
        return await self.registry.digest(image) is not None

    async def present(self) -> set[str]:
        return set(self.memory._jobs)

    async def test_told_an_ending_it_ends_each_build_with_it(self) -> None:
        verdict = Verdict(Reason.TIMEOUT, "took too long")
        runner = MemoryJobRunner(MemoryImageRegistry(), Clock(), ending=verdict)
        await runner.start(self.job(NAME))
        seen = await runner.look(NAME)
        assert seen is not None
        assert seen.verdict == verdict

    async def test_by_default_each_build_succeeds_at_once(self) -> None:
        registry = MemoryImageRegistry()
        runner = MemoryJobRunner(registry, Clock())
        await runner.start(self.job(NAME))
        seen = await runner.look(NAME)
        assert seen is not None
        assert seen.verdict is not None
        assert seen.verdict.digest == await registry.digest(self.job(NAME).image) is not None

    async def test_a_job_that_ends_is_told_to_who_watches(self) -> None:
        runner = self.made()
        await runner.start(self.job(NAME))
        runner.end(NAME, Verdict())
        async with asyncio.timeout(DEADLINE):
            ended = await anext(runner.ended())
        assert ended == await runner.look(NAME)


class TestRunnerWithoutFaults(TestMemoryJobRunner):
    @pytest.fixture
    def runner(self) -> JobRunner:
        return with_faults("runner", self.made(), Faults())


class TestRunnerMeasured(TestMemoryJobRunner):
    @pytest.fixture
    def runner(self) -> JobRunner:
        return measured("runner", self.made(), PrometheusMetrics())
