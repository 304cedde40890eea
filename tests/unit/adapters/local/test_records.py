"""Records in a directory keep the laws of the port, among several processes too."""

import asyncio
import os
import sys
from pathlib import Path

import pytest
from contracts.records import FUNCTION, RecordsContract, horizon

from knative_lambda.adapters.local.records import DirectoryRecords
from knative_lambda.domain.errors import TransientError
from knative_lambda.domain.record import Record
from knative_lambda.ports.records import Records

# Adds one to the record's horizon, as often as it is told.
_COUNT = """
import asyncio, sys
from pathlib import Path
from contracts.records import FUNCTION, horizon
from knative_lambda.adapters.local.records import DirectoryRecords
from knative_lambda.domain.errors import ConflictError

async def count(records):
    while True:
        stored = await records.read(FUNCTION)
        at = stored.record.horizon.at if stored.version else 0
        try:
            return await records.write(horizon(at + 1), stored.version)
        except ConflictError:
            pass

async def main():
    for _ in range(int(sys.argv[2])):
        await count(DirectoryRecords(Path(sys.argv[1])))

asyncio.run(main())
"""


class TestDirectoryRecords(RecordsContract):
    @pytest.fixture
    def records(self, tmp_path: Path) -> Records:
        self.state = tmp_path
        return DirectoryRecords(tmp_path)

    async def stored(self) -> list[Record]:
        return [stored.record for stored in await DirectoryRecords(self.state).list()]

    async def plant(self, record: Record) -> None:
        other = DirectoryRecords(self.state)
        await other.write(record, (await other.read(record.function)).version)


async def test_no_write_is_lost_among_processes(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    writers = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", _COUNT, str(tmp_path), "20", env=environment
        )
        for _ in range(3)
    ]
    assert [await writer.wait() for writer in writers] == [0, 0, 0]
    assert (await DirectoryRecords(tmp_path).read(FUNCTION)).record == horizon(60)


async def test_nothing_but_the_record_and_the_lock_is_left_of_a_write(tmp_path: Path) -> None:
    records = DirectoryRecords(tmp_path)
    written = await records.write(horizon(1), None)
    await records.write(horizon(2), written.version)
    names = sorted(path.name for path in (tmp_path / "records").iterdir())
    assert names[0] == ".lock"
    assert [Path(name).suffix for name in names[1:]] == [".json"]


async def test_records_that_cannot_be_reached_may_be_later(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    records = DirectoryRecords(tmp_path / "file")
    with pytest.raises(TransientError):
        await records.read(FUNCTION)
    with pytest.raises(TransientError):
        await records.write(horizon(1), None)
