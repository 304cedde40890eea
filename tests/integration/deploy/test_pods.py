"""What pods may do on their node, and what they are given."""

from decimal import Decimal

import pytest
from support.installation import BUILDS, FUNCTIONS, SYSTEM, Key, Pods, by_key, pods
from support.jobs import SETTINGS, spec_of
from support.knative_specs import spec
from support.kubernetes import podsecurity
from support.kubernetes.quantities import quantity

from knative_lambda.adapters.http import server
from knative_lambda.adapters.knative.manifests import Manifests
from knative_lambda.adapters.knative.place import Place
from knative_lambda.adapters.kubernetes.job_manifest import manifest
from knative_lambda.application import consumer
from knative_lambda.domain.ids import FunctionId

IDLE = 85_000_000  # bytes that the service takes when it has nothing to do
LEVELS = {SYSTEM: "restricted", BUILDS: "baseline", FUNCTIONS: "baseline"}


def level(overlay: str, namespace: str) -> str:
    labels = by_key(overlay)[Key("Namespace", "", namespace)]["metadata"]["labels"]
    return str(labels[podsecurity.LABEL])


def test_each_namespace_enforces_its_level(overlay: str) -> None:
    # Knative's own pods run beside the service in that mode, and are not restricted.
    expected = {**LEVELS, **({SYSTEM: "baseline"} if overlay == "production-knative" else {})}

    assert {name: level(overlay, name) for name in LEVELS} == expected


@pytest.mark.parametrize("namespace", [SYSTEM, FUNCTIONS])
@pytest.mark.parametrize("mode", ["warn", "audit"])
def test_where_more_is_allowed_than_we_need_it_is_told(
    overlay: str, namespace: str, mode: str
) -> None:
    labels = by_key(overlay)[Key("Namespace", "", namespace)]["metadata"]["labels"]

    assert labels[f"pod-security.kubernetes.io/{mode}"] == "restricted"


def test_our_own_pods_are_restricted(overlay: str) -> None:
    for each in pods(overlay):
        assert podsecurity.violation("restricted", each.spec) == ""


def test_builds_are_what_their_namespace_lets_in(overlay: str) -> None:
    job = manifest(spec_of(FunctionId("acme", "orders"), "a" * 32), SETTINGS)

    assert podsecurity.violation(level(overlay, BUILDS), job["spec"]["template"]["spec"]) == ""


def test_of_a_build_nothing_but_kaniko_is_more_than_restricted_lets_in() -> None:
    job = manifest(spec_of(FunctionId("acme", "orders"), "a" * 32), SETTINGS)
    spec = job["spec"]["template"]["spec"]

    assert [each["name"] for each in spec["containers"]] == ["kaniko"]
    assert podsecurity.violation("restricted", spec) != ""
    assert podsecurity.violation("restricted", {**spec, "containers": []}) == ""


def test_functions_are_restricted() -> None:
    place = Place(namespace=FUNCTIONS, broker="default", dead_letter_sink="http://sink.test/")
    made = Manifests(place).service(spec(1))

    assert podsecurity.violation("restricted", made["spec"]["template"]["spec"]) == ""


def test_nothing_can_be_written_but_a_folder_of_bounded_size(overlay: str) -> None:
    for each in pods(overlay):
        (mount,) = [one for one in each.container["volumeMounts"] if not one.get("readOnly")]

        assert each.container["securityContext"]["readOnlyRootFilesystem"] is True
        assert mount["mountPath"] == "/tmp"  # noqa: S108 - theirs
        assert room(each, mount["name"]) > 0


def test_each_is_given_the_memory_that_it_takes_and_no_more(overlay: str) -> None:
    for each in pods(overlay):
        given = each.container["resources"]

        assert quantity(given["requests"]["memory"]) > IDLE
        assert quantity(given["limits"]["memory"]) >= quantity(given["requests"]["memory"])
        assert "cpu" in given["requests"]


def test_what_fetches_sources_has_room_for_them(overlay: str) -> None:
    for each in fetching(overlay):
        own = room(each, "tmp")

        assert own > quantity("4G"), "four sources of 500 MB, each beside its download"
        assert quantity(each.container["resources"]["limits"]["ephemeral-storage"]) > own


def test_what_has_an_end_gets_the_time_for_it(overlay: str) -> None:
    for each in fetching(overlay):
        # Knative gives a pod as long to end as a request may take.
        time = each.spec.get("terminationGracePeriodSeconds") or each.spec["timeoutSeconds"]

        assert time > consumer.GRACE + server.GRACE


def test_an_answer_may_take_all_of_the_time_that_a_request_has(overlay: str) -> None:
    """Knative would have it begin within five minutes, and it is given when all is done."""
    served = [each.spec for each in pods(overlay) if each.owner.kind == "ksvc"]

    assert served
    for each in served:
        assert each["responseStartTimeoutSeconds"] == each["timeoutSeconds"]


def test_what_stays_is_asked_whether_it_lives_and_is_ready(overlay: str) -> None:
    for each in fetching(overlay):
        assert each.container["livenessProbe"]["httpGet"]["path"] == "/healthz"
        assert each.container["readinessProbe"]["httpGet"]["path"] == "/readyz"
        # What is only slow is left alone.
        assert each.container["livenessProbe"]["timeoutSeconds"] > 1


def test_no_variable_is_made_of_other_services(overlay: str) -> None:
    """One that begins with KLB_ would be refused."""
    assert all(each.spec["enableServiceLinks"] is False for each in pods(overlay))


def test_all_run_one_image(overlay: str) -> None:
    assert len({each.container["image"] for each in pods(overlay)}) == 1


def fetching(overlay: str) -> list[Pods]:
    """The pods that take events, and so fetch sources."""
    return [each for each in pods(overlay) if each.owner.kind in ("Deployment", "ksvc")]


def room(each: Pods, name: str) -> Decimal:
    """Bytes that fit into that volume."""
    (volume,) = [one for one in each.spec["volumes"] if one["name"] == name]
    return quantity(volume["emptyDir"]["sizeLimit"])
