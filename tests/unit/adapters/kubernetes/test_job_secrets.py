"""What the code of a tenant could find, which a build runs beside Kaniko: no secret but one."""

import json
from typing import Any

import attrs
import pytest
from support.jobs import REPORTING, SETTINGS, spec_of
from support.rendered_jobs import container, pod

from knative_lambda.adapters.kubernetes.job_manifest import manifest
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.signing import build_key

BUILD = "0123456789abcdef" * 2
KEY = "a key that no one knows"
SPEC = spec_of(FunctionId("acme", "hello"), BUILD)
OWN_KEY = build_key(KEY, SPEC.function, BUILD).hex()
SECRETS = (
    KEY,
    OWN_KEY,
    SPEC.context_url,
    SPEC.log_url,
    "X-Amz-",
    "amqp",
    "KLB_",
    "AWS_ACCESS",
    "AWS_SECRET",
    "AWS_SESSION",
)
FULL = attrs.evolve(
    SETTINGS,
    authorities="authorities",
    push_secret="push",  # noqa: S106 - the name of one
    reporting=attrs.evolve(REPORTING, completion_key=KEY),
)


def found_by_a_build(job: dict[str, Any]) -> str:
    """All that Kaniko's container shows to what runs in it.

    That is its own image, command line and variables, and each volume that is mounted in it.
    """
    kaniko = container(job, "kaniko")
    mounted = {mount["name"] for mount in kaniko["volumeMounts"]}
    volumes = [each for each in pod(job)["volumes"] if each["name"] in mounted]
    return json.dumps([kaniko, volumes])


@pytest.mark.parametrize("settings", [SETTINGS, FULL], ids=["role", "secret"])
@pytest.mark.parametrize("secret", SECRETS)
def test_a_build_finds_no_secret_in_its_variables_arguments_or_files(
    settings: Any, secret: str
) -> None:
    job = manifest(SPEC, settings)
    assert secret not in found_by_a_build(job)


@pytest.mark.parametrize("secret", [OWN_KEY, SPEC.context_url, SPEC.log_url])
def test_what_it_does_not_find_is_in_the_job_for_others(secret: str) -> None:
    assert secret in json.dumps(manifest(SPEC, FULL))


def test_the_one_secret_in_its_reach_is_what_it_pushes_with() -> None:
    job = manifest(SPEC, FULL)
    kaniko = container(job, "kaniko")
    mounted = {mount["name"] for mount in kaniko["volumeMounts"]}
    kinds = {
        each["name"]: next(kind for kind in each if kind != "name")
        for each in pod(job)["volumes"]
        if each["name"] in mounted
    }
    assert kinds == {"context": "emptyDir", "push": "secret", "authorities": "configMap"}
    assert "valueFrom" not in json.dumps(kaniko)
    assert "envFrom" not in kaniko


def test_it_shares_no_process_and_no_mounted_token_with_the_sidecar() -> None:
    """Else `/proc` would show it the sidecar's variables, and the token its rights."""
    spec = pod(manifest(SPEC, FULL))
    assert not spec.get("shareProcessNamespace")
    assert not spec.get("hostPID")
    assert spec["automountServiceAccountToken"] is False
    mounts = {
        each["name"]: {mount["name"] for mount in each["volumeMounts"]}
        for each in (*spec["initContainers"], *spec["containers"])
    }
    assert mounts["kaniko"].isdisjoint(mounts["sidecar"] - {"authorities"})
    assert "token" not in mounts["kaniko"] | mounts["fetch"]
