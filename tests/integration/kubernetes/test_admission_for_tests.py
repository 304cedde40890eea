"""The tests' cluster takes what a real one takes, and says what is wrong with the rest."""

import copy

import pytest
from support.kubernetes.admission import NEWEST, OLDEST, problems
from support.kubernetes.build_jobs import build_job
from support.kubernetes.client import Client
from support.kubernetes.good_manifests import (
    GOOD,
    container_with,
    job_with,
    merged,
    scaled,
    service_with,
)
from support.kubernetes.manifests import config_map, knative_service, trigger
from support.kubernetes.resources import Object

_KUBERNETES_SAYS = "strict decoding error"


# What is wrong with each, as a word of what is said.
BAD: list[tuple[Object, str]] = [
    (job_with(nonsense=1), "nonsense"),
    (job_with(restartPolicy="Always"), "restartPolicy"),
    (job_with(containers=[{"name": "A", "image": "a"}]), "containers[2].name"),
    (job_with(containers=[{"name": "a"}]), "image"),
    (job_with(terminationGracePeriodSeconds="30"), "terminationGracePeriodSeconds"),
    (
        job_with(
            containers=[
                {
                    "name": "a",
                    "image": "a",
                    "resources": {"requests": {"memory": "2Gi"}, "limits": {"memory": "1Gi"}},
                }
            ]
        ),
        "less than or equal to memory limit",
    ),
    (
        job_with(
            containers=[
                {"name": "a", "image": "a", "volumeMounts": [{"name": "x", "mountPath": "/x"}]}
            ]
        ),
        'Not found: "x"',
    ),
    (
        job_with(containers=[{"name": "a", "image": "a", "env": [{"name": "A", "value": True}]}]),
        "env[0].value",
    ),
    (
        build_job(
            "a",
            podFailurePolicy={
                "rules": [
                    {
                        "action": "FailJob",
                        "onExitCodes": {
                            "containerName": "nobody",
                            "operator": "In",
                            "values": [1],
                        },
                    }
                ]
            },
        ),
        "containerName",
    ),
    (config_map("a", {"x": 1}), "data.x"),  # type: ignore[dict-item]  # what is wrong with it
    (service_with(nodeSelector={"a": "b"}), "nodeSelector"),
    (service_with(initContainers=[{"image": "a"}]), "initContainers"),
    (service_with(securityContext={"runAsUser": 1}), "securityContext"),
    (service_with(automountServiceAccountToken=True), "automountServiceAccountToken"),
    (service_with(restartPolicy="Always"), "restartPolicy"),
    (service_with(containerConcurrency=1001), "containerConcurrency"),
    (service_with(timeoutSeconds=601), "timeoutSeconds"),
    (service_with(idleTimeoutSeconds=400), "idleTimeoutSeconds"),
    (
        service_with(timeoutSeconds=9, responseStartTimeoutSeconds=10),
        "responseStartTimeoutSeconds: 10 is more than timeoutSeconds, 9",
    ),
    (service_with(volumes=[{"name": "a", "emptyDir": {}}]), "is not mounted"),
    (service_with(volumes=[{"name": "a", "hostPath": {"path": "/"}}]), "hostPath"),
    (container_with(env=[{"name": "PORT", "value": "1"}]), "PORT"),
    (container_with(env=[{"name": "K_SERVICE", "value": "1"}]), "K_SERVICE"),
    (container_with(ports=[{"containerPort": 8012}]), "8012"),
    (container_with(ports=[{"containerPort": 1}, {"containerPort": 2}]), "ports"),
    (container_with(ports=[{"containerPort": 1, "hostPort": 1}]), "hostPort"),
    (container_with(name="queue-proxy"), "queue-proxy"),
    (container_with(lifecycle={}), "lifecycle"),
    (container_with(securityContext={"capabilities": {"add": ["CHOWN"]}}), "add"),
    (container_with(securityContext={"privileged": True}), "privileged"),
    (
        container_with(env=[{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "x"}}}]),
        "fieldRef",
    ),
    (
        container_with(readinessProbe={"periodSeconds": 0, "failureThreshold": 3}),
        "failureThreshold",
    ),
    (
        knative_service("a", annotations={"autoscaling.knative.dev/min-scale": "1"}),
        "metadata.annotations",
    ),
    (scaled(initial_scale="0"), "initial-scale"),
    (scaled(min_scale="-1"), "min-scale"),
    (scaled(min_scale="5", max_scale="2"), "max-scale=2 is less than min-scale=5"),
    (scaled(metric="memory"), "metric"),
    (scaled(window="2h"), "window"),
    (trigger("a", filters=[{"exact": {"type": "a"}}]), "filters"),
    (trigger("a", filter={"attributes": {"third-party": "a"}}), "third-party"),
    (trigger("a", subscriber={}), "subscriber"),
    (trigger("a", delivery={"backoffDelay": "1s"}), "backoffDelay"),
    (trigger("a", delivery={"retryAfterMax": "PT1S"}), "retryAfterMax"),
    (merged(GOOD["Broker"], {"metadata": {"annotations": None}}), "annotations"),
    (merged(GOOD["Broker"], {"spec": {"config": {"namespace": None}}}), "namespace"),
    (
        merged(GOOD["RabbitmqBrokerConfig"], {"spec": {"rabbitmqClusterReference": {"name": "a"}}}),
        "rabbitmqClusterReference",
    ),
    (
        merged(
            GOOD["RabbitmqSource"], {"spec": {"rabbitmqResourcesConfig": {"predeclared": False}}}
        ),
        "rabbitmqResourcesConfig",
    ),
    (merged(GOOD["ApiServerSource"], {"spec": {"filters": []}}), "filters"),
    (merged(GOOD["Queue"], {"spec": {"durable": False}}), "durable"),
    (merged(GOOD["Queue"], {"spec": {"arguments": {"x-queue-type": "quorum"}}}), "arguments"),
    (merged(GOOD["ScaledObject"], {"spec": {"idleReplicaCount": 1}}), "idleReplicaCount"),
    (merged(GOOD["ScaledObject"], {"spec": {"triggers": []}}), "triggers"),
    (merged(GOOD["ServiceMonitor"], {"spec": {"endpoints": [{"path": "/metrics"}]}}), "endpoints"),
    (merged(GOOD["PodMonitor"], {"spec": {"interval": "30s"}}), "interval"),
    (merged(GOOD["PrometheusRule"], {"spec": {"groups": [{"rules": []}]}}), "name"),
]


@pytest.mark.parametrize("name", GOOD)
def test_a_good_manifest_has_no_problems(name: str) -> None:
    before = copy.deepcopy(GOOD[name])
    for version in (OLDEST, NEWEST):
        assert problems(GOOD[name], version) == []
    assert GOOD[name] == before


@pytest.mark.parametrize(("manifest", "word"), BAD, ids=[word for _, word in BAD])
def test_a_bad_manifest_is_told_what_is_wrong(manifest: Object, word: str) -> None:
    assert any(word in problem for problem in problems(manifest)), problems(manifest)


def test_a_kind_without_a_schema_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        problems({"apiVersion": "example.com/v1", "kind": "Thing", "metadata": {"name": "a"}})


def test_old_clusters_do_not_know_what_came_later() -> None:
    job = job_with(nonsense=None)
    job["spec"]["podReplacementPolicy"] = "Failed"
    assert problems(job, OLDEST) == []
    job["spec"]["successPolicy"] = {"rules": [{"succeededCount": 1}]}
    assert problems(job, NEWEST) == []
    assert any("successPolicy" in problem for problem in problems(job, OLDEST))


async def test_the_api_refuses_a_field_that_it_does_not_know(builds: Client) -> None:
    refused = await builds.create("batch/v1/jobs", job_with(nonsense=1))
    assert refused.said == (400, "BadRequest")
    assert _KUBERNETES_SAYS in refused.body["message"]


async def test_the_api_refuses_what_its_rules_are_against(builds: Client) -> None:
    refused = await builds.create("batch/v1/jobs", job_with(restartPolicy="Always"))
    assert refused.said == (422, "Invalid")
    assert refused.body["message"].startswith('Job.batch "a" is invalid: spec.template.spec.')


async def test_a_webhook_refuses_what_needs_a_flag(functions: Client) -> None:
    refused = await functions.create(
        "serving.knative.dev/v1/services", service_with(nodeSelector={"a": "b"})
    )
    assert refused.status == 400
    assert "validation failed" in refused.body["message"]
