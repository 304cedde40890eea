"""The page that tells how it is installed, against what is installed."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
import yaml
from support.installation import (
    BUILDS,
    FUNCTIONS,
    ROOT,
    SYSTEM,
    Key,
    by_key,
    every,
    installed,
    of_kind,
    pods,
    settings,
)
from support.installation_page import PAGE, blocks, commands, documented
from support.jobs import SETTINGS, spec_of
from support.kubernetes_access import kubeconfig
from support.tcp_proxy import free_port

from knative_lambda.adapters.kubernetes.job_manifest import manifest
from knative_lambda.domain.ids import FunctionId
from knative_lambda.settings import Settings

TEXT = PAGE.read_text("utf-8")
ADDED = [text for text in blocks("yaml") if text.startswith("apiVersion")]


def needed(overlay: str) -> Iterator[tuple[str, str, str]]:
    """Each Secret that something refers to, by namespace and name, and a key it needs; empty: any.

    Raises:
        AssertionError: Something refers to one in a way that is not known here.
    """
    for each in pods(overlay):
        assert not [*every(each.spec, "secretKeyRef")]
        assert all(volume["optional"] for volume in every(each.spec, "secret"))
        for reference in every(each.spec, "secretRef"):
            yield each.owner.namespace, reference["name"], ""
    for found in installed(overlay):
        for reference in every(found, "connectionSecret"):
            cluster = found["spec"]["rabbitmqClusterReference"]
            namespace = cluster.get("namespace", found["metadata"]["namespace"])
            for field in ("uri", "username", "password"):
                yield namespace, reference["name"], field
        for reference in every(found, "secretTargetRef"):
            for target in reference:
                yield found["metadata"]["namespace"], target["name"], target["key"]
    yield from needed_by_builds(settings(overlay))


def optional(overlay: str) -> Iterator[tuple[str, str, str]]:
    """The same of Secrets without which it works too."""
    for each in pods(overlay):
        for volume in every(each.spec, "secret"):
            for item in volume["items"]:
                yield each.owner.namespace, volume["secretName"], item["key"]


def needed_by_builds(variables: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    broker = variables.get("KLB_BUILD_BROKER_SECRET", Settings().build_broker_secret)
    reporting = attrs.evolve(SETTINGS.reporting, broker_secret=broker)
    jobs = attrs.evolve(
        SETTINGS, reporting=reporting, push_secret=variables.get("KLB_PUSH_SECRET", "")
    )
    job: Any = manifest(spec_of(FunctionId("acme", "orders"), "a" * 32), jobs)
    for reference in every(job, "secretKeyRef"):
        yield BUILDS, reference["name"], reference["key"]
    for volume in every(job, "secret"):
        for item in volume["items"]:
            yield BUILDS, volume["secretName"], item["key"]


def test_the_page_tells_how_each_secret_is_made_that_something_needs(overlay: str) -> None:
    told = documented()
    for namespace, name, field in (*needed(overlay), *optional(overlay)):
        assert (namespace, name) in told
        assert not field or field in told[namespace, name]


def test_the_page_tells_of_no_secret_that_nothing_needs(overlay: str) -> None:
    # Those are for registries that know neither builds nor nodes by a role.
    by_setting = {(BUILDS, "registry-push"), (FUNCTIONS, "registry-pull")}
    used = {(place, name) for place, name, _ in (*needed(overlay), *optional(overlay))}

    assert set(documented()) - by_setting == used - by_setting


def test_the_overlay_for_development_has_each_secret_that_something_needs() -> None:
    there = by_key("dev")
    for namespace, name, field in needed("dev"):
        data = there[Key("Secret", namespace, name)]["stringData"]

        assert not field or field in data


def test_every_file_that_the_page_names_is_there() -> None:
    named = set(re.findall(r"deploy/[a-z0-9/.-]*[a-z]", TEXT))
    linked = {target.partition("#")[0] for target in re.findall(r"\]\(([^)]+)\)", TEXT)}

    assert {"deploy/overlays/production", "deploy/base/namespace.yaml"} <= named
    assert [path for path in named if not (ROOT / path).exists()] == []
    assert [path for path in linked if not (PAGE.parent / path).exists()] == []


def test_what_the_page_asks_the_cluster_about_is_installed() -> None:
    there = {(each.kind.lower(), each.name) for each in by_key("production")}
    asked = {
        tuple(word.split("/", 1))
        for words in commands("kubectl")
        for word in words
        if re.fullmatch(r"(ksvc|broker|deployment)/[a-z]+", word)
    }

    assert asked == {("ksvc", "builder"), ("broker", "default"), ("deployment", "consumer")}
    assert asked <= there


@pytest.mark.parametrize("words", commands("kubectl"), ids=" ".join)
def test_nothing_but_a_cluster_is_missing_for_a_command_of_the_page(
    words: list[str], tmp_path: Path
) -> None:
    (tmp_path / "deploy").symlink_to(ROOT / "deploy")
    (tmp_path / "ca.crt").touch()
    nowhere = f"127.0.0.1:{free_port()}"
    environment = {**os.environ, "KUBECONFIG": str(kubeconfig(tmp_path, f"http://{nowhere}"))}
    ended = subprocess.run(
        [word for word in words if word != "&"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 1
    assert nowhere in ended.stderr


def test_the_labels_of_the_page_are_those_of_the_policies(overlay: str) -> None:
    told = set(re.findall(r"build\.notifi\.network/reachable-from-[a-z]+", TEXT))
    selected = {
        label
        for policy in of_kind(overlay, "NetworkPolicy")
        for labels in every(policy["spec"]["egress"], "matchLabels")
        for label in labels
    }

    assert told == {each for each in selected if "reachable" in each}


def test_a_patch_of_the_page_is_about_an_object_that_is_installed() -> None:
    patch, policy = (yaml.safe_load(text) for text in ADDED)

    assert Key("Deployment", patch["metadata"]["namespace"], patch["metadata"]["name"]) in by_key(
        "production"
    )
    beside = by_key("production")[Key("NetworkPolicy", BUILDS, "builds")]
    assert policy["spec"]["podSelector"] == beside["spec"]["podSelector"]
    assert policy["metadata"]["namespace"] == BUILDS


def test_the_page_names_all_namespaces_and_overlays() -> None:
    overlays = {folder.name for folder in (ROOT / "deploy" / "overlays").iterdir()}

    assert [name for name in (SYSTEM, BUILDS, FUNCTIONS) if f"| `{name}` |" not in TEXT] == []
    assert [name for name in overlays if f"| `{name}` |" not in TEXT] == []


def test_the_readme_leads_to_the_page_and_has_the_command() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")

    assert "(docs/installation.md)" in readme
    assert "kubectl apply -k deploy/overlays/production" in readme
    assert f"ghcr.io/osscontainertools/kaniko:{Settings().kaniko_image.rpartition(':')[2]}" in TEXT
