"""What became of events, and what their sender is answered."""

import json
from typing import Any

import pytest
from aiohttp import web

from knative_lambda.adapters.http.answers import answer, answer_to_batch
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.settlement import Ack, DeadLetter, Retry, SetAside
from knative_lambda.ports.receiver import REPEAT, Received, Report

SECRET = "postgres://admin:hunter2@10.0.0.7"  # noqa: S105 - what must never be answered
DONE = Received(
    settlement=Ack(),
    held=True,
    event_id="e-1",
    report=Report(
        status="job_created",
        message="the build has begun",
        build_id="b" * 32,
        job_name="build-acme",
        correlation_id="corr-1",
    ),
)
REPEATED = Received(settlement=Ack(), held=True, report=Report(status=REPEAT, message="known"))
REFUSED = Received(
    settlement=DeadLetter(Rejection.INVALID, "runtime: 'cobol': must be one of: nodejs22"),
    held=True,
    event_id="e-2",
)
KEPT = Received(
    settlement=DeadLetter(Rejection.UNDELIVERED, "its function did not take it"), held=True
)
ASIDE = Received(settlement=SetAside(5.0), held=True, event_id="e-3")
OVER_LIMIT = Received(settlement=SetAside(7.2), held=False, event_id="e-4")
FAILED = Received(settlement=Retry(1.1, SECRET), held=False, event_id="e-5")


def document(response: web.Response) -> dict[str, Any]:
    assert isinstance(response.text, str)
    return dict(json.loads(response.text))


def is_problem(response: web.Response) -> bool:
    """Whether it is a problem document whose members agree with the response."""
    told = document(response)
    assert told["detail"]
    assert told["title"]
    return (
        response.content_type == "application/problem+json"
        and told["type"] == "about:blank"
        and told["status"] == response.status
    )


def test_what_is_done_is_told_in_full() -> None:
    response = answer(DONE)

    assert (response.status, response.content_type) == (202, "application/json")
    assert document(response) == {
        "status": "job_created",
        "message": "the build has begun",
        "build_id": "b" * 32,
        "job_name": "build-acme",
        "correlation_id": "corr-1",
    }


def test_what_is_not_known_is_left_out() -> None:
    assert document(answer(REPEATED)) == {"status": "repeat", "message": "known"}


def test_a_repeat_is_told_apart_by_its_status() -> None:
    assert answer(REPEATED).status == 200


def test_what_nobody_reported_is_done_all_the_same() -> None:
    response = answer(Received(settlement=Ack(), held=True))

    assert response.status == 202
    assert document(response)["status"] == "done"


def test_a_refusal_says_why() -> None:
    response = answer(REFUSED)

    assert is_problem(response)
    told = document(response)
    assert (told["status"], told["reason"], told["event_id"]) == (400, "invalid", "e-2")
    assert told["detail"] == "runtime: 'cobol': must be one of: nodejs22"


@pytest.mark.parametrize(
    "rejection", [one for one in Rejection if one is not Rejection.UNDELIVERED]
)
def test_every_refusal_is_a_bad_request_with_its_reason(rejection: Rejection) -> None:
    response = answer(Received(settlement=DeadLetter(rejection, "why"), held=True))

    assert is_problem(response)
    assert (response.status, document(response)["reason"]) == (400, rejection.value)
    assert "event_id" not in document(response)


@pytest.mark.parametrize("rejection", [Rejection.INTERNAL, Rejection.RETRIES_EXHAUSTED])
def test_nothing_internal_is_told(rejection: Rejection) -> None:
    received = Received(settlement=DeadLetter(rejection, SECRET), held=True)

    for response in (answer(received), answer_to_batch([received])):
        assert response.status == 400
        assert SECRET not in str(response.text)


def test_what_a_function_did_not_take_is_kept_without_blame() -> None:
    response = answer(KEPT)

    assert (response.status, document(response)["status"]) == (202, "kept")


def test_what_waits_here_is_accepted() -> None:
    response = answer(ASIDE)

    assert (response.status, document(response)["status"]) == (202, "set_aside")
    assert "Retry-After" not in response.headers


def test_a_sender_over_a_limit_is_told_when_to_come_again() -> None:
    response = answer(OVER_LIMIT)

    assert is_problem(response)
    assert (response.status, response.headers["Retry-After"]) == (429, "8")
    assert document(response)["event_id"] == "e-4"


def test_what_failed_for_now_is_to_be_sent_again() -> None:
    response = answer(FAILED)

    assert is_problem(response)
    assert (response.status, response.headers["Retry-After"]) == (503, "2")
    assert SECRET not in str(response.text)


@pytest.mark.parametrize(
    ("delay", "seconds"), [(0.0, "1"), (0.2, "1"), (1.0, "1"), (1.01, "2"), (60.0, "60")]
)
def test_waits_are_rounded_up_to_whole_seconds(delay: float, seconds: str) -> None:
    response = answer(Received(settlement=Retry(delay, "away"), held=False))

    assert response.headers["Retry-After"] == seconds


def test_what_could_not_be_kept_is_to_be_sent_again() -> None:
    response = answer(Received(settlement=DeadLetter(Rejection.INVALID, "no source"), held=False))

    assert is_problem(response)
    assert response.status == 503
    assert int(response.headers["Retry-After"]) >= 1


def test_a_batch_is_answered_in_its_order() -> None:
    response = answer_to_batch([DONE, REPEATED, ASIDE, KEPT])

    assert (response.status, response.content_type) == (202, "application/json")
    results = document(response)["results"]
    assert [result["status"] for result in results] == [
        "job_created",
        "repeat",
        "set_aside",
        "kept",
    ]
    assert [result.get("event_id") for result in results] == ["e-1", None, "e-3", None]


def test_an_empty_batch_is_well() -> None:
    response = answer_to_batch([])

    assert (response.status, document(response)) == (202, {"results": []})


def test_a_batch_with_refusals_tells_of_each_event() -> None:
    response = answer_to_batch([DONE, REFUSED])

    assert is_problem(response)
    assert response.status == 400
    done, refused = document(response)["results"]
    assert done["status"] == "job_created"
    assert (refused["status"], refused["reason"]) == ("rejected", "invalid")
    assert refused["detail"] == "runtime: 'cobol': must be one of: nodejs22"
    assert refused["event_id"] == "e-2"


def test_a_batch_with_one_failure_is_to_be_sent_again_whole() -> None:
    longer = Received(settlement=Retry(16.4, SECRET), held=False)
    response = answer_to_batch([DONE, REFUSED, OVER_LIMIT, FAILED, longer])

    assert is_problem(response)
    assert (response.status, response.headers["Retry-After"]) == (503, "17")
    assert SECRET not in str(response.text)


def test_a_batch_over_a_limit_is_to_be_sent_again_whole() -> None:
    response = answer_to_batch([DONE, REFUSED, OVER_LIMIT])

    assert is_problem(response)
    assert (response.status, response.headers["Retry-After"]) == (429, "8")


@pytest.mark.parametrize(
    "received",
    [DONE, REPEATED, REFUSED, KEPT, ASIDE, OVER_LIMIT, FAILED],
    ids=["done", "repeat", "refused", "kept", "aside", "over", "failed"],
)
def test_no_answer_can_be_taken_for_an_event(received: Received) -> None:
    for response in (answer(received), answer_to_batch([received])):
        assert not [name for name in response.headers if name.lower().startswith("ce-")]
        assert "cloudevents" not in response.content_type
