"""How many deliveries does `consume` handle in a second, and what does watching it cost?

A real RabbitMQ holds thousands of starts; all else is in memory, and contexts are not packed. The
service's own consumer takes them, and the outcomes that it publishes itself. Beside it a bare loop
of aio-pika decodes the same deliveries, publishes as many such events, confirmed and mandatory,
and acknowledges. Then, with contexts that are packed, the same consumer with metrics, logs and
traces, beside itself without.
"""

import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Final

from support.rabbitmq import rabbitmq_server

from benchmarks.feed import TENANTS, feed
from benchmarks.frame import program
from benchmarks.frame.environment import environment
from benchmarks.frame.inside import Inside
from benchmarks.frame.interleaved import Figures, Rounds, interleaved
from benchmarks.frame.report import Budget, Report, Row

STARTS: Final = 1500
LEFT_OUT: Final = 300  # deliveries until all is warm
_DELIVERIES: Final = 2 * STARTS - LEFT_OUT  # each start, and the outcome that it leads to
_UNHEARD: Final = 2 * STARTS  # of each start, `build.started` and `service.created`
_IN_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - each run has a folder of its own there
_PORTS: Final = ("CONTEXT_STORE", "JOB_RUNNER", "SERVICE_DEPLOYER", "SOURCE_FETCHER")
_SERVICE: Final = {
    "KLB_BUILD_STRATEGY": "kaniko",
    **{f"KLB_{port}": "memory" for port in (*_PORTS, "IMAGE_REGISTRY")},
}
_QUIET: Final = {**_SERVICE, "KLB_LOG_LEVEL": "error"}


def measure(rounds: int) -> Report:
    """All of it, in one run."""
    python = environment("service")
    place = _IN_MEMORY if _IN_MEMORY.is_dir() else None
    with tempfile.TemporaryDirectory(dir=place) as scratch, rabbitmq_server() as broker:
        return _report(
            rounds, asyncio.run(_measured(rounds, Inside(python, Path(scratch)), broker.url))
        )


async def _measured(rounds: int, inside: Inside, url: str) -> Rounds:
    async with inside.beside("collector") as port:
        traced = {**_SERVICE, "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}"}

        def side(variables: Mapping[str, str], *words: str) -> Callable[[], Awaitable[Figures]]:
            return lambda: _consumed(inside, url, words, variables)

        sides = {
            "bare": side({}, "bare_consumer"),
            "ours": side(_SERVICE, "consumer", "unpacked"),
            "watched": side(traced, "consumer", "packed"),
            "unwatched": side(_QUIET, "unwatched_consumer", "packed"),
        }
        return await interleaved(rounds, sides)


async def _consumed(
    inside: Inside, url: str, words: tuple[str, ...], variables: Mapping[str, str]
) -> Figures:
    module, *rest = words
    async with feed(url, STARTS) as fed:
        figures: Figures = await inside.answer(
            *(module, str(LEFT_OUT), str(_DELIVERIES), *rest),
            variables={**variables, **fed.variables},
        )
        if await fed.announced() != _UNHEARD:
            raise RuntimeError(f"{module} published {await fed.announced()} and not {_UNHEARD}")
    return figures


def _report(rounds: int, measured: Rounds) -> Report:
    def row(what: str, figure: str, sides: tuple[str, str], beside: str, least: float) -> Row:
        ours, other = (measured.median(side, figure) for side in sides)
        budget = Budget("at least", least) if least else None
        return Row(what, {"rate": "/s", "cpu": "ms"}[figure], ours, other, beside, budget)

    bare, unwatched = "bare aio-pika", "without the latter three"
    rows = (
        row(
            "deliveries that `consume` handles, contexts not packed",
            "rate",
            ("ours", "bare"),
            bare,
            0.6,
        ),
        row("CPU of each", "cpu", ("ours", "bare"), bare, 0),
        row(
            "the same with contexts packed, metrics, logs and traces",
            "rate",
            ("watched", "unwatched"),
            unwatched,
            0.85,
        ),
        row("CPU of each", "cpu", ("watched", "unwatched"), unwatched, 0),
    )
    spread = "; ".join(f"{side} {measured.spread(side, 'rate')}" for side in measured.figures)
    how = (
        f"{STARTS:,} starts of as many functions of {TENANTS} tenants in quorum queues, and the "
        f"outcomes they lead to; prefetch 32; medians of {rounds} interleaved rounds; "
        "the process on one core, RabbitMQ and the collector on the other."
    )
    return Report(rows, (how, f"Deliveries a second, least and most: {spread}."))


if __name__ == "__main__":
    sys.exit(program.run(__doc__, measure))
