"""How large the `function` object of a `build.start` may be."""

import pytest
from support.domain import start_data

from knative_lambda.domain.config_parsing import MOST_BYTES
from knative_lambda.domain.fields import InvalidRequestError, Problem
from knative_lambda.domain.request_parsing import parse_build_request


def refused(env: dict[str, str]) -> Problem:
    with pytest.raises(InvalidRequestError) as refusal:
        parse_build_request(start_data(function={"env": env}), "")
    (problem,) = refusal.value.problems
    return problem


def test_a_configuration_has_a_largest_size() -> None:
    room = MOST_BYTES - len('{"env": {"A0": "", "A1": "", "A2": "", "A3": ""}}')
    env = {f"A{n}": "v" * (room // 4) for n in range(4)}
    assert room % 4 == 3

    most = {**env, "A0": env["A0"] + "vvv"}
    assert parse_build_request(start_data(function={"env": most}), "").config.env
    problem = refused({**env, "A0": env["A0"] + "vvvv"})

    assert problem.field == "function"
    assert f"{MOST_BYTES + 1} bytes" in problem.value


def test_the_size_is_counted_in_bytes() -> None:
    assert refused({f"A{n}": "ä" * 4000 for n in range(3)}).field == "function"
