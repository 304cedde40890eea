"""What the service may do in a cluster is held against what it needs, verb by verb."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from support.kubernetes.cluster import BUILDS, FUNCTIONS
from support.kubernetes_access import kubeconfig
from support.sick_world import SickWorld, named

from knative_lambda.adapters.kubernetes.rights import FILE, IN_BUILDS, IN_FUNCTIONS, Right

SYSTEM = "knative-lambda-system"
INSTALLED = list(yaml.safe_load_all((Path(__file__).parents[3] / FILE).read_text("utf-8")))


def rules(namespace: str) -> list[dict[str, Any]]:
    """What is installed there."""
    (found,) = (
        each["rules"]
        for each in INSTALLED
        if (each["kind"], each["metadata"]["namespace"]) == ("Role", namespace)
    )
    return list(found)


@pytest.mark.parametrize(("namespace", "table"), [(BUILDS, IN_BUILDS), (FUNCTIONS, IN_FUNCTIONS)])
def test_what_is_installed_is_what_is_needed(namespace: str, table: tuple[Right, ...]) -> None:
    assert rules(namespace) == [
        {
            "apiGroups": [each.kind.group],
            "resources": [each.kind.resource],
            "verbs": list(each.verbs),
        }
        for each in table
    ]


def without(verb: str, resource: str) -> Iterator[dict[str, Any]]:
    """What is installed, but for that verb."""
    for each in INSTALLED:
        kept = [
            {**rule, "verbs": [one for one in rule["verbs"] if [one] != [verb]]}
            if resource in rule["resources"]
            else rule
            for rule in each.get("rules", ())
        ]
        yield {**each, "rules": kept} if kept else each


def as_the_service(world: SickWorld, verb: str, resource: str) -> None:
    """From now on, this process is the service, which lacks that right."""
    account = named("v1", "ServiceAccount", "builder", SYSTEM)
    world.cluster.allow([account, *without(verb, resource)])
    token = world.cluster.token(SYSTEM, "builder")
    kubeconfig(world.folder, world.cluster.url, {"token": token})


async def test_the_service_is_told_what_it_cannot_see_and_of_nothing_broken(
    world: SickWorld,
) -> None:
    as_the_service(world, "nothing", "nothing")
    told = await world.examined()
    assert (told.code, told.broken) == (0, [])
    doubtful = {each["check"] for each in told.of("warning")}
    assert doubtful == {"registry push", "namespace", "ServiceAccount", "Secret", "Broker"}
    assert all("somebody who may" in each["mend"] for each in told.of("warning"))


@pytest.mark.parametrize(
    ("verb", "resource", "words"),
    [
        ("update", "configmaps", f"update configmaps in the namespace {BUILDS}"),
        ("create", "jobs", f"create jobs.batch in the namespace {BUILDS}"),
        ("patch", "services", f"patch services.serving.knative.dev in the namespace {FUNCTIONS}"),
        ("list", "triggers", f"list triggers.eventing.knative.dev in the namespace {FUNCTIONS}"),
    ],
)
async def test_a_verb_that_is_missing_is_named_with_what_permits_it(
    world: SickWorld, verb: str, resource: str, words: str
) -> None:
    as_the_service(world, verb, resource)
    told = await world.examined()
    assert told.broken == ["cluster rights"]
    (found,) = told.of("fail")
    assert found["text"] == f"whoever runs this may not {words}"
    assert found["mend"] == f"kubectl apply --filename {FILE}"


async def test_who_is_not_known_to_the_cluster_is_told_to_sign_in(world: SickWorld) -> None:
    as_the_service(world, "nothing", "nothing")
    kubeconfig(world.folder, world.cluster.url, {"token": "of/nobody"})
    told = await world.examined()
    assert told.broken == ["cluster"]
    (found,) = told.of("fail")
    assert "does not know who asks" in found["text"]
    assert found["mend"].startswith("export KUBECONFIG=")
