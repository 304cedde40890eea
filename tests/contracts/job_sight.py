"""The laws of `JobSight`."""

from abc import abstractmethod

import pytest
from contracts.contract import Contract, eventually

from knative_lambda.domain.ids import FunctionId
from knative_lambda.ports.job_sight import JobSight

FUNCTION = FunctionId("acme", "hello")
NAME, OTHER = "build-acme-hello-0a1b2c3d-01234567", "build-acme-hello-0a1b2c3d-89abcdef"


class JobSightContract(Contract):
    """What everything that shows build Jobs must do."""

    @pytest.fixture
    def sight(self) -> JobSight:
        """Of a place without Jobs."""
        raise NotImplementedError

    @abstractmethod
    async def start(self, name: str) -> None:
        """Back door: let there be a Job of that name, whose build runs."""

    @abstractmethod
    async def end(self, name: str) -> None:
        """Back door: let its build fail, and the Job stay."""

    @abstractmethod
    async def note(self, name: str, second: int, message: str) -> bool:
        """Back door: let that be noted to have happened to the Job, in that second of a minute.

        False where nothing is ever noted.
        """

    async def test_a_job_is_seen_and_whether_it_has_ended(self, sight: JobSight) -> None:
        await self.start(NAME)
        await self.start(OTHER)
        seen = await sight.look(NAME)
        assert seen is not None
        assert seen.ended is None
        await self.end(NAME)

        async def ended() -> bool:
            seen = await sight.look(NAME)
            return seen is not None and seen.ended is not None and seen.ended >= seen.started

        await eventually(ended)
        other = await sight.look(OTHER)
        assert other is not None
        assert other.ended is None

    async def test_of_a_job_that_is_not_there_nothing_is_seen(self, sight: JobSight) -> None:
        await self.start(OTHER)
        assert await sight.look(NAME) is None
        assert list(await sight.happenings(NAME, ())) == []

    async def test_what_happened_is_told_in_the_order_of_time(self, sight: JobSight) -> None:
        await self.start(NAME)
        noted = [await self.note(NAME, second, f"{second}") for second in (30, 10, 20)]
        await self.note(OTHER, 15, "another's")
        told = [each.message for each in await sight.happenings(NAME, ())]
        assert told == (["10", "20", "30"] if all(noted) else [])
