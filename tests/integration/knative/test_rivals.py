"""Others write to the same objects, between a look and a write, or always."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import attrs
import pytest
from support.knative_objects import companions, seen_by, trigger
from support.knative_specs import key, spec
from support.kubernetes.cluster import FUNCTIONS, Cluster

from knative_lambda.adapters.knative.place import Place
from knative_lambda.adapters.knative.service_deployer import KnativeServiceDeployer
from knative_lambda.adapters.kubernetes.api import JSON, KubernetesApi, Query
from knative_lambda.domain import labels
from knative_lambda.domain.errors import TransientError
from knative_lambda.ports.service_deployer import Service


@attrs.define(eq=False)
class Overtaken(KubernetesApi):
    """An API whose first call of *method* meets what somebody else has just done."""

    api: KubernetesApi
    method: str
    first: Callable[[], Awaitable[None]] | None

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
        if method == self.method and self.first is not None:
            first, self.first = self.first, None
            await first()
        return await self.api.call(method, path, body, query=query, content_type=content_type)


async def test_who_is_overtaken_by_a_newer_desire_leaves_what_that_wrote(
    cluster: Cluster, deployer: KnativeServiceDeployer, place: Place, owner: Service
) -> None:
    async def overtake() -> None:
        await deployer.bind(spec(3, "a"), await seen_by(deployer))

    overtaken = Overtaken(deployer.api, "PATCH", overtake)
    await KnativeServiceDeployer(overtaken, place).bind(spec(2, "a"), owner)
    annotations = trigger(cluster)["metadata"]["annotations"]
    assert annotations[labels.KEY] == labels.dump_key(key(3))


async def test_who_is_overtaken_while_replacing_looks_again(
    cluster: Cluster, deployer: KnativeServiceDeployer, place: Place, owner: Service
) -> None:
    async def overtake() -> None:
        changed = trigger(cluster)
        changed["metadata"]["annotations"]["example.com/note"] = "new"
        cluster.plant(changed)

    overtaken = Overtaken(deployer.api, "DELETE", overtake)
    moved = KnativeServiceDeployer(overtaken, attrs.evolve(place, broker="other"))
    await moved.bind(spec(2, "a"), owner)
    assert trigger(cluster)["spec"]["broker"] == "other"
    assert [call.status for call in cluster.calls if call.verb == "delete"] == [409, 200]


@pytest.mark.parametrize("resource", ["triggers", "serviceaccounts"])
async def test_who_never_gets_to_write_tries_later(
    cluster: Cluster, deployer: KnativeServiceDeployer, owner: Service, resource: str
) -> None:
    for each in companions(cluster):
        del each["metadata"]["ownerReferences"]
        cluster.plant(each)
    cluster.faults.add(422, verb="patch", resource=resource)
    with pytest.raises(TransientError, match="others keep writing to it"):
        await deployer.bind(spec(1, "a"), owner)


@pytest.mark.usefixtures("owner")
async def test_who_never_gets_to_remove_tries_later(
    cluster: Cluster, deployer: KnativeServiceDeployer
) -> None:
    fault = cluster.faults.add(409, verb="delete", times=1)
    await deployer.prune(spec(2))
    assert fault.hits == 1
    assert cluster.objects("triggers", FUNCTIONS) == []
    await deployer.bind(spec(3, "a"), await seen_by(deployer))
    cluster.faults.add(409, verb="delete")
    with pytest.raises(TransientError, match="others keep writing to them"):
        await deployer.prune(spec(4))


@pytest.mark.usefixtures("owner")
async def test_a_trigger_that_is_going_is_not_removed_again(
    cluster: Cluster, deployer: KnativeServiceDeployer
) -> None:
    held = trigger(cluster)
    held["metadata"]["finalizers"] = ["triggers.eventing.knative.dev"]
    cluster.plant(held)
    await deployer.prune(spec(2))
    cluster.calls.clear()
    await deployer.prune(spec(2))
    assert [call.verb for call in cluster.calls] == ["list"]
