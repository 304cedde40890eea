"""Events for properties: legal ones of every type that is consumed, and ones with a fault."""

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from support.domain import FUNCTION
from support.strategies import instants, json_values, request_ids

from knative_lambda.domain import names, rules
from knative_lambda.domain.cloudevent import PREFIX
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.fields import Pattern
from knative_lambda.domain.instants import format_instant
from knative_lambda.domain.runtimes import RUNTIMES
from knative_lambda.domain.strategy import Strategy

Json = Any

_IDS: dict[str, SearchStrategy[Json]] = {
    "third_party_id": st.just(FUNCTION.third_party_id),
    "parser_id": st.just(FUNCTION.parser_id),
}


def texts(rule: Pattern) -> SearchStrategy[str]:
    """Texts that keep *rule*."""
    return st.from_regex(rule.expression, fullmatch=True).filter(rule.allows)


def _objects(**optional: SearchStrategy[Json]) -> SearchStrategy[Json]:
    """Objects of some of these fields; null counts as absent."""
    nullable = {name: values | st.none() for name, values in optional.items()}
    return st.fixed_dictionaries({}, optional=nullable)


def _pairs(name: Pattern, value: Pattern) -> SearchStrategy[Json]:
    return st.dictionaries(texts(name), texts(value), max_size=3)


def _data(**optional: SearchStrategy[Json]) -> SearchStrategy[Json]:
    optional["correlation_id"] = texts(rules.CORRELATION_ID)
    more = st.fixed_dictionaries({}, optional={"block_id": json_values})  # nobody knows it
    known = [st.fixed_dictionaries(_IDS), _objects(**optional), more]
    return st.tuples(*known).map(lambda parts: {**parts[0], **parts[1], **parts[2]})


_triggers = st.builds(
    lambda attributes, kind: {**attributes, "type": kind},
    _pairs(rules.ATTRIBUTE, rules.ATTRIBUTE_VALUE).map(
        lambda attributes: {n: v for n, v in attributes.items() if n != "source"}
    ),
    texts(rules.ATTRIBUTE_VALUE),
)
_function = _objects(
    env=_pairs(rules.VARIABLE, rules.VALUE).map(
        lambda pairs: {n: v for n, v in pairs.items() if not n.startswith("K_")}
    ),
    secrets=st.lists(
        st.sampled_from(["", "-db", ".db-1"]).map(names.service(FUNCTION).__add__), max_size=3
    ),
    resources=_objects(
        requests=_objects(cpu=st.just("10m"), memory=st.sampled_from(["1Mi", "256M"])),
        limits=_objects(cpu=st.sampled_from(["1", "1.5"]), memory=st.just("1Gi")),
    ),
    scaling=_objects(
        min=st.integers(0, 50),
        max=st.integers(50, 1000),
        target=st.integers(1, 1000),
        concurrency=st.integers(0, 1000),
    ),
    timeout_seconds=st.integers(1, 600),
    triggers=st.lists(_triggers, max_size=3),
)
_start = _data(
    build_type=st.just("lambda"),
    runtime=st.sampled_from([*RUNTIMES]),
    source_url=st.sampled_from(["https://a.test/b.git", "git@a.test:b", "data:,x", "s3://a/b"]),
    source_ref=texts(rules.SOURCE_REF),
    source_path=texts(rules.SOURCE_PATH),
    source_credentials=texts(rules.CREDENTIAL),
    handler=texts(rules.HANDLER),
    build_args=_pairs(rules.VARIABLE, rules.VALUE),
    build_timeout=st.integers(60, 3600),
    force=st.booleans(),
    build_strategy=st.sampled_from([strategy.value for strategy in Strategy]),
    function=_function,
)
_images = st.sampled_from(["registry.test/a/b:c", "localhost:5000/a@sha256:" + "0" * 64])
_outcome = _data(
    build_id=request_ids,
    job_name=texts(rules.JOB_NAME),
    status=texts(rules.STATUS) | st.just("failed"),
    image_uri=_images,
    reason=st.sampled_from(Reason).map(lambda reason: reason.value) | texts(rules.STATUS),
    detail=texts(rules.SENTENCE),
    requested_at=instants.map(format_instant),
    duration=json_values,
    cached=json_values,
    signature=json_values,
)
_complete = st.tuples(_outcome, _images).map(
    lambda parts: {**parts[0], "status": "success", "image_uri": parts[1]}
)
_cancel = st.tuples(_data(job_name=texts(rules.JOB_NAME)), request_ids).map(
    lambda parts: {**parts[0], "build_id": parts[1]}
)
_objects_of_the_cluster = json_values | st.fixed_dictionaries(
    {"kind": st.sampled_from(["Job", "Pod"]), "metadata": json_values}
)

DATA: dict[str, SearchStrategy[Json]] = {
    f"{PREFIX}build.start": _start,
    f"{PREFIX}build.complete": _complete | _outcome.filter(lambda d: d.get("status") != "success"),
    f"{PREFIX}build.failed": _outcome,
    f"{PREFIX}build.cancelled": _outcome,
    f"{PREFIX}build.superseded": _outcome,
    f"{PREFIX}build.cancel": _cancel,
    f"{PREFIX}service.delete": _data(reason=texts(rules.SENTENCE)),
    f"{PREFIX}service.rollback": _data(to=request_ids),
    **{
        f"dev.knative.apiserver.resource.{verb}": _objects_of_the_cluster
        for verb in ("add", "update", "delete")
    },
}

_near = st.sampled_from(
    [
        *(None, True, False, 0, 1, -1, 59, 60.0, 61.5, 3601, [], {}, [None], {"a": None}),
        *("", " ", "a", "A", "\0", "\ud800", "X" * 300, "PORT", {"a": "b"}, {"PORT": "b"}),
        *("https://user:word@a.test/b", "https://word@a.test/b", "ftp://a.test/b", {"type": "t"}),
        *("2027-02-30T00:00:00Z", "2027-02-28", {"type": "t", "source": "network.notifi.other"}),
    ]
)
_ENDS = ("\n", " ", ".", "/", "-", "ä", "\N{ARABIC-INDIC DIGIT ONE}")
_STARTS = ("\n", ".", "-", "../", "9")


def _twisted(text: str) -> SearchStrategy[str]:
    """Texts that are nearly *text*."""
    ended = [text + end for end in _ENDS]
    begun = [start + text for start in _STARTS]
    return st.sampled_from([text.upper(), text.title(), text[:-1], text * 40, *ended, *begun])


def places(value: Json, path: tuple[Json, ...] = ()) -> Iterator[tuple[Json, ...]]:
    """The path of everything inside of *value*."""
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    for name, inner in inside:
        yield (*path, name)
        if isinstance(inner, dict | list):
            yield from places(inner, (*path, name))


def at(value: Json, path: tuple[Json, ...]) -> Json:
    """What stands in *value* at *path*."""
    for name in path:
        value = value[name]
    return value


def replaced(value: Json, path: tuple[Json, ...], inner: Json) -> Json:
    """*value* with *inner* at *path*."""
    changed = copy.deepcopy(value)
    at(changed, path[:-1])[path[-1]] = inner
    return changed


@st.composite
def faulty(draw: st.DrawFn, data: SearchStrategy[Json]) -> Json:
    """What *data* gives, changed in one place: often for the worse, not always."""
    whole = {"data": draw(data)}
    path = draw(st.sampled_from(list(places(whole))))
    before = at(whole, path)
    match draw(st.integers(0, 9)):
        case 0 if isinstance(before, dict):
            return replaced(whole, (*path, draw(st.text(max_size=5) | st.just("unknown"))), 1)[
                "data"
            ]
        case 1 if isinstance(path[-1], str) and len(path) > 1:
            changed = copy.deepcopy(whole)
            del at(changed, path[:-1])[path[-1]]
            return changed["data"]
        case 2 | 3 | 4 | 5 if isinstance(before, str):
            return replaced(whole, path, draw(_twisted(before)))["data"]
        case 6:
            return replaced(whole, path, draw(json_values))["data"]
        case _:
            return replaced(whole, path, draw(_near))["data"]
