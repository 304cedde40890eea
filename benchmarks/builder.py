"""The service as it runs in a cluster: in a process of its own, with what it uses around it."""

import asyncio
import gzip
import json
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
from benchmarks.watched import Watched

_PATIENCE: Final = 240.0  # seconds without anything new; only ever spent when something is wrong
_LOOK: Final = 0.2  # seconds between two looks
LIFTED: Final = {
    "KLB_MAX_CONTEXTS": "1000",
    "KLB_MAX_ACTIVE_BUILDS": "1000000",
    "KLB_MAX_ACTIVE_BUILDS_PER_TENANT": "1000000",
}


@attrs.frozen
class Builder:
    """It runs, and takes what is sent to its queue.

    Attributes:
        process: Its own.
        url: Of the cluster.
    """

    process: Watched
    fed: Feed
    url: str
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

    async def log(self, key: str) -> str:
        """The log of a build that lies there."""
        async with self._client.get(f"{self.url}/log/{key}") as response:
            return gzip.decompress(await response.read()).decode()

    async def handled(self, least: int = 0) -> int:
        """How many deliveries it has settled, as soon as they are so many at *least*."""
        return await self.process.counts("klb_deliveries_total{", least)

    async def _ask(self, path: str) -> Mapping[str, Any]:
        async with self._client.get(f"{self.url}{path}") as response:
            found: Mapping[str, Any] = json.loads(await response.read())
            return found


@asynccontextmanager
async def builder(
    inside: Inside,
    url: str,
    limits: Mapping[str, str] = LIFTED,
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
            watched = Watched(process.pid, f"http://127.0.0.1:{port}")
            yield Builder(watched, fed, cluster, client)


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
        "KLB_BUILD_STRATEGY": "kaniko",
    }
