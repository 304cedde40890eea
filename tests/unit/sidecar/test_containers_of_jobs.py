"""What a build's Job tells the containers beside Kaniko is what their programs can read."""

from importlib.util import find_spec
from typing import Any

import attrs
import pytest
from hypothesis import given
from support.jobs import REPORTING, SETTINGS, spec_of, specs

from knative_lambda.adapters.kubernetes.job_manifest import manifest
from knative_lambda.adapters.kubernetes.job_settings import JobSettings
from knative_lambda.domain import names
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.pod import FETCH, KANIKO, SIDECAR
from knative_lambda.domain.signing import build_key
from knative_lambda.environment import read
from knative_lambda.ports.job_runner import JobSpec
from knative_lambda.sidecar.settings import FetchSettings, SidecarSettings

# What is not written out, and where a container gets it from.
_FROM_ELSEWHERE = {
    "POD_NAME": "build-acme-hello-1a2b3c4d-00000007-abcde",
    "POD_NAMESPACE": "builds",
    "KLB_RABBITMQ_URL": "amqp://sidecar:open@broker.test/",
}
# What no tenant has a part in: a store signs the one, and we make the other.
URL = "https://store.test/key?X-Amz-Signature=c0ffee&a=%2F$(POD_NAME)"
OURS = specs.map(lambda job: attrs.evolve(job, context_url=URL, log_url=URL, tree_hash="d" * 64))
OVER_HTTP = attrs.evolve(REPORTING, publisher="http", sink="http://broker.test/")
SIGNED = attrs.evolve(REPORTING, completion_key="a key that no one knows")


def container(job: JobSpec, settings: JobSettings, name: str) -> dict[str, Any]:
    spec = manifest(job, settings)["spec"]["template"]["spec"]
    (found,) = (e for e in (*spec["initContainers"], *spec["containers"]) if e["name"] == name)
    return dict(found)


def environment(job: JobSpec, settings: JobSettings, name: str) -> dict[str, str]:
    told = container(job, settings, name)["env"]
    return {
        each["name"]: each["value"].replace("$$", "$")
        if "value" in each
        else _FROM_ELSEWHERE[each["name"]]
        for each in told
    }


@given(OURS)
def test_a_sidecar_reads_what_any_job_tells_it(job: JobSpec) -> None:
    for reporting in (REPORTING, OVER_HTTP, SIGNED):
        settings = attrs.evolve(SETTINGS, reporting=reporting)
        told = read(SidecarSettings, environment(job, settings, SIDECAR))
        assert FunctionId(told.third_party_id, told.parser_id) == job.function
        assert (told.build_id, told.job, told.image) == (job.build_id, job.name, job.image)
        assert (told.timeout, told.log_url) == (job.timeout, job.log_url)
        assert told.publisher == reporting.publisher


def test_it_has_its_own_builds_key_and_no_other() -> None:
    job = spec_of(FunctionId("acme", "hello"), "7" * 32)
    settings = attrs.evolve(SETTINGS, reporting=SIGNED)
    told = read(SidecarSettings, environment(job, settings, SIDECAR))
    assert told.key == build_key(SIGNED.completion_key, job.function, job.build_id)


@given(OURS)
def test_a_fetch_reads_what_any_job_tells_it(job: JobSpec) -> None:
    told = read(FetchSettings, environment(job, SETTINGS, FETCH))
    assert (told.url, told.tree_hash) == (job.context_url, job.tree_hash)
    assert str(told.into) == "/context/context.tar.gz"


@pytest.mark.parametrize("name", [SIDECAR, FETCH])
def test_its_program_is_there(name: str) -> None:
    job = spec_of(FunctionId("acme", "hello"), "7" * 32)
    python, flag, module = container(job, SETTINGS, name)["command"]
    assert (python, flag) == ("python", "-m")
    assert find_spec(module) is not None


def test_kaniko_is_called_what_its_end_is_looked_for_by() -> None:
    job = spec_of(FunctionId("acme", "hello"), "7" * 32)
    assert container(job, SETTINGS, KANIKO)
    assert job.name == names.job(job.function, job.build_id)
