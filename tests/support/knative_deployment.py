"""The whole service before a cluster: requests in, Services out, records in the same cluster."""

import json
from typing import Any

import attrs
from support.knative_over_http import COMPANIONS, SERVICES, HttpWorld
from support.kubernetes.cluster import BUILDS, FUNCTIONS, Cluster
from support.processes import Replica
from support.producers import build_of

from knative_lambda.adapters.kubernetes.records import ConfigMapRecords
from knative_lambda.adapters.memory.faults import Faults
from knative_lambda.domain import names
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.ids import FunctionId
from knative_lambda.ports.records import Records

F = FunctionId("acme", "orders")
NAME = names.service(F)


async def _go_on(_call: str) -> None:
    return


@attrs.define(eq=False)
class Deployment(HttpWorld):
    """Its builds and its broker are in memory; one replica handles what comes."""

    def records_of(self, faults: Faults) -> Records:  # noqa: ARG002 - nothing goes wrong with these
        """ConfigMaps."""
        return ConfigMapRecords(self.api, BUILDS)

    @property
    def replica(self) -> Replica:
        """One that was just started."""
        return Replica(self, Faults(pause=_go_on))

    async def handle(self) -> None:
        """All that waits."""
        while self.broker.ready:
            await self.replica.consume(self.broker.take(0))

    async def start(self, name: str, f: FunctionId = F, **data: Any) -> str:
        """A build is asked for, and its Job runs; gives its id."""
        identity = f"{f.third_party_id}-{name}"
        self.send("build.start", f, id=identity, source_url=f"https://{name}.test", **data)
        await self.handle()
        self.clock.advance(5)
        return build_of(f, name)

    async def end(self, build: str, f: FunctionId = F, reason: Reason | None = None) -> None:
        """The Job ends, and its sidecar tells; the event waits."""
        self.end_job(names.job(f, build), reason)
        await self.replica.companion.report(self.runner._ended.get_nowait())

    async def build(self, name: str, f: FunctionId = F, **data: Any) -> str:
        """A build from its start to what is served."""
        build = await self.start(name, f, **data)
        await self.end(build, f)
        await self.handle()
        return build

    async def operate(self, kind: str, name: str, **data: Any) -> None:
        """A deletion or a rollback."""
        self.send(f"service.{kind}", F, id=name, **data)
        await self.handle()
        self.clock.advance(5)

    def heard(self, kind: str) -> list[dict[str, Any]]:
        """The data of all events of that kind that were published."""
        found = [m for m in self.published if str(m.headers["type"]).endswith(f".{kind}")]
        return [json.loads(message.body)["data"] for message in found]


def there(cluster: Cluster) -> list[tuple[str, str, str]]:
    """Kind, name and version of each object that serves."""
    return [
        (kind, each["metadata"]["name"], each["metadata"]["resourceVersion"])
        for kind in (SERVICES, *COMPANIONS)
        for each in cluster.objects(kind, FUNCTIONS)
    ]
