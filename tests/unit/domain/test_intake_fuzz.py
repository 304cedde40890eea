"""Whatever JSON comes in, it is read or refused in a short and printable sentence."""

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.domain import cloud_event, json_texts, json_values, start_data

from knative_lambda.domain.cloudevent import CloudEvent
from knative_lambda.domain.errors import PermanentError
from knative_lambda.domain.intake import CONSUMED, named_function, read

# What a header of a dead letter can hold, next to others, in a frame of a broker.
LONGEST = 64 * 1024
NAMES = [
    "third_party_id", "parser_id", "build_type", "runtime", "source_url", "source_ref",
    "source_path", "source_credentials", "handler", "build_args", "build_timeout", "force",
    "build_strategy",
    "correlation_id", "function", "env", "secrets", "resources", "requests", "limits", "cpu",
    "memory", "scaling", "min", "max", "triggers", "type", "source", "timeout_seconds",
    "build_id", "job_name", "status", "image_uri", "reason", "detail", "requested_at", "to",
    "kind", "metadata", "labels",
]  # fmt: skip
VALUES = st.sampled_from(["acme", "success", "Job", "1", "https://a.test/b", "\n", "\x1b[31m"])
LEAVES = st.none() | st.booleans() | st.integers() | json_texts() | VALUES
OBJECTS = st.recursive(
    st.dictionaries(st.sampled_from(NAMES) | json_texts(), LEAVES, max_size=8),
    lambda inner: st.dictionaries(
        st.sampled_from(NAMES) | json_texts(), LEAVES | inner | st.lists(inner, max_size=3)
    ),
    max_leaves=8,
)


def refusal_of(event: CloudEvent) -> str | None:
    """The detail that *event* is refused with, `None` if it is read."""
    try:
        read(event, "")
    except PermanentError as error:
        return error.detail
    return None


@given(kind=st.sampled_from(sorted(CONSUMED)), data=json_values() | OBJECTS)
@settings(max_examples=300)
def test_any_json_is_read_or_refused_for_good(kind: str, data: object) -> None:
    event = CloudEvent(id="1", source="s", type=kind, data=data)

    detail = refusal_of(event)

    assert detail is None or (detail.isprintable() and 0 < len(detail) <= LONGEST)


@given(fields=OBJECTS)
@settings(max_examples=300)
@example(fields={"a\n\x1b": 1})
def test_any_configuration_is_read_or_refused_for_good(fields: object) -> None:
    detail = refusal_of(cloud_event("build.start", start_data(function=fields)))

    assert detail is None or (detail.isprintable() and 0 < len(detail) <= LONGEST)


@given(data=json_values() | OBJECTS)
def test_any_json_names_a_function_or_none(data: object) -> None:
    function = named_function(cloud_event("build.start", data))

    assert function is None or isinstance(data, dict)


@pytest.mark.parametrize(
    "function",
    [
        {f"unknown-{n}": n for n in range(10_000)},
        {"env": {"x" * 1000 + str(n): "v" for n in range(100)}},
        {"env": {f"V{n}": n for n in range(100)}},
        {"secrets": ["x" * 1000] * 20},
        {"triggers": [{f"X{m}": m for m in range(10)} for n in range(10)]},
        "x" * 1_000_000,
    ],
    ids=["unknown keys", "long names", "wrong values", "secrets", "triggers", "text"],
)
def test_however_much_is_wrong_the_error_fits_a_header(function: object) -> None:
    detail = refusal_of(cloud_event("build.start", start_data(function=function)))

    assert detail is not None
    assert len(detail) <= LONGEST


def nest(depth: int) -> object:
    nested: object = json.loads("[" * depth + "]" * depth)
    return nested


def deepest() -> int:
    """How deep JSON may be nested and still be read from here."""
    reads, fails = 1, 1_000_000
    while fails - reads > 1:
        middle = (reads + fails) // 2
        try:
            nest(middle)
        except RecursionError:
            fails = middle
        else:
            reads = middle
    return reads


def test_json_nested_as_deep_as_it_can_be_read_is_refused_for_good() -> None:
    for depth in range(deepest() - 5, deepest()):
        data = start_data(function=nest(depth))

        assert refusal_of(cloud_event("build.start", data)) is not None
