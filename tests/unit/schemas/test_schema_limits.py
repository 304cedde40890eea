"""Every limit, list and default in a schema, held against the code's own at its very edge."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import attrs
import pytest
from support.domain import FUNCTION, start_data
from support.event_schemas import is_valid, refusal

from knative_lambda.adapters.schema_fields import fields
from knative_lambda.adapters.schemas import schema
from knative_lambda.domain import config_parsing, instants, names, request_parsing
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.request import BuildRequest, default_trigger
from knative_lambda.domain.request_parsing import parse_build_request
from knative_lambda.domain.runtimes import ALIASES, RUNTIMES

OWN = names.service(FUNCTION)
START = schema("build.start")
DATA = START["properties"]["data"]["properties"]
FUNCTION_FIELDS = DATA["function"]["properties"]


def numbers(node: dict[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[Any, int, int]]:
    """The path, least and largest of every whole number below *node*."""
    for name, inner in node.get("properties", {}).items():
        if "minimum" in inner:
            yield (*path, name), inner["minimum"], inner["maximum"]
        yield from numbers(inner, (*path, name))


NUMBERS = list(numbers(START["properties"]["data"]))


def started(**data: object) -> dict[str, Any]:
    return {"type": START["properties"]["type"]["const"], "source": "s", "data": start_data(**data)}


def at(path: tuple[str, ...], value: object) -> dict[str, Any]:
    """A start with *value* at *path*; nothing bounds its replicas but what *path* says."""
    for name in reversed(path):
        value = {"max": 0, name: value} if name in {"min", "target"} else {name: value}
    assert isinstance(value, dict)
    return started(**value)


def both_take(event: dict[str, Any]) -> bool:
    """Whether schema and code take *event*; they must agree."""
    assert is_valid(event) == (refusal(event) is None)
    return is_valid(event)


def test_there_are_whole_numbers_to_try() -> None:
    assert {path[-1] for path, _, _ in NUMBERS} == {
        "build_timeout", "timeout_seconds", "min", "max", "target", "concurrency",
    }  # fmt: skip


@pytest.mark.parametrize(("path", "least", "largest"), NUMBERS)
def test_a_whole_number_has_the_same_edges(path: Any, least: int, largest: int) -> None:
    edges = (least - 1, least, largest, largest + 1)

    assert [both_take(at(path, value)) for value in edges] == [False, True, True, False]


def variables(count: int) -> dict[str, str]:
    return {f"V{n}": "1" for n in range(count)}


@pytest.mark.parametrize(
    ("most", "made"),
    [
        (DATA["build_args"]["maxProperties"], lambda n: started(build_args=variables(n))),
        (
            FUNCTION_FIELDS["env"]["maxProperties"],
            lambda n: started(function={"env": variables(n)}),
        ),
        (
            FUNCTION_FIELDS["secrets"]["maxItems"],
            lambda n: started(function={"secrets": [OWN] * n}),
        ),
        (
            FUNCTION_FIELDS["triggers"]["maxItems"],
            lambda n: started(function={"triggers": [{"type": "t"}] * n}),
        ),
        (
            FUNCTION_FIELDS["triggers"]["items"]["maxProperties"],
            lambda n: started(
                function={"triggers": [{"type": "t", **{f"a{i}": "b" for i in range(n - 1)}}]}
            ),
        ),
        (
            FUNCTION_FIELDS["secrets"]["items"]["maxLength"],
            lambda n: started(function={"secrets": [f"{OWN}-".ljust(n, "a")]}),
        ),
    ],
    ids=["build_args", "env", "secrets", "triggers", "attributes", "name of a secret"],
)
def test_there_may_be_as_many_and_no_more(most: int, made: Any) -> None:
    assert both_take(made(most))
    assert not both_take(made(most + 1))


@pytest.mark.parametrize("name", ["PORT", "HOST", "FUNCTION_SETTINGS", "K_SERVICE", "K_"])
def test_a_variable_of_the_platform_is_refused_by_both(name: str) -> None:
    assert not both_take(started(function={"env": {name: "v"}}))


def test_the_variables_of_the_platform_are_all_there() -> None:
    reserved = FUNCTION_FIELDS["env"]["propertyNames"]["not"]["pattern"]

    assert reserved == f"^(?:{config_parsing._RESERVED.pattern})$"


def test_the_sections_have_the_fields_that_the_code_knows() -> None:
    assert list(FUNCTION_FIELDS) == [*config_parsing._KNOWN]


def test_the_size_of_a_configuration_is_told() -> None:
    assert f"at most {config_parsing.MOST_BYTES} bytes" in DATA["function"]["description"]


def test_the_closed_lists_are_those_of_the_code() -> None:
    failed, rejected = schema("build.failed")["$defs"], schema("build.rejected")["$defs"]

    assert START["$defs"]["runtime"]["enum"] == [*RUNTIMES, *ALIASES, None]
    assert failed["failure_reason"]["enum"] == [reason.value for reason in Reason]
    assert rejected["rejection"]["enum"] == [rejection.value for rejection in Rejection]


def test_what_marks_credentials_in_a_url_is_the_same() -> None:
    written = DATA["source_url"]["not"]["pattern"]

    assert written == f"^(?:{request_parsing._CREDENTIALS.pattern})"


def test_a_time_has_the_form_that_the_code_reads() -> None:
    written = START["$defs"]["instant"]["pattern"]

    assert written == f"^(?:{instants._RFC3339.pattern.replace(chr(92) + 'd', '[0-9]')})$"


def defaults() -> dict[str, object]:
    """The defaults that the schema names, by their paths."""
    told = fields(START["properties"]["data"], START["$defs"])
    return {field.path: json.loads(field.default) for field in told if field.default}


def test_every_default_is_the_codes() -> None:
    request = parse_build_request(start_data(), "")
    config = attrs.asdict(request.config)
    scaling, resources = config["scaling"], config["resources"]

    assert defaults() == {
        "build_type": "lambda",
        "runtime": request.runtime,
        "handler": request.handler,
        "build_args": dict(request.build_args),
        "build_timeout": request.build_timeout,
        "force": request.force,
        "function.env": dict(config["env"]),
        "function.secrets": [*config["secrets"]],
        "function.resources.requests.cpu": resources["cpu_request"],
        "function.resources.requests.memory": resources["memory_request"],
        "function.resources.limits.cpu": resources["cpu_limit"],
        "function.resources.limits.memory": resources["memory_limit"],
        "function.scaling.min": scaling["minimum"],
        "function.scaling.max": scaling["maximum"],
        "function.scaling.target": scaling["target"],
        "function.scaling.concurrency": scaling["concurrency"],
        "function.timeout_seconds": config["timeout_seconds"],
        "function.triggers": [],
    }
    assert request.config.triggers == (default_trigger(FUNCTION),)


def test_asking_for_every_default_is_asking_for_none() -> None:
    said: dict[str, Any] = {}
    for path, value in defaults().items():
        section = said
        *outer, name = path.split(".")
        for part in outer:
            section = section.setdefault(part, {})
        section[name] = value

    asked: BuildRequest = parse_build_request(start_data(**said), "")

    assert asked == parse_build_request(start_data(), "")


@pytest.mark.parametrize(
    "section",
    [
        {},
        {"resources": {}},
        {"resources": {"requests": {}}},
        {"resources": {"limits": {}}},
        {"scaling": {}},
    ],
    ids=str,
)
def test_inside_of_a_function_an_unknown_field_is_refused_by_both(section: dict[str, Any]) -> None:
    assert both_take(started(function=copy.deepcopy(section)))
    inner = section = copy.deepcopy(section)
    while inner:
        (inner,) = inner.values()
    inner["colour"] = None

    assert not both_take(started(function=section))
