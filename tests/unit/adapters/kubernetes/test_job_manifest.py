"""The Job that a build becomes: one that every cluster takes, whatever a tenant sent."""

import itertools
import json

import attrs
import pytest
from hypothesis import given
from support.jobs import REPORTING, SETTINGS, spec_of, specs
from support.kubernetes import admission, podsecurity
from support.rendered_jobs import container, environment, flags, pod, shape

from knative_lambda.adapters.kubernetes.job_manifest import GRACE, manifest
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.pod import START_WITHIN
from knative_lambda.domain.signing import build_key
from knative_lambda.ports.job_runner import JobSpec

NEWEST = admission.NEWEST.removesuffix(".0")
FUNCTION = FunctionId("Acme", "hello.world")
BUILD = "0123456789abcdef" * 2
SPEC = spec_of(FUNCTION, BUILD)
FULL = attrs.evolve(
    SETTINGS,
    node_selector={"pool": "builds"},
    tolerations=({"key": "pool", "operator": "Exists"},),
    mirrors=("mirror.test/hub", "plain.test:5000"),
    plain_http=("plain.test:5000",),
    authorities="authorities",
    push_secret="push",  # noqa: S106 - the name of one
    reporting=attrs.evolve(REPORTING, completion_key="a key that no one knows"),
)


@given(specs)
def test_every_cluster_takes_the_job_of_any_legal_request(job: JobSpec) -> None:
    for settings, version in itertools.product((SETTINGS, FULL), (admission.OLDEST, NEWEST)):
        rendered = manifest(job, settings)
        assert admission.problems(rendered, version) == []
        assert podsecurity.violation("baseline", pod(rendered)) == ""


@given(specs)
def test_law_7_a_job_has_the_same_shape_whatever_the_tenant_sent(job: JobSpec) -> None:
    for settings in (SETTINGS, FULL):
        rendered = manifest(job, settings)
        assert shape(rendered) == shape(manifest(SPEC, settings))
        static = (
            pod(manifest(SPEC, settings))["volumes"],
            container(manifest(SPEC, settings), "fetch")["image"],
        )
        assert (pod(rendered)["volumes"], container(rendered, "fetch")["image"]) == static


@given(specs)
def test_law_7_each_thing_that_was_sent_is_one_word_and_no_more(job: JobSpec) -> None:
    rendered = manifest(job, FULL)
    sent = [f"--build-arg={name}={value}" for name, value in job.build_args]
    if job.source is not None:
        sent.append(f"--label=org.opencontainers.image.source={job.source}")
    if job.revision is not None:
        sent.append(f"--label=org.opencontainers.image.revision={job.revision}")
    mine = [
        flag for flag in flags(manifest(SPEC, FULL)) if not flag.startswith(("--label", "--dest"))
    ]
    theirs = [flag for flag in flags(rendered) if not flag.startswith("--dest")]
    assert sorted(theirs) == sorted(mine + sent)
    assert environment(rendered, "fetch")["CONTEXT_URL"] == job.context_url
    assert environment(rendered, "sidecar")["LOG_URL"] == job.log_url
    assert rendered["metadata"]["annotations"] == {
        "build.notifi.network/correlation-id": job.correlation_id or "",
        "build.notifi.network/image": job.image,
    }


@given(specs, specs)
def test_law_12_jobs_of_different_builds_have_different_names(one: JobSpec, other: JobSpec) -> None:
    jobs = [manifest(spec, SETTINGS)["metadata"]["name"] for spec in (one, other)]
    same = (one.function, one.build_id[:8]) == (other.function, other.build_id[:8])
    assert (jobs[0] == jobs[1]) is same


def test_job_and_pod_say_whose_build_they_are() -> None:
    job = manifest(SPEC, SETTINGS)
    labels = {
        "app.kubernetes.io/name": SPEC.name,
        "app.kubernetes.io/part-of": "knative-lambda",
        "app.kubernetes.io/managed-by": "knative-lambda-builder",
        "app.kubernetes.io/component": "build",
        "build.notifi.network/third-party-id": "Acme",
        "build.notifi.network/parser-id": "hello.world",
        "build.notifi.network/build-id": BUILD,
    }
    metadata = job["metadata"]
    assert (metadata["name"], metadata["namespace"]) == (SPEC.name, "knative-lambda-builds")
    assert metadata["labels"] == job["spec"]["template"]["metadata"]["labels"] == labels


def test_a_build_is_one_pod_that_ends_after_its_sidecar_had_its_say() -> None:
    spec = manifest(SPEC, SETTINGS)["spec"]
    assert spec["backoffLimit"] == 0
    (rule,) = spec["podFailurePolicy"]["rules"]
    codes = {"containerName": "kaniko", "operator": "NotIn", "values": [0]}
    assert rule == {"action": "FailJob", "onExitCodes": codes}
    assert spec["activeDeadlineSeconds"] == SPEC.timeout + GRACE + START_WITHIN
    assert spec["ttlSecondsAfterFinished"] >= 3600
    assert spec["template"]["spec"]["terminationGracePeriodSeconds"] == GRACE == 120
    assert spec["template"]["spec"]["restartPolicy"] == "Never"


def test_the_sidecar_is_first_and_stays_and_is_waited_for() -> None:
    job = manifest(SPEC, FULL)
    assert [each["name"] for each in pod(job)["initContainers"]] == ["sidecar", "fetch"]
    sidecar = container(job, "sidecar")
    assert sidecar["restartPolicy"] == "Always"
    assert "restartPolicy" not in container(job, "fetch")
    assert sidecar["startupProbe"]["exec"] == {"command": ["cat", "/tmp/ready"]}  # noqa: S108 - in a pod
    assert {"name": "tmp", "mountPath": "/tmp"} in sidecar["volumeMounts"]  # noqa: S108 - the same


def test_the_sidecar_knows_its_build_and_whom_to_tell() -> None:
    job = manifest(SPEC, FULL)
    assert environment(job, "sidecar") == {
        "BUILD_JOB_NAME": SPEC.name,
        "THIRD_PARTY_ID": "Acme",
        "PARSER_ID": "hello.world",
        "BUILD_ID": BUILD,
        "IMAGE_URI": SPEC.image,
        "BUILD_TIMEOUT": "1800",
        "LOG_URL": SPEC.log_url,
        "KLB_EVENT_PUBLISHER": "rabbitmq",
        "KLB_LOG_LEVEL": "info",
        "KLB_EXCHANGE": "cloud-events",
        "COMPLETION_KEY": build_key("a key that no one knows", FUNCTION, BUILD).hex(),
        "SSL_CERT_FILE": "/etc/knative-lambda/ca.crt",
    }
    env = container(job, "sidecar")["env"]
    assert [each for each in env if "value" not in each] == [
        {"name": "POD_NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
        {"name": "POD_NAMESPACE", "valueFrom": {"fieldRef": {"fieldPath": "metadata.namespace"}}},
        {
            "name": "KLB_RABBITMQ_URL",
            "valueFrom": {"secretKeyRef": {"name": "build-broker", "key": "KLB_RABBITMQ_URL"}},
        },
    ]


def test_over_http_the_sidecar_is_told_the_sink_and_of_no_broker() -> None:
    reporting = attrs.evolve(REPORTING, publisher="http", sink="http://sink.test/a$b")
    job = manifest(SPEC, attrs.evolve(SETTINGS, reporting=reporting))
    told = environment(job, "sidecar")
    assert (told["KLB_EVENT_PUBLISHER"], told["K_SINK"]) == ("http", "http://sink.test/a$b")
    assert "secretKeyRef" not in json.dumps(job)
    assert not {"COMPLETION_KEY", "SSL_CERT_FILE", "KLB_EXCHANGE"} & set(told)


def test_the_key_of_all_completions_is_in_no_job() -> None:
    assert "no one knows" not in json.dumps(manifest(SPEC, FULL))


def test_only_the_sidecar_has_a_token() -> None:
    spec = pod(manifest(SPEC, FULL))
    assert spec["automountServiceAccountToken"] is False
    assert spec["enableServiceLinks"] is False
    mounting = [
        each["name"]
        for each in (*spec["initContainers"], *spec["containers"])
        if any(mount["name"] == "token" for mount in each["volumeMounts"])
    ]
    assert mounting == ["sidecar"]
    (token,) = (each["projected"] for each in spec["volumes"] if each["name"] == "token")
    assert token["defaultMode"] == 0o444
    assert not {"shareProcessNamespace", "hostNetwork", "hostPID"} & set(spec)


def test_kaniko_can_read_nothing_that_is_secret_but_what_it_pushes_with() -> None:
    job = manifest(SPEC, FULL)
    kaniko = container(job, "kaniko")
    assert kaniko["env"] == []
    assert {(each["name"], each["mountPath"]) for each in kaniko["volumeMounts"]} == {
        ("context", "/context"),
        ("push", "/kaniko/.docker"),
        ("authorities", "/etc/knative-lambda"),
    }
    assert all(each["readOnly"] for each in kaniko["volumeMounts"])
    (push,) = (each for each in pod(job)["volumes"] if each["name"] == "push")
    items = [{"key": ".dockerconfigjson", "path": "config.json"}]
    assert push["secret"] == {"secretName": "push", "items": items}
    written = json.dumps(kaniko)
    assert "X-Amz-Signature" not in written
    assert environment(job, "fetch")["TREE_HASH"] == SPEC.tree_hash


def test_without_a_secret_kaniko_pushes_by_its_role_and_keeps_no_token_on_disk() -> None:
    job = manifest(SPEC, SETTINGS)
    assert environment(job, "kaniko") == {"AWS_ECR_DISABLE_CACHE": "true"}
    assert [each["name"] for each in pod(job)["volumes"]] == ["tmp", "context", "token"]


def test_kaniko_builds_the_context_that_was_fetched_and_pushes_to_one_place() -> None:
    given = flags(manifest(SPEC, SETTINGS))
    for flag in (
        "--context=tar:///context/context.tar.gz",
        "--dockerfile=Dockerfile",
        f"--destination={SPEC.image}",
        "--digest-file=/dev/termination-log",
        "--compressed-caching=false",
        "--push-ignore-immutable-tag-errors",
    ):
        assert given.count(flag) == 1
    assert not [flag for flag in given if flag.startswith(("--cache", "--insecure", "--skip-tls"))]
    assert container(manifest(SPEC, SETTINGS), "kaniko")["terminationMessagePolicy"] == (
        "FallbackToLogsOnError"
    )


def test_registries_are_reached_as_the_operator_says() -> None:
    given = flags(manifest(SPEC, FULL))
    named = [flag for flag in given if "registry" in flag.partition("=")[0]]
    assert named == [
        "--registry-mirror=mirror.test/hub",
        "--registry-mirror=plain.test:5000",
        "--insecure-registry=plain.test:5000",
        "--registry-certificate=registry.test:5000=/etc/knative-lambda/ca.crt",
        "--registry-certificate=mirror.test=/etc/knative-lambda/ca.crt",
    ]


@pytest.mark.parametrize("name", ["sidecar", "fetch"])
def test_what_is_ours_runs_with_no_rights_at_all(name: str) -> None:
    assert container(manifest(SPEC, FULL), name)["securityContext"] == {
        "runAsNonRoot": True,
        "runAsUser": 65532,
        "runAsGroup": 65532,
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "seccompProfile": {"type": "RuntimeDefault"},
        "capabilities": {"drop": ["ALL"]},
    }


def test_kaniko_has_the_rights_without_which_some_image_is_not_built_and_no_other() -> None:
    security = container(manifest(SPEC, FULL), "kaniko")["securityContext"]
    assert security["capabilities"] == {
        "drop": ["ALL"],
        "add": ["CHOWN", "DAC_OVERRIDE", "FOWNER", "SETGID", "SETUID"],
    }
    assert (security["runAsUser"], security["allowPrivilegeEscalation"]) == (0, False)
    assert security["seccompProfile"] == {"type": "RuntimeDefault"}


def test_where_builds_run_and_what_they_get_is_the_operators_to_say() -> None:
    job = manifest(SPEC, FULL)
    assert pod(job)["nodeSelector"] == {"pool": "builds"}
    assert pod(job)["tolerations"] == [{"key": "pool", "operator": "Exists"}]
    assert pod(job)["serviceAccountName"] == "build"
    assert container(job, "kaniko")["resources"] == {
        "requests": {"cpu": "500m", "memory": "1Gi", "ephemeral-storage": "4Gi"},
        "limits": {"memory": "4Gi"},
    }


@pytest.mark.parametrize(
    "limits", [{"memory": "4Gi"}, {"memory": "4Gi", "ephemeral-storage": "9Gi"}]
)
def test_a_build_without_a_limit_of_its_disk_gets_none_by_what_is_beside_it(
    limits: dict[str, str],
) -> None:
    job = manifest(SPEC, attrs.evolve(SETTINGS, limits=limits))
    for name in ("sidecar", "fetch"):
        # A kubelet adds up the limits there are, and evicts a pod that uses more.
        found = "ephemeral-storage" in container(job, name)["resources"]["limits"]
        assert found is ("ephemeral-storage" in limits)
