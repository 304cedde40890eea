"""Replicas that are killed, a broker that restarts, a network that fails: all at random."""

import asyncio
import os
import random
import signal
import sys
from pathlib import Path
from typing import Final

import aiohttp
import attrs
from support.rabbitmq import RabbitMQServer
from support.remote_world import WorldServer
from support.tcp_proxy import TcpProxy, free_port

_TESTS: Final = Path(__file__).parents[1]
_AFTER_A_JOB: Final = "runner.start"
_PATIENCE: Final = 60.0  # seconds; only ever spent when something is wrong


@attrs.define(eq=False)
class ReplicaProcess:
    """One `consume`, started again under the same name whenever it was killed."""

    name: str
    environment: dict[str, str]
    world_port: int
    log: Path
    http_port: int = attrs.field(factory=free_port)
    _process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it, unless it runs."""
        if self._process is not None and self._process.returncode is None:
            return
        environment = {
            **os.environ,
            **self.environment,
            "PYTHONPATH": f"{_TESTS}{os.pathsep}{_TESTS.parent}",
            "KLB_HTTP_PORT": str(self.http_port),
        }
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                str(_TESTS / "support" / "replica.py"),
                self.name,
                str(self.world_port),
                env=environment,
                stdout=log,
                stderr=log,
            )

    async def ready(self) -> None:
        """Wait until it consumes."""
        async with asyncio.timeout(_PATIENCE), aiohttp.ClientSession() as client:
            while not await self._is_ready(client):  # noqa: ASYNC110 - a process sends no signal
                await asyncio.sleep(0.1)

    async def _is_ready(self, client: aiohttp.ClientSession) -> bool:
        assert self._process is not None
        if self._process.returncode is not None:
            last = (await asyncio.to_thread(self.log.read_text, "utf-8"))[-2000:]
            raise AssertionError(f"{self.name} has ended by itself: {last}")
        try:
            async with client.get(f"http://127.0.0.1:{self.http_port}/readyz") as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False

    def kill(self) -> None:
        assert self._process is not None
        self._process.kill()

    async def ended(self) -> int:
        assert self._process is not None
        return await self._process.wait()

    async def stop(self) -> int:
        """Tell it to stop; gives its exit code."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(_PATIENCE):
            return await self.ended()


@attrs.define(eq=False)
class Killer:
    """Kills one of *replicas* every so often, every other time just after it created a Job.

    Attributes:
        kills: Of each kill, whether it was between a Job's creation and its acknowledgement.
    """

    replicas: list[ReplicaProcess]
    world: WorldServer
    every: float
    dice: random.Random
    kills: list[bool] = attrs.field(factory=list)
    _victim: ReplicaProcess | None = None
    _trapped: asyncio.Event = attrs.field(factory=asyncio.Event)

    def __attrs_post_init__(self) -> None:
        self.world.done = self._after

    def has_killed(self, times: int, after_a_job: int) -> bool:
        """Whether it killed that often, and so often just after a Job was created."""
        return len(self.kills) >= times and sum(self.kills) >= after_a_job

    async def _after(self, replica: str, call: str) -> None:
        victim = self._victim
        if victim is not None and victim.name == replica and call == _AFTER_A_JOB:
            victim.kill()  # the Job is there, and the replica will never know
            self._victim = None
            self._trapped.set()

    async def run(self) -> None:
        """Kill until cancelled."""
        while True:
            victim = self.dice.choice(self.replicas)
            await victim.ready()
            await asyncio.sleep(self.every * self.dice.uniform(0.8, 1))
            self.kills.append(await self._kill(victim, at_a_job=len(self.kills) % 2 == 0))
            await victim.ended()
            await victim.start()

    async def _kill(self, victim: ReplicaProcess, *, at_a_job: bool) -> bool:
        if at_a_job:
            self._trapped.clear()
            self._victim = victim
            try:
                async with asyncio.timeout(self.every):
                    await self._trapped.wait()
            except TimeoutError:
                self._victim = None
            else:
                return True
        victim.kill()
        return False


async def break_the_network(proxy: TcpProxy, dice: random.Random) -> None:
    """Cut, hold up, or half close the connections now and then, until cancelled."""
    while True:
        await asyncio.sleep(dice.uniform(3, 8))
        match dice.choice(("cut", "cut", "stall", "halve")):
            case "cut":
                proxy.cut()
            case "stall":
                proxy.stall()
                await asyncio.sleep(dice.uniform(0.2, 2))
                proxy.resume()
            case "halve":
                proxy.halve()


async def restart_the_broker(server: RabbitMQServer, *, kill: bool) -> None:
    """Stop or kill it, and start it again with its data."""
    await asyncio.to_thread(server.kill if kill else server.stop)
    await asyncio.to_thread(server.start)
