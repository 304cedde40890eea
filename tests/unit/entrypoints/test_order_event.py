"""What stands on the command line of `cancel`, `delete` and `rollback` becomes an event."""

import argparse

import pytest

from knative_lambda.application.order import Order
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.incoming import DeleteService
from knative_lambda.entrypoints import delete
from knative_lambda.entrypoints.named_function import TargetError
from knative_lambda.entrypoints.order_event import order

HELLO = FunctionId("acme", "hello")


def asked(kind: str, *words: str, **data: str) -> Order:
    parser = argparse.ArgumentParser()
    delete.add_to(parser.add_subparsers())  # the options are those of all of them
    return order(kind, HELLO, data, parser.parse_args(["delete", *words]))


def test_the_event_says_all_that_was_asked() -> None:
    words = ("--id", "order-4711", "--correlation-id", "c-1")
    one = asked("service.delete", *words, reason="it is over")
    assert isinstance(one.asked, DeleteService)
    assert (one.function, one.asked.reason, one.asked.correlation_id) == (
        HELLO,
        "it is over",
        "c-1",
    )
    assert (one.event.id, one.event.source) == ("order-4711", "knative-lambda/delete")
    assert one.event.subject == "hello"
    assert one.event.time is not None


def test_the_same_id_asks_for_the_same_and_without_one_each_is_new() -> None:
    assert asked("service.delete", "--id", "1").id == asked("service.delete", "--id", "1").id
    assert asked("service.delete").id != asked("service.delete").id
    assert asked("service.delete", "--id", "1").id != asked("service.rollback", "--id", "1").id


@pytest.mark.parametrize(
    ("kind", "data", "words", "message"),
    [
        ("service.rollback", {"to": "latest"}, [], "to: 'latest': must be a build id"),
        ("service.delete", {"reason": "x" * 2001}, [], "reason: "),
        ("service.delete", {}, ["--correlation-id", "a b"], "correlation_id: 'a b': must be"),
        ("dead.end", {}, [], "type: .*: is not consumed here"),
    ],
)
def test_what_the_service_would_turn_away_is_told(
    kind: str, data: dict[str, str], words: list[str], message: str
) -> None:
    with pytest.raises(TargetError, match=message):
        asked(kind, *words, **data)
