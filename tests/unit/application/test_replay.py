"""A message that was given up is read again: what it is about, and whether it is still refused."""

import json
from typing import Any

import pytest

from knative_lambda.application.replay import reading
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.rejection import Rejection
from knative_lambda.ports.event_source import Message

ORDERS = {"third_party_id": "acme", "parser_id": "orders"}
WITH_SOURCE = {**ORDERS, "source_url": "https://example.test/orders.git"}


def message(kind: str, data: object, **more: str) -> Message:
    event: dict[str, Any] = {"specversion": "1.0", "id": "1", "source": "shop", "type": kind}
    body = json.dumps({**event, **more, "data": data}).encode()
    return Message(body, "application/cloudevents+json")


def test_what_is_well_is_about_its_function_and_not_refused() -> None:
    seen = reading(message("network.notifi.lambda.build.start", WITH_SOURCE), "")
    assert seen.event is not None
    assert seen.event.id == "1"
    assert seen.function == FunctionId("acme", "orders")
    assert seen.refusal is None


def test_what_a_setting_has_mended_is_refused_no_more() -> None:
    sourceless = message("network.notifi.lambda.build.start", ORDERS)
    refusal = reading(sourceless, "").refusal
    assert refusal is not None
    assert refusal.rejection is Rejection.INVALID
    assert reading(sourceless, "https://example.test/{parser_id}").refusal is None


def test_what_is_invalid_is_about_its_function_all_the_same() -> None:
    wrong = {**WITH_SOURCE, "runtime": "cobol"}
    seen = reading(message("network.notifi.lambda.build.start", wrong), "")
    assert seen.function == FunctionId("acme", "orders")
    assert "cobol" in str(seen.refusal)


def test_what_is_no_event_is_about_nothing() -> None:
    seen = reading(Message(b"hello", "text/plain"), "")
    assert (seen.event, seen.function) == (None, None)
    assert seen.refusal is not None
    assert seen.refusal.rejection is Rejection.MALFORMED


def test_a_job_that_is_not_ours_is_about_no_function() -> None:
    seen = reading(message("dev.knative.apiserver.resource.update", {"kind": "Job"}), "")
    assert (seen.function, seen.refusal) == (None, None)


@pytest.mark.parametrize(
    ("source", "subject", "function"),
    [
        ("network.notifi.acme", "orders", FunctionId("acme", "orders")),
        ("network.notifi.acme", "or/ders", None),
        ("network.notifi.", "orders", None),
        ("shop", "orders", None),
    ],
)
def test_an_event_for_a_function_says_so_by_source_and_subject(
    source: str, subject: str, function: FunctionId | None
) -> None:
    kind = "network.notifi.lambda.parser.start"
    assert reading(message(kind, {}, source=source, subject=subject), "").function == function


def test_an_event_for_a_function_may_have_no_subject() -> None:
    kind = "network.notifi.lambda.parser.start"
    assert reading(message(kind, {}, source="network.notifi.acme"), "").function is None
