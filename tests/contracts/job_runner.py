"""The laws of `JobRunner`."""

from abc import abstractmethod

import pytest
from contracts.contract import Contract, eventually

from knative_lambda.domain.ids import FunctionId
from knative_lambda.ports.job_runner import BuildJob, JobRunner, JobSpec

NAME, OTHER = "build-acme-hello-0a1b2c3d-01234567", "build-acme-hello-0a1b2c3d-89abcdef"
FUNCTION = FunctionId("acme", "hello")


class JobRunnerContract(Contract):
    """What everything that runs builds must do."""

    @pytest.fixture
    def runner(self) -> JobRunner:
        """A runner without Jobs, whose builds run until `end`."""
        raise NotImplementedError

    @abstractmethod
    async def end(self, name: str, *, well: bool) -> None:
        """Back door: let the build of that Job succeed, or fail, if it still can."""

    @abstractmethod
    async def pushed(self, image: str) -> bool:
        """Back door: whether *image* was pushed."""

    @abstractmethod
    async def present(self) -> set[str]:
        """Back door: the names of the Jobs that are there."""

    def job(self, name: str) -> JobSpec:
        """A Job of *name*, with an image of its own."""
        return JobSpec(
            name=name,
            function=FUNCTION,
            build_id=name[-8:] * 4,
            runtime="nodejs22",
            image=f"registry.test/lambda/acme-hello-0a1b2c3d:{name[-8:]}",
            context_url="memory:context",
            tree_hash="0" * 64,
            log_url="memory:put:log",
            timeout=60,
        )

    async def _seen(self, runner: JobRunner, name: str) -> BuildJob:
        seen = await runner.look(name)
        assert seen is not None
        assert seen in await runner.list()
        return seen

    async def _ended(self, runner: JobRunner, name: str, *, well: bool) -> BuildJob:
        await self.end(name, well=well)

        async def ended() -> bool:
            seen = await runner.look(name)
            return seen is not None and seen.ended is not None

        await eventually(ended)
        return await self._seen(runner, name)

    async def _gone(self, runner: JobRunner, name: str) -> None:
        async def gone() -> bool:
            return name not in await self.present()

        await eventually(gone)
        assert await runner.look(name) is None
        assert name not in {job.name for job in await runner.list()}

    async def test_a_job_that_was_started_is_seen(self, runner: JobRunner) -> None:
        assert await runner.look(NAME) is None
        assert list(await runner.list()) == []
        assert await runner.start(self.job(NAME)) is True
        assert await runner.start(self.job(OTHER)) is True
        assert await self.present() == {NAME, OTHER}
        for name in (NAME, OTHER):
            seen = await self._seen(runner, name)
            assert (seen.name, seen.function) == (name, FUNCTION)
            assert seen.build_id == self.job(name).build_id
            assert (seen.ended, seen.verdict) == (None, None)

    async def test_starting_a_job_that_runs_changes_nothing(self, runner: JobRunner) -> None:
        await runner.start(self.job(NAME))
        before = await self._seen(runner, NAME)
        assert await runner.start(self.job(NAME)) is False
        assert await self._seen(runner, NAME) == before
        assert len(await runner.list()) == 1

    async def test_starting_a_job_that_has_ended_changes_nothing(self, runner: JobRunner) -> None:
        await runner.start(self.job(NAME))
        before = await self._ended(runner, NAME, well=False)
        assert await runner.start(self.job(NAME)) is False
        assert await self._seen(runner, NAME) == before
        assert len(await runner.list()) == 1

    async def test_a_build_that_succeeds_has_pushed_its_image(self, runner: JobRunner) -> None:
        await runner.start(self.job(NAME))
        assert not await self.pushed(self.job(NAME).image)
        seen = await self._ended(runner, NAME, well=True)
        assert seen.verdict is not None
        assert seen.verdict.reason is None
        assert seen.ended is not None
        assert seen.started <= seen.ended
        assert await self.pushed(self.job(NAME).image)

    async def test_a_build_that_fails_has_a_reason_and_no_image(self, runner: JobRunner) -> None:
        await runner.start(self.job(NAME))
        seen = await self._ended(runner, NAME, well=False)
        assert seen.verdict is not None
        assert seen.verdict.reason is not None
        assert not await self.pushed(self.job(NAME).image)

    @pytest.mark.parametrize("well", [True, False])
    async def test_a_verdict_is_kept(self, runner: JobRunner, well: bool) -> None:  # noqa: FBT001 - a parameter of the test
        await runner.start(self.job(NAME))
        before = await self._ended(runner, NAME, well=well)
        await self.end(NAME, well=not well)
        await runner.start(self.job(OTHER))
        await self._ended(runner, OTHER, well=not well)
        assert await self._seen(runner, NAME) == before

    async def test_a_stopped_job_is_gone(self, runner: JobRunner) -> None:
        await runner.start(self.job(NAME))
        await runner.start(self.job(OTHER))
        await runner.stop(NAME)
        await self._gone(runner, NAME)
        assert await self.present() == {OTHER}

    async def test_a_job_that_ended_can_be_stopped_too(self, runner: JobRunner) -> None:
        await runner.start(self.job(NAME))
        await self._ended(runner, NAME, well=False)
        await runner.stop(NAME)
        await self._gone(runner, NAME)

    async def test_a_stopped_job_pushes_nothing_more(self, runner: JobRunner) -> None:
        await runner.start(self.job(NAME))
        await runner.stop(NAME)
        await self._gone(runner, NAME)
        await self.end(NAME, well=True)
        assert not await self.pushed(self.job(NAME).image)
        assert await runner.look(NAME) is None

    async def test_a_job_that_is_gone_can_be_started_anew(self, runner: JobRunner) -> None:
        await runner.start(self.job(NAME))
        await self._ended(runner, NAME, well=False)
        await runner.stop(NAME)
        await self._gone(runner, NAME)
        assert await runner.start(self.job(NAME)) is True
        assert (await self._seen(runner, NAME)).verdict is None

    async def test_a_released_job_is_gone(self, runner: JobRunner) -> None:
        await runner.start(self.job(NAME))
        await runner.start(self.job(OTHER))
        await self._ended(runner, NAME, well=True)
        await runner.release(NAME)
        await self._gone(runner, NAME)
        assert await self.present() == {OTHER}

    async def test_releasing_what_runs_changes_nothing(self, runner: JobRunner) -> None:
        await runner.start(self.job(NAME))
        before = await self._seen(runner, NAME)
        await runner.release(NAME)
        assert await self.present() == {NAME}
        assert await self._seen(runner, NAME) == before

    async def test_stopping_or_releasing_what_is_not_there_is_no_error(
        self, runner: JobRunner
    ) -> None:
        await runner.start(self.job(OTHER))
        await runner.stop(NAME)
        await runner.release(NAME)
        assert await self.present() == {OTHER}
