"""Do the time that a build takes and the memory stay flat, however many wait, of however many?

`consume` runs as it is in a cluster, of which RabbitMQ is real and the rest is played; its limit of
builds under way holds back all that are queued but a few, for as long as others run.
"""

import asyncio
import sys
import tempfile
from functools import partial
from pathlib import Path
from typing import Final

import attrs
from support.rabbitmq import rabbitmq_server

from benchmarks.builder import builder
from benchmarks.feed import start
from benchmarks.frame import program
from benchmarks.frame.environment import environment
from benchmarks.frame.inside import Inside
from benchmarks.frame.interleaved import Figures, Rounds, interleaved
from benchmarks.frame.report import Budget, Report, Row

ACTIVE: Final = 10
SETTLING: Final = 6.0  # seconds, until those come back that were held back first
WINDOW: Final = 10.0  # seconds that are measured
FLAT: Final = Budget("at most", 1.25)
_LIMITS: Final = {
    "KLB_MAX_CONTEXTS": "1000",
    "KLB_MAX_ACTIVE_BUILDS": str(ACTIVE),
    "KLB_MAX_ACTIVE_BUILDS_PER_TENANT": str(ACTIVE),
}


@attrs.frozen
class Case:
    """So many *queued* builds of so many *tenants*."""

    queued: int
    tenants: int

    def __str__(self) -> str:
        return f"{self.queued:,} of {self.tenants:,}"

    async def measured(self, inside: Inside, url: str) -> Figures:
        """What `FIGURES` names."""
        events = [start(number, self.tenants) for number in range(self.queued)]
        async with builder(inside, url, _LIMITS, events) as running:
            await running.made("jobs", 1)
            await asyncio.sleep(SETTLING)
            handled, cpu = await running.handled(), running.process.cpu
            await asyncio.sleep(WINDOW)
            handled, cpu = await running.handled() - handled, running.process.cpu - cpu
            memory = running.process.most
            made = sorted(at for _, at in (await running.told("jobs")).values())
        since = made[0] + SETTLING
        count = sum(since <= at < since + WINDOW for at in made)
        return {
            "time": 1000 * WINDOW / max(1, count),
            "cpu": 1000 * cpu / max(1, handled),
            "memory": memory,
            "handled": handled / WINDOW,
            "waiting": self.queued - len(made),
        }


BASE: Final = Case(1_000, 100)
MANY: Final = tuple(Case(20_000, tenants) for tenants in (1, 100, 1_000))
FEW: Final = Case(10, 1)
CASES: Final = (FEW, BASE, *MANY)
# Of the seconds that are measured: milliseconds from one Job to the next, milliseconds of CPU of a
# delivery, most memory in MB, deliveries a second, and how many are held back at their end.
FIGURES: Final = ("time", "cpu", "memory", "handled", "waiting")


async def _measured(inside: Inside, url: str) -> Rounds:
    return await interleaved(1, {str(case): partial(case.measured, inside, url) for case in CASES})


def measure(_rounds: int) -> Report:
    """Each case once: it is thousands of events."""
    python = environment("service")
    with tempfile.TemporaryDirectory() as scratch, rabbitmq_server() as broker:
        found = asyncio.run(_measured(Inside(python, Path(scratch)), broker.url))
    rows = [
        Row(
            f"{what}, while 20,000 wait",
            unit,
            max(found.median(str(case), figure) for case in MANY),
            found.median(str(BASE), figure),
            "while 1,000 wait",
            FLAT,
        )
        for figure, what, unit in (
            ("time", "from one Job to the next", "ms"),
            ("cpu", "CPU of a delivery", "ms"),
            ("memory", "memory", "MB"),
        )
    ]
    told = "; ".join(
        f"{case}: {', '.join(f'{found.median(str(case), name):,.1f}' for name in FIGURES)}"
        for case in (BASE, *MANY)
    )
    how = (
        f"{ACTIVE} builds may run at once, each for a second; {WINDOW:g} s are measured, "
        f"{SETTLING:g} s after the first Job; of 20,000, the worst of 1, 100 and 1,000 tenants. "
        "From one Job to the next in ms, CPU of a delivery in ms, memory in MB, deliveries handled "
        f"a second, and builds held back at the end, for so many queued of so many: {told}. "
        f"With {FEW.queued} queued, which are soon done: {found.median(str(FEW), 'memory'):.1f} MB."
    )
    return Report(tuple(rows), (how,))


if __name__ == "__main__":
    sys.exit(program.run(__doc__, measure))
