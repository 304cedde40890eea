"""How many operations of Kubernetes, of S3 and of RabbitMQ does each event take?

The service is wired as in a cluster, with the tests' Kubernetes API, an S3 and a real RabbitMQ,
and each request is counted where it arrives. Events come one at a time.
"""

import asyncio
import logging
import os
import sys
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import attrs
import structlog
from aiobotocore.session import get_session
from support.kubernetes.cluster import BUILDS, Cluster
from support.kubernetes_access import kubeconfig
from support.moto import REGION, Moto, moto_server
from support.rabbitmq import Names, RabbitMQServer, rabbitmq_server
from support.s3_gate import S3Gate
from support.services import Service, service

from benchmarks.broker_door import BrokerDoor, broker_door
from benchmarks.feed import Event, completion, message, start
from benchmarks.frame import program
from benchmarks.frame.report import Budget, Report, Row

TRIGGERS: Final = (1, 5)
LARGE: Final = 20 << 20  # bytes of a source that cannot be compressed
_PART: Final = "PUT partNumber"
_LIST: Final = "list jobs.batch"
_DIGEST: Final = f"sha256:{'a' * 64}"
_PATIENCE: Final = 30.0  # seconds; only ever spent when something is wrong
_VARIABLES: Final = {
    "KLB_CONTEXT_STORE": "s3",
    "KLB_JOB_RUNNER": "kubernetes",
    "KLB_SERVICE_DEPLOYER": "knative",
    "KLB_SIDECAR_IMAGE": "registry.test/sidecar:1",
    "KLB_SOURCE_FETCHER": "directory",
}


@attrs.frozen
class Calls:
    """What one event took.

    Attributes:
        kubernetes: Without the list of Jobs, which all starts of a second share.
        parts: Of a context that was stored in more than one.
    """

    kubernetes: int
    s3: int
    parts: int
    rabbitmq: Mapping[str, int]

    def __str__(self) -> str:
        return ", ".join(f"{name} {count}" for name, count in sorted(self.rabbitmq.items()))


@attrs.frozen
class Place:
    """All that a service uses, and the doors to it."""

    cluster: Cluster
    gate: S3Gate
    door: BrokerDoor
    server: RabbitMQServer

    @asynccontextmanager
    async def service(self, **variables: str) -> AsyncIterator["Counted"]:
        """One of its own queue and bucket, which has started a build, and listed its Jobs."""
        name = uuid.uuid4().hex[:12]
        async with get_session().create_client("s3", REGION, endpoint_url=self.gate.url) as s3:
            await s3.create_bucket(Bucket=name)
        used = {"KLB_RABBITMQ_URL": self.door.url, "KLB_CONTEXT_BUCKET": name}
        names = Names(f"events-{name}", f"builds-{name}")
        given = {**_VARIABLES, **used, **variables}
        async with service(self.server, names, variables=given) as running:
            running.container.builds().now = lambda: 0  # one list for all that comes
            yield Counted(self, running)


@attrs.frozen
class Counted:
    """A service whose calls are counted."""

    place: Place
    service: Service

    async def calls(self, event: Event) -> Calls:
        """Those of *event*, until it is acknowledged."""
        counts, asked, stored = self.place.door.calls, self.place.cluster.calls, self.place.gate
        for each in (counts, asked, stored.calls):
            each.clear()
        await self.service.client.send(message(event), event["type"])
        async with asyncio.timeout(_PATIENCE):
            while not counts["ack"]:  # noqa: ASYNC110 - it comes by another connection
                await asyncio.sleep(0.01)
        verbs = [f"{call.verb} {call.resource}" for call in asked]
        kubernetes = len(verbs) - verbs.count(_LIST)
        return Calls(kubernetes, len(stored.calls), stored.names.count(_PART), dict(counts))

    async def built(self, event: Event) -> None:
        """Have the start *event* handled, and its image pushed."""
        await self.calls(event)
        for job in self.place.cluster.objects("jobs", BUILDS):
            spec = job["spec"]["template"]["spec"]
            for container in (*spec["containers"], *spec["initContainers"]):
                for each in container.get("env", ()):
                    if each["name"] == "IMAGE_URI":
                        self.service.container.registry().push(each["value"], _DIGEST)


async def _counted(place: Place, small: str, large: str) -> Mapping[str, Calls]:
    found = {}
    async with place.service() as counted:
        await counted.calls(start(0, source_url=small))
        found["start"] = await counted.calls(start(1, source_url=small))
        found["large"] = await counted.calls(start(2, source_url=large))
        for triggers in TRIGGERS:
            types = [{"type": f"type-{number}"} for number in range(triggers)]
            event = start(10 + triggers, source_url=small, function={"triggers": types})
            await counted.built(event)
            found[f"complete {triggers}"] = await counted.calls(completion(event))
    async with place.service(KLB_MAX_ACTIVE_BUILDS="1") as counted:  # there are more already
        await counted.calls(start(20, source_url=small))
        found["aside"] = await counted.calls(start(21, source_url=small))
    return found


async def _measured(folder: Path, moto: Moto, server: RabbitMQServer) -> Mapping[str, Calls]:
    urls = [_source(folder / name, size) for name, size in (("small", 0), ("large", LARGE))]
    gate = S3Gate(moto.url)
    async with (
        Cluster.started(clock=time.time_ns) as cluster,
        gate,
        broker_door(server.url) as door,
    ):
        os.environ |= moto.environment
        os.environ["AWS_ENDPOINT_URL_S3"] = gate.url
        os.environ["KUBECONFIG"] = str(kubeconfig(folder, cluster.url))
        return await _counted(Place(cluster, gate, door, server), *urls)


def _source(folder: Path, size: int) -> str:
    folder.mkdir()
    (folder / "index.js").write_text("exports.handler = async (event) => event.data;\n", "utf-8")
    (folder / "data").write_bytes(os.urandom(size))
    return folder.as_uri()


def measure(_rounds: int) -> Report:
    """All of it; a count is the same in every round."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with (
        tempfile.TemporaryDirectory() as folder,
        moto_server() as moto,
        rabbitmq_server() as server,
    ):
        found = asyncio.run(_measured(Path(folder), moto, server))
    start, large, aside = (found[name] for name in ("start", "large", "aside"))
    rows = [
        _row("Kubernetes operations of a start", start.kubernetes, 3),
        _row("S3 operations of a start, up to 8 MB", start.s3, 2),
        _row("Kubernetes operations of a larger one", large.kubernetes, 3),
        _row(f"S3 operations of a larger one, in {large.parts} parts", large.s3, 2 + large.parts),
        _row("operations of one that is set aside", aside.kubernetes + aside.s3, 0),
    ]
    for triggers in TRIGGERS:
        what = f"Kubernetes operations of a completion, {triggers} Trigger{'s' * (triggers > 1)}"
        rows.append(_row(what, found[f"complete {triggers}"].kubernetes, 5 + triggers))
    how = "Besides, all starts of a second share one list of Jobs."
    told = "; ".join(f"{name} {calls}" for name, calls in found.items())
    return Report(tuple(rows), (how, f"Of RabbitMQ, from delivery to acknowledgement: {told}."))


def _row(what: str, count: int, limit: int) -> Row:
    return Row(what, "", count, limit, "limit", Budget("at most", 1))


if __name__ == "__main__":
    sys.exit(program.run(__doc__, measure))
