"""What we publish: ids, types and data, rendered from the record alone."""

from urllib.parse import urlsplit

import attrs
import pytest
from support.domain import (
    DIGEST,
    FUNCTION,
    IMAGE,
    NOON,
    SBOM,
    SECOND,
    build,
    cloud_event,
    deployed,
    operation,
    record,
    request_id,
)

from knative_lambda.domain import announcement, names
from knative_lambda.domain.cloudevent import PREFIX
from knative_lambda.domain.incoming import HearOutcome
from knative_lambda.domain.instants import format_instant
from knative_lambda.domain.intake import read
from knative_lambda.domain.keys import Key
from knative_lambda.domain.record import Build, OperationKind, Outcome, Phase, Served
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.strategy import Strategy

BUILD = request_id(5)
ENDS = {
    Phase.COMPLETE: ("build.complete", "success"),
    Phase.FAILED: ("build.failed", "failed"),
    Phase.CANCELLED: ("build.cancelled", "cancelled"),
    Phase.SUPERSEDED: ("build.superseded", "superseded"),
}


def outcome_of(made: Build) -> announcement.Announcement:
    assert made.outcome is not None
    return announcement.outcome(record(made), made, made.outcome)


def test_a_start_is_announced_at_its_acceptance() -> None:
    made = build(5, Phase.OPEN, correlation_id="order-1", traceparent="00-a-b-01")

    said = announcement.started(record(made), made)

    assert said.id == names.event(BUILD, "started")
    assert said.type == "network.notifi.lambda.build.started"
    assert (said.time, said.source) == (made.accepted_at, "network.notifi.acme")
    assert (said.build_id, said.correlation_id, said.traceparent) == (BUILD, "order-1", "00-a-b-01")
    assert said.data == {
        "third_party_id": "acme",
        "parser_id": "orders",
        "build_id": BUILD,
        "job_name": names.job(FUNCTION, BUILD),
        "requested_at": format_instant(made.key.at),
        "image_uri": IMAGE,
        "correlation_id": "order-1",
        "source_revision": "r" * 40,
    }


def test_a_start_whose_content_is_unknown_names_no_revision() -> None:
    made = build(5, Phase.OPEN, content=None)

    assert "source_revision" not in announcement.started(record(made), made).data


@pytest.mark.parametrize("phase", ENDS)
def test_law_1_all_four_outcomes_have_one_id(phase: Phase) -> None:
    said = outcome_of(build(5, phase))

    kind, status = ENDS[phase]
    assert said.id == names.event(BUILD, "outcome") == f"{BUILD}.outcome"
    assert said.type == f"network.notifi.lambda.{kind}"
    assert said.data["status"] == status
    assert said.time == NOON + 60 * SECOND
    assert said.data["duration"] == "55s"


@pytest.mark.parametrize("phase", ENDS)
def test_what_a_build_warns_of_is_said_at_its_start_and_at_its_end(phase: Phase) -> None:
    made = build(5, phase, warning="its support ends")

    assert announcement.started(record(made), made).data["warning"] == "its support ends"
    assert outcome_of(made).data["warning"] == "its support ends"
    assert "warning" not in announcement.served(record(made), made).data
    assert "warning" not in outcome_of(build(5, phase)).data


@pytest.mark.parametrize("phase", ENDS)
def test_how_an_image_was_made_and_why_is_said_at_its_start_and_at_its_end(phase: Phase) -> None:
    made = build(5, phase, strategy=Strategy.KANIKO, strategy_reason="Go is compiled")
    told = {"build_strategy": "kaniko", "build_strategy_reason": "Go is compiled"}

    assert told.items() <= announcement.started(record(made), made).data.items()
    assert told.items() <= outcome_of(made).data.items()
    assert not told.keys() & announcement.served(record(made), made).data.keys()
    assert not told.keys() & outcome_of(build(5, phase)).data.keys()


def test_a_completion_says_what_tells_the_images_components_also_if_nothing_does() -> None:
    assert outcome_of(build(5, Phase.COMPLETE, sbom=SBOM)).data["sbom"] == SBOM
    assert outcome_of(build(5, Phase.COMPLETE)).data["sbom"] is None
    for phase in ENDS.keys() - {Phase.COMPLETE}:
        assert "sbom" not in outcome_of(build(5, phase)).data


def test_the_start_of_an_appended_build_is_that_of_its_acceptance_though_it_has_ended() -> None:
    made = build(5, Phase.COMPLETE, strategy=Strategy.APPEND)

    assert announcement.started(record(made), made).time == made.accepted_at


@pytest.mark.parametrize("phase", ENDS)
def test_an_outcome_said_again_is_the_same_to_the_byte(phase: Phase) -> None:
    made = build(5, phase)

    assert repr(outcome_of(made)) == repr(outcome_of(attrs.evolve(made)))
    assert [*outcome_of(made).data.items()] == [*outcome_of(attrs.evolve(made)).data.items()]


def test_each_outcome_says_what_belongs_to_it_and_nothing_else() -> None:
    own = {
        phase: outcome_of(build(5, phase)).data.keys()
        & {"cached", "reason", "retryable", "detail", "superseded_by", "image_digest"}
        for phase in ENDS
    }

    assert own == {
        Phase.COMPLETE: {"cached", "image_digest"},
        Phase.FAILED: {"reason", "retryable", "detail"},
        Phase.CANCELLED: set(),
        Phase.SUPERSEDED: {"superseded_by"},
    }


@pytest.mark.parametrize("cached", [True, False])
def test_a_completion_says_whether_there_was_a_build_at_all(
    cached: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    made = build(5, Phase.COMPLETE, outcome=Outcome(ended_at=NOON, cached=cached))

    assert outcome_of(made).data["cached"] is cached


@pytest.mark.parametrize("phase", ENDS)
def test_an_outcome_says_where_the_log_of_its_job_is_and_that_names_no_host_or_bucket(
    phase: Phase,
) -> None:
    said = outcome_of(build(5, phase)).data["log_url"]

    assert said == names.log_key(FUNCTION, BUILD)
    assert urlsplit(str(said)) == ("", "", said, "", "")


@pytest.mark.parametrize(
    "made",
    [
        build(5, Phase.COMPLETE, outcome=Outcome(ended_at=NOON, cached=True)),
        build(5, Phase.FAILED, content=None),
        build(5, Phase.CANCELLED, content=None),
        build(5, Phase.SUPERSEDED, content=None),
    ],
    ids=["cached", "refused", "cancelled before", "superseded before"],
)
def test_an_outcome_of_a_build_that_never_had_a_job_names_no_log(made: Build) -> None:
    assert "log_url" not in outcome_of(made).data


@pytest.mark.parametrize("phase", ENDS)
@pytest.mark.parametrize("asked_at", [NOON, 0], ids=["now", "1970"])
def test_our_own_outcomes_are_ones_that_we_take(phase: Phase, asked_at: int) -> None:
    """A clock that was never set says 1970."""
    said = outcome_of(build(5, phase, key=Key(asked_at, BUILD), correlation_id="c"))

    heard = read(cloud_event(said.type.removeprefix(PREFIX), said.data), "")

    assert isinstance(heard, HearOutcome)
    assert (heard.kind.value, heard.build_id) == (phase.value, BUILD)
    assert (heard.image_uri, heard.requested_at) == (IMAGE, asked_at)


@pytest.mark.parametrize(
    ("served", "end"),
    [
        (Served.CREATED, "service.created"),
        (Served.UPDATED, "service.updated"),
        (Served.SUPERSEDED, "service.superseded"),
    ],
)
def test_what_became_of_the_service_has_an_id_of_build_and_type(served: Served, end: str) -> None:
    made = build(5, Phase.SETTLED, served=served)

    said = announcement.served(record(made), made)

    assert said.id == names.event(BUILD, end)
    assert said.type == f"network.notifi.lambda.{end}"
    assert said.data["service"] == names.service(FUNCTION)
    assert said.data["image_digest"] == DIGEST


@pytest.mark.parametrize(
    ("kind", "end"),
    [
        (OperationKind.DELETE, "service.deleted"),
        (OperationKind.ROLLBACK, "service.rolled_back"),
    ],
)
def test_an_operation_is_announced_at_its_handling(kind: OperationKind, end: str) -> None:
    done = operation(7, kind, target=BUILD, reason="moved", correlation_id="c")

    said = announcement.operated(record(done), done)

    assert said.id == names.event(request_id(7), end)
    assert said.type == f"network.notifi.lambda.{end}"
    assert (said.time, said.build_id, said.correlation_id) == (NOON, BUILD, "c")
    assert said.data == {
        "third_party_id": "acme",
        "parser_id": "orders",
        "service": names.service(FUNCTION),
        "build_id": BUILD,
        "reason": "moved",
        "correlation_id": "c",
    }


def test_what_is_not_known_is_left_out() -> None:
    done = operation(7)

    assert announcement.operated(record(done), done).data.keys() == {
        "third_party_id",
        "parser_id",
        "service",
    }


def test_a_service_that_fails_is_announced_for_the_request_that_wanted_it() -> None:
    desired = deployed(5, by=request_id(9))

    said = announcement.service_failed(FUNCTION, desired, "no such image")

    assert said.id == names.event(request_id(9), "service.failed")
    assert said.type == "network.notifi.lambda.service.failed"
    assert (said.time, said.build_id) == (desired.key.at, BUILD)
    assert said.data["detail"] == "no such image"


def test_a_rejected_start_is_announced_without_an_outcome() -> None:
    said = announcement.rejected(FUNCTION, BUILD, Rejection.INVALID, "runtime: x: unknown", NOON)

    assert said.id == names.event(BUILD, "rejected")
    assert said.type == "network.notifi.lambda.build.rejected"
    assert said.data == {
        "third_party_id": "acme",
        "parser_id": "orders",
        "build_id": BUILD,
        "reason": "invalid",
        "detail": "runtime: x: unknown",
    }
