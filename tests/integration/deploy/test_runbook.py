"""What the runbook tells to type is there to be typed."""

import json
import re
import shlex
from itertools import pairwise

import pytest
from support.installation import BUILDS, FUNCTIONS, ROOT, SYSTEM, Key, by_key, installed, settings
from support.installation_page import commands

from knative_lambda.domain.failures import Reason
from knative_lambda.domain.rejection import Rejection
from knative_lambda.entrypoints.commands import parser
from knative_lambda.settings import table

PAGE = ROOT / "docs" / "runbook.md"
TEXT = PAGE.read_text("utf-8")
BLOCKS = re.findall(r"^```\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
COMMANDS = [shlex.split(line) for block in BLOCKS for line in block.splitlines()]
# Whose names stand in the singular, as a person types them.
KINDS = {
    "cronjob": "CronJob",
    "scaledobject": "ScaledObject",
    "deployment": "Deployment",
    "configmap": "ConfigMap",
    "ksvc": "ksvc",
}
# After which all processes that read them are to be started anew, by a paragraph of its own.
CHANGES = ("edit configmap", "installation.md#secrets")
ANEW = "start-the-service-anew"


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_command_is_one_that_exists(words: list[str]) -> None:
    assert words[0] in ("kubectl", "knative-lambda")
    if words[0] == "knative-lambda":
        parser().parse_args(words[1:])


@pytest.mark.parametrize(
    "words", [words for words in COMMANDS if "--namespace" in words], ids=" ".join
)
def test_it_is_about_a_namespace_and_objects_that_are_installed(words: list[str]) -> None:
    namespace = words[words.index("--namespace") + 1]
    there = by_key("production")

    assert namespace in (SYSTEM, BUILDS, FUNCTIONS, "default")
    named = [tuple(word.split("/")) for word in words if re.fullmatch(r"[a-z]+/[a-z]+", word)]
    named += [pair for pair in pairwise(words) if pair[0] in KINDS]
    for kind, name in named:
        if kind in KINDS and not name.startswith("--"):
            assert Key(KINDS[kind], namespace, name) in there


def test_whoever_changes_a_setting_is_told_how_all_processes_are_started_anew() -> None:
    first, *paragraphs = re.split(r"^## ", TEXT, flags=re.MULTILINE)
    told = [each for each in paragraphs if any(change in each for change in CHANGES)]

    assert first
    assert len(told) > 3
    assert [each for each in told if f"](#{ANEW})" not in each] == []
    (anew,) = (each for each in paragraphs if each.startswith("Start the service anew\n"))
    assert "rollout restart --namespace knative-lambda-system deployment/consumer\n" in anew
    assert "kubectl patch ksvc builder " in anew


def test_the_patch_that_starts_the_builder_anew_is_the_one_of_the_installation_page() -> None:
    (patch,) = (words[-1] for words in COMMANDS if words[1] == "patch")
    (other,) = (
        words[-1] for words in commands("kubectl") if words[1:4] == ["patch", "ksvc", "builder"]
    )

    assert patch.replace("$(date +%s)", "filled") == other
    assert json.loads(patch)["spec"]["template"]["metadata"]["annotations"]


def test_files_and_pages_that_it_names_are_there() -> None:
    linked = set(re.findall(r"\]\(([^)#]*)(#[a-z-]+)?\)", TEXT))
    files = set(re.findall(r"deploy/[a-z0-9/.-]*[a-z]", TEXT))

    assert [page for page, _ in linked if not (PAGE.parent / page).exists()] == []
    assert [file for file in files if not (ROOT / file).exists()] == []
    for page, anchor in linked:
        text = (PAGE.parent / page).read_text("utf-8") if page else TEXT
        heads = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
        made = {f"#{re.sub('[^a-z0-9 -]', '', head.lower()).replace(' ', '-')}" for head in heads}
        assert not anchor or anchor in made


def test_settings_and_reasons_that_it_names_are_ours() -> None:
    variables = {name for name, _, _ in table()}
    words = set(re.findall(r"`([a-z]+_[a-z_]+)`", TEXT)) - {"runbook_url"}
    reasons = {reason.value for reason in Reason} | {reason.value for reason in Rejection}

    assert set(re.findall(r"KLB_[A-Z_]+", TEXT)) <= variables
    assert words <= reasons


def test_panels_that_it_names_are_on_the_dashboard() -> None:
    named = set(re.findall(r"\*([A-Z][^*\n]+)\*(?!\*)", re.sub(r"\*\*[^*]+\*\*", "", TEXT)))
    shown = str(by_key("production")[Key("ConfigMap", SYSTEM, "dashboard")]["data"])

    assert len(named) > 5
    assert [title for title in named if f'"title": "{title}"' not in shown] == []


def test_labels_that_it_selects_by_are_those_of_pods() -> None:
    told = set(re.findall(r"app\.kubernetes\.io/component=([a-z]+)", TEXT))
    given = {
        found["metadata"]["labels"].get("app.kubernetes.io/component")
        for found in installed("production")
    }

    assert told <= given | {"build"}
    assert settings("production")["KLB_BUILD_NAMESPACE"] == BUILDS
