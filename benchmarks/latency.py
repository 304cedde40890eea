"""How soon does an event lead to what it asks for, and how many are taken in a second?

`consume` runs as it is, with its limits lifted, at a real RabbitMQ; a Kubernetes API, an S3 and a
registry are played, and each of their answers takes 5 ms. Sources are in memory, and contexts are
packed. Events come at a steady rate, whatever becomes of those before them; and then 10,000 starts
come at once.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median, quantiles
from typing import Final

import attrs
from support.rabbitmq import rabbitmq_server

from benchmarks.builder import Builder, builder
from benchmarks.feed import Event, build_of, completion, function_of, start
from benchmarks.frame import program
from benchmarks.frame.environment import environment
from benchmarks.frame.inside import Inside
from benchmarks.frame.report import Budget, Report, Row
from knative_lambda.domain import names

BURST: Final = 10_000
JOBS: Final = 50  # a second
LEFT_OUT: Final = 200  # events until all is warm
# Events a second, and for how many seconds a round of them comes.
RATES: Final[Mapping[int, float]] = {1: 2, 50: 1, 500: 0.25}
ANSWER: Final = 0.005  # seconds
_LEAST: Final = Budget("at least", 1)


@attrs.frozen
class Way:
    """From an event to an object that it leads to.

    Attributes:
        what: In words.
        kind: Of that object.
        name: Of that object, for an event.
        calls: How many there are one after the other, until that object is made.
    """

    what: str
    kind: str
    name: Callable[[Event], str]
    calls: int


def _job(event: Event) -> str:
    return names.job(function_of(event), build_of(event))


def _service(event: Event) -> str:
    return names.service(function_of(event))


# GET record, HEAD image, PUT context, POST record, POST Job.
TO_A_JOB: Final = Way("start to Job", "jobs", _job, 5)
# GET record, HEAD image, PUT record, POST Service.
TO_A_SERVICE: Final = Way("completion to Service", "services", _service, 4)


@attrs.frozen
class Latencies:
    """Of one way at one rate.

    Attributes:
        rate: Events a second, as they were sent.
        handled: Events a second, until the last was handled.
        beyond: Seconds of each, less those of its calls.
    """

    way: Way
    rate: int
    handled: float
    beyond: Sequence[float]

    @property
    def rows(self) -> tuple[Row, ...]:
        """Median and 99th percentile, beside what the calls take themselves."""
        what = f"{self.way.what}, at {self.rate} a second, beyond its calls"
        last = quantiles(self.beyond, n=100, method="inclusive")[-1]
        # Where more come than are taken, what is measured is how long they wait.
        budget = Budget("at most", 1) if self.rate == JOBS else None
        beside = f"its {self.way.calls} calls"
        return (
            Row(f"{what}: median", "ms", 1000 * median(self.beyond), self.calls, beside, budget),
            Row("99th percentile of it", "ms", 1000 * last, self.calls, beside),
        )

    @property
    def calls(self) -> float:
        """What the calls take themselves, in milliseconds."""
        return 1000 * ANSWER * self.way.calls

    def __str__(self) -> str:
        return f"{self.way.what} {self.rate}, {len(self.beyond):,} and {self.handled:.1f}"


@attrs.frozen
class Taken:
    """What became of a burst.

    Attributes:
        rate: Jobs a second.
        cpu: Milliseconds of each, in all threads.
        once: Starts that ended in exactly one Job, and in no dead letter.
        published: Seconds until all were sent.
    """

    rate: float
    cpu: float
    once: int
    published: float


async def _latencies(rounds: int, inside: Inside, url: str) -> tuple[list[Latencies], float]:
    """Of both ways at all rates; and how late an answer was on average, in seconds."""
    found = []
    async with builder(inside, url) as running:
        await _warmed(running)
        numbers = iter(range(LEFT_OUT, sys.maxsize))
        for rate, seconds in RATES.items():
            count = round(rate * seconds * rounds)
            events = [start(number) for number, _ in zip(numbers, range(count), strict=False)]
            found.append(await _latency(running, rate, events, TO_A_JOB))
            completions = [completion(event) for event in events]
            found.append(await _latency(running, rate, completions, TO_A_SERVICE))
        return found, await running.late()


async def _warmed(running: Builder) -> None:
    events = [start(number) for number in range(LEFT_OUT)]
    await running.fed.send_all(events)
    await running.made(TO_A_JOB.kind, LEFT_OUT)
    await running.fed.send_all([completion(event) for event in events])
    await running.made(TO_A_SERVICE.kind, LEFT_OUT)


async def _latency(running: Builder, rate: int, events: Sequence[Event], way: Way) -> Latencies:
    sent: dict[str, float] = {}
    before = len(await running.told(way.kind))
    began = time.monotonic()
    async with asyncio.TaskGroup() as sending:
        for number, event in enumerate(events):
            await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
            sent[way.name(event)] = time.monotonic()
            sending.create_task(running.fed.send(event))
    await running.made(way.kind, before + len(events))
    told = await running.told(way.kind)
    took = max(told[name][1] for name in sent) - began
    beyond = [told[name][1] - at - way.calls * ANSWER for name, at in sent.items()]
    return Latencies(way, rate, len(events) / took, beyond)


async def _burst(inside: Inside, url: str) -> Taken:
    async with builder(inside, url) as running:
        await _warmed(running)
        events = [start(number) for number in range(LEFT_OUT, LEFT_OUT + BURST)]
        began, cpu = time.monotonic(), running.process.cpu
        await running.fed.send_all(events)
        published = time.monotonic() - began
        await running.made(TO_A_JOB.kind, LEFT_OUT + BURST)
        cpu = 1000 * (running.process.cpu - cpu) / BURST
        told = await running.told(TO_A_JOB.kind)
        once = sum(told.get(_job(event), (0, 0.0))[0] == 1 for event in events)
        once -= await running.fed.waiting(running.fed.topology.dead_letters)
    took = max(at for _, at in told.values()) - began
    return Taken(BURST / took, cpu, once, published)


def measure(rounds: int) -> Report:
    """All of it."""
    python = environment("service")
    with tempfile.TemporaryDirectory() as scratch, rabbitmq_server() as broker:
        inside = Inside(python, Path(scratch))
        latencies, late = asyncio.run(_latencies(rounds, inside, broker.url))
        taken = asyncio.run(_burst(inside, broker.url))
    rows = [
        Row("Job creations a second sustained", "/s", taken.rate, JOBS, "limit", _LEAST),
        Row("CPU of each", "ms", taken.cpu, 1000 / JOBS, "a core's, at the limit"),
        Row("starts of a burst that end in one Job", "", taken.once, BURST, "sent", _LEAST),
    ]
    rows += [row for each in latencies for row in each.rows]
    how = (
        "One process on one core, RabbitMQ and all that is played on the other; a played answer "
        f"takes 5 ms, and {1000 * late:.1f} ms more, which count as ours. The burst is sent within "
        f"{taken.published:.0f} s; its rate is from the first start sent to the last Job made."
    )
    told = "; ".join(map(str, latencies))
    sent = (
        "At 1 a second each start waits for a list of Jobs, which others share, and that counts as "
        f"ours. Events sent a second, how many, and events handled a second: {told}."
    )
    return Report(tuple(rows), (how, sent))


if __name__ == "__main__":
    sys.exit(program.run(__doc__, measure))
