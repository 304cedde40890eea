"""How many events does a function answer in a second, how soon, and in how much memory?

The wrappers of Node.js and Python, beside what else would turn a function into a server of
CloudEvents, and beside a bare server of Node.js. Each answers the same events from the same core;
they are sent from the other.
"""

import asyncio
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from benchmarks import peers
from benchmarks.frame import program
from benchmarks.frame.interleaved import Rounds, interleaved
from benchmarks.frame.report import Budget, Report, Row
from benchmarks.load import CONNECTIONS
from benchmarks.serving import LOADED_SECONDS, STARTS, WARMING_SECONDS

_UNITS: Final = {"rate": "/s", "first": "ms", "memory": "MB"}
_RATES: Final = (
    (peers.NODE, peers.EXPRESS, Budget("at least", 3.5)),
    (peers.NODE, peers.FRAMEWORK, Budget("at least", 3.5)),
    (peers.NODE, peers.FAAS, Budget("at least", 2)),
    (peers.NODE, peers.BARE, None),
    (peers.ASYNC, peers.FLASK, Budget("at least", 2.5)),
    (peers.ASYNC, peers.ASGI, Budget("at least", 2.5)),
    (peers.PLAIN, peers.FLASK, Budget("at least", 1.8)),
)
_BESIDE: Final = {
    peers.NODE: (peers.EXPRESS, peers.FRAMEWORK, peers.FAAS),
    peers.ASYNC: (peers.FLASK, peers.ASGI),
}
_SOON: Final = Budget("at most", 0.7)
_NAMES: Final = {
    peers.NODE: "a function in Node.js",
    peers.ASYNC: "an `async def` of Python",
    peers.PLAIN: "a `def` of Python",
}


def measure(rounds: int) -> Report:
    """All of it, in one run."""
    with tempfile.TemporaryDirectory() as scratch:
        node, python = (Path(scratch) / name for name in ("nodejs", "python"))
        servers = {**peers.node_servers(node), **peers.python_servers(python)}
        sides = {name: server.measured for name, server in servers.items()}
        return _report(rounds, asyncio.run(interleaved(rounds, sides)))


def _report(rounds: int, measured: Rounds) -> Report:
    def row(what: str, figure: str, ours: str, other: str, budget: Budget | None) -> Row:
        mine, theirs = (measured.median(side, figure) for side in (ours, other))
        return Row(what.format(_NAMES[ours]), _UNITS[figure], mine, theirs, other, budget)

    def rows() -> Iterator[Row]:
        for ours, other, budget in _RATES:
            yield row("events answered by {}", "rate", ours, other, budget)
        for what, figure, least in (
            ("first answer of {}", "first", _SOON),
            ("memory of {} after these events", "memory", None),
        ):
            for ours, others in _BESIDE.items():
                best = min(others, key=lambda side: measured.median(side, figure))
                yield row(what, figure, ours, best, least)

    return Report(tuple(rows()), _how(rounds, measured))


def _how(rounds: int, measured: Rounds) -> tuple[str, ...]:
    sides = measured.figures

    def spread(figure: str) -> str:
        return "; ".join(f"{side} {measured.spread(side, figure)}" for side in sides)

    def medians(figure: str) -> str:
        return "; ".join(f"{side} {measured.median(side, figure):,.0f}" for side in sides)

    busy = max(one["busy"] for figures in sides.values() for one in figures)
    how = (
        f"Small events in binary mode over {CONNECTIONS} connections for {LOADED_SECONDS} s, after "
        f"{WARMING_SECONDS} s of the same; {STARTS} starts, and the time from each to its first "
        f"answer; medians of {rounds} interleaved rounds; the server on one core, the sender on "
        f"the other, which had work for at most {busy:.0%} of the time."
    )
    versions = ", ".join((*peers.NODE_PACKAGES, peers.PYTHON_PACKAGES[0]))
    return (
        how,
        f"Peers, of which the best is beside where one must be chosen: {versions}.",
        f"Events a second, least and most: {spread('rate')}.",
        f"Milliseconds to the first answer, least and most: {spread('first')}.",
        f"Of CPU, milliseconds to the first answer: {medians('starting')}.",
        f"Of CPU, microseconds of an event: {medians('cpu')}.",
    )


if __name__ == "__main__":
    sys.exit(program.run(__doc__, measure))
