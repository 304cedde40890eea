"""A process that is watched from the other core: its CPU, memory, and what it says of itself."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final, Self

import aiohttp
import attrs

from benchmarks.family import worked
from benchmarks.frame.inside import Inside
from benchmarks.inside.memory import memory

MEGABYTE: Final = 10**6
_PATIENCE: Final = 150.0  # seconds; only ever spent when something is wrong
_A_WHILE: Final = 2.0  # seconds, in which what a process still does at its start is done


@attrs.frozen
class Watched:
    """One that runs.

    Attributes:
        pid: Its own.
        url: Of its HTTP endpoints; empty if it has none.
    """

    pid: int
    url: str

    @classmethod
    @asynccontextmanager
    async def running(
        cls, inside: Inside, module: str, *words: str, variables: Mapping[str, str]
    ) -> AsyncIterator[Self]:
        """*module*, by its whole name, as soon as it is started."""
        port = variables.get("KLB_HTTP_PORT")
        async with inside.running(module, *words, variables=variables) as process:
            yield cls(process.pid, f"http://127.0.0.1:{port}" if port else "")

    @property
    def cpu(self) -> float:
        """Seconds of CPU that it has had."""
        return worked(self.pid)

    @property
    def most(self) -> float:
        """Megabytes of memory that it has had at most."""
        return memory("VmHWM", self.pid) / MEGABYTE

    async def resident(self) -> float:
        """Megabytes of memory that it has when it has had nothing to do for a while."""
        await asyncio.sleep(_A_WHILE)
        return memory("VmRSS", self.pid) / MEGABYTE

    async def ready(self) -> None:
        """Return when it says so."""
        async with asyncio.timeout(_PATIENCE), aiohttp.ClientSession() as session:
            while True:
                try:
                    async with session.get(f"{self.url}/readyz") as response:
                        if response.ok:
                            return
                except aiohttp.ClientError:  # it does not listen yet
                    pass
                await asyncio.sleep(0.02)

    async def counts(self, what: str, least: int) -> int:
        """How often *what* is counted on its page of metrics, as soon as it is often enough.

        Args:
            what: The beginning of lines there.
            least: How often is enough.
        """
        async with asyncio.timeout(_PATIENCE), aiohttp.ClientSession() as session:
            while True:
                async with session.get(f"{self.url}/metrics") as response:
                    page = await response.text()
                found = [line for line in page.splitlines() if line.startswith(what)]
                count = int(sum(float(line.rpartition(" ")[2]) for line in found))
                if count >= least:
                    return count
                await asyncio.sleep(1)  # the page costs the process some of its time
