"""Of all that is published and recorded, an order knows what concerns it, and what ends it."""

import attrs
import pytest
from support.domain import build, operation, record, request_id
from support.submitting import event, order, request

from knative_lambda.application.order import DONE, Order, ordered
from knative_lambda.domain import names
from knative_lambda.domain.announcement import DEAD_LETTER
from knative_lambda.domain.cloudevent import PREFIX, CloudEvent
from knative_lambda.domain.fields import InvalidRequestError
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.record import OperationKind, Phase, Record

HELLO = FunctionId("acme", "hello")
BUILD, OTHER = request_id(1), request_id(2)
CANCEL = order("build.cancel", build_id=BUILD)
BY_JOB = order("build.cancel", job_name=names.job(HELLO, BUILD))
DELETE = order("service.delete", reason="it is over")
ROLLBACK = order("service.rollback", to=BUILD)
ORDERS = (CANCEL, BY_JOB, DELETE, ROLLBACK)


def of(one: Order, kind: str) -> CloudEvent:
    """An event that the service names for that request."""
    return CloudEvent(id=f"{one.id}.{kind}", source="test", type=PREFIX + kind, data=None)


def test_an_order_says_what_it_is_about() -> None:
    assert [one.function for one in ORDERS] == [HELLO] * 4
    assert [one.kind for one in ORDERS] == [
        "build.cancel", "build.cancel", "service.delete", "service.rollback",
    ]  # fmt: skip
    assert CANCEL.about == {"build_id": BUILD}
    assert DELETE.about == {"reason": "it is over"}
    assert ROLLBACK.about == {"to": BUILD}
    assert len({CANCEL.id, order("build.cancel", "two", build_id=BUILD).id}) == 2


def test_what_asks_for_something_else_is_no_order() -> None:
    with pytest.raises(ValueError, match="StartBuild is no order"):
        ordered(request().message)
    with pytest.raises(InvalidRequestError, match="build_id"):
        order("build.cancel")


@pytest.mark.parametrize("one", ORDERS)
def test_events_named_for_the_request_concern_it(one: Order) -> None:
    for kind in ("service.deleted", "service.failed", "dead.letter"):
        assert one.concerns(of(one, kind))
    assert not one.concerns(event("service.deleted", OTHER))


def test_the_outcome_of_its_build_concerns_a_cancel_and_nothing_else() -> None:
    outcome = event("build.cancelled", BUILD, job_name=names.job(HELLO, BUILD))
    assert [one.concerns(outcome) for one in ORDERS] == [True, True, False, False]
    other = event("build.cancelled", OTHER, job_name=names.job(HELLO, OTHER))
    assert not any(one.concerns(other) for one in ORDERS)
    assert not BY_JOB.concerns(attrs.evolve(outcome, data=None))


@pytest.mark.parametrize("stranger", [FunctionId("globex", "hello"), FunctionId("acme", "another")])
def test_what_is_said_of_another_function_concerns_none_though_its_ids_are_the_same(
    stranger: FunctionId,
) -> None:
    ids = attrs.asdict(stranger)
    assert not any(one.concerns(attrs.evolve(of(one, "dead.letter"), data=ids)) for one in ORDERS)
    assert not CANCEL.concerns(event("build.cancelled", BUILD, **ids))
    assert CANCEL.concerns(event("build.cancelled", BUILD, **attrs.asdict(HELLO)))


def test_an_event_of_ours_is_named_for_function_and_request() -> None:
    said = attrs.evolve(of(DELETE, ""), id=names.event(DELETE.id, "service.deleted"))
    assert DELETE.concerns(said)
    assert not order("service.delete", "two").concerns(said)


@pytest.mark.parametrize(
    ("kind", "ends"),
    [
        ("build.started", []),
        ("build.complete", [CANCEL]),
        ("build.failed", [CANCEL]),
        ("build.cancelled", [CANCEL]),
        ("build.superseded", [CANCEL]),
        ("service.deleted", [DELETE]),
        ("service.rolled_back", [ROLLBACK]),
        ("service.failed", [DELETE, ROLLBACK]),
        ("dead.letter", [CANCEL, DELETE, ROLLBACK]),
    ],
)
def test_each_ends_with_its_own_events(kind: str, ends: list[Order]) -> None:
    some = (CANCEL, DELETE, ROLLBACK)
    assert [one for one in some if one.ends_with(of(one, kind))] == ends


@pytest.mark.parametrize("one", [CANCEL, DELETE, ROLLBACK])
def test_what_is_done_is_told_by_one_event(one: Order) -> None:
    kinds = [kind for kind in DONE if one.ends_with(of(one, kind.removeprefix(PREFIX)))]
    assert len(kinds) == 1
    assert DEAD_LETTER not in DONE


@pytest.mark.parametrize("one", [CANCEL, BY_JOB])
@pytest.mark.parametrize(
    ("phase", "told"),
    [
        (Phase.OPEN, []),
        (Phase.CANCELLED, ["build.cancelled"]),
        (Phase.SETTLED, ["build.complete"]),
    ],
)
def test_a_record_tells_a_cancel_how_its_build_ended(
    one: Order, phase: Phase, told: list[str]
) -> None:
    known = record(build(1, phase), function=HELLO)
    assert [each.type.removeprefix(PREFIX) for each in one.told_by(known)] == told
    assert one.told_by(Record(HELLO)) == ()


def test_a_record_tells_no_delete_that_it_is_done() -> None:
    handled = operation(1, id=DELETE.id)
    assert DELETE.told_by(record(handled)) == ()


@pytest.mark.parametrize("effective", [True, False])
def test_a_record_tells_what_is_decided_and_what_is_in_vain(
    effective: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    handled = operation(1, OperationKind.ROLLBACK, id=ROLLBACK.id, effective=effective)
    known = record(handled)
    assert ROLLBACK.is_decided(known)
    assert ROLLBACK.is_in_vain(known) is not effective
    assert not ROLLBACK.is_decided(record())
    assert not ROLLBACK.is_in_vain(record())
