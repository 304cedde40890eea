"""A right that the service lacks in the namespace of functions is told by its name."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from support.knative_specs import NAME, key, spec
from support.kubernetes.cluster import FUNCTIONS, Cluster

from knative_lambda.adapters.knative.place import Place
from knative_lambda.adapters.knative.service_deployer import KnativeServiceDeployer
from knative_lambda.domain.errors import SetupError

SYSTEM = "knative-lambda-system"
ROLES = Path(__file__).parents[3] / "deploy/base/roles/service.yaml"
DEPLOYED: list[dict[str, Any]] = [*yaml.safe_load_all(ROLES.read_text("utf-8"))]
(ROLE,) = (
    each
    for each in DEPLOYED
    if (each["kind"], each["metadata"]["namespace"]) == ("Role", FUNCTIONS)
)
RULES: list[dict[str, Any]] = ROLE["rules"]


def manifests(rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """All that is deployed of roles and bindings, with those *rules* for functions."""
    account = {"name": "builder", "namespace": SYSTEM}
    return [
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": account},
        *({**each, "rules": rules} if each is ROLE else each for each in DEPLOYED),
    ]


@pytest.fixture
def user(cluster: Cluster) -> Mapping[str, object]:
    """The service."""
    return {"token": cluster.token(SYSTEM, "builder")}


async def everything(cluster: Cluster, deployer: KnativeServiceDeployer) -> None:
    """All that is ever done: made, repeated, changed, pruned, moved, removed."""
    await deployer.bind(spec(1, "a", "b"), await deployer.create(spec(1, "a", "b")))
    seen = await deployer.look(NAME)
    assert seen is not None
    account = cluster.object("serviceaccounts", FUNCTIONS, NAME)
    cluster.plant({**account, "automountServiceAccountToken": True})
    await deployer.bind(spec(1, "a", "b"), seen)
    await deployer.bind(spec(2, "a"), await deployer.patch(spec(2, "a"), key(1)))
    await deployer.prune(spec(2, "a"))
    moved = KnativeServiceDeployer(
        deployer.api, Place(namespace=FUNCTIONS, broker="other", dead_letter_sink="http://x.test")
    )
    await moved.bind(spec(3, "a"), await moved.patch(spec(3, "a"), key(2)))
    last = await deployer.look(NAME)
    assert last is not None
    await deployer.delete(last)


@pytest.mark.parametrize(
    ("rule", "verb"), [(n, verb) for n, rule in enumerate(RULES) for verb in rule["verbs"]]
)
async def test_a_right_that_is_missing_is_named(
    cluster: Cluster, deployer: KnativeServiceDeployer, rule: int, verb: str
) -> None:
    left = [verb_ for verb_ in RULES[rule]["verbs"] if verb_ != verb]
    cluster.allow(manifests([*RULES[:rule], {**RULES[rule], "verbs": left}, *RULES[rule + 1 :]]))
    with pytest.raises(SetupError, match=f"^{verb} {RULES[rule]['resources'][0]}") as refusal:
        await everything(cluster, deployer)
    assert "give the ServiceAccount of this service a Role that permits it" in str(refusal.value)
