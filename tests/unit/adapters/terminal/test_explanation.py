"""Whatever became of a build, its story is told whole, and ends with what somebody can type."""

import json
import shlex
from typing import Any, Final

import pytest
from support.complete_stories import COMPLETE_STORIES
from support.domain import FUNCTION, build, record
from support.explained import CREATED, JOB, PLACES, Told, at, ended, failed, line, view_of
from support.open_stories import OPEN_STORIES
from support.operator_stories import OPERATOR_STORIES
from support.registry_stories import REGISTRY_STORIES
from support.tenant_stories import TENANT_STORIES
from support.unheard_stories import UNHEARD_STORIES

from knative_lambda.adapters.terminal.build_diagnosis import diagnosis
from knative_lambda.adapters.terminal.diagnosis import Reader
from knative_lambda.adapters.terminal.explanation import explanation
from knative_lambda.adapters.terminal.explanation_facts import explanation_facts
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.record import Outcome, Phase, Served
from knative_lambda.entrypoints.commands import parser
from knative_lambda.ports.build_view import BuildView, Places
from knative_lambda.ports.job_sight import SeenJob

OF_FAILURES: Final = {**TENANT_STORIES, **OPERATOR_STORIES, **REGISTRY_STORIES}
STORIES: Final[dict[str, Told]] = {
    **{reason.value: told for reason, told in OF_FAILURES.items()},
    **COMPLETE_STORIES,
    **OPEN_STORIES,
    **UNHEARD_STORIES,
}
every_story = pytest.mark.parametrize("told", [pytest.param(v, id=k) for k, v in STORIES.items()])


def commands(view: BuildView) -> list[str]:
    return [step.command for step in diagnosis(view).steps]


@every_story
def test_each_story_is_told_as_it_stands_there(told: Told) -> None:
    assert explanation(told.view) == told.text


def test_no_reason_of_a_failure_lacks_its_story() -> None:
    assert set(OF_FAILURES) == set(Reason)
    for reason, told in OF_FAILURES.items():
        assert told.view.build is not None
        assert told.view.build.outcome is not None
        assert told.view.build.outcome.reason is reason


@every_story
def test_each_ends_with_a_command_that_can_be_typed(told: Told) -> None:
    last = told.text.splitlines()[-1]
    assert last.startswith("    ")
    assert last.strip() in commands(told.view)
    for command in commands(told.view):
        first, *words = shlex.split(command)
        assert first in ("knative-lambda", "kubectl", "du")
        assert not {"<", ">", "None", "..."} & {*words}
        if first == "knative-lambda":
            parser().parse_args(words)


@every_story
def test_what_is_not_in_a_cluster_has_no_step_for_kubectl(told: Told) -> None:
    view = BuildView(
        build_id=told.view.build_id,
        function=told.view.function,
        view=told.view.view,
        letter=told.view.letter,
        places=Places(letters=True),
    )
    typed = commands(view)
    assert [each for each in typed if each.startswith("kubectl")] == []
    assert len(typed) == len({*typed}) > 0


@pytest.mark.parametrize("reason", [*OPERATOR_STORIES, *REGISTRY_STORIES])
def test_what_is_the_operators_has_a_step_for_them(reason: Reason) -> None:
    assert Reader.OPERATOR in {step.reader for step in diagnosis(failed(reason, "")).steps}


@pytest.mark.parametrize("reason", TENANT_STORIES)
def test_what_is_the_tenants_begins_with_a_step_for_them(reason: Reason) -> None:
    assert diagnosis(failed(reason, "")).steps[0].reader is Reader.TENANT


def test_where_there_is_no_log_the_end_of_it_is_what_the_outcome_has() -> None:
    lines = "\n".join(map(str, range(100)))
    text = explanation(failed(Reason.BUILD_EXIT, f"exit code 1\n{lines}"))
    kept = text.partition("as its outcome has it\n")[2].partition("\n\n")[0].splitlines()
    assert [each.strip() for each in kept] == [str(number) for number in range(80, 100)]
    seen = explanation(failed(Reason.BUILD_EXIT, f"exit code 1\n{lines}", log=("seen",)))
    assert "as its outcome has it" not in seen


def test_a_reason_that_is_said_twice_is_told_once() -> None:
    text = explanation(failed(Reason.LOST, "the build is gone, and nothing says how it ended"))
    assert text.count("the build is gone") == 1


def test_what_strangers_said_steers_no_terminal_and_is_bounded() -> None:
    told = (line(5, "Pod\x1b", "Failed\x1b[2J", "x" * 9000),)
    job = SeenJob(started=at(4), failure="\x1b]0;" + "y" * 9000)
    detail = f"exit\x1b[2J {'z' * 9000}\nmore\x1b[2J"
    view = failed(
        Reason.BUILD_EXIT, detail, happenings=told * 100, job=job, unseen=("away\x1b[2J",)
    )
    text = explanation(view)
    assert "\x1b" not in text
    assert "\\x1b" in text
    assert len(text) < 12_000


def test_moments_are_in_their_order_whoever_tells_of_them() -> None:
    early, late = line(1, "Job", "Early", ""), line(30, "Pod", "Late", "")
    text = explanation(failed(Reason.BUILD_EXIT, "", job=ended(1), happenings=(early, late)))
    order = ["Early", "asked for", "was made", "kaniko began", "Late", "kaniko ended", "build.fai"]
    found = [text.find(each) for each in order]
    assert -1 not in found
    assert found == sorted(found)


def test_what_its_tenant_was_warned_of_is_told_again() -> None:
    one = build(3, Phase.OPEN, warning="nodejs18 is supported no more")
    text = explanation(view_of(one))
    assert "  warning: nodejs18 is supported no more\n" in text
    assert text.index("accepted") < text.index("warning")


def test_a_superseded_build_whose_better_is_unknown_is_told_by_its_function() -> None:
    one = build(3, Phase.SUPERSEDED, outcome=Outcome(ended_at=at(60)))
    assert commands(view_of(one)) == ["knative-lambda explain acme/orders"]


def test_a_build_that_is_not_served_and_of_which_nothing_else_is_has_a_way_to_be() -> None:
    one = build(3, Phase.SETTLED, served=Served.SUPERSEDED)
    assert "but nothing is served in its place" in explanation(view_of(one, record(one)))


def test_a_build_on_this_machine_runs_if_it_is_seen() -> None:
    view = view_of(build(3, Phase.OPEN), places=Places(), job=SeenJob(started=at(4)))
    assert diagnosis(view).why == "it is being built"
    gone = view_of(build(3, Phase.OPEN), places=Places())
    assert commands(gone) == ["knative-lambda logs -f 00000003"]


def test_programs_get_the_same() -> None:
    view = failed(
        Reason.DEPENDENCY_INSTALL,
        "exit code 1\nmore",
        job=ended(1),
        happenings=(CREATED,),
        log=("one", "two"),
        unseen=("dead letters: away",),
    )
    known: Any = json.loads(json.dumps(explanation_facts(view, at(100))))
    head = ("build_id", "third_party_id", "parser_id", "standing", "dead_letter")
    assert [known[name] for name in head] == [view.build_id, "acme", "orders", "failed", None]
    assert known["build"]["reason"] == "dependency_install"
    assert known["story"][2:4] == [
        {"at": "2027-01-15T08:00:04Z", "text": f"its Job {JOB} was made"},
        {
            "at": "2027-01-15T08:00:04Z",
            "text": f"Job SuccessfulCreate: Created pod: {JOB}-x1",
        },
    ]
    assert known["seen_now"] == [f"pod {JOB}-x1 on node-1: Failed"]
    assert (known["not_seen"], known["log_end"]) == (["dead letters: away"], ["one", "two"])
    assert (known["why"], known["said"]) == (
        "what the function requires could not be installed",
        "exit code 1",
    )
    assert known["next"][1] == {
        "for": "tenant",
        "text": "submit it again, from its folder, or with its URL in place of the dot",
        "command": "knative-lambda submit . --third-party acme --parser orders --wait",
    }


def test_programs_are_told_what_is_not_there_as_null() -> None:
    known = explanation_facts(BuildView(build_id="f" * 32, places=PLACES), at(100))
    nothing = ("third_party_id", "parser_id", "build", "dead_letter")
    assert [known[name] for name in nothing] == [None] * 4
    assert known["standing"] == "unknown"
    refused = UNHEARD_STORIES["its start was refused"].view
    known = explanation_facts(refused, at(100))
    assert (known["standing"], known["dead_letter"]) == ("rejected", "4f2a9c01b7de")
    assert known["parser_id"] == FUNCTION.parser_id
