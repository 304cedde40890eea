"""Arbitrary values of the domain, for properties."""

from collections.abc import Mapping

from hypothesis import strategies as st

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
from knative_lambda.domain.request import FunctionConfig, Resources, Scaling, Trigger
from knative_lambda.domain.strategy import Strategy

SECOND = 1_000_000_000

_legal_ids = st.from_regex(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,20}[A-Za-z0-9])?", fullmatch=True)
_texts = st.text(max_size=12)
_maybe = st.none() | _texts
_counts = st.integers(0, 1000)
_pairs = st.lists(st.tuples(_texts, _texts), max_size=3).map(tuple)

functions = st.builds(FunctionId, _legal_ids, _legal_ids)
instants = st.integers(0, 253_402_300_799 * SECOND)
request_ids = st.binary(min_size=16, max_size=16).map(bytes.hex)
keys = st.builds(Key, instants, request_ids)

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)

configs = st.builds(
    FunctionConfig,
    env=_pairs,
    secrets=st.lists(_texts, max_size=2).map(tuple),
    resources=st.builds(Resources, _texts, _texts, _texts, _texts),
    scaling=st.builds(Scaling, _counts, _counts, _counts, _counts),
    timeout_seconds=_counts,
    triggers=st.lists(st.builds(Trigger, _pairs), max_size=2).map(tuple),
)
outcomes = st.builds(
    Outcome,
    ended_at=instants,
    reason=st.none() | st.sampled_from(Reason),
    detail=_texts,
    cached=st.booleans(),
    by=_maybe,
)
builds = st.builds(
    Build,
    id=request_ids,
    key=keys,
    phase=st.sampled_from(Phase),
    accepted_at=instants,
    settled=st.booleans(),
    content=st.none() | st.builds(Content, _texts, _texts, _maybe, _maybe),
    image=_maybe,
    digest=_maybe,
    config=st.none() | configs,
    outcome=st.none() | outcomes,
    served=st.sampled_from(Served),
    correlation_id=_maybe,
    traceparent=_maybe,
    warning=_maybe,
    strategy=st.none() | st.sampled_from(Strategy),
    strategy_reason=_texts,
    sbom=_maybe,
)
operations = st.builds(
    Operation,
    id=request_ids,
    key=keys,
    kind=st.sampled_from(OperationKind),
    handled_at=instants,
    effective=st.booleans(),
    target=_maybe,
    reason=_texts,
    correlation_id=_maybe,
    traceparent=_maybe,
)
desires = st.builds(
    Desired,
    key=keys,
    kind=st.sampled_from(DesiredKind),
    by=request_ids,
    build=_maybe,
    image=_maybe,
    digest=_maybe,
    config=st.none() | configs,
    previous=_maybe,
)


def _builds_by_id(listed: list[Build]) -> Mapping[str, Build]:
    return {build.id: build for build in listed}


def _operations_by_id(listed: list[Operation]) -> Mapping[str, Operation]:
    return {operation.id: operation for operation in listed}


records = st.builds(
    Record,
    function=functions,
    builds=st.lists(builds, max_size=3).map(_builds_by_id),
    operations=st.lists(operations, max_size=2).map(_operations_by_id),
    desired=st.none() | desires,
    horizon=st.none() | keys,
)
