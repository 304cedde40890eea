"""The service as it runs in a cluster: in a process of its own, with what it uses around it."""

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import aiohttp
import attrs
from support.kubernetes_access import kubeconfig
from support.tcp_proxy import free_port

from benchmarks.feed import Event, Feed, feed
from benchmarks.frame.inside import Inside

_PATIENCE: Final = 240.0  # seconds without anything new; only ever spent when something is wrong
_USER: Final = 11  # of the fields of /proc/PID/stat after the name; then that of the system
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_DELIVERIES: Final = "klb_deliveries_total{"
_LOOK: Final = 0.2  # seconds between two looks
_LIFTED: Final = {
    "KLB_MAX_CONTEXTS": "1000",
    "KLB_MAX_ACTIVE_BUILDS": "1000000",
    "KLB_MAX_ACTIVE_BUILDS_PER_TENANT": "1000000",
}


@attrs.frozen
class Builder:
    """It runs, and takes what is sent to its queue.

    Attributes:
        pid: Of its process.
        url: Of the cluster.
        port: Of the process's own HTTP.
    """

    pid: int
    fed: Feed
    url: str
    _port: int
    _client: aiohttp.ClientSession

    async def made(self, kind: str, count: int) -> None:
        """Wait until so many objects of *kind*, such as `jobs`, were made.

        Raises:
            TimeoutError: They are not, and no more of them comes.
        """
        before, since = -1, time.monotonic()
        while (now := (await self._ask("/made")).get(kind, 0)) < count:
            if now > before:
                before, since = now, time.monotonic()
            elif time.monotonic() - since > _PATIENCE:
                raise TimeoutError(f"{now} {kind} of {count} were made, and no more")
            await asyncio.sleep(_LOOK)

    async def told(self, kind: str) -> Mapping[str, tuple[int, float]]:
        """How often each object of *kind* was made, and when it last was, by its name."""
        found: Mapping[str, tuple[int, float]] = (await self._ask("/told"))["made"].get(kind, {})
        return found

    async def late(self) -> float:
        """Seconds that an answer of the cluster took besides what it is to take, on average."""
        told = await self._ask("/told")
        return float(told["late"] / told["count"])

    async def handled(self) -> int:
        """How many deliveries the process has settled."""
        async with self._client.get(f"http://127.0.0.1:{self._port}/metrics") as response:
            lines = (await response.text()).splitlines()
        return round(sum(float(each.split()[-1]) for each in lines if each.startswith(_DELIVERIES)))

    async def has_handled(self, count: int) -> None:
        """Wait until it has settled so many deliveries.

        Raises:
            TimeoutError: It does not, within minutes.
        """
        async with asyncio.timeout(_PATIENCE):
            while await self.handled() < count:  # noqa: ASYNC110 - it is another process that counts
                await asyncio.sleep(_LOOK)

    @property
    def cpu(self) -> float:
        """Seconds of CPU that the process has taken, in all its threads."""
        stat = Path(f"/proc/{self.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        return (int(stat[_USER]) + int(stat[_USER + 1])) / _TICKS

    @property
    def memory(self) -> int:
        """Bytes of memory that the process has had at most."""
        status = Path(f"/proc/{self.pid}/status").read_text("ascii")
        (line,) = (line for line in status.splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024

    async def _ask(self, path: str) -> Mapping[str, Any]:
        async with self._client.get(f"{self.url}{path}") as response:
            found: Mapping[str, Any] = json.loads(await response.read())
            return found


@asynccontextmanager
async def builder(
    inside: Inside,
    url: str,
    limits: Mapping[str, str] = _LIFTED,
    queued: Sequence[Event] = (),
) -> AsyncIterator[Builder]:
    """A new one in a new cluster, at the broker of *url*; it begins with what is *queued*."""
    async with (
        inside.beside("played_cluster") as played,
        feed(url, 0) as fed,
        aiohttp.ClientSession() as client,
    ):
        await fed.send_all(queued)
        cluster = f"http://127.0.0.1:{played}"
        port = free_port()
        variables = {**_variables(inside.folder, cluster), **fed.variables, **limits}
        variables["KLB_HTTP_PORT"] = str(port)
        async with inside.serving("unlimited", "consume", variables=variables) as process:
            while not await fed.consumed():
                if process.returncode is not None:
                    break
                await asyncio.sleep(_LOOK)
            yield Builder(process.pid, fed, cluster, port, client)


def _variables(folder: Path, cluster: str) -> Mapping[str, str]:
    registry = cluster.removeprefix("http://")
    return {
        "KUBECONFIG": str(kubeconfig(folder, cluster)),
        "AWS_ENDPOINT_URL_S3": cluster,
        "AWS_ACCESS_KEY_ID": "AKIABENCHMARKSONLY00",
        "AWS_SECRET_ACCESS_KEY": "the-secret-of-benchmarks",
        "AWS_EC2_METADATA_DISABLED": "true",
        "KLB_CONTEXT_BUCKET": "contexts",
        "KLB_SIDECAR_IMAGE": "registry.test/sidecar:1",
        "KLB_REGISTRY": registry,
        "KLB_INSECURE_REGISTRIES": registry,
        "KLB_SOURCE_FETCHER": "memory",
    }
