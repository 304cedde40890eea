"""How many transitions a second does the core decide, with nothing around it?

Builds are asked for, packed, built and deployed, ten of each function one after the other.
"""

import asyncio
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks.frame import program
from benchmarks.frame.environment import environment
from benchmarks.frame.inside import Inside
from benchmarks.frame.report import Budget, Report, Row

BUILDS: Final = 10_000
# A build has four: at 50 builds a second, deciding is to take no more than a hundredth of a core.
LIMIT: Final = 50 * 4 * 100


async def _measured(rounds: int, inside: Inside) -> list[float]:
    answers = [await inside.answer("deciding", str(BUILDS), variables={}) for _ in range(rounds)]
    return [float(answer["rate"]) for answer in answers]


def measure(rounds: int) -> Report:
    """The rate."""
    with tempfile.TemporaryDirectory() as scratch:
        inside = Inside(environment("service"), Path(scratch))
        rates = asyncio.run(_measured(rounds, inside))
    what = "transitions that the core decides"
    row = Row(what, "/s", median(rates), LIMIT, "limit", Budget("at least", 1))
    how = (
        f"{BUILDS:,} builds from start to deployment; a second of CPU. A build has four "
        "transitions: at the limit, those of 50 builds a second take a hundredth of a core."
    )
    spread = f"Least and most: {min(rates):,.0f} to {max(rates):,.0f}."
    return Report((row,), (how, spread))


if __name__ == "__main__":
    sys.exit(program.run(__doc__, measure))
