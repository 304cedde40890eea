"""Records in memory, kept in their stored form, so that nothing is shared with the reader."""

from collections.abc import Callable, Sequence

import attrs

from knative_lambda.domain import names
from knative_lambda.domain.errors import ConflictError
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.record import Record
from knative_lambda.ports import record_form
from knative_lambda.ports.records import Kept, Records, StoredRecord


@attrs.define
class MemoryRecords(Records):
    """A version is a number that is never used twice."""

    _stored: dict[str, tuple[str, str]] = attrs.field(factory=dict)
    _writes: int = 0

    async def read(self, function: FunctionId) -> StoredRecord:
        """The record, or an empty one."""
        found = self._stored.get(names.slug(function))
        if found is None:
            return StoredRecord(Record(function), None)
        text, version = found
        return StoredRecord(record_form.load(text), version)

    async def write(self, record: Record, version: str | None) -> StoredRecord:
        """Compare and set."""
        self._expect(record.function, version)
        self._writes += 1
        written = str(self._writes)
        self._stored[names.slug(record.function)] = (record_form.dump(record), written)
        return StoredRecord(record, written)

    async def erase(self, function: FunctionId, version: str | None) -> None:
        """Compare and remove."""
        self._expect(function, version)
        self._stored.pop(names.slug(function), None)

    def _expect(self, function: FunctionId, version: str | None) -> None:
        _, stored = self._stored.get(names.slug(function), (None, None))
        if stored != version:
            message = f"the record is at version {stored}, not {version}"
            raise ConflictError(message)

    async def list(self) -> Sequence[StoredRecord]:
        """All of them."""
        return await self.sift(lambda stored: stored)

    async def sift(self, keep: Callable[[StoredRecord], Kept]) -> Sequence[Kept]:
        """What is kept of each."""
        each = self._stored.values()
        return [keep(StoredRecord(record_form.load(text), version)) for text, version in each]
