"""A refusal may be shown: it is short, and holds nothing of the object that was sent."""

import json

import pytest

from knative_lambda.adapters.kubernetes.refusals import refusal

SENT = "https://store.test/x?X-Amz-Signature=secret"


def read(status: int, body: bytes) -> tuple[int, str, str]:
    """What is made of such an answer."""
    made = refusal(status, body)
    assert str(made) == f"{status} {made.reason}: {made.message}"
    return (made.status, made.reason, made.message)


def said(message: str) -> str:
    """What is shown of that message."""
    return refusal(422, json.dumps({"message": message}).encode()).message


def test_a_status_is_read() -> None:
    body = {"kind": "Status", "reason": "AlreadyExists", "message": 'jobs.batch "a" exists'}
    told = (409, "AlreadyExists", 'jobs.batch "a" exists')
    assert read(409, json.dumps(body).encode()) == told


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff", b"[]", b'"text"', b"null", b"{}"])
def test_anything_else_is_a_refusal_without_words(body: bytes) -> None:
    assert read(502, body) == (502, "", "")


@pytest.mark.parametrize(
    "value",
    [
        f'"{SENT}"',
        f'"a \\"quoted\\" {SENT}"',
        f'core.EnvVar{{Name:"A", Value:"{SENT}"}}',
        SENT,
    ],
)
def test_what_was_sent_is_not_told(value: str) -> None:
    shown = said(f"Job is invalid: spec.x: Invalid value: {value}: must be no more than 63")
    assert "secret" not in shown
    assert shown.startswith("Job is invalid: spec.x: Invalid value: (hidden)")


def test_several_values_are_all_hidden() -> None:
    shown = said(f'[a: Invalid value: "{SENT}": bad, b: Duplicate value: "{SENT}"]')
    assert shown == "[a: Invalid value: (hidden): bad, b: Duplicate value: (hidden)]"


def test_a_message_is_one_line_of_bounded_length() -> None:
    assert said("one\ntwo") == "one two"
    assert len(said("x" * 10_000)) == 500
