"""What a write has changed, told from the records before and after it."""

import attrs

from knative_lambda.domain.changes import Changes, changes
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.keys import Key
from knative_lambda.domain.record import Build, Operation, OperationKind, Outcome, Phase, Record

EMPTY = Record(FunctionId("acme", "hello"))
OPEN = Build(id="a", key=Key(1, "a"), phase=Phase.OPEN, accepted_at=1)
ENDED = attrs.evolve(OPEN, phase=Phase.COMPLETE, outcome=Outcome(ended_at=2))
SETTLED = attrs.evolve(ENDED, settled=True)
DELETE = Operation(id="d", key=Key(2, "d"), kind=OperationKind.DELETE, handled_at=2, effective=True)


def test_a_build_is_let_in_once() -> None:
    before = EMPTY.with_build(OPEN)

    assert changes(EMPTY, before) == Changes(1, (), ())
    assert changes(before, before.with_build(attrs.evolve(OPEN, id="b"))) == Changes(1, (), ())
    assert changes(before, before.with_build(ENDED)) == Changes(0, (), ())


def test_a_build_is_settled_once_whatever_is_written_of_it_afterwards() -> None:
    before, after = EMPTY.with_build(ENDED), EMPTY.with_build(SETTLED)

    assert changes(before, after) == Changes(0, (SETTLED,), ())
    assert changes(after, after.with_build(attrs.evolve(SETTLED, config=None))).settled == ()


def test_a_build_of_an_outside_builder_is_let_in_and_settled_at_once() -> None:
    assert changes(EMPTY, EMPTY.with_build(SETTLED)) == Changes(1, (SETTLED,), ())


def test_an_operation_is_told_once_and_only_if_it_took_effect() -> None:
    after = EMPTY.with_operation(DELETE)

    assert changes(EMPTY, after) == Changes(0, (), (DELETE,))
    assert changes(after, after) == Changes(0, (), ())
    late = attrs.evolve(DELETE, effective=False)
    assert changes(EMPTY, EMPTY.with_operation(late)) == Changes(0, (), ())


def test_what_is_forgotten_is_no_news() -> None:
    before = EMPTY.with_build(SETTLED).with_operation(DELETE)

    assert changes(before, EMPTY) == Changes(0, (), ())
