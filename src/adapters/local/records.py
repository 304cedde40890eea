"""Records as files, one for each function."""

import asyncio
import fcntl
import json
import os
import tempfile
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import attrs

from knative_lambda.domain import names
from knative_lambda.domain.errors import ConflictError, TransientError
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.record import Record
from knative_lambda.ports import record_form
from knative_lambda.ports.records import Kept, Records, StoredRecord


@attrs.frozen
class DirectoryRecords(Records):
    """`{state}/records/{slug}.json` holds a version, never used twice, and the record's text.

    Writers, of whatever process, take turns by a lock on a file of their own; readers need none,
    as a record is always replaced as a whole.
    """

    state: Path

    async def read(self, function: FunctionId) -> StoredRecord:
        """The record, or an empty one."""
        stored = await asyncio.to_thread(self._read, self._path(function))
        return stored or StoredRecord(Record(function), None)

    async def write(self, record: Record, version: str | None) -> StoredRecord:
        """Compare and replace."""
        return await asyncio.to_thread(self._write, record, version)

    def _write(self, record: Record, version: str | None) -> StoredRecord:
        path = self._path(record.function)
        written = uuid.uuid4().hex
        with self._locked():
            self._expect(path, version)
            _replace(path, json.dumps({"version": written, "record": record_form.dump(record)}))
        return StoredRecord(record, written)

    async def erase(self, function: FunctionId, version: str | None) -> None:
        """Compare and remove."""
        await asyncio.to_thread(self._erase, self._path(function), version)

    def _erase(self, path: Path, version: str | None) -> None:
        with self._locked():
            self._expect(path, version)
            path.unlink(missing_ok=True)

    async def list(self) -> Sequence[StoredRecord]:
        """All of them."""
        return await self.sift(lambda stored: stored)

    async def sift(self, keep: Callable[[StoredRecord], Kept]) -> Sequence[Kept]:
        """What is kept of each."""
        return await asyncio.to_thread(self._sift, keep)

    def _sift(self, keep: Callable[[StoredRecord], Kept]) -> Sequence[Kept]:
        each = map(self._read, self._folder.glob("*.json"))
        return [keep(stored) for stored in each if stored is not None]

    @property
    def _folder(self) -> Path:
        return self.state / "records"

    def _path(self, function: FunctionId) -> Path:
        return self._folder / f"{names.slug(function)}.json"

    def _read(self, path: Path) -> StoredRecord | None:
        with _reachable():
            try:
                stored = json.loads(path.read_text(encoding="utf-8"))
            except FileNotFoundError:
                return None
        return StoredRecord(record_form.load(stored["record"]), stored["version"])

    def _expect(self, path: Path, version: str | None) -> None:
        found = self._read(path)
        stored = found.version if found is not None else None
        if stored != version:
            message = f"the record is at version {stored}, not {version}"
            raise ConflictError(message)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with _reachable():
            self._folder.mkdir(parents=True, exist_ok=True)
            with (self._folder / ".lock").open("ab") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)  # until it is closed
                yield


def _replace(path: Path, text: str) -> None:
    descriptor, written = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())  # else the name may outlive a power cut and the text not
        Path(written).replace(path)
    except BaseException:
        Path(written).unlink(missing_ok=True)
        raise


@contextmanager
def _reachable() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise TransientError(f"the records cannot be reached: {error.strerror}") from error
