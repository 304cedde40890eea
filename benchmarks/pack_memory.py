"""How much memory does it add to a process to pack a large build context?

500 MB of files, half of them incompressible, are packed into nothing but a hash.
"""

import asyncio
import os
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any, Final

from benchmarks.frame import program
from benchmarks.frame.environment import environment
from benchmarks.frame.inside import Inside
from benchmarks.frame.report import Budget, Report, Row

MEGABYTE: Final = 10**6
LIMIT: Final = 64
LARGE: Final = 50 * MEGABYTE
SMALL: Final = 10_000


def fill(directory: Path) -> None:
    """Writes 500 MB: eight files of 50 MB and ten thousand of 10 kB, every other one text."""
    for number in range(8):
        (directory / f"large-{number}").write_bytes(content(number, LARGE))
    for number in range(10_000):
        folder = directory / f"folder-{number % 100}"
        folder.mkdir(exist_ok=True)
        (folder / f"small-{number}").write_bytes(content(number, SMALL))


def content(number: int, size: int) -> bytes:
    """Random bytes for an even number; for an odd one lines that shrink to about a sixth."""
    if number % 2 == 0:
        return os.urandom(size)
    lines = bytearray()
    while len(lines) < min(size, MEGABYTE):
        lines += b"def handler_%s(event, context):\n    return event.get(%r)\n" % (
            os.urandom(4).hex().encode(),
            os.urandom(3).hex(),
        )
    return (bytes(lines) * (size // len(lines) + 1))[:size]


async def _measured(rounds: int, inside: Inside, directory: Path) -> list[Any]:
    return [await inside.answer("packing", str(directory), variables={}) for _ in range(rounds)]


def measure(rounds: int) -> Report:
    """The memory that one packing adds."""
    with tempfile.TemporaryDirectory() as made, tempfile.TemporaryDirectory() as scratch:
        fill(Path(made))
        inside = Inside(environment("service"), Path(scratch))
        figures = asyncio.run(_measured(rounds, inside, Path(made)))
    above = median(one["above_idle"] for one in figures) / MEGABYTE
    what = "memory that packing 500 MB adds"
    row = Row(what, "MB", above, LIMIT, "limit", Budget("at most", 1))
    size = figures[0]["archive"] / MEGABYTE
    seconds = median(one["seconds"] for one in figures)
    files = figures[0]["files"]
    return Report((row,), (f"{files:,} files become {size:.0f} MB in {seconds:.1f} s.",))


if __name__ == "__main__":
    sys.exit(program.run(__doc__, measure))
