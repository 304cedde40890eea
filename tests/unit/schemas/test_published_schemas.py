"""Everything we publish keeps the schema of its type, whatever it was rendered from."""

import inspect
import json
from collections.abc import Callable, Iterator, Mapping
from itertools import product
from typing import Any

import attrs
import pytest
from support.domain import (
    CONTENT,
    FUNCTION,
    NOON,
    SBOM,
    build,
    deployed,
    operation,
    record,
    request_id,
    tombstone,
)
from support.event_schemas import published_faults

from knative_lambda.adapters.memory.broker import MemoryBroker
from knative_lambda.adapters.schema_fields import Field, fields
from knative_lambda.adapters.schemas import schema
from knative_lambda.application.signed_publisher import SignedPublisher
from knative_lambda.domain import announcement
from knative_lambda.domain.announcement import Announcement
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.keys import Key
from knative_lambda.domain.record import Build, OperationKind, Outcome, Phase, Served
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.strategy import Strategy
from knative_lambda.ports import wire
from knative_lambda.ports.event_source import Message

BUILD, OTHER = request_id(5), request_id(9)
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
KNOWN: Mapping[str, Any] = {"correlation_id": "order-1", "traceparent": TRACE}
MADE: Mapping[str, Any] = {
    "strategy": Strategy.APPEND,
    "strategy_reason": "asked for",
    "sbom": SBOM,
    "warning": "nodejs20: its support ended",
}


def variants(phase: Phase, **more: Any) -> Iterator[Build]:
    """The build in *phase*, with and without all that may be missing."""
    yield build(5, phase, **more)
    yield build(5, phase, **KNOWN, **MADE, **more)
    yield build(5, phase, key=Key(-62_135_596_800_000_000_000, BUILD), **more)


def started() -> Iterator[Announcement]:
    contents = (CONTENT, None, attrs.evolve(CONTENT, revision=None))
    for content in contents:
        for made in variants(Phase.OPEN, content=content):
            yield announcement.started(record(made), made)


def outcomes() -> Iterator[Announcement]:
    ends = [
        *((Phase.COMPLETE, Outcome(ended_at=NOON, cached=cached)) for cached in (True, False)),
        *(
            (Phase.FAILED, Outcome(ended_at=NOON, reason=reason, detail=detail))
            for reason, detail in product(Reason, ("", "line 1\nline 2"))
        ),
        (Phase.CANCELLED, Outcome(ended_at=NOON + 123 * 10**9, by=OTHER)),
        (Phase.SUPERSEDED, Outcome(ended_at=NOON + 98_765 * 10**8, by=OTHER)),
    ]
    for phase, end in ends:
        unknown = dict.fromkeys(("digest", "image", "content"))
        never_built = {"digest": None} if phase is Phase.COMPLETE else unknown
        for less in ({}, never_built):
            for made in variants(phase, outcome=end, **less):
                yield announcement.outcome(record(made), made, end)


def served() -> Iterator[Announcement]:
    for how in (Served.CREATED, Served.UPDATED, Served.SUPERSEDED):
        for made in variants(Phase.SETTLED, served=how):
            yield announcement.served(record(made), made)


def operated() -> Iterator[Announcement]:
    for known in ({}, KNOWN):
        for done in (
            operation(7, OperationKind.DELETE, **known),
            operation(7, OperationKind.DELETE, reason="moved", **known),
            operation(7, OperationKind.ROLLBACK, target=BUILD, **known),
        ):
            yield announcement.operated(record(done), done)


def service_failed() -> Iterator[Announcement]:
    for desired in (deployed(5), tombstone(7)):
        yield announcement.service_failed(FUNCTION, desired, "it is foreign")


def rejected() -> Iterator[Announcement]:
    for rejection in Rejection:
        yield announcement.rejected(FUNCTION, BUILD, rejection, "d" * 70_000, NOON)


RENDERED: Mapping[Callable[..., Announcement], Callable[[], Iterator[Announcement]]] = {
    announcement.started: started,
    announcement.outcome: outcomes,
    announcement.served: served,
    announcement.operated: operated,
    announcement.service_failed: service_failed,
    announcement.rejected: rejected,
}


def everything() -> Iterator[Announcement]:
    for make in RENDERED.values():
        yield from make()


def event_in(message: Message) -> dict[str, Any]:
    event = json.loads(message.body)
    assert isinstance(event, dict)
    return event


def test_every_renderer_is_tried() -> None:
    renderers = {
        function
        for name, function in inspect.getmembers(announcement, inspect.isfunction)
        if function.__module__ == announcement.__name__ and not name.startswith("_")
    }

    assert set(RENDERED) == renderers


def test_every_type_that_is_published_is_rendered() -> None:
    assert {said.type for said in everything()} == announcement.PUBLISHED


@pytest.mark.parametrize("make", RENDERED.values(), ids=lambda make: make.__name__)
def test_what_is_rendered_keeps_its_schema(make: Callable[[], Iterator[Announcement]]) -> None:
    wrong = [published_faults(event_in(wire.encode(said))) for said in make()]

    assert wrong
    assert [faults for faults in wrong if faults] == []


async def test_a_signed_outcome_keeps_its_schema() -> None:
    broker = MemoryBroker(lambda: NOON)
    sent: list[Message] = []
    broker.listeners.append(sent.append)
    publisher = SignedPublisher(broker, "key")
    for said in outcomes():
        await publisher.publish(said)

    events = [event_in(message) for message in sent]

    assert all("signature" in event["data"] for event in events)
    assert [faults for event in events if (faults := published_faults(event))] == []


def described(kind: str) -> set[Field]:
    """All fields that the schema of *kind* describes, as it is published."""
    whole = schema(kind)
    return {*fields(whole["$defs"].get("published", whole), whole["$defs"])}


def sent(kind: str) -> list[set[str]]:
    """The paths of the fields of each event of *kind*."""
    events = [event_in(wire.encode(said)) for said in everything() if said.type == kind]
    return [{*event, *(f"data.{name}" for name in event["data"])} for event in events]


@pytest.mark.parametrize("kind", sorted(announcement.PUBLISHED))
def test_every_field_that_is_sent_is_described(kind: str) -> None:
    assert set().union(*sent(kind)) - {field.path for field in described(kind)} == set()


@pytest.mark.parametrize("kind", sorted(announcement.PUBLISHED))
def test_every_field_that_is_described_is_sent(kind: str) -> None:
    # Signing adds one, which is tried above; not every event is about a build or has a request.
    elsewhere = {"data.signature", "data.correlation_id", "correlationid", "traceparent", "buildid"}
    paths = {field.path for field in described(kind)}

    assert paths - set().union(*sent(kind)) - elsewhere == set()


@pytest.mark.parametrize("kind", sorted(announcement.PUBLISHED))
def test_exactly_what_is_always_sent_is_required(kind: str) -> None:
    required = {field.path for field in described(kind) if field.required}

    assert required == set.intersection(*sent(kind))


@pytest.mark.parametrize(
    "change",
    [
        {"id": "x"},
        {"source": "elsewhere"},
        {"subject": None},
        {"specversion": "0.3"},
        {"time": "noon"},
        {"datacontenttype": "text/plain"},
        {"data": None},
    ],
    ids=str,
)
def test_what_we_would_never_send_breaks_its_schema(change: dict[str, object]) -> None:
    wrong = [published_faults({**event_in(wire.encode(said)), **change}) for said in everything()]

    assert all(wrong)


@pytest.mark.parametrize("name", ["third_party_id", "parser_id"])
def test_what_we_send_names_its_function(name: str) -> None:
    for said in everything():
        event = event_in(wire.encode(said))
        del event["data"][name]
        assert published_faults(event), said.type
