"""The attributes in a schema against the reader of the wire, which is kinder than the schema."""

import json
import unicodedata
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.domain import start_data
from support.event_schemas import is_valid, validator
from support.strategies import instants

from knative_lambda.domain.errors import PermanentError
from knative_lambda.domain.instants import format_instant
from knative_lambda.ports import wire
from knative_lambda.ports.event_source import Message

START: Mapping[str, Any] = {
    "type": "network.notifi.lambda.build.start",
    "source": "shop",
    "data": start_data(),
}
WORD = st.text(max_size=12).filter(
    lambda text: all(unicodedata.category(char) not in {"Cc", "Cs"} for char in text)
)
OPTIONAL = {
    "specversion": st.just("1.0"),
    "id": WORD,
    "time": instants.map(format_instant),
    "subject": WORD,
    "datacontenttype": st.just("application/json"),
    "traceparent": WORD,
    "sequence": WORD | st.integers(-(2**31), 2**31) | st.booleans(),
}
WRONG: list[dict[str, object]] = [
    {"source": None},
    {"source": ""},
    {"source": "a\nb"},
    {"source": ["shop"]},
    {"specversion": "0.3"},
    {"specversion": ""},
    {"id": ["1"]},
    {"id": {}},
    {"id": 1.5},
    {"id": "a\0"},
    {"time": "noon"},
    {"time": "2027-01-01"},
    {"time": "2027-01-01T00:00:00"},
    {"time": "2027-01-01T00:00:00Z\n"},
    {"subject": []},
    {"datacontenttype": {}},
    {"sequence": []},
    {"sequence": 1.5},
    {"Sequence": "1"},
    {"a_b": "1"},
    {"a" * 65: "1"},
    {"": "1"},
]
# Senders who do these things are read all the same; no schema promises it.
KINDER: list[dict[str, object]] = [
    {"source": 7},
    {"id": 7},
    {"id": True},
    {"subject": 7},
    {"traceparent": 7},
    {"Sequence": None},
    {"data": None, "data_base64": "e30="},
]


def is_read(event: Mapping[str, object]) -> bool:
    """Whether the reader of the wire takes *event*."""
    try:
        wire.decode(Message(json.dumps(event).encode(), wire.STRUCTURED))
    except PermanentError:
        return False
    return True


@given(st.fixed_dictionaries({}, optional={k: v | st.none() for k, v in OPTIONAL.items()}))
def test_legal_attributes_are_legal_by_both(attributes: dict[str, object]) -> None:
    event = {**START, **attributes}

    assert is_valid(event)
    assert is_read(event)


@pytest.mark.parametrize("change", WRONG, ids=str)
def test_a_wrong_attribute_is_refused_by_both(change: dict[str, object]) -> None:
    event = {**START, **change}

    assert not is_valid(event)
    assert not is_read(event)


@pytest.mark.parametrize("name", ["type", "source"])
def test_what_every_event_has_is_required_by_both(name: str) -> None:
    event = {key: value for key, value in START.items() if key != name}

    assert not validator(START["type"]).is_valid(event)
    assert not is_read(event)


def test_a_time_that_no_calendar_has_is_seen_by_the_reader_alone() -> None:
    event = {**START, "time": "2027-02-30T00:00:00Z"}

    assert is_valid(event)
    assert not is_read(event)


@pytest.mark.parametrize("change", KINDER, ids=str)
def test_the_reader_is_kinder_than_the_schema(change: dict[str, object]) -> None:
    event = {**START, **change}

    assert not is_valid(event)
    assert is_read(event)
