"""How soon is code that an event names an image in the registry, and how soon is it served?

`consume` runs as it is, at a real RabbitMQ and a real registry; a Kubernetes API and an S3 are
played, and each of their answers takes 5 ms. Functions in Node.js lie in folders of this machine,
and are appended to a base of two platforms in the same registry. One build comes after the other:
the first of each function; one of the same function, with one file changed; and the same code
forced, so that all layers are there. In the end, the builds of many functions come at once.
"""

import asyncio
import re
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from itertools import count
from math import ceil
from pathlib import Path
from statistics import median
from typing import Any, Final

import attrs
from support.certificates import Certificates
from support.rabbitmq import rabbitmq_server
from support.registry import in_files, registry_server

from benchmarks.base import LAYER, push_base
from benchmarks.builder import LIFTED, Builder, builder
from benchmarks.feed import Event, build_of, function_of, start
from benchmarks.frame import program
from benchmarks.frame.environment import environment
from benchmarks.frame.inside import Inside
from benchmarks.frame.memory_folder import memory_folder
from benchmarks.frame.report import Budget, Report, Row, told
from benchmarks.observer import Observer, observer
from benchmarks.trees import code
from knative_lambda.domain import names

AT_ONCE: Final = 200
RATE: Final = 20  # builds a second
PUSHED: Final = 300.0  # milliseconds until the image is there
SERVED: Final = 1000.0  # milliseconds until it is served
WARM: Final = 20  # functions
_SENT: Final = re.compile(r"^sent: ([0-9]+) bytes", re.M)
_MEGABYTE: Final = 10**6


@attrs.frozen
class Size:
    """Of the code of a function.

    Attributes:
        files: How many.
        each: Bytes of each.
        functions: For each round.
        limited: Whether the budgets are for it.
    """

    what: str
    files: int
    each: int
    functions: int
    limited: bool = False


SMALL: Final = Size("10 KB", 5, 2_000, 20)
MIDDLE: Final = Size("1 MB", 100, 10_000, 10, limited=True)
LARGE: Final = Size("50 MB", 500, 100_000, 1)


@attrs.frozen
class Taken:
    """By the builds of one size and one kind.

    Attributes:
        pushed: Milliseconds from each event to its `build.complete`, when the image is there.
        served: The same to the event that tells of its Service.
        sent: Bytes to the registry, of each on average.
    """

    size: Size
    kind: str
    pushed: Sequence[float]
    served: Sequence[float]
    sent: float

    @property
    def rows(self) -> tuple[Row, ...]:
        """Medians and 99th percentiles."""
        budget = Budget("at most", 1) if self.size.limited else None
        what = f"{self.kind} of {self.size.what}"
        return (
            *_rows(f"event to image, {what}", self.pushed, PUSHED, budget),
            *_rows(f"event to Service, {what}", self.served, SERVED, budget),
        )

    def __str__(self) -> str:
        return f"{self.kind} of {self.size.what} {told(self.sent / 1000)}"


def _rows(what: str, taken: Sequence[float], most: float, budget: Budget | None) -> tuple[Row, ...]:
    last = sorted(taken)[ceil(0.99 * len(taken)) - 1]
    return (
        Row(f"{what}: median", "ms", median(taken), most, "limit of 1 MB", budget),
        Row("99th percentile of it", "ms", last, most, "limit of 1 MB"),
    )


@attrs.frozen
class Figures:
    """All that was measured.

    Attributes:
        copied: Milliseconds of the very first build, which copies the base.
        rate: Builds a second.
        cpu: Milliseconds of CPU that each of these takes.
    """

    copied: float
    taken: Sequence[Taken]
    rate: float
    cpu: float


@attrs.frozen
class Bench:
    """What runs, and where code is written to."""

    running: Builder
    seen: Observer
    folder: Path
    numbers: Iterator[int]

    async def taken(self, size: Size, functions: int) -> Sequence[Taken]:
        """By the three kinds of builds, of so many *functions*."""
        starts = [self._written(size) for _ in range(functions)]
        first = await self._taken(size, "the first", starts)
        for event in starts:
            with (_folder(event) / "index.js").open("a", encoding="utf-8") as file:
                file.write("// another\n")
        changed = await self._taken(size, "a change", [_again(event) for event in starts])
        forced = [_again(event, force=True) for event in starts]
        return first, changed, await self._taken(size, "the same", forced)

    async def rate(self) -> tuple[float, float]:
        """Builds a second, of small functions that come at once; milliseconds of CPU of each."""
        starts = [self._written(SMALL) for _ in range(AT_ONCE)]
        before, began = self.running.process.cpu, time.monotonic()
        await self.running.fed.send_all(starts)
        ends = [await self.seen.heard(build_of(event), "build.complete") for event in starts]
        cpu = self.running.process.cpu - before
        return AT_ONCE / (max(ends) - began), 1000 * cpu / AT_ONCE

    def _written(self, size: Size) -> Event:
        number = next(self.numbers)
        folder = self.folder / f"code-{number}"
        code(folder, size.files, size.each, number)
        return start(number, source_url=folder.as_uri())

    async def _taken(self, size: Size, kind: str, starts: Sequence[Event]) -> Taken:
        pushed, served, bytes_sent = [], [], 0
        for event in starts:
            sent = time.monotonic()
            await self.running.fed.send(event)
            build = build_of(event)
            pushed.append(1000 * (await self.seen.heard(build, "build.complete") - sent))
            served.append(1000 * (await self.seen.heard(build, "service.") - sent))
            bytes_sent += await self._sent(event, build)
        return Taken(size, kind, pushed, served, bytes_sent / len(starts))

    async def _sent(self, event: Event, build: str) -> int:
        told = _SENT.search(await self.running.log(names.log_key(function_of(event), build)))
        if told is None:
            raise RuntimeError(f"the log of {build} does not tell what was sent")
        return int(told[1])


def _folder(event: Event) -> Path:
    return Path(event["data"]["source_url"].removeprefix("file://"))


def _again(event: Event, **more: Any) -> Event:
    number = int(event["subject"].removeprefix("function-"))
    return start(number, source_url=event["data"]["source_url"], **more)


@asynccontextmanager
async def _bench(inside: Inside, url: str, registry: str) -> AsyncIterator[Bench]:
    base = await push_base(registry, "library/node", "22-slim")
    variables = {
        **LIFTED,
        "KLB_SOURCE_FETCHER": "directory",
        "KLB_REGISTRY": registry,
        "KLB_INSECURE_REGISTRIES": registry,
        "KLB_RUNTIME_IMAGES": f"nodejs22={base}",
        "KLB_BUILD_STRATEGY": "append",
    }
    code_of = Path(tempfile.mkdtemp(dir=inside.folder))
    async with builder(inside, url, variables) as running, observer(running.fed) as seen:
        yield Bench(running, seen, code_of, count())


async def _measured(rounds: int, inside: Inside, url: str, files: str, memory: str) -> Figures:
    async with _bench(inside, url, files) as bench:
        very_first, *_ = await bench.taken(SMALL, 1)
        await bench.taken(SMALL, WARM)
        taken = [
            one
            for size in (SMALL, MIDDLE, LARGE)
            for one in await bench.taken(size, size.functions * rounds)
        ]
    async with _bench(inside, url, memory) as bench:
        await bench.taken(SMALL, WARM)
        return Figures(very_first.pushed[0], taken, *await bench.rate())


def measure(rounds: int) -> Report:
    """All of it."""
    python = environment("service")
    with memory_folder() as folder, rabbitmq_server() as broker:
        signers, storage = Certificates.make(folder), in_files(folder / "registry")
        with (
            registry_server(folder, signers=signers, storage=storage) as files,
            registry_server(folder, signers=signers) as memory,
        ):
            inside = Inside(python, folder)
            figures = asyncio.run(_measured(rounds, inside, broker.url, files.host, memory.host))
    rows = [row for taken in figures.taken for row in taken.rows]
    least = Budget("at least", 1)
    rows.append(Row("builds of 10 KB a second", "/s", figures.rate, RATE, "limit", least))
    rows.append(Row("CPU of each", "ms", figures.cpu, 1000 / RATE, "limit"))
    counts = ", ".join(f"{len(one.pushed)}" for one in figures.taken[::3])
    how = (
        "One process on one core; RabbitMQ, the registry, whose files lie in memory, and what is "
        f"played on the other. Builds of each kind: {counts}; {AT_ONCE} at once in the last two "
        "rows, at a registry without files, which else has more to do than what is measured. "
        f"The very first build of all took {figures.copied:,.0f} ms: it copies the base, of "
        f"{2 * LAYER // _MEGABYTE} MB, which all others mount."
    )
    sent = "; ".join(map(str, figures.taken))
    return Report(tuple(rows), (how, f"Kilobytes that each sent to the registry: {sent}."))


if __name__ == "__main__":
    sys.exit(program.run(__doc__, measure))
