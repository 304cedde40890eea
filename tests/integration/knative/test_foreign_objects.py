"""What is not ours is neither overwritten, nor adopted, nor removed."""

from typing import Any

import pytest
from support.knative_specs import FUNCTION, NAME, SOURCE, key, spec, trigger_name
from support.kubernetes.cluster import FUNCTIONS, Cluster

from knative_lambda.adapters.knative.service_deployer import KnativeServiceDeployer
from knative_lambda.domain import labels
from knative_lambda.domain.errors import PermanentError
from knative_lambda.domain.rejection import Rejection


def account(**metadata: Any) -> dict[str, Any]:
    named = {"name": NAME, "namespace": FUNCTIONS, **metadata}
    return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": named}


def trigger(name: str, **metadata: Any) -> dict[str, Any]:
    return {
        "apiVersion": "eventing.knative.dev/v1",
        "kind": "Trigger",
        "metadata": {"name": name, "namespace": FUNCTIONS, **metadata},
        "spec": {"broker": "default", "filter": {"attributes": dict([SOURCE])}},
    }


FOREIGN = [
    pytest.param(account(), "a ServiceAccount", id="account"),
    pytest.param(trigger(trigger_name("a")), "a Trigger", id="trigger"),
    pytest.param(
        trigger(trigger_name("a"), annotations={labels.KEY: "somebody's own"}),
        "a Trigger",
        id="another's key",
    ),
]


@pytest.mark.parametrize("way", ["made", "found", "patched"])
@pytest.mark.parametrize(("manifest", "what"), FOREIGN)
async def test_a_companion_that_is_not_ours_is_left_as_it_is(
    cluster: Cluster,
    deployer: KnativeServiceDeployer,
    manifest: dict[str, Any],
    what: str,
    way: str,
) -> None:
    planted = cluster.plant(manifest)
    owner = await deployer.create(spec(1, "a"))
    wanted = spec(1, "a")
    if way == "found":
        seen = await deployer.look(NAME)
        assert seen is not None
        owner = seen
    if way == "patched":
        wanted = spec(2, "a")
        owner = await deployer.patch(wanted, key(1))
    with pytest.raises(PermanentError, match=f"{what} of that name exists and is not") as refusal:
        await deployer.bind(wanted, owner)
    assert refusal.value.rejection is Rejection.FOREIGN_SERVICE
    kind = f"{manifest['kind'].lower()}s"
    assert cluster.object(kind, FUNCTIONS, manifest["metadata"]["name"]) == planted


async def test_a_foreign_trigger_for_our_function_is_not_pruned(
    cluster: Cluster, deployer: KnativeServiceDeployer
) -> None:
    await deployer.create(spec(1))
    bears = labels.of_function(FUNCTION, "by-hand", "function")
    planted = cluster.plant(trigger("by-hand", labels=bears))
    await deployer.prune(spec(2))
    assert cluster.object("triggers", FUNCTIONS, "by-hand") == planted


async def test_annotations_of_others_survive_an_update(
    cluster: Cluster, deployer: KnativeServiceDeployer
) -> None:
    await deployer.bind(spec(1, "a"), await deployer.create(spec(1, "a")))
    for kind, name in (
        ("services.serving.knative.dev", NAME),
        ("serviceaccounts", NAME),
        ("triggers", trigger_name("a")),
    ):
        found = cluster.object(kind, FUNCTIONS, name)
        found["metadata"]["annotations"]["example.com/note"] = "keep"
        cluster.plant(found)
    before = cluster.object("services.serving.knative.dev", FUNCTIONS, NAME)
    await deployer.bind(spec(2, "a"), await deployer.patch(spec(2, "a"), key(1)))
    service = cluster.object("services.serving.knative.dev", FUNCTIONS, NAME)
    annotations = service["metadata"]["annotations"]
    assert annotations["example.com/note"] == "keep"
    creator = "serving.knative.dev/creator"
    assert annotations[creator] == before["metadata"]["annotations"][creator]
    assert annotations[labels.KEY] == labels.dump_key(key(2))
    bound = cluster.object("triggers", FUNCTIONS, trigger_name("a"))["metadata"]
    assert bound["annotations"]["example.com/note"] == "keep"
    assert bound["annotations"][labels.KEY] == labels.dump_key(key(2))
    assert bound["labels"]["eventing.knative.dev/broker"] == "default"
