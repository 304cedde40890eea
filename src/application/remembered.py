"""What was looked at is remembered for a while, so that many who ask cost one look."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Final, Generic, TypeVar

import attrs

_K = TypeVar("_K", bound=Hashable)
_V = TypeVar("_V")
_SECOND: Final = 1_000_000_000
_MOST: Final = 1000  # that are remembered at once


@attrs.define(eq=False)
class Remembered(Generic[_K, _V]):
    """Answers from memory while that is fresh; a look that failed is remembered as well.

    Attributes:
        look: What it costs; who asks while it is under way waits for the same.
        seconds: How long its result is fresh.
        steady: A clock that only runs forward, in nanoseconds.
    """

    look: Callable[[_K], Awaitable[_V]]
    seconds: float
    steady: Callable[[], int]
    _known: "dict[_K, tuple[int, asyncio.Future[_V]]]" = attrs.field(factory=dict)

    async def of(self, key: _K) -> _V:
        """What is to be seen of *key*.

        Raises:
            Exception: What the look raised.
        """
        now = self.steady()
        known = self._known.get(key)
        if known is None or now - known[0] >= self.seconds * _SECOND:
            self._forget(now)
            looking = asyncio.ensure_future(self.look(key))
            looking.add_done_callback(_heard)
            known = self._known[key] = (now, looking)
        # Whoever goes away while it is under way leaves it to the others.
        return await asyncio.shield(known[1])

    def _forget(self, now: int) -> None:
        """Make room: what is not fresh goes, and then the oldest."""
        fresh = {k: v for k, v in self._known.items() if now - v[0] < self.seconds * _SECOND}
        while len(fresh) >= _MOST:
            del fresh[next(iter(fresh))]
        self._known = fresh


def _heard(looking: "asyncio.Future[_V]") -> None:
    """Nobody may be there to hear that it failed."""
    if not looking.cancelled():
        looking.exception()
