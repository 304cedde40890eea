"""What the settings say of builds in a cluster arrives in their Jobs, by one connection."""

from functools import partial
from pathlib import Path

import pytest

from knative_lambda.adapters.kubernetes.client import KubernetesClient
from knative_lambda.adapters.kubernetes.job_runner import KanikoJobRunner
from knative_lambda.adapters.kubernetes.job_settings import JobSettings, Reporting
from knative_lambda.adapters.kubernetes.records import ConfigMapRecords
from knative_lambda.entrypoints.connections import connections
from knative_lambda.entrypoints.container import Container
from knative_lambda.entrypoints.imported import made
from knative_lambda.settings import from_env

VARIABLES = {
    "KLB_JOB_RUNNER": "kubernetes",
    "KLB_SERVICE_DEPLOYER": "knative",
    "KLB_IMAGE_REGISTRY": "oci",
    "KLB_CONTEXT_STORE": "s3",
    "KLB_CONTEXT_BUCKET": "contexts",
    "KLB_BUILD_NAMESPACE": "ours",
    "KLB_BUILD_SERVICE_ACCOUNT": "pusher",
    "KLB_KANIKO_IMAGE": "kaniko.test/kaniko:v2",
    "KLB_SIDECAR_IMAGE": "registry.test/sidecar:1",
    "KLB_BUILD_REQUESTS": "memory=1Gi",
    "KLB_BUILD_LIMITS": "memory=2Gi",
    "KLB_BUILD_NODE_SELECTOR": "pool=builds",
    "KLB_BUILD_TOLERATIONS": "pool",
    "KLB_PUSH_SECRET": "push",
    "KLB_BUILD_CA": "authorities",
    "KLB_BUILD_BROKER_SECRET": "broker",
    "KLB_REGISTRY_MIRRORS": "mirror.test",
    "KLB_INSECURE_REGISTRIES": "registry.test:5000",
    "KLB_REGISTRY": "registry.test:5000",
    "KLB_EXCHANGE": "events",
    "KLB_COMPLETION_KEY": "a key that no one knows",
    "KLB_LOG_LEVEL": "debug",
}


def test_each_setting_arrives() -> None:
    runner = Container(settings=from_env(VARIABLES)).runner()
    assert isinstance(runner, KanikoJobRunner)
    assert isinstance(runner.judge, partial)
    assert (runner.judge.func, runner.judge.args) == (made, ("sidecar.pod_verdict:judge_pod",))
    assert runner.settings == JobSettings(
        namespace="ours",
        service_account="pusher",
        kaniko_image="kaniko.test/kaniko:v2",
        sidecar_image="registry.test/sidecar:1",
        requests={"memory": "1Gi"},
        limits={"memory": "2Gi"},
        node_selector={"pool": "builds"},
        tolerations=({"key": "pool", "operator": "Exists"},),
        mirrors=("mirror.test",),
        plain_http=("registry.test:5000",),
        registry="registry.test:5000",
        authorities="authorities",
        push_secret="push",  # noqa: S106 - the name of one
        reporting=Reporting(
            publisher="rabbitmq",
            exchange="events",
            broker_secret="broker",  # noqa: S106 - the same
            sink="",
            completion_key="a key that no one knows",
            log_level="debug",
        ),
    )


def test_a_sink_is_told_to_the_sidecar() -> None:
    by_http = {**VARIABLES, "KLB_EVENT_PUBLISHER": "http", "K_SINK": "http://sink.test/"}
    reporting = Container(settings=from_env(by_http)).runner().settings.reporting
    assert (reporting.publisher, reporting.sink) == ("http", "http://sink.test/")


def test_what_is_secret_is_not_shown() -> None:
    shown = repr(Container(settings=from_env(VARIABLES)).runner().settings)
    assert "no one knows" not in shown


def test_records_and_builds_share_one_connection_and_one_namespace() -> None:
    container = Container(settings=from_env(VARIABLES))
    records, runner = container.records(), container.runner()
    assert isinstance(records, ConfigMapRecords)
    assert isinstance(records.api, KubernetesClient)
    assert records.api is runner.api is container.cluster()
    assert records.namespace == "ours"
    assert runner.now is container.now()


async def test_the_connection_ends_with_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    closed = []

    async def close(client: KubernetesClient) -> None:
        closed.append(client)

    monkeypatch.setattr(KubernetesClient, "close", close)
    async with connections(from_env(VARIABLES)) as container:
        cluster = container.cluster()
        assert closed == []
    assert closed == [cluster]


async def test_elsewhere_there_is_no_connection_to_a_cluster(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def close(_client: KubernetesClient) -> None:
        raise AssertionError("there is none")

    monkeypatch.setattr(KubernetesClient, "close", close)
    here = {f"KLB_{name}": "local" for name in ("JOB_RUNNER", "SERVICE_DEPLOYER")}
    async with connections(from_env({**here, "KLB_STATE_DIR": str(tmp_path)})):
        pass
