"""The `function` object of a `build.start`: what is taken, what is refused and how."""

from typing import Any

import pytest
from support.domain import FUNCTION, start_data

from knative_lambda.domain import names
from knative_lambda.domain.fields import InvalidRequestError, Problem
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.request import FunctionConfig, Resources, Scaling, default_trigger
from knative_lambda.domain.request_parsing import parse_build_request

OWN = names.service(FUNCTION)
SOURCE = "network.notifi.acme"


def parsed(**fields: object) -> FunctionConfig:
    return parse_build_request(start_data(function=fields), "").config


def refused(**fields: object) -> tuple[Problem, ...]:
    with pytest.raises(InvalidRequestError) as refusal:
        parsed(**fields)
    return refusal.value.problems


def refused_fields(**fields: object) -> list[str]:
    return [problem.field for problem in refused(**fields)]


def test_an_empty_configuration_gets_every_default() -> None:
    assert parsed() == FunctionConfig(
        env=(),
        secrets=(),
        resources=Resources("50m", "64Mi", "1", "256Mi"),
        scaling=Scaling(minimum=0, maximum=50, target=10, concurrency=10),
        timeout_seconds=300,
        triggers=(default_trigger(FUNCTION),),
    )


@pytest.mark.parametrize(
    "name", ["env", "secrets", "resources", "scaling", "timeout_seconds", "triggers"]
)
def test_null_counts_as_absent(name: str) -> None:
    assert parsed(**{name: None}) == parsed()


def test_null_counts_as_absent_inside_sections_too() -> None:
    nothing = dict.fromkeys(("min", "max", "target", "concurrency"))
    resources = {"requests": {"cpu": None, "memory": None}, "limits": None}

    assert parsed(scaling=nothing, resources=resources) == parsed()


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"environment": {}}, "function.environment"),
        ({"scaling": {"minimum": 1}}, "function.scaling.minimum"),
        ({"resources": {"request": {}}}, "function.resources.request"),
        ({"resources": {"limits": {"gpu": "1"}}}, "function.resources.limits.gpu"),
        ({"a\nb": 1}, "function.a\\nb"),
    ],
    ids=str,
)
def test_an_unknown_key_is_refused_since_a_typing_error_is_no_default(
    fields: dict[str, object], named: str
) -> None:
    problems = refused(**fields)

    assert [problem.field for problem in problems] == [named]
    assert problems[0].rule.startswith("unknown; known: ")


@pytest.mark.parametrize("name", ["resources", "scaling"])
@pytest.mark.parametrize("value", [[], "text", 1, True])
def test_a_section_must_be_an_object(name: str, value: object) -> None:
    assert refused_fields(**{name: value}) == [f"function.{name}"]


def test_variables_are_sorted_and_kept_within_their_limits() -> None:
    given = {"_b": "", "A" * 128: "ä" * 4000, "A1": "x\ny"}

    assert parsed(env=given).env == tuple(sorted(given.items()))
    assert len(parsed(env={f"V{n}": "1" for n in range(100)}).env) == 100


@pytest.mark.parametrize(
    "env",
    [
        {f"V{n}": "1" for n in range(101)},
        {"A": "v" * 4097},
        {"A" * 129: "v"},
        {"1A": "v"},
        {"A-B": "v"},
        {"": "v"},
        {"A": 1},
        {"A": "nul\0"},
        {"A": "\ud800"},
        [],
        "A=b",
    ],
    ids=lambda env: ascii(env)[:20],
)
def test_a_wrong_variable_is_refused(env: object) -> None:
    problems = refused(env=env)

    assert len(problems) == 1
    assert problems[0].field.startswith("function.env")


@pytest.mark.parametrize(
    "name", ["PORT", "HOST", "FUNCTION_SETTINGS", "K_SERVICE", "K_REVISION", "K_SINK", "K_"]
)
def test_a_variable_of_the_platform_is_refused(name: str) -> None:
    problems = refused(env={name: "v"})

    assert [problem.field for problem in problems] == [f"function.env.{name}"]
    assert "set by the platform" in problems[0].rule


@pytest.mark.parametrize("name", ["HOSTS", "SUPPORT", "PORT_1", "FUNCTION", "K", "KEY", "k_low"])
def test_a_variable_that_is_only_alike_is_taken(name: str) -> None:
    assert parsed(env={name: "v"}).env == ((name, "v"),)


@pytest.mark.parametrize(
    "name", [OWN, f"{OWN}-db", f"{OWN}.db", f"{OWN}-a.b-c1", f"{OWN}--x", f"{OWN}.a.b"]
)
def test_a_secret_of_the_function_itself_is_taken(name: str) -> None:
    assert parsed(secrets=[name]).secrets == (name,)


STRANGE_SECRETS: list[object] = [
    "db",
    names.service(FunctionId("acme", "payments")),
    names.service(FunctionId("other", "orders")),
    f"x-{OWN}",
    f"{OWN}x",
    f"{OWN}-",
    f"{OWN}-DB",
    f"{OWN}/db",
    f"{OWN}..db",
    f"{OWN}.-db",
    f"{OWN}-.db",
    f"{OWN}.db-.x",
    f"{OWN}\n",
    OWN.upper(),
    OWN[:-1],
    f"{OWN}-{'a' * 253}",
    1,
    None,
    {},
]


@pytest.mark.parametrize("name", STRANGE_SECRETS, ids=lambda name: ascii(name)[:60])
def test_law_13_a_secret_of_anybody_else_is_refused(name: object) -> None:
    problems = refused(secrets=[OWN, name])

    assert [problem.field for problem in problems] == ["function.secrets[1]"]
    assert OWN in problems[0].rule


def test_there_may_be_twenty_secrets() -> None:
    assert len(parsed(secrets=[f"{OWN}-{n}" for n in range(20)]).secrets) == 20
    assert refused_fields(secrets=[f"{OWN}-{n}" for n in range(21)]) == ["function.secrets"]
    assert refused_fields(secrets=OWN) == ["function.secrets"]


@pytest.mark.parametrize("cpu", ["1m", "500m", "99999m", "0.1", "1", "1.5", "99.9"])
def test_a_cpu_amount_is_taken(cpu: str) -> None:
    given = {"requests": {"cpu": cpu}, "limits": {"cpu": cpu}}

    resources = parsed(resources=given).resources

    assert (resources.cpu_request, resources.cpu_limit) == (cpu, cpu)


@pytest.mark.parametrize("memory", ["1Mi", "99999Mi", "2Gi", "128M", "1G"])
def test_an_amount_of_memory_is_taken(memory: str) -> None:
    given = {"requests": {"memory": memory}, "limits": {"memory": memory}}

    resources = parsed(resources=given).resources

    assert (resources.memory_request, resources.memory_limit) == (memory, memory)


WRONG_CPU: list[object] = ["0", "0m", "-1", "1.55", "1e3", "100", "100000m", "1 ", "", 1, 0.5, []]
WRONG_MEMORY: list[object] = ["0Mi", "64", "64Ki", "1Ti", "1.5Gi", "100000Mi", "64mi", "", 64]


@pytest.mark.parametrize("cpu", WRONG_CPU)
def test_a_wrong_cpu_limit_is_refused(cpu: object) -> None:
    given = {"limits": {"cpu": cpu}}

    assert refused_fields(resources=given) == ["function.resources.limits.cpu"]


@pytest.mark.parametrize("memory", WRONG_MEMORY)
def test_a_wrong_memory_request_is_refused(memory: object) -> None:
    given = {"requests": {"memory": memory}}

    assert refused_fields(resources=given) == ["function.resources.requests.memory"]


@pytest.mark.parametrize(
    ("requests", "limits", "named"),
    [
        ({"cpu": "1001m"}, {"cpu": "1"}, ["cpu"]),
        ({"cpu": "1.1"}, {}, ["cpu"]),
        ({"memory": "257Mi"}, {}, ["memory"]),
        ({"memory": "1Gi"}, {"memory": "1G"}, ["memory"]),
        ({}, {"cpu": "10m", "memory": "32Mi"}, ["cpu", "memory"]),
    ],
    ids=str,
)
def test_nothing_may_be_requested_over_its_limit(
    requests: dict[str, str], limits: dict[str, str], named: list[str]
) -> None:
    fields = refused_fields(resources={"requests": requests, "limits": limits})

    assert fields == [f"function.resources.requests.{name}" for name in named]


@pytest.mark.parametrize(
    ("requests", "limits"),
    [
        ({"cpu": "1000m"}, {"cpu": "1"}),
        ({"memory": "1024Mi"}, {"memory": "1Gi"}),
        ({"memory": "1000M"}, {"memory": "1G"}),
        ({"memory": "1G"}, {"memory": "1Gi"}),
    ],
    ids=str,
)
def test_amounts_are_compared_whatever_their_unit(
    requests: dict[str, str], limits: dict[str, str]
) -> None:
    assert parsed(resources={"requests": requests, "limits": limits})


NUMBERS: list[tuple[str, int, int]] = [
    ("scaling.min", 0, 100),
    ("scaling.max", 0, 1000),
    ("scaling.target", 1, 1000),
    ("scaling.concurrency", 0, 1000),
    ("timeout_seconds", 1, 600),
]


def nested(name: str, value: object) -> dict[str, Any]:
    """The configuration with *value* under the dotted *name*."""
    section, _, inner = name.rpartition(".")
    # So that the largest minimum meets no smaller maximum.
    return {section: {"max": 0, inner: value}} if section else {inner: value}


@pytest.mark.parametrize(("name", "low", "high"), NUMBERS)
def test_a_number_is_taken_up_to_its_limits(name: str, low: int, high: int) -> None:
    for value in (low, high):
        config = parsed(**nested(name, value))
        found = {
            "scaling.min": config.scaling.minimum,
            "scaling.max": config.scaling.maximum,
            "scaling.target": config.scaling.target,
            "scaling.concurrency": config.scaling.concurrency,
            "timeout_seconds": config.timeout_seconds,
        }
        assert found[name] == value


@pytest.mark.parametrize(("name", "low", "high"), NUMBERS)
def test_a_number_beyond_its_limits_is_refused(name: str, low: int, high: int) -> None:
    wrong: list[object] = [low - 1, high + 1, str(low), float(low), True, []]
    for value in wrong:
        problems = refused(**nested(name, value))
        assert [problem.field for problem in problems] == [f"function.{name}"]
        assert problems[0].rule == f"must be a whole number from {low} to {high}"


def test_the_least_replicas_must_not_be_over_the_most() -> None:
    assert refused_fields(scaling={"min": 5, "max": 4}) == ["function.scaling.min"]
    assert parsed(scaling={"min": 4, "max": 4}).scaling.minimum == 4
    assert parsed(scaling={"min": 5, "max": 0}).scaling.minimum == 5
