"""A server on a core of its own: how soon it answers, how often, and what that takes."""

import asyncio
import os
import re
import socket
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import attrs

from benchmarks.frame.inside import OURS, stay_on
from benchmarks.frame.interleaved import Figures
from benchmarks.load import ask, load

WARMING_SECONDS: Final = 1.5  # until Node.js has compiled what is called often
LOADED_SECONDS: Final = 2
_TICKS: Final = os.sysconf("SC_CLK_TCK")


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
        """From its start to its end.

        Returns:
            `first`, milliseconds from its start to its first answer; `rate`, events a second;
            `cpu`, microseconds of each; `memory`, MB after that; `busy`, the sender's share.
        """
        port, began = _free_port(), time.perf_counter()
        async with self._started(port) as process:
            await _first_answer(process, port)
            first = time.perf_counter() - began
            await asyncio.to_thread(load, port, WARMING_SECONDS)
            before, began = _cpu(process.pid), time.perf_counter()
            loaded = await asyncio.to_thread(load, port, LOADED_SECONDS)
            cpu, took = _cpu(process.pid) - before, time.perf_counter() - began
            each = cpu / (loaded["rate"] * took)
            memory = sum(_memory(pid) for pid in _family(process.pid))
            return {**loaded, "first": first * 1e3, "cpu": each * 1e6, "memory": memory / 1e6}

    @asynccontextmanager
    async def _started(self, port: int) -> AsyncIterator[asyncio.subprocess.Process]:
        variables = {"HOST": "127.0.0.1", "PORT": str(port), "FUNC_PORT": str(port)}
        process = await asyncio.create_subprocess_exec(
            *self.words,
            cwd=self.folder,
            env={"PATH": os.environ["PATH"], "NODE_ENV": "production", **variables},
            stdout=asyncio.subprocess.DEVNULL,
            preexec_fn=lambda: stay_on(OURS),
        )
        try:
            yield process
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


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _family(pid: int) -> Iterator[int]:
    """A process, its children and theirs."""
    yield pid
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split():
        yield from _family(int(child))


def _cpu(pid: int) -> float:
    """Seconds that a process and those that it started have worked."""
    fields = (Path(f"/proc/{one}/stat").read_text("ascii").split() for one in _family(pid))
    return (
        sum(int(user) + int(system) for *_, user, system in (one[:15] for one in fields)) / _TICKS
    )


def _memory(pid: int) -> int:
    """Bytes that are resident; what it shares with others is counted by halves, or less."""
    told = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
    found = re.search(r"^Pss: +(\d+) kB$", told, re.M)
    if found is None:
        raise LookupError("/proc tells no Pss; a Linux system is needed")
    return int(found[1]) * 1024
