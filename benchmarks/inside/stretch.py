"""The stretch of a run that is measured: from when all is warm until all is done."""

import asyncio
import time
from collections.abc import Mapping

import attrs

Figures = Mapping[str, float]


@attrs.define
class Stretch:
    """Counts deliveries as they are settled.

    Attributes:
        left_out: Deliveries before it begins.
        measured: Deliveries until it is over.
    """

    left_out: int
    measured: int
    over: asyncio.Event = attrs.field(factory=asyncio.Event, init=False)
    _count: int = attrs.field(default=0, init=False)
    _began: tuple[float, float] = attrs.field(default=(0.0, 0.0), init=False)
    _ended: tuple[float, float] = attrs.field(default=(0.0, 0.0), init=False)

    def count(self) -> None:
        """One more is settled."""
        self._count += 1
        if self._count == self.left_out:
            self._began = _now()
        elif self._count == self.left_out + self.measured:
            self._ended = _now()
            self.over.set()

    @property
    def figures(self) -> Figures:
        """Deliveries a second, and milliseconds of CPU a delivery, of all threads."""
        seconds, cpu = (end - began for began, end in zip(self._began, self._ended, strict=True))
        return {"rate": self.measured / seconds, "cpu": 1000 * cpu / self.measured}


def _now() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()
