"""A server on a core of its own: how soon it answers, how often, and what that takes."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from typing import Final

import attrs
from support.tcp_proxy import free_port

from benchmarks.family import cpu, memory
from benchmarks.frame.inside import OURS, stay_on
from benchmarks.frame.interleaved import Figures
from benchmarks.load import ask, load

STARTS: Final = 3
WARMING_SECONDS: Final = 1.5  # until Node.js has compiled what is called often
LOADED_SECONDS: Final = 1.5


@attrs.frozen
class Server:
    """One that is told its port by `PORT`.

    Attributes:
        words: That start it.
        folder: It runs in.
    """

    words: tuple[str, ...]
    folder: Path

    async def measured(self) -> Figures:
        """Started several times, and loaded the last time.

        Returns:
            `first`, milliseconds from its start to its first answer; `starting`, those of CPU;
            `rate`, events a second; `cpu`, microseconds of each; `memory`, MB after that; `busy`,
            the sender's share.
        """
        starts = []
        for _ in range(STARTS - 1):
            async with self._answering() as (_, _, milliseconds):
                starts.append(milliseconds)
        async with self._answering() as (pid, port, milliseconds):
            starting = cpu(pid)
            await asyncio.to_thread(load, port, WARMING_SECONDS)
            before = cpu(pid)
            loaded = await asyncio.to_thread(load, port, LOADED_SECONDS)
            return {
                "first": median([*starts, milliseconds]),
                "starting": starting * 1e3,
                "rate": loaded.answered / loaded.seconds,
                "cpu": (cpu(pid) - before) / loaded.answered * 1e6,
                "memory": memory(pid) / 1e6,
                "busy": loaded.worked / loaded.seconds,
            }

    @asynccontextmanager
    async def _answering(self) -> AsyncIterator[tuple[int, int, float]]:
        """Its process, its port, and the milliseconds until it answered."""
        port, began = free_port(), time.perf_counter()
        variables = {"HOST": "127.0.0.1", "PORT": str(port), "FUNC_PORT": str(port)}
        process = await asyncio.create_subprocess_exec(
            *self.words,
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], "NODE_ENV": "production", **variables},
            stdout=asyncio.subprocess.DEVNULL,
            preexec_fn=lambda: stay_on(OURS),
        )
        try:
            await _first_answer(process, port)
            yield process.pid, port, (time.perf_counter() - began) * 1e3
        finally:
            if process.returncode is None:
                process.terminate()
                await process.wait()


async def _first_answer(process: asyncio.subprocess.Process, port: int) -> None:
    while True:
        try:
            return await asyncio.to_thread(ask, port)
        except ConnectionRefusedError:
            if process.returncode is not None:
                raise RuntimeError("the server ended before it listened") from None
            await asyncio.sleep(0.001)
