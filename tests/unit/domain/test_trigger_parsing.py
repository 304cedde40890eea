"""The Triggers that a request may ask for."""

import pytest
from support.domain import FUNCTION, start_data

from knative_lambda.domain.fields import InvalidRequestError, Problem
from knative_lambda.domain.request import Trigger, default_trigger
from knative_lambda.domain.request_parsing import parse_build_request

OWN = "network.notifi.acme"


def parsed(*triggers: object) -> tuple[Trigger, ...]:
    data = start_data(function={"triggers": list(triggers)})
    return parse_build_request(data, "").config.triggers


def refused(*triggers: object) -> tuple[Problem, ...]:
    with pytest.raises(InvalidRequestError) as refusal:
        parsed(*triggers)
    return refusal.value.problems


def test_without_triggers_a_function_gets_its_own_start_events() -> None:
    assert parsed() == (default_trigger(FUNCTION),)
    assert default_trigger(FUNCTION).attributes == (
        ("type", "network.notifi.lambda.parser.start"),
        ("source", OWN),
        ("subject", "orders"),
    )


def test_a_trigger_without_source_selects_the_tenants_own_events() -> None:
    assert parsed({"type": "order.placed"}) == (
        Trigger((("source", OWN), ("type", "order.placed"))),
    )


def test_a_trigger_may_select_a_source_outside_of_all_tenants() -> None:
    (trigger,) = parsed({"type": "push", "source": "https://git.test/acme", "region": "eu"})

    assert dict(trigger.attributes) == {
        "type": "push",
        "source": "https://git.test/acme",
        "region": "eu",
    }


def test_equal_triggers_are_one() -> None:
    assert len(parsed({"type": "a", "source": OWN}, {"type": "a"}, {"type": "b"})) == 2


@pytest.mark.parametrize(
    "source", ["network.notifi.other", "network.notifi.acme2", "network.notifi.", OWN + "."]
)
def test_law_13_the_events_of_another_tenant_are_refused(source: str) -> None:
    problems = refused({"type": "order.placed", "source": source})

    assert [problem.field for problem in problems] == ["function.triggers[0].source"]
    assert OWN in problems[0].rule


def test_a_trigger_that_selects_all_types_is_refused() -> None:
    problems = refused({"type": "a"}, {"subject": "x"})

    assert [problem.field for problem in problems] == ["function.triggers[1]"]
    assert "type" in problems[0].rule


@pytest.mark.parametrize("trigger", ["order.placed", 1, None, [], True])
def test_a_trigger_must_be_an_object(trigger: object) -> None:
    assert [problem.field for problem in refused(trigger)] == ["function.triggers[0]"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Region", "eu"),
        ("1st", "eu"),
        ("my_ext", "eu"),
        ("", "eu"),
        ("a" * 21, "eu"),
        ("region", ""),
        ("region", "e u"),
        ("region", "e\nu"),
        ("region", "ä"),
        ("region", "a" * 257),
        ("region", 1),
    ],
)
def test_an_illegal_attribute_is_refused(name: str, value: object) -> None:
    problems = refused({"type": "a", name: value})

    assert len(problems) == 1
    assert problems[0].field.startswith("function.triggers[0]")


def test_attributes_and_triggers_are_kept_within_their_limits() -> None:
    ten = {"type": "a", "source": OWN, **{f"x{n}": "a" * 256 for n in range(8)}}
    assert dict(parsed(ten)[0].attributes) == ten
    assert len(parsed(*({"type": f"t{n}"} for n in range(10)))) == 10

    assert refused(*({"type": f"t{n}"} for n in range(11)))[0].field == "function.triggers"
    assert refused({**ten, "x8": "a"})[0].field == "function.triggers[0]"


def test_a_trigger_selects_what_has_all_its_attributes() -> None:
    trigger = Trigger([("type", "a"), ("source", "s")])

    assert trigger.selects({"type": "a", "source": "s", "id": "1"})
    assert not trigger.selects({"type": "a"})
    assert not trigger.selects({"type": "a", "source": "other"})
