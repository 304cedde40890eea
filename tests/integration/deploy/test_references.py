"""Whatever an object names is there: accounts, roles, settings, services, selectors and ports."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from support.installation import (
    BUILDS,
    FUNCTIONS,
    KNATIVE,
    MONITORED,
    SYSTEM,
    Key,
    by_key,
    every,
    installed,
    key,
    of_kind,
    pods,
    selects,
    settings,
)
from support.jobs import SETTINGS, spec_of

from knative_lambda.adapters.http.events import event_routes
from knative_lambda.adapters.http.health import health_routes
from knative_lambda.adapters.kubernetes.job_manifest import manifest
from knative_lambda.adapters.kubernetes.job_reading import OURS
from knative_lambda.domain.ids import FunctionId
from knative_lambda.entrypoints.commands import parser
from knative_lambda.settings import Settings

JOB = manifest(spec_of(FunctionId("acme", "orders"), "a" * 32), SETTINGS)


def referred(found: Any, reference: Any) -> Key:
    """What a reference of the object *found* leads to."""
    kind = "ksvc" if reference.get("apiVersion") == KNATIVE else reference["kind"]
    namespace = reference.get("namespace", found["metadata"]["namespace"])
    return Key(kind, namespace, reference["name"])


def test_every_service_account_is_there(overlay: str) -> None:
    there = by_key(overlay)
    for found in installed(overlay):
        for name in every(found, "serviceAccountName"):
            assert Key("ServiceAccount", found["metadata"]["namespace"], name) in there


def test_every_binding_gives_a_role_that_is_there_to_an_account_that_is_there(overlay: str) -> None:
    there = by_key(overlay)
    for found in of_kind(overlay, "RoleBinding"):
        assert referred(found, found["roleRef"]) in there
        for subject in found["subjects"]:
            assert Key(subject["kind"], subject["namespace"], subject["name"]) in there
    bound = {referred(found, found["roleRef"]) for found in of_kind(overlay, "RoleBinding")}
    assert {key(role) for role in of_kind(overlay, "Role")} == bound


def test_every_reference_leads_to_an_object(overlay: str) -> None:
    there = by_key(overlay)
    for found in installed(overlay):
        named = [*every(found, "ref"), *every(found, "config")]
        for reference in named:
            assert referred(found, reference) in there, key(found)


def test_every_config_map_is_there(overlay: str) -> None:
    there = by_key(overlay)
    for each in pods(overlay):
        for reference in every(each.spec, "configMapRef"):
            assert Key("ConfigMap", each.owner.namespace, reference["name"]) in there


def test_what_a_pod_may_do_without_is_mounted_where_the_settings_look(overlay: str) -> None:
    for each in pods(overlay):
        mounts = {one["name"]: one["mountPath"] for one in each.container["volumeMounts"]}
        volumes = {one["name"]: one for one in each.spec["volumes"]}

        assert mounts["registry"] == settings(overlay)["DOCKER_CONFIG"]
        assert volumes["registry"]["secret"]["items"][0]["path"] == "config.json"
        assert volumes["authorities"]["configMap"]["optional"] is True


def test_every_trigger_has_its_broker(overlay: str) -> None:
    there = by_key(overlay)
    for found in of_kind(overlay, "Trigger"):
        assert Key("Broker", found["metadata"]["namespace"], found["spec"]["broker"]) in there


def test_functions_have_the_broker_that_the_settings_name(overlay: str) -> None:
    named = settings(overlay)

    assert Key("Broker", named["KLB_FUNCTION_NAMESPACE"], named["KLB_BROKER"]) in by_key(overlay)


def test_dead_letters_of_functions_go_to_a_route_of_the_builder(overlay: str) -> None:
    url = urlsplit(settings(overlay)["KLB_FUNCTION_DEAD_LETTER_SINK"])
    name, namespace, domain = (url.hostname or "").split(".")
    uris = {uri for found in installed(overlay) for uri in every(found, "uri") if "/" in uri[:1]}

    assert (url.scheme, url.port, domain) == ("http", None, "svc")
    assert Key("ksvc", namespace, name) in by_key(overlay)
    assert uris == {url.path}
    assert url.path in routes()


def test_every_probe_asks_a_route_of_the_service(overlay: str) -> None:
    for each in pods(overlay):
        for probe in ("readinessProbe", "livenessProbe", "startupProbe"):
            if probe in each.container:
                assert each.container[probe]["httpGet"]["path"] in routes()


def test_every_pod_runs_a_command_that_exists(overlay: str) -> None:
    commands = {each.owner.name: each.container["args"] for each in pods(overlay)}

    for words in commands.values():
        parser().parse_args(words)
    assert commands["builder"] == ["serve"]
    assert commands["reconcile"] == ["reconcile"]
    assert commands.get("consumer", ["consume"]) == ["consume"]


def test_every_pod_listens_where_it_says(overlay: str) -> None:
    ports = [each.container["ports"] for each in pods(overlay) if "ports" in each.container]

    assert {port["containerPort"] for found in ports for port in found} == {Settings().http_port}


@pytest.mark.parametrize("overlay", MONITORED)
def test_the_service_for_metrics_leads_to_the_pods_that_have_some(overlay: str) -> None:
    service = by_key(overlay)[Key("Service", SYSTEM, "metrics")]
    labels = service["spec"]["selector"]
    chosen = [each for each in pods(overlay) if selects({"matchLabels": labels}, each.labels)]
    (port,) = service["spec"]["ports"]

    assert {each.owner.kind for each in chosen} <= {"ksvc", "Deployment"}
    assert {each.owner.name for each in chosen} >= {"builder"}
    for each in chosen:
        (own,) = each.container["ports"]
        # Knative gives the port this name, whatever it is called in its Service.
        assert own.get("name", "user-port") == port["targetPort"]
        assert port["port"] == own["containerPort"]


@pytest.mark.parametrize("overlay", MONITORED)
def test_every_pod_that_has_metrics_is_scraped(overlay: str) -> None:
    labels = by_key(overlay)[Key("Service", SYSTEM, "metrics")]["spec"]["selector"]
    served = [each for each in pods(overlay) if "ports" in each.container]

    assert all(selects({"matchLabels": labels}, each.labels) for each in served)


@pytest.mark.parametrize("overlay", MONITORED)
def test_monitors_find_what_they_are_for(overlay: str) -> None:
    service = by_key(overlay)[Key("Service", SYSTEM, "metrics")]
    monitor = by_key(overlay)[Key("ServiceMonitor", SYSTEM, "service")]["spec"]
    functions = by_key(overlay)[Key("PodMonitor", FUNCTIONS, "functions")]["spec"]

    assert selects(monitor["selector"], service["metadata"]["labels"])
    assert [each["port"] for each in monitor["endpoints"]] == ["metrics"]
    assert {each["path"] for each in monitor["endpoints"]} <= routes()
    assert selects(functions["selector"], {"serving.knative.dev/service": "lambda-a"})
    assert [each["port"] for each in functions["podMetricsEndpoints"]] == ["user-port"]


@pytest.mark.parametrize("mode", ["dev", "production"])
def test_what_looks_after_the_consumer_finds_it(mode: str) -> None:
    there = by_key(mode)
    (consumer,) = [each for each in pods(mode) if each.owner.name == "consumer"]
    own = there[consumer.owner]["spec"]["selector"]
    budget = there[Key("PodDisruptionBudget", SYSTEM, "consumer")]["spec"]["selector"]
    (spread,) = consumer.spec["topologySpreadConstraints"]

    assert selects(own, consumer.labels)
    assert budget == own == spread["labelSelector"]
    assert not any(selects(own, each.labels) for each in pods(mode) if each.owner != consumer.owner)


def test_the_autoscaler_scales_the_consumer_by_a_secret_that_it_has() -> None:
    there = by_key("production")
    scaled = there[Key("ScaledObject", SYSTEM, "consumer")]["spec"]
    (consumer,) = [each for each in pods("production") if each.owner.name == "consumer"]
    (way,) = {each["authenticationRef"]["name"] for each in scaled["triggers"]}
    (secret,) = there[Key("TriggerAuthentication", SYSTEM, way)]["spec"]["secretTargetRef"]

    assert Key("Deployment", SYSTEM, scaled["scaleTargetRef"]["name"]) == consumer.owner
    assert "replicas" not in there[consumer.owner]["spec"]
    assert [each["name"] for each in every(consumer.spec, "secretRef")] == [secret["name"]]
    assert secret["key"] == "KLB_RABBITMQ_URL"


def test_the_builder_is_told_of_our_jobs_and_of_no_other(overlay: str) -> None:
    source = by_key(overlay)[Key("ApiServerSource", BUILDS, "builds")]["spec"]
    (told,) = source["resources"]

    assert (told["apiVersion"], told["kind"]) == (JOB["apiVersion"], JOB["kind"])
    assert selects(told["selector"], JOB["metadata"]["labels"])
    assert told["selector"]["matchLabels"] == OURS


def test_a_build_runs_as_the_account_of_its_sidecar(overlay: str) -> None:
    pod = JOB["spec"]["template"]["spec"]

    assert Key("ServiceAccount", BUILDS, pod["serviceAccountName"]) in by_key(overlay)


def routes() -> set[str]:
    """What a process of the service answers."""
    nobody: Any = None
    health = health_routes(lambda: None, lambda: (b"", ""))
    return {route.path for route in (*health, *event_routes(nobody, nobody))}
