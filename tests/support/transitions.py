"""An expectation of one transition, and the circumstances that lead to one rule or another.

It is about the request number 5, which the circumstances surround with older and newer ones.
"""

from collections.abc import Callable
from typing import Any

import attrs
from support.domain import (
    CONTENT,
    build,
    deployed,
    event,
    in_phase,
    key,
    operation,
    request_id,
    tombstone,
)

from knative_lambda.domain.events import Event
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.record import OperationKind, Outcome, Phase, Record
from knative_lambda.domain.strategy import Strategy

Change = Callable[[Record], Record]


@attrs.frozen
class Row:
    """One expectation: *before* and *event* give *after*, and *asked* is asked for."""

    before: Phase
    kind: type[Event]
    after: Phase
    asked: tuple[str, ...] = ()
    given: Change = lambda record: record
    fields: dict[str, Any] = attrs.field(factory=dict)

    @property
    def record(self) -> Record:
        return self.given(in_phase(self.before))

    @property
    def event(self) -> Event:
        return event(self.kind, **self.fields)

    def __str__(self) -> str:
        given = "" if self.given.__name__ == "<lambda>" else f"-{self.given.__name__}"
        fields = "".join(f"-{name}" for name in self.fields)
        return f"{self.before.value}-{self.kind.__name__}{given}{fields}"


def forgotten(record: Record) -> Record:
    """The request is at the horizon."""
    return attrs.evolve(record, horizon=key(5))


def newer_open(record: Record) -> Record:
    return record.with_build(build(6, Phase.OPEN))


def older_open(record: Record) -> Record:
    return record.with_build(build(4, Phase.OPEN))


def older_gave_way(record: Record) -> Record:
    ended = Outcome(ended_at=1, by=request_id(5))
    return record.with_build(build(4, Phase.SUPERSEDED, outcome=ended))


def was_appended(record: Record) -> Record:
    """Its image was put together in the registry."""
    made = record.builds[request_id(5)]
    return record.with_build(attrs.evolve(made, strategy=Strategy.APPEND))


def has_a_kept_layer(record: Record) -> Record:
    """Kaniko has built it, on a layer that other images can have, too."""
    made = record.builds[request_id(5)]
    content = attrs.evolve(CONTENT, kept=f"dependencies-{'e' * 40}")
    return record.with_build(attrs.evolve(made, strategy=Strategy.KANIKO, content=content))


def appended_on_a_kept_layer(record: Record) -> Record:
    return was_appended(has_a_kept_layer(record))


def older_served(record: Record) -> Record:
    return attrs.evolve(record.with_build(build(3, Phase.SETTLED)), desired=deployed(3))


def newer_served(record: Record) -> Record:
    return attrs.evolve(record.with_build(build(6, Phase.SETTLED)), desired=deployed(6))


def newer_deleted(record: Record) -> Record:
    return attrs.evolve(record, desired=tombstone(6))


def newer_served_older_too(record: Record) -> Record:
    return newer_served(older_served(record))


def failed_before(record: Record) -> Record:
    return record.with_build(build(5, Phase.FAILED, settled=True))


def without_content(record: Record) -> Record:
    return record.with_build(attrs.evolve(record.builds[request_id(5)], content=None))


def timed_out(record: Record) -> Record:
    ended = Outcome(ended_at=1, reason=Reason.TIMEOUT)
    return record.with_build(attrs.evolve(record.builds[request_id(5)], outcome=ended))


def not_effective(record: Record) -> Record:
    return record.with_operation(operation(5, effective=False))


def rolled_back(record: Record) -> Record:
    return record.with_operation(operation(5, OperationKind.ROLLBACK, target=request_id(3)))


def found_no_target(record: Record) -> Record:
    return record.with_operation(operation(5, OperationKind.ROLLBACK, effective=False))
