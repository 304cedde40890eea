"""A log is read where it was kept, else where it runs; and if there is none, it is told why."""

import asyncio
import gzip
import re

import pytest
from contracts.contract import DEADLINE
from support.domain import FUNCTION, build, record, request_id
from support.world import Clock

from knative_lambda.adapters.memory.build_logs import MemoryBuildLogs
from knative_lambda.adapters.memory.context_store import MemoryContextStore
from knative_lambda.adapters.memory.records import MemoryRecords
from knative_lambda.application.log_reading import LogReading, NoLogError
from knative_lambda.domain import names
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.record import Build, Outcome, Phase

ONE = request_id(1)
JOB = names.job(FUNCTION, ONE)
OPEN, OVER = build(1, Phase.OPEN), build(1, Phase.FAILED)


class Reading:
    """A reader, and what it reads."""

    def __init__(self) -> None:
        self.records, self.logs = MemoryRecords(), MemoryBuildLogs()
        self.contexts = MemoryContextStore(Clock())
        self.reader = LogReading(self.records, self.contexts, self.logs, every=0.001)

    async def known(self, one: Build) -> None:
        """Have *one* in the function's record, in place of what was there."""
        stored = await self.records.read(FUNCTION)
        await self.records.write(record(one), stored.version)

    async def keep(self, content: bytes) -> None:
        await self.contexts.put(names.log_key(FUNCTION, ONE), [content])

    async def read(self, *, follow: bool = False) -> bytes:
        pieces = self.reader.of(FUNCTION, ONE, follow=follow)
        async with asyncio.timeout(DEADLINE):
            return b"".join([piece async for piece in pieces])


@pytest.fixture
def reading() -> Reading:
    return Reading()


async def test_of_a_build_that_is_over_the_kept_log_is_read(reading: Reading) -> None:
    await reading.known(OVER)
    await reading.keep(gzip.compress(b"all of it\n"))
    reading.logs.write(JOB, b"what is left of it\n")
    assert await reading.read() == await reading.read(follow=True) == b"all of it\n"


async def test_of_a_build_that_runs_what_it_has_written_is_read(reading: Reading) -> None:
    await reading.known(OPEN)
    reading.logs.write(JOB, b"so far\n")
    assert await reading.read() == b"so far\n"


async def test_what_was_kept_is_not_looked_for_while_a_build_runs(reading: Reading) -> None:
    await reading.known(OPEN)
    await reading.keep(gzip.compress(b"of another time\n"))
    reading.logs.write(JOB, b"so far\n")
    assert await reading.read() == b"so far\n"


async def test_what_was_not_kept_may_be_there_still(reading: Reading) -> None:
    await reading.known(OVER)
    reading.logs.write(JOB, b"all of it\n")
    assert await reading.read() == b"all of it\n"


async def test_who_follows_waits_until_a_build_begins_and_ends(reading: Reading) -> None:
    await reading.known(OPEN)
    following = asyncio.create_task(reading.read(follow=True))
    await asyncio.sleep(0)
    reading.logs.write(JOB, b"first\n")
    await asyncio.sleep(0)
    reading.logs.write(JOB, b"last\n")
    reading.logs.end(JOB)
    assert await following == b"first\nlast\n"


async def test_who_follows_a_build_that_ends_before_it_begins_is_told(reading: Reading) -> None:
    await reading.known(OPEN)
    following = asyncio.create_task(reading.read(follow=True))
    await asyncio.sleep(0)
    await reading.known(build(1, Phase.CANCELLED))
    with pytest.raises(NoLogError, match="there is no log of it"):
        await following


async def test_a_build_that_has_not_begun_has_no_log_yet(reading: Reading) -> None:
    await reading.known(OPEN)
    with pytest.raises(NoLogError, match="it has not begun to build; what to do: wait for it"):
        await reading.read()


@pytest.mark.parametrize(
    ("known", "why"),
    [
        (OVER, "logs are kept for 7 days, and only if the build could send its own"),
        (
            build(1, Phase.COMPLETE, outcome=Outcome(ended_at=1, cached=True)),
            "its content was built already, by an earlier build",
        ),
        (
            build(
                1,
                Phase.FAILED,
                content=None,
                outcome=Outcome(ended_at=1, reason=Reason.SOURCE_NOT_FOUND),
            ),
            "it was never built (source_not_found)",
        ),
        (build(1, Phase.CANCELLED, content=None), "it was never built"),
        (build(1, Phase.CANCELLED, content=None, outcome=None), "it was never built"),
        (build(2, Phase.OPEN), "it is no longer known"),
    ],
)
async def test_where_there_is_no_log_it_is_told_why(
    reading: Reading, known: Build, why: str
) -> None:
    await reading.known(known)
    with pytest.raises(NoLogError, match=re.escape(why)):
        await reading.read()


async def test_what_was_kept_and_cannot_be_unpacked_is_told(reading: Reading) -> None:
    await reading.known(OVER)
    await reading.keep(b"nothing that gzip made")
    with pytest.raises(NoLogError, match="what was kept of its log cannot be read"):
        await reading.read()


async def test_a_kept_log_that_unpacks_without_end_is_cut(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("knative_lambda.application.log_reading._LONGEST", 1000)
    await reading.known(OVER)
    await reading.keep(gzip.compress(b"x" * 1_000_000))
    assert await reading.read() == b"x" * 1000
