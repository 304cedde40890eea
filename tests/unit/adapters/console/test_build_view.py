"""A build's page: what has happened, when, and why it ended so."""

from typing import Any

import attrs
import pytest
from support.domain import DIGEST, FUNCTION, NOON, SECOND, build, record, request_id

from knative_lambda.adapters.console.build_view import BuildView, build_view
from knative_lambda.adapters.terminal.advice import FAILURES
from knative_lambda.domain import names
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.record import Build, Outcome, Phase, Served
from knative_lambda.domain.strategy import Strategy

JOB, SERVICE = names.job(FUNCTION, request_id(1)), names.service(FUNCTION)


def view(one: Build) -> BuildView:
    return build_view(record(one), one, FAILURES)


def ended(phase: Phase, served: Served = Served.NOT_YET, **outcome: Any) -> Build:
    told = Outcome(ended_at=NOON + 62 * SECOND, **outcome)
    return build(1, phase, accepted_at=NOON + 2 * SECOND, outcome=told, served=served)


@pytest.mark.parametrize(
    ("one", "steps"),
    [
        (build(1, Phase.OPEN), [("Building", JOB, "now")]),
        (
            ended(Phase.FAILED, reason=Reason.TIMEOUT, detail="too long"),
            [("Failed", "timeout", "bad")],
        ),
        (ended(Phase.CANCELLED, by=request_id(2)), [("Cancelled", "by 00000002", "off")]),
        (ended(Phase.SUPERSEDED, by=request_id(2)), [("Superseded", "by 00000002", "off")]),
        (ended(Phase.COMPLETE), [("Built", "", "done"), ("Being deployed", "", "now")]),
        (
            ended(Phase.COMPLETE, Served.UPDATED, cached=True),
            [
                ("Built", "its content was built before: no Job ran", "done"),
                ("Deployed", SERVICE, "done"),
            ],
        ),
        (
            attrs.evolve(ended(Phase.COMPLETE), strategy=Strategy.APPEND),
            [
                ("Built", "put together in the registry: no Job ran", "done"),
                ("Being deployed", "", "now"),
            ],
        ),
        (
            ended(Phase.COMPLETE, Served.SUPERSEDED),
            [("Built", "", "done"), ("Not deployed", "a newer build was", "off")],
        ),
    ],
)
def test_what_has_happened_is_told_in_its_order(
    one: Build, steps: list[tuple[str, str, str]]
) -> None:
    told = [(step.name, step.told, step.kind) for step in view(one).steps]
    assert told == [("Requested", "", "done"), ("Accepted", "", "done"), *steps]


def test_steps_tell_how_long_they_took() -> None:
    requested, accepted, built, deployed = view(ended(Phase.COMPLETE, Served.CREATED)).steps
    assert (requested.at, requested.after) == (NOON + SECOND, None)
    assert accepted.after == SECOND
    assert built.after == 60 * SECOND
    assert (deployed.at, deployed.after) == (None, None)


def test_a_cause_has_its_detail_and_what_to_do() -> None:
    cause = view(ended(Phase.FAILED, reason=Reason.DEPENDENCY_INSTALL, detail="no humanize")).cause
    assert cause is not None
    assert (cause.reason, cause.detail) == (Reason.DEPENDENCY_INSTALL, "no humanize")
    assert cause.advice == FAILURES[Reason.DEPENDENCY_INSTALL]


@pytest.mark.parametrize("one", [build(1, Phase.OPEN), ended(Phase.COMPLETE)])
def test_what_did_not_fail_has_no_cause(one: Build) -> None:
    assert view(one).cause is None


def test_how_its_image_is_made_is_a_fact_and_a_job_is_one_only_where_there_may_be_one() -> None:
    kaniko = build(1, Phase.OPEN, strategy=Strategy.KANIKO, strategy_reason="Go is compiled")
    appended = build(
        1, Phase.COMPLETE, strategy=Strategy.APPEND, strategy_reason="asked for", sbom=DIGEST
    )

    assert dict(view(kaniko).facts)["Strategy"] == "kaniko: Go is compiled"
    assert dict(view(kaniko).facts)["Job"] == JOB
    assert dict(view(appended).facts)["Strategy"] == "append: asked for"
    assert dict(view(appended).facts)["SBOM"] == "d" * 12
    assert "Job" not in dict(view(appended).facts)


def test_what_is_not_known_is_left_out_of_the_facts() -> None:
    bare = attrs.evolve(build(1, Phase.OPEN), content=None, image=None, correlation_id=None)
    assert dict(view(bare).facts) == {"Build": request_id(1), "Job": JOB}
