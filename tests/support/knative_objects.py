"""What serves functions in the tests' cluster, as it lies there."""

from typing import Any

from support.knative_specs import NAME, trigger_name
from support.kubernetes.cluster import FUNCTIONS, Cluster

from knative_lambda.ports.service_deployer import Service, ServiceDeployer

SERVICES = "services.serving.knative.dev"
TRIGGER = trigger_name("a")


def trigger(cluster: Cluster, name: str = TRIGGER) -> dict[str, Any]:
    return cluster.object("triggers", FUNCTIONS, name)


def owner_of(found: dict[str, Any]) -> str:
    uid: str = found["metadata"]["ownerReferences"][0]["uid"]
    return uid


async def seen_by(deployer: ServiceDeployer) -> Service:
    seen = await deployer.look(NAME)
    assert seen is not None
    return seen


def companions(cluster: Cluster) -> list[dict[str, Any]]:
    return [cluster.object("serviceaccounts", FUNCTIONS, NAME), trigger(cluster)]


def disown(cluster: Cluster, found: dict[str, Any], uid: str) -> None:
    """Let it belong to an object *uid* that is gone; a second owner keeps it until it is seen."""
    keeper = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "keeper", "namespace": FUNCTIONS},
    }
    kept = cluster.plant(keeper)["metadata"]
    reference = {"apiVersion": "v1", "kind": "ConfigMap", "name": "keeper", "uid": kept["uid"]}
    first = found["metadata"]["ownerReferences"][0]
    found["metadata"]["ownerReferences"] = [{**first, "uid": uid}, reference]
    cluster.plant(found)
