"""Jobs in memory are seen by the laws of `JobSight`."""

import pytest
from contracts.job_sight import JobSightContract
from support.jobs import spec_of
from support.world import BEGINNING, SECOND, Clock

from knative_lambda.adapters.memory.image_registry import MemoryImageRegistry
from knative_lambda.adapters.memory.job_runner import MemoryJobRunner
from knative_lambda.adapters.memory.job_sight import MemoryJobSight
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.verdict import Verdict
from knative_lambda.ports.job_sight import Happening, JobSight


class TestMemoryJobSight(JobSightContract):
    @pytest.fixture
    def sight(self) -> JobSight:
        self.runner = MemoryJobRunner(MemoryImageRegistry(), Clock(), ending=None)
        self.seen = MemoryJobSight(self.runner)
        return self.seen

    async def start(self, name: str) -> None:
        spec = spec_of(FunctionId("acme", "hello"), name[-8:] * 4, name=name)
        assert await self.runner.start(spec)

    async def end(self, name: str) -> None:
        self.runner.end(name, Verdict(Reason.BUILD_EXIT))

    async def note(self, name: str, second: int, message: str) -> bool:
        at = BEGINNING + second * SECOND
        self.seen.note(name, Happening(at=at, about="Job", reason="Said", message=message))
        return True


async def test_a_job_that_failed_is_told_from_one_that_did_not() -> None:
    case = TestMemoryJobSight()
    runner = MemoryJobRunner(MemoryImageRegistry(), Clock(), ending=None)
    case.runner, sight = runner, MemoryJobSight(runner)
    for name, verdict in (
        ("build-a-00000001", Verdict()),
        ("build-a-00000002", Verdict(Reason.LOST)),
    ):
        await case.start(name)
        runner.end(name, verdict)
    well, badly = await sight.look("build-a-00000001"), await sight.look("build-a-00000002")
    assert well is not None
    assert badly is not None
    assert (well.failure, badly.failure) == ("", "the build failed")
