"""`list`, `status` and `logs` as users of a cluster run them: by kubeconfig and settings alone."""

import argparse
import gzip
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import attrs
import pytest
from aiobotocore.session import get_session
from support.domain import DIGEST, FUNCTION, IMAGE, build, deployed, key, record, request_id
from support.knative_specs import SOURCE
from support.kubernetes.cluster import BUILDS, FUNCTIONS, Cluster
from support.kubernetes_access import kubeconfig
from support.moto import REGION, Moto
from support.s3_bucket import BackDoor

from knative_lambda.adapters.knative.place import Place
from knative_lambda.adapters.knative.service_deployer import KnativeServiceDeployer
from knative_lambda.adapters.kubernetes.client import KubernetesClient
from knative_lambda.adapters.kubernetes.records import ConfigMapRecords
from knative_lambda.application.log_reading import NoLogError
from knative_lambda.domain import labels, names
from knative_lambda.domain.record import Phase
from knative_lambda.domain.request import FunctionConfig
from knative_lambda.entrypoints import build_log, explain, list_functions, status
from knative_lambda.ports.service_deployer import ServiceSpec
from knative_lambda.settings import from_env

VARIABLES = {
    "KLB_JOB_RUNNER": "kubernetes",
    "KLB_SERVICE_DEPLOYER": "knative",
    "KLB_CONTEXT_STORE": "s3",
    "KLB_CONTEXT_BUCKET": "contexts",
    "KLB_SIDECAR_IMAGE": "registry.test/sidecar:1",
    "KLB_IMAGE_REGISTRY": "oci",
}
ONE, TWO = request_id(1), request_id(2)
TRIGGER = (SOURCE, ("type", "first"))
KNOWN = record(build(1, Phase.SETTLED), build(2, Phase.OPEN), desired=deployed(1))


@attrs.frozen
class Answer:
    """What a command has said."""

    out: str
    err: str


Command = Callable[..., Awaitable[Answer]]


@pytest.fixture
async def bucket(aws: Moto) -> AsyncIterator[BackDoor]:
    """The bucket of contexts and logs, in what this process takes for S3."""
    async with get_session().create_client("s3", REGION, endpoint_url=aws.url) as s3:
        await s3.create_bucket(Bucket="contexts")
        yield BackDoor(s3, "contexts")


@pytest.fixture
async def served(cluster: Cluster, client: KubernetesClient) -> None:
    """The function of `KNOWN` is served by its first build."""
    await ConfigMapRecords(client, BUILDS).write(KNOWN, None)
    place = Place(namespace=FUNCTIONS, broker="default", dead_letter_sink="http://letters.test")
    spec = ServiceSpec(
        name=names.service(FUNCTION),
        function=FUNCTION,
        build_id=ONE,
        key=key(1),
        image=f"{IMAGE.rpartition(':')[0]}@{DIGEST}",
        config=FunctionConfig(),
        triggers=((names.trigger(FUNCTION, TRIGGER), TRIGGER),),
    )
    deployer = KnativeServiceDeployer(client, place)
    await deployer.bind(spec, await deployer.create(spec))
    cluster.knative.ready(spec.name)


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs one."""
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers()
    for each in (list_functions, status, explain, build_log):
        each.add_to(commands)

    async def run(*words: str) -> Answer:
        options = parser.parse_args(words)
        assert await options.run(options, from_env(VARIABLES)) == 0
        return Answer(*capsys.readouterr())

    return run


def pod(cluster: Cluster, build_id: str, said: str) -> None:
    """Plant the pod in which a build runs, and has said that."""
    job = names.job(FUNCTION, build_id)
    kaniko: dict[str, Any] = {"name": "kaniko", "image": "kaniko.test/kaniko:1"}
    planted = cluster.plant(
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {
                "name": f"{job}-x1",
                "namespace": BUILDS,
                "labels": {labels.MANAGED_BY: labels.MANAGER, labels.NAME: job},
            },
            "spec": {"containers": [kaniko]},
            "status": {"containerStatuses": [{**kaniko, "state": {"running": {}}}]},
        }
    )
    cluster.logs.say(planted, "kaniko", said)


@pytest.mark.usefixtures("served")
async def test_functions_are_listed_with_their_services(command: Command) -> None:
    (one,) = json.loads((await command("list", "--output", "json")).out)
    assert (one["parser_id"], one["desired"]["build_id"], one["ready"]) == ("orders", ONE, True)
    assert one["newest"]["build_id"] == TWO
    table = await command("list")
    assert table.out.splitlines()[1].split()[:5] == ["acme/orders", ONE[:8], "yes", TWO[:8], "open"]
    assert table.err == "1 function\n"


@pytest.mark.usefixtures("served")
async def test_a_function_is_shown_with_its_triggers(command: Command) -> None:
    known = json.loads((await command("status", "acme/orders", "--output", "json")).out)
    assert known["url"] == f"http://{names.service(FUNCTION)}.{FUNCTIONS}.example.com"
    (trigger,) = known["triggers"]
    assert trigger["attributes"] == dict(TRIGGER)
    assert (trigger["ready"], trigger["message"]) == (False, "the Trigger is being set up")
    text = (await command("status", "acme/orders")).out
    assert "type=first  not ready: the Trigger is being set up" in text


@pytest.mark.usefixtures("served", "bucket")
async def test_the_log_of_a_build_that_runs_is_read_from_its_pod(
    cluster: Cluster, command: Command
) -> None:
    pod(cluster, TWO, "INFO[0001] Building\x1b[2J\n")
    answer = await command("logs", "acme/orders")
    assert answer == Answer("INFO[0001] Building\\x1b[2J\n", "")


@pytest.mark.usefixtures("served")
async def test_the_log_of_a_build_that_is_over_is_read_from_the_bucket(
    bucket: BackDoor, command: Command
) -> None:
    await bucket.plant(names.log_key(FUNCTION, ONE), gzip.compress(b"INFO[0001] Built\n"))
    assert (await command("logs", ONE)).out == "INFO[0001] Built\n"


def looking(namespace: str, *resources: str) -> list[dict[str, Any]]:
    """What the page on commands gives those who only look."""
    metadata = {"name": "looks", "namespace": namespace}
    role = {"apiVersion": "rbac.authorization.k8s.io/v1", "metadata": metadata}
    rules = [
        {"apiGroups": [each.partition(".")[2]], "resources": [each.partition(".")[0]]}
        | {"verbs": ["get", "list"]}
        for each in resources
    ]
    whom = {"kind": "ServiceAccount", "namespace": "default", "name": "me"}
    ref = {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "looks"}
    return [
        {**role, "kind": "Role", "rules": rules},
        {**role, "kind": "RoleBinding", "roleRef": ref, "subjects": [whom]},
    ]


@pytest.mark.usefixtures("served", "bucket")
async def test_the_rights_that_the_page_names_are_enough_to_look(
    cluster: Cluster, command: Command, tmp_path: Path
) -> None:
    metadata = {"name": "me", "namespace": "default"}
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": metadata}
    builds = looking(BUILDS, "configmaps", "pods", "pods/log", "events", "jobs.batch")
    kinds = ("services.serving.knative.dev", "triggers.eventing.knative.dev")
    cluster.allow([account, *builds, *looking(FUNCTIONS, *kinds)])
    kubeconfig(tmp_path, cluster.url, {"token": cluster.token("default", "me")})
    pod(cluster, TWO, "INFO[0001] Building\n")
    assert (await command("list")).err == "1 function\n"
    known = json.loads((await command("status", "acme/orders", "--output", "json")).out)
    assert (known["ready"], len(known["triggers"])) == (True, 1)
    assert (await command("logs", "acme/orders")).out == "INFO[0001] Building\n"
    known = json.loads((await command("explain", "acme/orders", "--output", "json")).out)
    unseen = [each.partition(":")[0] for each in known["not_seen"]]
    assert unseen == ["its Job and pod", "Events of its Job and pod", "dead letters"]
    assert "not permitted" not in "".join(known["not_seen"])
    assert [call.resource for call in cluster.calls if call.status == 403] == []


@pytest.mark.usefixtures("served")
async def test_why_a_function_is_not_ready_is_explained(cluster: Cluster, command: Command) -> None:
    said = "Container failed with: Error: Cannot find module"
    cluster.knative.failing(names.service(FUNCTION), said)
    text = (await command("explain", ONE)).out
    assert f"the function does not become ready\n  {said}\n" in text
    assert f"kubectl describe ksvc {names.service(FUNCTION)} --namespace {FUNCTIONS}" in text


@pytest.mark.usefixtures("served", "bucket")
async def test_a_log_that_could_not_be_kept_is_told(command: Command) -> None:
    with pytest.raises(NoLogError, match="only if the build could send its own when it ended"):
        await command("logs", ONE)
