"""The sidecar as a process of its own, as a container of its image would run it."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import attrs
from contracts.contract import DEADLINE, eventually
from support.amqp import Client
from support.kubernetes.cluster import BUILDS, Cluster
from support.kubernetes.own_pods import NAME, over, planted

from knative_lambda.adapters.rabbitmq import envelope
from knative_lambda.adapters.rabbitmq.topology import Topology
from knative_lambda.domain.cloudevent import CloudEvent
from knative_lambda.domain.pod import KANIKO
from knative_lambda.ports import wire

TOPOLOGY = Topology("cloud-events-sidecar", "builds-sidecar", "builds-sidecar.functions")
MODULE = "knative_lambda.entrypoints.sidecar"
PATIENCE = 60.0  # seconds; only ever spent by one that does not end


@attrs.define(eq=False)
class SidecarProcess:
    """It runs.

    Attributes:
        folder: Its `/tmp`.
        told: All that it has written.
    """

    process: asyncio.subprocess.Process
    folder: Path
    told: str = ""

    async def ready(self) -> None:
        """Wait until its startup probe would succeed."""

        async def probe() -> bool:
            assert self.process.returncode is None
            return (self.folder / "ready").exists()

        await eventually(probe)

    def terminate(self) -> None:
        """SIGTERM."""
        self.process.send_signal(signal.SIGTERM)

    def resident(self) -> float:
        """How much memory it takes, in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text("ascii")
        (line,) = (line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) * 1024 / 1e6

    async def complains(self, words: str) -> None:
        """Wait until it has written a line with these *words*."""
        assert self.process.stderr is not None
        async with asyncio.timeout(PATIENCE):
            while words not in self.told:
                line = await self.process.stderr.readline()
                assert line, f"it ended early:\n{self.told}"
                self.told += line.decode()

    async def end(self) -> int:
        """Wait for its end; its exit code."""
        async with asyncio.timeout(PATIENCE):
            out, written = await self.process.communicate()
        self.told += out.decode() + written.decode()
        assert self.process.returncode is not None
        return self.process.returncode


@asynccontextmanager
async def sidecar_process(
    folder: Path, variables: Mapping[str, str]
) -> AsyncIterator[SidecarProcess]:
    """One that is killed if it still runs in the end."""
    folder.mkdir(exist_ok=True)  # noqa: ASYNC240 - nothing else is to happen meanwhile
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KLB_")}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        MODULE,
        env={**kept, **variables, "TMPDIR": str(folder)},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield SidecarProcess(process, folder)
    finally:
        if process.returncode is None:
            process.kill()
            async with asyncio.timeout(DEADLINE):
                await process.communicate()


async def heard(broker: Client) -> CloudEvent:
    """The one event that was published."""
    (message,) = await broker.drain(TOPOLOGY.queue)
    return wire.decode(envelope.message_of(message))


async def watched(cluster: Cluster) -> None:
    """Wait until the pod is watched, and its log is read."""

    async def asked() -> bool:
        verbs = {call.subresource or call.verb for call in cluster.calls if call.status}
        return {"watch", "log"} <= verbs

    await eventually(asked)


def ends(cluster: Cluster, exit_code: int, reason: str, last_words: str) -> None:
    cluster.logs.end(cluster.object("pods", BUILDS, NAME), KANIKO)
    planted(cluster, over(exit_code, reason, last_words))
