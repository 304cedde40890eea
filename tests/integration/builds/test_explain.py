"""`explain` as users of a cluster run it, of builds that ended in each way a cluster was seen to."""

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
from support.kubernetes.cluster import BUILDS
from support.kubernetes.histories import History
from support.kubernetes.kubelet import Kubelet
from support.kubernetes.played import history

from knative_lambda.adapters.kubernetes.client import KubernetesClient
from knative_lambda.adapters.kubernetes.job_runner import KanikoJobRunner
from knative_lambda.adapters.kubernetes.records import ConfigMapRecords
from knative_lambda.domain import names
from knative_lambda.domain.keys import Key
from knative_lambda.domain.record import Outcome, Phase
from knative_lambda.domain.verdict import Verdict
from knative_lambda.entrypoints import explain
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
