"""Port: the records of all functions, for those who watch them."""

import asyncio
from contextlib import AbstractContextManager
from typing import Protocol

import attrs

from knative_lambda.domain.record import Record


@attrs.frozen
class Sight:
    """What was seen.

    Attributes:
        records: In no particular order; those of the look before, if this one failed.
        fault: Why there was nothing to be seen this time.
        number: Another one whenever something has changed; 0 before the first look.
    """

    records: tuple[Record, ...] = ()
    fault: str | None = None
    number: int = 0


class Watcher(Protocol):
    """Looks while somebody watches, once for all of them; otherwise only when it is asked."""

    async def look(self) -> Sight:
        """What is seen: now, or by a look that was a moment ago."""
        ...

    def watched(self, bell: asyncio.Event) -> AbstractContextManager[None]:
        """Watch while this is open; *bell* is rung whenever something has changed."""
        ...
