"""A world whose functions are served by Knative, with an API over HTTP between the two."""

from collections.abc import Mapping
from typing import Any

import attrs
from support.interleaving import HeldReplica
from support.knative_world import PLACE
from support.kubernetes.cluster import FUNCTIONS, Cluster
from support.processes import Replica
from support.world import World

from knative_lambda.adapters.knative.service_deployer import KnativeServiceDeployer
from knative_lambda.adapters.kubernetes.api import JSON, KubernetesApi, Query
from knative_lambda.adapters.memory.faults import Faults
from knative_lambda.ports.service_deployer import ServiceDeployer

SERVICES = "services.serving.knative.dev"
COMPANIONS = ("serviceaccounts", "triggers")


@attrs.frozen(eq=False)
class HeldApi(KubernetesApi):
    """Another API, held up before each call: `api.get`, `api.post`, ..."""

    api: KubernetesApi
    faults: Faults

    async def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        query: Query = (),
        content_type: str = JSON,
    ) -> Mapping[str, Any]:
        """Call it."""
        await self.faults.pause(f"api.{method.lower()}")
        return await self.api.call(method, path, body, query=query, content_type=content_type)


@attrs.define(eq=False)
class HttpWorld(World):
    """Its records, and all but its deployer, are in memory."""

    api: KubernetesApi = attrs.field(kw_only=True)
    cluster: Cluster = attrs.field(kw_only=True)

    def deployer_of(self, faults: Faults) -> ServiceDeployer:
        """Knative's."""
        return KnativeServiceDeployer(HeldApi(self.api, faults), PLACE)

    def clear(self) -> None:
        """Let nothing be served."""
        for kind in (SERVICES, *COMPANIONS):
            for found in self.cluster.objects(kind, FUNCTIONS):
                self.cluster.remove(kind, FUNCTIONS, found["metadata"]["name"])


async def consuming(world: World, index: int = 0) -> HeldReplica:
    """A replica with what is ready at *index*, held up before its first call.

    It is held up before calls of the API and reads and writes of records, which all share.
    """
    held = HeldReplica()

    async def pause(call: str) -> None:
        if call.startswith(("api.", "records.")):
            await held.pause(call)

    replica = Replica(world, Faults(pause=pause))
    await held.begin(replica.consume(world.broker.take(index)))
    return held
