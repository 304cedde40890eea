"""What does a process of ours cost before it does anything, and does it grow with what it does?

CPU from its start until it is ready and memory while it waits, of `consume`, `serve` and the
sidecar, in production's settings; beside a process that imports the same libraries whole and opens
the same clients. Then, with all but the broker in memory, `consume` and `serve` handle thousands of
events, and their memory after a thousand is compared with that after ten thousand.
"""

import asyncio
import sys
import tempfile
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Final

import aiohttp
from support.rabbitmq import rabbitmq_server

from benchmarks.bridge import bridge
from benchmarks.builder import LIFTED, builder
from benchmarks.feed import completion, feed, start
from benchmarks.frame import program
from benchmarks.frame.environment import environment
from benchmarks.frame.inside import Inside
from benchmarks.frame.interleaved import Figures, Rounds, interleaved
from benchmarks.frame.report import Budget, Report, Row
from benchmarks.played_build import PlayedBuild
from benchmarks.surroundings import in_memory, of_production
from benchmarks.watched import Watched

_SERVICE: Final = "knative_lambda"
_UNLIMITED: Final = "benchmarks.inside.unlimited"
_SIDECAR: Final = "knative_lambda.entrypoints.sidecar"
_FEW: Final = 1_000  # events
_MANY: Final = 10_000
_FUNCTIONS: Final = 500
_SHARE: Final = 0.75  # of the CPU
_MOST: Final = {"consume": 85, "serve": 85, "sidecar": 45}  # megabytes
_MOST_GROWTH: Final = 10  # megabytes
_SETTLED: Final = 'klb_deliveries_total{settlement="ack"'
_SWEPT: Final = "klb_sweeps_total{"
_UNKNOWN: Final = (
    '{"specversion": "1.0", "id": "1", "source": "acme",'
    ' "type": "network.notifi.lambda.service.delete",'
    ' "data": {"third_party_id": "acme", "parser_id": "nowhere"}}'
)


def measure(rounds: int) -> Report:
    """All of it, in one run."""
    with tempfile.TemporaryDirectory() as scratch, rabbitmq_server() as broker:
        folder = Path(scratch)
        service = Inside(environment("service"), folder)
        sidecar = Inside(environment("sidecar"), folder)
        begun = asyncio.run(_begun(rounds, service, sidecar, broker.url))
        grown = {
            "consume": asyncio.run(_consume_grown(service, broker.url)),
            "serve": asyncio.run(_serve_grown(service, broker.url)),
        }
    return _report(rounds, begun, grown)


async def _begun(rounds: int, service: Inside, sidecar: Inside, broker: str) -> Rounds:
    async with of_production(service.folder, broker) as variables:
        sides = {
            "whole": partial(_whole, service, variables),
            "consume": partial(_consume, service, variables),
            "serve": partial(_serve, service, variables),
            "sidecar": partial(_sidecar, sidecar),
        }
        return await interleaved(rounds, sides)


async def _whole(inside: Inside, variables: Mapping[str, str]) -> Figures:
    module = "benchmarks.inside.whole"
    async with inside.running(module, variables=variables) as process:
        if process.stdout is None or not await process.stdout.readline():
            raise inside.failure(module)
        watched = Watched(process.pid, "")
        return {"cpu": watched.cpu, "memory": await watched.resident()}


async def _consume(inside: Inside, variables: Mapping[str, str]) -> Figures:
    async with Watched.running(inside, _SERVICE, "consume", variables=variables) as watched:
        await watched.ready()
        cpu = watched.cpu
        await watched.counts(_SWEPT, 1)
        return {"cpu": cpu, "swept": watched.cpu, "memory": await watched.resident()}


async def _serve(inside: Inside, variables: Mapping[str, str]) -> Figures:
    async with Watched.running(inside, _SERVICE, "serve", variables=variables) as watched:
        await watched.ready()
        cpu = watched.cpu
        async with aiohttp.ClientSession() as session:
            headers = {"Content-Type": "application/cloudevents+json"}
            async with session.post(watched.url, data=_UNKNOWN, headers=headers) as response:
                response.raise_for_status()
        return {"cpu": cpu, "memory": await watched.resident()}


async def _sidecar(inside: Inside) -> Figures:
    async with (
        PlayedBuild.played(inside.folder) as build,
        Watched.running(inside, _SIDECAR, variables=build.variables) as watched,
    ):
        await build.has_its_sidecar()
        return {"cpu": watched.cpu, "memory": await watched.resident()}


async def _consume_grown(inside: Inside, broker: str) -> tuple[float, float]:
    """Megabytes after a thousand events, and after ten thousand: builds in a cluster."""
    starts = _FUNCTIONS
    async with builder(inside, broker) as running:
        grown: list[float] = []
        for events in range(2 * starts, _MANY + 1, 2 * starts):
            built = [start(number, force=True) for number in range(starts)]
            await running.fed.send_all(built)
            await running.handled(events - starts)
            await running.fed.send_all([completion(one) for one in built])
            await running.handled(events)
            if events in (_FEW, _MANY):
                grown.append(await running.process.resident())
        few, many = grown
    return few, many


async def _serve_grown(inside: Inside, broker: str) -> tuple[float, float]:
    """The same with all but the broker in memory, where no build may add to what is there.

    So the first thousand are starts and the outcomes that they lead to, and all others repeats.
    """
    starts = [start(number) for number in range(_FUNCTIONS)]
    async with feed(broker, 0) as fed:
        variables = {**in_memory(), **fed.variables, **LIFTED}
        async with Watched.running(inside, _UNLIMITED, "serve", variables=variables) as watched:
            await watched.ready()
            async with bridge(fed, watched.url):
                await fed.send_all(starts)
                await watched.counts(_SETTLED, _FEW)
                few = await watched.resident()
                for _ in range((_MANY - _FEW) // len(starts)):
                    await fed.send_all(starts)
                await watched.counts(_SETTLED, _MANY)
                return few, await watched.resident()


def _report(rounds: int, begun: Rounds, grown: Mapping[str, tuple[float, float]]) -> Report:
    whole, how = begun.median("whole", "cpu"), "all libraries whole, clients open"
    rows: list[Row] = []
    for side in ("consume", "serve", "sidecar"):
        budget = Budget("at most", _SHARE) if side != "sidecar" else None
        cpu = begun.median(side, "cpu")
        rows.append(Row(f"CPU until `{side}` is ready", "s", cpu, whole, how, budget))
    swept = begun.median("consume", "swept")
    rows.append(Row("CPU of `consume` to the end of its first sweep", "s", swept, whole, how))
    within = Budget("at most", 1)
    for side, most in _MOST.items():
        memory = begun.median(side, "memory")
        rows.append(Row(f"memory of `{side}` that waits", "MB", memory, most, "limit", within))
    for command, (few, many) in grown.items():
        what = f"memory of `{command}` after {_MANY:,} events"
        rows.append(Row(what, "MB", many, few, f"after {_FEW:,}"))
        rows.append(Row("what it has grown by", "MB", many - few, _MOST_GROWTH, "limit", within))
    spread = "; ".join(f"{side} {begun.spread(side, 'cpu')}" for side in begun.figures)
    taken = begun.median("whole", "memory")
    events = (
        f"Events: those of `consume` are builds of {_FUNCTIONS} functions in a cluster, whose "
        f"records and Jobs stay; of `serve`, after the first {_FEW:,}, repeats."
    )
    notes = (
        f"Medians of {rounds} interleaved rounds; the process on one core, all else on the other.",
        "`consume` waits after its first sweep, and `serve` after its first event.",
        f"Seconds of CPU, least and most: {spread}; the whole libraries take {taken:,.4g} MB.",
        events,
    )
    return Report(tuple(rows), notes)


if __name__ == "__main__":
    sys.exit(program.run(__doc__, measure))
