"""What Kubernetes is told of a function: complete, tight, and never anybody else's words."""

import json
from collections.abc import Iterator
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from support.expansion import as_the_kubelet_expands
from support.knative_configs import legal
from support.knative_specs import FUNCTION, NAME, key, spec
from support.kubernetes import admission, podsecurity

from knative_lambda.adapters.knative.manifests import Manifests
from knative_lambda.adapters.knative.place import Place
from knative_lambda.domain import labels, names
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.request import FunctionConfig, Resources, Scaling
from knative_lambda.ports.service_deployer import Service, ServiceSpec

SINK = "http://builder.knative-lambda-system.svc/dead-letters"
PLACE = Place(namespace="functions", broker="default", dead_letter_sink=SINK)
MANIFESTS = Manifests(PLACE)
ANYWHERE = "0.0.0.0"  # noqa: S104 - a pod is reached from outside
OWNER = Service(name=NAME, uid="an-uid", version="1", key=key(1))
LABELS = {
    "app.kubernetes.io/name": NAME,
    "app.kubernetes.io/part-of": "knative-lambda",
    "app.kubernetes.io/managed-by": "knative-lambda-builder",
    "app.kubernetes.io/component": "function",
    "build.notifi.network/third-party-id": "acme",
    "build.notifi.network/parser-id": "orders",
}


def container(config: FunctionConfig = FunctionConfig()) -> dict[str, Any]:  # noqa: B008 - a value
    manifest = MANIFESTS.service(spec(1, "a", config=config))
    (only,) = manifest["spec"]["template"]["spec"]["containers"]
    found: dict[str, Any] = only
    return found


def environment(config: FunctionConfig) -> dict[str, str]:
    variables = container(config)["env"]
    found = {each["name"]: each["value"] for each in variables}
    assert len(found) == len(variables)
    return found


def test_a_service_is_what_the_defaults_say() -> None:
    manifest = MANIFESTS.service(spec(1, "a"))
    assert manifest["metadata"] == {
        "name": NAME,
        "namespace": "functions",
        "labels": {
            **LABELS,
            "build.notifi.network/build-id": f"{1:032x}",
            "networking.knative.dev/visibility": "cluster-local",
        },
        "annotations": {"build.notifi.network/key": labels.dump_key(key(1))},
    }
    template = manifest["spec"]["template"]
    assert template["metadata"] == {
        "labels": {**LABELS, "build.notifi.network/build-id": f"{1:032x}"},
        "annotations": {
            "autoscaling.knative.dev/min-scale": "0",
            "autoscaling.knative.dev/max-scale": "50",
            "autoscaling.knative.dev/target": "10",
        },
    }
    pod = template["spec"]
    assert (pod["containerConcurrency"], pod["timeoutSeconds"]) == (10, 300)
    assert pod["responseStartTimeoutSeconds"] == 300
    assert (pod["serviceAccountName"], pod["automountServiceAccountToken"]) == (NAME, False)
    assert pod["enableServiceLinks"] is False
    assert "imagePullSecrets" not in pod
    assert container()["image"] == spec(1).image
    assert container()["ports"] == [{"name": "http1", "containerPort": 8080}]
    assert container()["resources"] == {
        "requests": {"cpu": "50m", "memory": "64Mi"},
        "limits": {"cpu": "1", "memory": "256Mi"},
    }


def test_a_service_is_what_its_configuration_says() -> None:
    config = FunctionConfig(
        env=(("COLOUR", "blue"),),
        secrets=(f"{NAME}-db",),
        resources=Resources("1", "1Gi", "2", "2Gi"),
        scaling=Scaling(minimum=1, maximum=2, target=3, concurrency=4),
        timeout_seconds=60,
    )
    template = MANIFESTS.service(spec(1, config=config))["spec"]["template"]
    assert template["metadata"]["annotations"] == {
        "autoscaling.knative.dev/min-scale": "1",
        "autoscaling.knative.dev/max-scale": "2",
        "autoscaling.knative.dev/target": "3",
    }
    assert template["spec"]["containerConcurrency"] == 4
    assert template["spec"]["timeoutSeconds"] == 60
    assert template["spec"]["responseStartTimeoutSeconds"] == 60
    assert container(config)["envFrom"] == [{"secretRef": {"name": f"{NAME}-db"}}]
    assert container(config)["resources"]["limits"] == {"cpu": "2", "memory": "2Gi"}
    assert environment(config)["COLOUR"] == "blue"


def test_the_wrapper_is_told_how_it_is_served() -> None:
    told = json.loads(environment(FunctionConfig(timeout_seconds=7))["FUNCTION_SETTINGS"])
    assert told == {
        "build_id": f"{1:032x}",
        "timeout_seconds": 7,
        "triggers": [{"source": "network.notifi.acme", "type": "a"}],
    }


def test_where_the_wrapper_listens_is_no_matter_of_a_secret() -> None:
    assert environment(FunctionConfig(secrets=(f"{NAME}-db",)))["HOST"] == ANYWHERE


def test_our_variables_are_above_those_of_an_old_record() -> None:
    told = environment(FunctionConfig(env=(("FUNCTION_SETTINGS", "{}"), ("HOST", "evil.test"))))
    assert told["HOST"] == ANYWHERE
    assert json.loads(told["FUNCTION_SETTINGS"])["timeout_seconds"] == 300


@pytest.mark.parametrize(
    "value",
    ["$(HOST)", "$$(HOST)", "$", "$$", "a$", "$(", "$(HOST", "$é", "${HOME}", "$$$(HOST)$"],
)
def test_law_7_a_value_reaches_the_function_as_it_is(value: str) -> None:
    variables = environment(FunctionConfig(env=(("A", value),)))
    assert as_the_kubelet_expands(variables["A"], {"HOST": "seen"}) == value


def test_images_are_pulled_with_the_secret_of_the_settings() -> None:
    manifests = Manifests(attrs.evolve(PLACE, pull_secret="registry-pull"))  # noqa: S106 - a name
    pod = manifests.service(spec(1))["spec"]["template"]["spec"]
    assert pod["imagePullSecrets"] == [{"name": "registry-pull"}]


def test_the_pod_passes_the_restricted_standard_and_writes_nowhere_but_tmp() -> None:
    pod = MANIFESTS.service(spec(1))["spec"]["template"]["spec"]
    assert podsecurity.violation("restricted", pod) == ""
    assert container()["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "readOnlyRootFilesystem": True,
        "runAsNonRoot": True,
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    (mount,) = container()["volumeMounts"]
    assert mount == {"name": "tmp", "mountPath": "/tmp"}  # noqa: S108 - the container's own
    assert pod["volumes"] == [{"name": "tmp", "emptyDir": {"sizeLimit": "512Mi"}}]


@pytest.mark.parametrize(("timeout", "failures"), [(1, 3), (300, 33), (600, 63)])
def test_a_handler_that_keeps_its_process_busy_is_not_taken_for_hung(
    timeout: int, failures: int
) -> None:
    probe = container(FunctionConfig(timeout_seconds=timeout))["livenessProbe"]
    assert probe["httpGet"] == {"path": "/healthz"}
    assert probe["failureThreshold"] == failures
    assert probe["failureThreshold"] * probe["periodSeconds"] > timeout


def test_readiness_is_asked_of_the_wrapper_as_often_as_knative_likes() -> None:
    assert container()["readinessProbe"] == {"httpGet": {"path": "/healthz"}}


def test_a_function_runs_as_an_account_of_its_own_without_a_token() -> None:
    manifest = MANIFESTS.service_account(spec(1), OWNER)
    assert manifest == {
        "apiVersion": "v1",
        "kind": "ServiceAccount",
        "automountServiceAccountToken": False,
        "metadata": {
            "name": NAME,
            "namespace": "functions",
            "labels": LABELS,
            "annotations": {"build.notifi.network/key": labels.dump_key(key(1))},
            "ownerReferences": [
                {
                    "apiVersion": "serving.knative.dev/v1",
                    "kind": "Service",
                    "name": NAME,
                    "uid": "an-uid",
                }
            ],
        },
    }


def trigger(config: FunctionConfig = FunctionConfig()) -> dict[str, Any]:  # noqa: B008 - a value
    wanted = spec(1, "a", config=config)
    ((name, attributes),) = wanted.triggers
    return MANIFESTS.trigger(wanted, OWNER, name, attributes)


def test_a_trigger_leads_its_events_to_the_service() -> None:
    manifest = trigger()
    assert manifest["spec"] == {
        "broker": "default",
        "filter": {"attributes": {"source": "network.notifi.acme", "type": "a"}},
        "subscriber": {
            "ref": {"apiVersion": "serving.knative.dev/v1", "kind": "Service", "name": NAME}
        },
        "delivery": {
            "retry": 4,
            "backoffPolicy": "exponential",
            "backoffDelay": "PT1S",
            "deadLetterSink": {"uri": SINK},
        },
    }
    metadata = manifest["metadata"]
    assert metadata["name"] == names.trigger(
        FUNCTION, (("type", "a"), ("source", "network.notifi.acme"))
    )
    assert metadata["labels"] == {**LABELS, "app.kubernetes.io/name": metadata["name"]}
    assert metadata["ownerReferences"][0]["uid"] == "an-uid"
    assert metadata["annotations"] == {
        "build.notifi.network/key": labels.dump_key(key(1)),
        "rabbitmq.eventing.knative.dev/parallelism": "100",
    }


@pytest.mark.parametrize(("seconds", "retries"), [(1, 5), (60, 5), (300, 4), (600, 1)])
def test_a_slow_function_gets_an_event_less_often(seconds: int, retries: int) -> None:
    spec = trigger(FunctionConfig(timeout_seconds=seconds))["spec"]
    assert spec["delivery"]["retry"] == retries


def paths(found: object, path: str = "") -> Iterator[str]:
    """Where there is something; of a list's items, none is told from another."""
    if isinstance(found, dict):
        for name, inner in found.items():
            yield from paths(inner, f"{path}/{name}")
    elif isinstance(found, list):
        for inner in found:
            yield from paths(inner, f"{path}/-")
    yield path


def shape(manifests: list[dict[str, Any]]) -> set[str]:
    """All paths, but for those that are there or not by what is asked for."""
    optional = ("/spec/template/spec/containers/-/envFrom/-", "/spec/filter/attributes/")
    return {p for each in manifests for p in paths(each) if not p.startswith(optional)}


def all_of(wanted: ServiceSpec) -> list[dict[str, Any]]:
    triggers = [MANIFESTS.trigger(wanted, OWNER, *each) for each in wanted.triggers]
    return [MANIFESTS.service(wanted), MANIFESTS.service_account(wanted, OWNER), *triggers]


def of(function: FunctionId, config: FunctionConfig) -> ServiceSpec:
    return attrs.evolve(
        spec(1, config=config, function=function),
        triggers=tuple(
            (names.trigger(function, each.attributes), each.attributes) for each in config.triggers
        ),
    )


PLAIN = shape(all_of(spec(1, "a")))


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(asked=legal())
def test_law_7_whatever_is_asked_for_the_objects_are_legal_and_have_the_same_fields(
    asked: tuple[FunctionId, FunctionConfig],
) -> None:
    function, config = asked
    wanted = of(function, config)
    manifests = all_of(wanted)
    assert shape(manifests) == PLAIN
    assert [admission.problems(each) for each in manifests] == [[] for _ in manifests]
    service, account, *triggers = manifests
    pod = service["spec"]["template"]["spec"]
    (only,) = pod["containers"]
    variables = {each["name"]: each["value"] for each in only["env"]}
    assert set(variables) == {*dict(config.env), "HOST", "FUNCTION_SETTINGS"}
    for name, value in config.env:
        assert as_the_kubelet_expands(variables[name], {}) == value
    told = json.loads(as_the_kubelet_expands(variables["FUNCTION_SETTINGS"], {}))
    assert told["triggers"] == [dict(trigger.attributes) for trigger in config.triggers]
    assert [each["secretRef"]["name"] for each in only["envFrom"]] == list(config.secrets)
    assert [each["spec"]["filter"]["attributes"] for each in triggers] == told["triggers"]
    assert {each["metadata"]["name"] for each in (service, account)} == {names.service(function)}
    assert pod["serviceAccountName"] == names.service(function)
