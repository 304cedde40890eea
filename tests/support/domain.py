"""Domain values for tests: a build in every phase, an event of every class, legal ids, a world."""

from collections.abc import Mapping
from typing import Any, get_args

import attrs
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from knative_lambda.domain import events
from knative_lambda.domain.cloudevent import PREFIX, CloudEvent
from knative_lambda.domain.effects import Effect, Publish, Reject
from knative_lambda.domain.errors import OverLimitError
from knative_lambda.domain.events import Event
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.keys import Key
from knative_lambda.domain.record import (
    Build,
    Content,
    Desired,
    DesiredKind,
    Operation,
    OperationKind,
    Outcome,
    Phase,
    Record,
    Served,
)
from knative_lambda.domain.request import BuildRequest, FunctionConfig
from knative_lambda.domain.strategy import Choice, Strategy
from knative_lambda.domain.verdict import Verdict

SECOND = 1_000_000_000
NOON = 1_800_000_000 * SECOND
FUNCTION = FunctionId("acme", "orders")
CONFIG = FunctionConfig(env=(("COLOUR", "blue"),))
CONTENT = Content("c" * 64, "t" * 64, "r" * 40)
IMAGE = f"localhost:5000/lambda/acme-orders-12345678:{'c' * 64}"
DIGEST = f"sha256:{'d' * 64}"
SBOM = f"sha256:{'5' * 64}"
BY_KANIKO = Choice(Strategy.KANIKO, "Go is compiled")
APPENDED = Choice(Strategy.APPEND, "appended to its base")
FULL = OverLimitError("full")
FAILURE = Verdict(Reason.BUILD_EXIT, "exit code 3")
EVENT_CLASSES: tuple[type[Event], ...] = get_args(Event)
CONCLUDED = (Phase.COMPLETE, Phase.FAILED, Phase.CANCELLED, Phase.SUPERSEDED)


def request_id(number: int) -> str:
    """The id of the request *number*: no two share even their first eight digits."""
    return f"{number:08x}" * 4


def key(number: int, at: int | None = None) -> Key:
    """The key of the request *number*: later numbers are newer, unless *at* says otherwise."""
    return Key(NOON + number * SECOND if at is None else at, request_id(number))


def build_request() -> BuildRequest:
    return BuildRequest(
        function=FUNCTION, runtime="nodejs22", source_url="https://example.test/a", config=CONFIG
    )


def build(number: int, phase: Phase, **changes: Any) -> Build:
    """The build *number* as it stands in *phase*, settled where that is a phase of its own."""
    ended = {
        Phase.COMPLETE: Outcome(ended_at=NOON + 60 * SECOND),
        Phase.SETTLED: Outcome(ended_at=NOON + 60 * SECOND),
        Phase.FAILED: Outcome(ended_at=NOON + 60 * SECOND, reason=Reason.BUILD_EXIT, detail="no"),
        Phase.CANCELLED: Outcome(ended_at=NOON + 60 * SECOND, by=request_id(77)),
        Phase.SUPERSEDED: Outcome(ended_at=NOON + 60 * SECOND, by=request_id(78)),
    }.get(phase)
    complete = phase in {Phase.COMPLETE, Phase.SETTLED}
    usual = Build(
        id=request_id(number),
        key=key(number),
        phase=Phase.COMPLETE if phase is Phase.SETTLED else phase,
        settled=phase is Phase.SETTLED,
        accepted_at=NOON + number * SECOND,
        content=CONTENT,
        image=IMAGE,
        digest=DIGEST if complete else None,
        config=CONFIG,
        outcome=ended,
        served=Served.CREATED if phase is Phase.SETTLED else Served.NOT_YET,
    )
    return attrs.evolve(usual, **changes)


def operation(number: int, kind: OperationKind = OperationKind.DELETE, **changes: Any) -> Operation:
    usual = Operation(
        id=request_id(number), key=key(number), kind=kind, handled_at=NOON, effective=True
    )
    return attrs.evolve(usual, **changes)


def record(*requests: Build | Operation, **changes: Any) -> Record:
    """The record that holds *requests*, with *changes* to its other fields."""
    known = Record(FUNCTION)
    for request in requests:
        if isinstance(request, Build):
            known = known.with_build(request)
        else:
            known = known.with_operation(request)
    return attrs.evolve(known, **changes)


def in_phase(phase: Phase, number: int = 5) -> Record:
    """The least record in which the request *number* stands in *phase*."""
    if phase is Phase.UNKNOWN:
        return record()
    if phase is Phase.APPLIED:
        return record(operation(number), desired=tombstone(number))
    return record(build(number, phase))


def deployed(number: int, **changes: Any) -> Desired:
    """The build *number* is desired, by its own request."""
    usual = Desired(
        key=key(number),
        kind=DesiredKind.DEPLOYED,
        by=request_id(number),
        build=request_id(number),
        image=IMAGE,
        digest=DIGEST,
        config=CONFIG,
    )
    return attrs.evolve(usual, **changes)


def tombstone(number: int) -> Desired:
    """The delete *number* is desired."""
    return Desired(key=key(number), kind=DesiredKind.DELETED, by=request_id(number))


def event(kind: type[Event], number: int = 5, **changes: Any) -> Event:
    """An event of class *kind* about the request *number*, its fields as usual or as *changes*."""
    usual: dict[str, object] = {
        "request_id": request_id(number),
        "key": key(number),
        "now": NOON + 100 * SECOND,
        "request": build_request(),
        "content": CONTENT,
        "image": IMAGE,
        "digest": DIGEST,
        "verdict": Verdict(digest=DIGEST) if kind is events.BuildEnded else FAILURE,
        "by": request_id(99),
        "target": None,
        "choice": {events.ContextStored: BY_KANIKO, events.ImageAppended: APPENDED}.get(kind),
        "ended": NOON + 102 * SECOND,
        "error": FULL,
        "sbom": SBOM,
    }
    names = {field.name for field in attrs.fields(kind)}
    made: Event = kind(**{name: usual[name] for name in names if name in usual} | changes)
    return made


def told(effects: tuple[Effect, ...]) -> tuple[str, ...]:
    """*effects* in words: what is published by its type, what is rejected by its reason."""
    return tuple(map(_word, effects))


def _word(effect: Effect) -> str:
    match effect:
        case Publish():
            return effect.announcement.type.removeprefix(PREFIX)
        case Reject():
            return f"Reject {effect.rejection.value}"
        case _:
            return type(effect).__name__


def cloud_event(kind: str, data: object, **changes: Any) -> CloudEvent:
    """A CloudEvent of our type *kind* that carries *data*."""
    return attrs.evolve(
        CloudEvent(id="event-1", source="shop", type=PREFIX + kind, data=data), **changes
    )


def start_data(**fields: object) -> Mapping[str, object]:
    """The least data of a `build.start`, with *fields*."""
    return {
        "third_party_id": "acme",
        "parser_id": "orders",
        "source_url": "https://example.test/code.git",
        **fields,
    }


def ids() -> SearchStrategy[str]:
    """Every legal id of a tenant or a function."""
    return st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?", fullmatch=True)


def functions() -> SearchStrategy[FunctionId]:
    """Every legal function."""
    return st.builds(FunctionId, ids(), ids())


def json_values() -> SearchStrategy[object]:
    """Whatever can come out of a JSON text."""
    finite = st.floats(allow_nan=False, allow_infinity=False)
    return st.recursive(
        st.none() | st.booleans() | st.integers() | finite | json_texts(),
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(json_texts(), inner, max_size=4)
        ),
        max_leaves=12,
    )


def json_texts() -> SearchStrategy[str]:
    """Text as JSON can hold it, lone surrogates and control characters too."""
    return st.text(st.characters(codec=None), max_size=80)


@st.composite
def histories(draw: st.DrawFn, most: int = 25) -> list[Event]:
    """Any events in any order about some of three builds and three operations, of fixed keys."""
    about = sorted(draw(st.sets(st.integers(0, 5), min_size=1)))
    ats = {number: NOON + draw(st.integers(0, 6)) * SECOND for number in about}
    return [
        draw(happenings(number, ats[number]))
        for number in draw(st.lists(st.sampled_from(about), max_size=most))
    ]


@st.composite
def happenings(draw: st.DrawFn, number: int, at: int) -> Event:
    """Any event about the request *number*: 0 to 2 are builds, 3 to 5 operations."""
    operations: list[type[Event]] = [events.DeleteRequested, events.RollbackRequested]
    kinds = operations if number > 2 else [c for c in EVENT_CLASSES if c not in operations]
    kind = draw(st.sampled_from(kinds))
    names = {field.name for field in attrs.fields(kind)}
    choices: dict[str, SearchStrategy[object]] = {
        "now": st.integers(7, 9).map(lambda second: NOON + second * SECOND),
        "verdict": st.sampled_from([FAILURE, Verdict(digest=DIGEST)])
        if kind is events.BuildEnded
        else st.just(FAILURE),
        "content": st.sampled_from(
            [CONTENT, Content("e" * 64, "f" * 64, kept=f"dependencies-{'e' * 40}")]
        ),
        "target": st.none() | st.integers(0, 2).map(request_id),
        "by": st.integers(6, 7).map(request_id),
        "ended": st.integers(7, 11).map(lambda second: NOON + second * SECOND),
        "sbom": st.sampled_from([None, SBOM]),
    }
    if kind is events.RollbackRequested:
        choices["digest"] = st.sampled_from([None, DIGEST])
    drawn = {name: draw(choices[name]) for name in choices if name in names}
    if "key" in names:
        drawn["key"] = key(number, at)
    return event(kind, number, **drawn)
