"""`explain` as users of a cluster run it, however the cluster has ended a build."""

import argparse
import json
import shlex
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import pytest
from support.domain import FUNCTION, NOON, SECOND, build, record, request_id
from support.jobs import spec_of
from support.kubernetes import histories
from support.kubernetes.cluster import BUILDS, Cluster
from support.kubernetes.histories import History
from support.kubernetes.kubelet import Kubelet
from support.kubernetes.played import history

from knative_lambda.adapters.kubernetes.client import KubernetesClient
from knative_lambda.adapters.kubernetes.job_runner import KanikoJobRunner
from knative_lambda.adapters.kubernetes.records import ConfigMapRecords
from knative_lambda.application.finding import UnknownTargetError
from knative_lambda.domain import ids, names
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.keys import Key
from knative_lambda.domain.record import Outcome, Phase
from knative_lambda.domain.verdict import Verdict
from knative_lambda.entrypoints import explain
from knative_lambda.entrypoints.named_function import TargetError
from knative_lambda.settings import from_env

ONE = request_id(3)
JOB = names.job(FUNCTION, ONE)
_SUCCEEDING: Final = ("SUCCESS", "OOM_RUN_GOES_ON", "SIDECAR_KILLED")
_OF_THE_KUBELET: Final = ("GOING", "OVERDUE", "VANISHED", "DIGEST")
FAILING: Final = [
    name
    for name in vars(histories)
    if name.isupper() and name[0] != "_" and not name.startswith((*_SUCCEEDING, *_OF_THE_KUBELET))
]

Command = Callable[..., Awaitable[str]]


@pytest.fixture
def command(
    client: KubernetesClient,  # noqa: ARG001 - it has set KUBECONFIG
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> Command:
    """Runs it, and gives what it says."""
    parser = argparse.ArgumentParser()
    explain.add_to(parser.add_subparsers())
    variables = {
        "KLB_EVENT_SOURCE": "memory",
        "KLB_CONTEXT_STORE": "directory",
        "KLB_STATE_DIR": str(tmp_path / "state"),
        "KLB_SIDECAR_IMAGE": "registry.test/sidecar:1",
        "KLB_IMAGE_REGISTRY": "oci",
    }

    async def run(*words: str, code: int = 0) -> str:
        options = parser.parse_args(["explain", *words])
        capsys.readouterr()  # what whoever made the build has logged is not the command's
        assert await options.run(options, from_env(variables)) == code
        return capsys.readouterr().out

    return run


async def verdict(runner: KanikoJobRunner, kubelet: Kubelet, played: History) -> Verdict:
    """How a build ends that has that history."""
    assert await runner.start(spec_of(FUNCTION, ONE, timeout=600))
    await kubelet.play(JOB, played)
    for _ in range(40):
        kubelet.clock.advance(60)
        for _ in range(3):
            await kubelet.step()
        seen = await runner.look(JOB)
        if seen is not None and seen.verdict is not None:
            return seen.verdict
    raise AssertionError("it never ended")


async def recorded(client: KubernetesClient, ended: Verdict) -> None:
    """Have the record say so, as it does when its end was told."""
    outcome = Outcome(ended_at=NOON + 3600 * SECOND, reason=ended.reason, detail=ended.detail)
    asked = Key(NOON - SECOND, ONE)
    one = build(3, Phase.FAILED, outcome=outcome, settled=True, key=asked, accepted_at=NOON)
    await ConfigMapRecords(client, BUILDS).write(record(one), None)


@pytest.mark.parametrize("name", FAILING)
async def test_whatever_a_cluster_did_to_a_build_is_explained(
    name: str,
    runner: KanikoJobRunner,
    kubelet: Kubelet,
    client: KubernetesClient,
    command: Command,
) -> None:
    ended = await verdict(runner, kubelet, history(name))
    assert ended.reason is not None
    await recorded(client, ended)
    text = await command(ONE[:8])
    assert text.startswith(f"Build {ONE} of acme/orders: failed, {ended.reason.value}\n")
    assert f"its Job {JOB} was made" in text
    steps = json.loads(await command("acme/orders", "--output", "json"))["next"]
    assert text.splitlines()[-1].strip() == steps[-1]["command"]
    assert all(shlex.split(step["command"]) for step in steps)
    there = {pod["metadata"]["name"] for pod in kubelet.cluster.objects("pods", BUILDS)}
    described = {
        words[3]
        for step in steps
        if "describe pod" in step["command"]
        for words in [shlex.split(step["command"])]
    }
    assert described <= there


def noted(cluster: Cluster, message: str) -> None:
    """Let the cluster have noted that about the Job."""
    cluster.plant(
        {
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {"name": f"{JOB}.1", "namespace": BUILDS},
            "involvedObject": {"kind": "Job", "name": JOB, "namespace": BUILDS},
            "reason": "FailedCreate",
            "message": message,
            "lastTimestamp": "2027-01-15T08:00:02Z",
        }
    )


async def test_what_the_cluster_noted_is_told_without_secrets(
    cluster: Cluster, client: KubernetesClient, command: Command
) -> None:
    await recorded(client, Verdict(Reason.INTERNAL, "it could not be run"))
    noted(cluster, "Error pulling https://me:hunter2hunter2@registry.test/x \x1b[2J")
    for words in (("acme/orders",), ("acme/orders", "--output", "json")):
        told = await command(*words)
        assert "https://[redacted]@registry.test/x" in told
        assert "hunter2" not in told
        assert "\x1b" not in told


async def test_events_that_may_not_be_read_are_told_as_that(
    cluster: Cluster, client: KubernetesClient, command: Command
) -> None:
    await recorded(client, Verdict(Reason.LOST, ""))
    cluster.faults.add(403, verb="list", resource="events", message='User "me" cannot list events')
    text = await command("acme/orders")
    assert "Events of its Job and pod: list events in the namespace " in text
    assert "not permitted" in text
    assert "  its Job and pod: not there any more\n" in text


async def test_a_build_is_found_by_the_event_that_asked_for_it(
    client: KubernetesClient, command: Command
) -> None:
    asked = ids.request_id("shop", "order-17")
    await ConfigMapRecords(client, BUILDS).write(record(build(3, Phase.FAILED, id=asked)), None)
    text = await command("--event", "order-17", "--event-source", "shop")
    assert text.startswith(f"Build {asked} of acme/orders: failed")


async def test_of_what_nobody_knows_it_is_told_what_may_be(command: Command) -> None:
    text = await command("f" * 32, code=1)
    assert text.startswith(f"Build {'f' * 32}: unknown\n")
    assert text.endswith("    knative-lambda list\n")
    with pytest.raises(UnknownTargetError, match="no build of that id is known"):
        await command("ffff")
    with pytest.raises(TargetError, match="names a build, as --event does: not both"):
        await command("ffff", "--event", "order-17")
