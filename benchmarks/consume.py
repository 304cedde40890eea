"""How many deliveries does `consume` handle in a second, and what does watching it cost?

A real RabbitMQ holds thousands of starts; all else is in memory, and contexts are not packed. The
service's own consumer takes them, and the outcomes that it publishes itself. Beside it a bare loop
of aio-pika decodes the same deliveries, publishes as many such events, confirmed and mandatory,
and acknowledges. Then, with contexts that are packed, the same consumer with metrics, logs and
traces, beside itself without: in shorter stretches and three times as often, one right after the
other, and of the ratios of these pairs the median counts. What they differ by is a tenth, and what
else a machine does moves each by more than that.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from support.rabbitmq import rabbitmq_server

from benchmarks.feed import TENANTS, feed
from benchmarks.frame import program
from benchmarks.frame.environment import environment
from benchmarks.frame.inside import Inside
from benchmarks.frame.interleaved import Figures, Rounds, interleaved
from benchmarks.frame.memory_folder import memory_folder
from benchmarks.frame.report import Budget, Report, Row

STARTS: Final = 1500
LEFT_OUT: Final = 300  # deliveries until all is warm
_OF_A_PAIR: Final = 750  # starts
_PAIRS: Final = 3  # in a round
_PORTS: Final = ("CONTEXT_STORE", "JOB_RUNNER", "SERVICE_DEPLOYER", "SOURCE_FETCHER")
_SERVICE: Final = {
    "KLB_BUILD_STRATEGY": "kaniko",
    **{f"KLB_{port}": "memory" for port in (*_PORTS, "IMAGE_REGISTRY")},
}
_UNITS: Final = {"rate": "/s", "cpu": "ms"}
_QUIET: Final = {**_SERVICE, "KLB_LOG_LEVEL": "error"}


def measure(rounds: int) -> Report:
    """All of it, in one run."""
    python = environment("service")
    with memory_folder() as scratch, rabbitmq_server() as broker:
        return asyncio.run(_measured(rounds, Inside(python, scratch), broker.url))


async def _measured(rounds: int, inside: Inside, url: str) -> Report:
    def side(
        starts: int, variables: Mapping[str, str], *words: str
    ) -> Callable[[], Awaitable[Figures]]:
        return lambda: _consumed(inside, url, starts, words, variables)

    beside_bare = await interleaved(
        rounds,
        {
            "bare": side(STARTS, {}, "bare_consumer"),
            "ours": side(STARTS, _SERVICE, "consumer", "unpacked"),
        },
    )
    async with inside.beside("collector") as port:
        traced = {**_SERVICE, "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}"}
        pairs = await interleaved(
            _PAIRS * rounds,
            {
                "watched": side(_OF_A_PAIR, traced, "consumer", "packed"),
                "unwatched": side(_OF_A_PAIR, _QUIET, "unwatched_consumer", "packed"),
            },
        )
    return _report(rounds, beside_bare, pairs)


async def _consumed(
    inside: Inside, url: str, starts: int, words: tuple[str, ...], variables: Mapping[str, str]
) -> Figures:
    module, *rest = words
    deliveries = 2 * starts - LEFT_OUT  # each start, and the outcome that it leads to
    unheard = 2 * starts  # of each start, `build.started` and `service.created`
    async with feed(url, starts) as fed:
        figures: Figures = await inside.answer(
            *(module, str(LEFT_OUT), str(deliveries), *rest),
            variables={**variables, **fed.variables},
        )
        if await fed.announced() != unheard:
            raise RuntimeError(f"{module} published {await fed.announced()} and not {unheard}")
    return figures


def _report(rounds: int, beside_bare: Rounds, pairs: Rounds) -> Report:
    def row(what: str, figure: str, least: float = 0) -> Row:
        ours, other = (beside_bare.median(side, figure) for side in ("ours", "bare"))
        return Row(what, _UNITS[figure], ours, other, "bare aio-pika", _budget(least))

    def paired(what: str, figure: str, least: float = 0) -> Row:
        sides = ("watched", "unwatched")
        ours, other = (pairs.median(side, figure) for side in sides)
        beside, ratio = "without the latter three", pairs.ratio(*sides, figure)
        return Row(what, _UNITS[figure], ours, other, beside, _budget(least), ratio)

    rows = (
        row("deliveries that `consume` handles, contexts not packed", "rate", 0.6),
        row("CPU of each", "cpu"),
        paired("the same with contexts packed, metrics, logs and traces", "rate", 0.85),
        paired("CPU of each", "cpu"),
    )
    spread = "; ".join(
        f"{side} {each.spread(side, 'rate')}"
        for each in (beside_bare, pairs)
        for side in each.figures
    )
    how = (
        f"{STARTS:,} starts of as many functions of {TENANTS} tenants in quorum queues, and the "
        f"outcomes they lead to; prefetch 32; medians of {rounds} interleaved rounds; "
        "the process on one core, RabbitMQ and the collector on the other. "
        f"With contexts packed, {_OF_A_PAIR} starts, and of the ratios of {_PAIRS * rounds} pairs, "
        "each side right after the other and by turns the first, the median."
    )
    return Report(rows, (how, f"Deliveries a second, least and most: {spread}."))


def _budget(least: float) -> Budget | None:
    return Budget("at least", least) if least else None


if __name__ == "__main__":
    sys.exit(program.run(__doc__, measure))
