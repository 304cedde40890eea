"""How long does it take to pack a context, how large is it, and how much memory does that need?

Three trees are packed, each as a build's context and with `tar czf`: as many small files as a
context may have, a few large ones, and a gigabyte, twice what a context may have.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks.frame import program
from benchmarks.frame.environment import environment
from benchmarks.frame.inside import Inside
from benchmarks.frame.interleaved import Figures, Rounds, interleaved
from benchmarks.frame.memory_folder import memory_folder
from benchmarks.frame.report import Budget, Report, Row
from benchmarks.trees import MEGABYTE, SMALL, gigabyte, large_files, small_files

_TREES: Final[Mapping[str, Callable[[Path], None]]] = {
    f"{SMALL:,} small files": small_files,
    "six large files": large_files,
    "1 GB": gigabyte,
}
_LONG: Final = "1 GB"  # it takes half a minute a round
_MOST_MEMORY: Final = 64


def measure(rounds: int) -> Report:
    """All three."""
    rows: list[Row] = []
    notes: list[str] = []
    inside_of = partial(Inside, environment("service"))
    for name, fill in _TREES.items():
        with memory_folder() as scratch:
            fill(scratch / "tree")
            few = 1 if name == _LONG else rounds
            measured = asyncio.run(_measured(few, inside_of(scratch)))
        rows += _rows(name, measured)
        notes.append(_note(name, measured))
    how = (
        "Text and machine code of Python's own library, and noise, in memory; both sides on the"
        " same core, by turns; each writes a file into memory, and ours looks at each file twice,"
        f" for the hash that names the image and for the archive; medians of {rounds} rounds"
        f" ({_LONG}: of one)."
    )
    return Report(tuple(rows), (how, *notes))


async def _measured(rounds: int, inside: Inside) -> Rounds:
    def side(module: str) -> Callable[[], Awaitable[Figures]]:
        return partial(_packed, inside, module)

    return await interleaved(rounds, {"tar": side("tar"), "ours": side("packing")})


async def _packed(inside: Inside, module: str) -> Figures:
    made = inside.folder / "made"
    figures: Figures = await inside.answer(
        module, str(inside.folder / "tree"), str(made), variables={}
    )
    made.unlink()
    return figures


def _rows(name: str, measured: Rounds) -> tuple[Row, ...]:
    ours, tar = partial(measured.median, "ours"), partial(measured.median, "tar")
    beside = "tar czf"
    time = Row(
        f"packing {name}", "s", ours("seconds"), tar("seconds"), beside, Budget("at most", 1)
    )
    sizes = (ours("size") / MEGABYTE, tar("size") / MEGABYTE)
    size = Row("size of that", "MB", *sizes, beside, Budget("at most", 1.15))
    above = ours("above_idle") / MEGABYTE
    memory = Row("memory it adds", "MB", above, _MOST_MEMORY, "limit", Budget("at most", 1))
    return time, size, memory


def _note(name: str, measured: Rounds) -> str:
    spread = "; ".join(f"{side} {measured.spread(side, 'seconds')}" for side in ("ours", "tar"))
    return f"Seconds for {name}, least and most: {spread}."


if __name__ == "__main__":
    sys.exit(program.run(__doc__, measure))
