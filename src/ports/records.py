"""Port: the functions' records."""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

import attrs

from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.record import Record

Kept = TypeVar("Kept")


@attrs.frozen
class StoredRecord:
    """A record and the version that a write over it must name; `None` when nothing is stored."""

    record: Record
    version: str | None


class Records(Protocol):
    """Where records are kept.

    Laws (`tests/contracts/records.py`):

    - What was written last is what is read, in whole.
    - A write that names another version than the stored one fails and changes nothing.
    - Of several writes over the same version exactly one succeeds.
    - A record that was never written, or was erased, is read as an empty one without a version.
    - `list` gives every stored record, and `sift` is given every one.
    """

    async def read(self, function: FunctionId) -> StoredRecord:
        """The record of *function* as it is now, from no cache.

        Raises:
            TransientError: The store cannot be reached; so for each method.
        """
        ...

    async def write(self, record: Record, version: str | None) -> StoredRecord:
        """Write over *version*.

        Raises:
            ConflictError: Another version is stored.
        """
        ...

    async def erase(self, function: FunctionId, version: str | None) -> None:
        """Remove the record of that *version*.

        Raises:
            ConflictError: Another version is stored.
        """
        ...

    async def list(self) -> Sequence[StoredRecord]:
        """All records."""
        ...

    async def sift(self, keep: Callable[[StoredRecord], Kept]) -> Sequence[Kept]:
        """What *keep* makes of each record; never are more than some in memory in whole."""
        ...
