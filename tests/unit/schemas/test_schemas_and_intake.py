"""The schemas of what is consumed and the code that reads it agree, but for a short list."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.domain import FUNCTION, start_data
from support.event_data import DATA, faulty
from support.event_schemas import is_valid, refusal

from knative_lambda.domain import names
from knative_lambda.domain.config_parsing import MOST_BYTES
from knative_lambda.domain.fields import InvalidRequestError
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.intake import CONSUMED

START = "network.notifi.lambda.build.start"
FAILED = "network.notifi.lambda.build.failed"
IDS = {"third_party_id": "acme", "parser_id": "orders"}


def event(kind: str, data: object) -> dict[str, Any]:
    return {"type": kind, "source": "shop", "data": data}


def start(**function: object) -> dict[str, Any]:
    return event(START, start_data(function=function))


STRANGER = names.service(FunctionId("other", "orders"))
# All that a schema allows and the code refuses, each by a pattern for the problem's words.
LAXER: Mapping[str, tuple[str, dict[str, Any]]] = {
    "a configuration that is too large": (
        r"function: '\d+ bytes': must be at most 16384 bytes",
        start(env={f"V{n}": "v" * 4096 for n in range(MOST_BYTES // 4096)}),
    ),
    "another function's secret": (
        r"function\.secrets\[\d+\]: .*: must be the name of a Secret that begins with",
        start(secrets=[STRANGER]),
    ),
    "another tenant's events": (
        r"function\.triggers\[\d+\]\.source: .*: belongs to another tenant",
        start(triggers=[{"type": "t", "source": "network.notifi.other"}]),
    ),
    "a request over its limit": (
        r"function\.resources\.requests\.(cpu|memory): .*: must not be over its limit",
        start(resources={"requests": {"cpu": "2"}}),
    ),
    "fewest replicas over the most": (
        r"function\.scaling\.min: \d+: must not be over max",
        start(scaling={"min": 9, "max": 8}),
    ),
    "a whole number with a fraction": (
        r"[a-z_.]+: -?\d+\.0: must be a whole number",
        event(START, start_data(build_timeout=60.0)),
    ),
    "a time that no calendar has": (
        r"requested_at: .*: must be an RFC 3339 time",
        event(FAILED, {**IDS, "requested_at": "2027-02-30T00:00:00Z"}),
    ),
    "a time before 1970": (
        r"(requested_at|time): .*: must be an RFC 3339 time, not before 1970",
        event(FAILED, {**IDS, "requested_at": "1969-12-31T23:59:59Z"}),
    ),
}  # fmt: skip


def problems(said: dict[str, Any]) -> list[str]:
    """What the code says of *said*, each problem on its own; none if it takes it."""
    error = refusal(said)
    if isinstance(error, InvalidRequestError):
        return [str(problem) for problem in error.problems]
    return [] if error is None else [error.detail]


def test_every_type_that_is_consumed_is_tried() -> None:
    assert set(DATA) == CONSUMED


@pytest.mark.parametrize("kind", DATA)
@given(drawn=st.data())
@settings(max_examples=40)
def test_what_is_legal_is_legal_by_both(kind: str, drawn: st.DataObject) -> None:
    said = event(kind, drawn.draw(DATA[kind]))

    assert problems(said) == []
    assert is_valid(said)


@pytest.mark.parametrize("kind", DATA)
@given(drawn=st.data())
@settings(max_examples=150)
def test_what_is_nearly_legal_is_judged_alike_but_for_the_list(
    kind: str, drawn: st.DataObject
) -> None:
    said = event(kind, drawn.draw(faulty(DATA[kind])))
    refused = problems(said)

    if not is_valid(said):
        assert refused
    else:
        assert [
            p for p in refused if not any(re.match(rule, p) for rule, _ in LAXER.values())
        ] == []


@pytest.mark.parametrize("what", LAXER)
def test_a_schema_does_not_see(what: str) -> None:
    rule, said = LAXER[what]

    assert is_valid(said)
    assert [re.match(rule, problem) is not None for problem in problems(said)] == [True]


def test_whether_a_source_is_required_is_a_setting() -> None:
    said = event(START, IDS)

    assert is_valid(said)
    assert refusal(said) is None
    assert refusal(said, default_source="") is not None


def test_a_secret_of_the_function_itself_passes_both() -> None:
    said = start(secrets=[f"{names.service(FUNCTION)}-db"])

    assert is_valid(said)
    assert problems(said) == []


BUILD, JOB, IMAGE = {"build_id": "0" * 32}, {"job_name": "build-a"}, {"image_uri": "a.test/b:c"}
WHICH: list[tuple[str, Mapping[str, object], bool]] = [
    ("build.complete", {"status": "success"}, False),
    ("build.complete", {"status": "success", "build_id": None, "image_uri": None}, False),
    ("build.complete", {"status": "success", **JOB}, False),
    ("build.complete", {"status": "success", **BUILD}, True),
    ("build.complete", {"status": "success", **IMAGE}, True),
    ("build.complete", {"status": "failed"}, True),
    ("build.complete", {}, True),
    ("build.failed", {"status": "success"}, True),
    ("build.cancel", {}, False),
    ("build.cancel", {"build_id": None, "job_name": None}, False),
    ("build.cancel", BUILD, True),
    ("build.cancel", JOB, True),
    ("build.cancel", {**JOB, "build_id": None}, True),
    ("service.rollback", {}, True),
]


@pytest.mark.parametrize(("kind", "data", "legal"), WHICH, ids=str)
def test_which_build_is_meant_must_be_said_to_both(
    kind: str,
    data: dict[str, object],
    legal: bool,  # noqa: FBT001  a parameter of the test
) -> None:
    said = event(f"network.notifi.lambda.{kind}", {**IDS, **data})

    assert is_valid(said) == legal
    assert (problems(said) == []) == legal
