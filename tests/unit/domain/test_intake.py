"""From a CloudEvent to what it asks for, type by type."""

import json

import attrs
import pytest
from support.domain import DIGEST, FUNCTION, IMAGE, NOON, cloud_event, request_id, start_data

from knative_lambda.domain.cloudevent import CloudEvent
from knative_lambda.domain.errors import PermanentError
from knative_lambda.domain.fields import InvalidRequestError
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.incoming import (
    CancelBuild,
    DeleteService,
    HearOutcome,
    Ignore,
    OutcomeKind,
    ReconcileBuild,
    RollBackService,
    StartBuild,
)
from knative_lambda.domain.instants import format_instant
from knative_lambda.domain.intake import CONSUMED, named_function, read
from knative_lambda.domain.rejection import Rejection

BUILD = request_id(5)
IDS = {"third_party_id": "acme", "parser_id": "orders"}
OUTCOMES = [f"build.{kind.value}" for kind in OutcomeKind]
WITH_DATA = ["build.start", *OUTCOMES, "build.cancel", "service.delete", "service.rollback"]


def problems_of(kind: str, **data: object) -> list[str]:
    with pytest.raises(InvalidRequestError) as refusal:
        read(cloud_event(kind, {**IDS, **data}), "")
    assert refusal.value.rejection is Rejection.INVALID
    return [problem.field for problem in refusal.value.problems]


def heard(kind: str, **data: object) -> HearOutcome:
    outcome = read(cloud_event(kind, {**IDS, **data}), "")
    assert isinstance(outcome, HearOutcome)
    return outcome


def test_what_is_consumed_is_written_down() -> None:
    assert {kind.removeprefix("network.notifi.lambda.") for kind in CONSUMED} == {
        *WITH_DATA,
        *(f"dev.knative.apiserver.resource.{verb}" for verb in ("add", "update", "delete")),
    }


def test_a_start_is_read_with_its_request() -> None:
    event = cloud_event("build.start", start_data(runtime="python312"))

    start = read(event, "")

    assert isinstance(start, StartBuild)
    assert (start.function, start.event, start.request.runtime) == (FUNCTION, event, "python312")


def test_a_start_without_source_takes_the_configured_one() -> None:
    start = read(cloud_event("build.start", IDS), "https://host.test/{parser_id}")

    assert isinstance(start, StartBuild)
    assert start.request.source_url == "https://host.test/orders"


@pytest.mark.parametrize("kind", ["network.notifi.lambda.build.started", "", "build.start"])
def test_another_type_is_unsupported(kind: str) -> None:
    event = CloudEvent(id="1", source="s", type=kind, data={})

    with pytest.raises(PermanentError, match="is not consumed here") as refusal:
        read(event, "")

    assert refusal.value.rejection is Rejection.UNSUPPORTED


def test_a_very_long_type_makes_no_long_error() -> None:
    event = CloudEvent(id="1", source="s", type="x" * 1_000_000, data={})

    with pytest.raises(PermanentError) as refusal:
        read(event, "")

    assert len(refusal.value.detail) < 2000


@pytest.mark.parametrize("kind", WITH_DATA)
@pytest.mark.parametrize("data", [None, [], "text", 1, True])
def test_data_that_is_no_object_is_malformed(kind: str, data: object) -> None:
    with pytest.raises(PermanentError, match="must be a JSON object") as refusal:
        read(cloud_event(kind, data), "")

    assert refusal.value.rejection is Rejection.MALFORMED


@pytest.mark.parametrize("kind", WITH_DATA)
def test_every_event_must_name_its_function(kind: str) -> None:
    with pytest.raises(InvalidRequestError) as refusal:
        read(cloud_event(kind, {"build_id": BUILD, "source_url": "https://h.test/a"}), "")

    named = [problem.field for problem in refusal.value.problems]
    assert named == ["third_party_id", "parser_id"]


def test_a_completion_is_read_as_outside_builders_send_it() -> None:
    data = {
        **IDS,
        "job_name": "build-acme-orders",
        "status": "success",
        "image_uri": IMAGE,
        "duration": "2m30s",
        "correlation_id": "order-1",
    }
    event = cloud_event("build.complete", data)

    assert read(event, "") == HearOutcome(
        function=FUNCTION,
        event=event,
        kind=OutcomeKind.COMPLETE,
        build_id=None,
        image_uri=IMAGE,
        reason=None,
        detail="",
        correlation_id="order-1",
        requested_at=None,
        data=data,
    )


@pytest.mark.parametrize("status", ["failed", "cancelled", None])
def test_a_completion_that_is_no_success_is_a_failure(status: str | None) -> None:
    outcome = heard("build.complete", status=status)

    assert outcome.kind is OutcomeKind.FAILED


@pytest.mark.parametrize("kind", OUTCOMES)
def test_every_outcome_is_read_with_what_it_says(kind: str) -> None:
    outcome = heard(
        kind,
        status="success",
        build_id=BUILD,
        reason="build_exit",
        detail="line 1\nline 2",
        requested_at=format_instant(NOON),
        image_digest=DIGEST,
    )

    assert outcome.kind.value == kind.removeprefix("build.")
    assert (outcome.build_id, outcome.reason) == (BUILD, "build_exit")
    assert (outcome.detail, outcome.requested_at) == ("line 1\nline 2", NOON)


WRONG_OUTCOME: dict[str, list[object]] = {
    "build_id": ["", "a" * 31, "A" * 32, 1, []],
    "job_name": ["", "Job", "-a", "a" * 64, 1],
    "status": ["", "All Good", "a" * 33, 1],
    "image_uri": ["", "image", "host/UPPER", "host/a b", "host/a:tag@sha256:1", "host/../a", 1],
    "reason": ["", "Bad Reason", 1],
    "detail": ["a\0b", "\ud800", "a" * 2001, 1],
    "correlation_id": ["", "a b", 1],
    "requested_at": ["", "yesterday", 1, "2026-01-01"],
}


@pytest.mark.parametrize(
    ("name", "value"), [(n, value) for n, values in WRONG_OUTCOME.items() for value in values]
)
def test_a_wrong_field_of_an_outcome_is_refused(name: str, value: object) -> None:
    assert problems_of("build.failed", **{name: value}) == [name]


@pytest.mark.parametrize("name", [*WRONG_OUTCOME])
def test_null_counts_as_absent_in_an_outcome(name: str) -> None:
    assert heard("build.failed", **{name: None}).kind is OutcomeKind.FAILED


def test_a_completion_names_a_build_or_an_image() -> None:
    assert problems_of("build.complete", status="success") == ["image_uri"]
    assert heard("build.complete", status="success", build_id=BUILD).image_uri is None


@pytest.mark.parametrize(
    ("build_id", "job_name"), [(BUILD, None), (None, "build-a-1"), (BUILD, "build-a-1")]
)
def test_a_cancel_names_its_build_by_id_or_by_job(
    build_id: str | None, job_name: str | None
) -> None:
    event = cloud_event(
        "build.cancel", {**IDS, "build_id": build_id, "job_name": job_name, "correlation_id": "c"}
    )

    assert read(event, "") == CancelBuild(FUNCTION, event, build_id, job_name, "c")


def test_a_cancel_that_names_no_build_is_refused() -> None:
    assert problems_of("build.cancel") == ["build_id"]
    assert problems_of("build.cancel", build_id="x", job_name="X") == ["build_id", "job_name"]


def test_a_delete_says_why_if_it_likes() -> None:
    event = cloud_event("service.delete", {**IDS, "reason": "moved", "correlation_id": "c"})
    bare = cloud_event("service.delete", IDS)

    assert read(event, "") == DeleteService(FUNCTION, event, "moved", "c")
    assert read(bare, "") == DeleteService(FUNCTION, bare, "", None)
    assert problems_of("service.delete", reason=1, correlation_id=" ") == [
        "reason",
        "correlation_id",
    ]


def test_a_rollback_says_where_to_if_it_likes() -> None:
    event = cloud_event("service.rollback", {**IDS, "to": BUILD, "correlation_id": "c"})
    bare = cloud_event("service.rollback", IDS)

    assert read(event, "") == RollBackService(FUNCTION, event, BUILD, "c")
    assert read(bare, "") == RollBackService(FUNCTION, bare, None, None)
    assert problems_of("service.rollback", to="before") == ["to"]


def job_event(labels: object, kind: str = "Job", verb: str = "update") -> CloudEvent:
    return CloudEvent(
        id="1",
        source="https://api.test",
        type=f"dev.knative.apiserver.resource.{verb}",
        data={"kind": kind, "metadata": {"name": "x", "labels": labels}},
    )


LABELS = {
    "build.notifi.network/third-party-id": "acme",
    "build.notifi.network/parser-id": "orders",
    "build.notifi.network/build-id": BUILD,
}


@pytest.mark.parametrize("verb", ["add", "update", "delete"])
def test_a_change_of_a_job_of_ours_asks_to_look_at_its_build(verb: str) -> None:
    event = job_event(LABELS, verb=verb)

    assert read(event, "") == ReconcileBuild(FUNCTION, event, BUILD)


NO_JOBS: list[object] = [None, [], "Job", {"kind": "Job"}, {"kind": "Job", "metadata": None}]
NOT_OURS = [
    job_event(LABELS, kind="Pod"),
    job_event(None),
    job_event({}),
    job_event({**LABELS, "build.notifi.network/third-party-id": "-"}),
    job_event({**LABELS, "build.notifi.network/parser-id": 1}),
    job_event({**LABELS, "build.notifi.network/build-id": "x"}),
    job_event({**LABELS, "build.notifi.network/build-id": None}),
    *(attrs.evolve(job_event({}), data=data) for data in NO_JOBS),
]


@pytest.mark.parametrize("event", NOT_OURS, ids=lambda event: json.dumps(event.data)[:60])
def test_a_change_of_anything_else_is_ignored(event: CloudEvent) -> None:
    assert read(event, "") == Ignore(event)


@pytest.mark.parametrize(
    ("data", "function"),
    [
        ({**IDS, "runtime": "cobol"}, FunctionId("acme", "orders")),
        ({"third_party_id": "acme"}, None),
        ({"third_party_id": "acme", "parser_id": "-"}, None),
        ({"third_party_id": 1, "parser_id": "orders"}, None),
        ([], None),
        (None, None),
    ],
    ids=str,
)
def test_a_wrong_event_may_still_name_its_function(
    data: object, function: FunctionId | None
) -> None:
    assert named_function(cloud_event("build.start", data)) == function
