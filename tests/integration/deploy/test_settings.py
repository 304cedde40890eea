"""The variables that the pods get: ours, well-formed, and true to the objects beside them."""

import pytest
from support.installation import (
    BUILDS,
    FUNCTIONS,
    ROOT,
    SYSTEM,
    Key,
    by_key,
    every,
    installed,
    pods,
    settings,
)
from support.installation_page import SECRETS, documented

from knative_lambda.settings import Settings, from_env, table

VARIABLES = {name for name, _, _ in table()}
# Of AWS's own, and Docker's.
OTHERS = {
    "AWS_ACCESS_KEY_ID",
    "AWS_ENDPOINT_URL_S3",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "DOCKER_CONFIG",
}


def given(overlay: str) -> Settings:
    """What the service reads in its pods, with the secrets as the page has them made."""
    secret = documented()[SYSTEM, "knative-lambda"]
    assert set(secret) <= VARIABLES
    return from_env(secret | settings(overlay))


def test_every_variable_is_one_that_somebody_reads(overlay: str) -> None:
    names = set(settings(overlay))

    assert names - VARIABLES <= OTHERS


def test_the_service_starts_with_them_in_a_cluster(overlay: str) -> None:
    found = given(overlay)

    assert (found.event_source, found.event_publisher) == ("rabbitmq", "rabbitmq")
    assert (found.job_runner, found.service_deployer) == ("kubernetes", "knative")
    assert (found.context_store, found.source_fetcher) == ("s3", "network")
    assert found.image_registry in ("ecr", "oci")


def test_paths_are_those_of_pods_and_whoever_takes_the_rest_to_a_machine_leaves_them(
    overlay: str,
) -> None:
    paths = {value for value in settings(overlay).values() if value.startswith("/")}
    mounted = {
        mount["mountPath"]
        for pod in pods(overlay)
        for mounts in every(pod.spec, "volumeMounts")
        for mount in mounts
    }
    page = (ROOT / "docs" / "commands.md").read_text("utf-8")

    assert paths <= mounted
    assert 'to_entries[] | select(.value | startswith("/") | not) |' in page


def test_the_service_makes_none_of_the_queues_that_are_installed(overlay: str) -> None:
    assert given(overlay).declares_nothing


def test_they_name_the_namespaces_and_accounts_that_are_installed(overlay: str) -> None:
    found, there = given(overlay), by_key(overlay)

    assert (found.build_namespace, found.function_namespace) == (BUILDS, FUNCTIONS)
    assert Key("ServiceAccount", BUILDS, found.build_service_account) in there


def test_logs_are_for_machines(overlay: str) -> None:
    assert given(overlay).log_format == "json"


def test_nothing_secret_stands_among_what_is_none(overlay: str) -> None:
    secret = {
        field.metadata["name"] for field in Settings.__attrs_attrs__ if field.repr is False
    } | {"AWS_SECRET_ACCESS_KEY"}

    assert secret & set(settings(overlay)) == set()
    for each in pods(overlay):
        assert "env" not in each.container


def test_the_overlay_for_development_has_what_the_others_get_from_an_operator() -> None:
    made = {
        (found["metadata"]["namespace"], found["metadata"]["name"]): found["stringData"]
        for found in installed("dev")
        if found["kind"] == "Secret"
    }
    assert from_env(
        {name: text for name, text in made[SYSTEM, "knative-lambda"].items() if name not in OTHERS}
        | settings("dev")
    )
    assert {place: set(data) >= set(documented()[place]) for place, data in made.items()} == (
        dict.fromkeys(SECRETS, True)
    )


@pytest.mark.parametrize("place", SECRETS)
def test_the_page_tells_how_each_secret_is_made(place: tuple[str, str]) -> None:
    assert documented()[place]
