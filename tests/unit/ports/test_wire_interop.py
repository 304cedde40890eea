"""What the reference library writes, in every mode of every binding, is read as the same event."""

import json
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import attrs
import pytest
from cloudevents.core.bindings import amqp, http, rabbitmq
from cloudevents.core.v1.event import CloudEvent as TheirEvent
from hypothesis import given
from hypothesis import strategies as st
from support.strategies import json_values

from knative_lambda.ports import wire
from knative_lambda.ports.event_source import Message
from knative_lambda.ports.wire_batch import split_batch
from knative_lambda.ports.wire_http import from_http

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
OURS = {
    "specversion", "id", "source", "type", "subject", "time", "datacontenttype", "data",
    "traceparent", "tracestate",
}  # fmt: skip
JSON_TYPES = ["application/json", "application/vnd.acme+json", "text/json; charset=utf-8"]

_texts = st.text(min_size=1, max_size=20).filter(
    lambda text: all(unicodedata.category(char) not in {"Cc", "Cs"} for char in text)
)
_names = st.from_regex(r"[a-z0-9]{1,20}", fullmatch=True).filter(lambda name: name not in OURS)
_zones = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
_attributes = st.fixed_dictionaries(
    {
        "id": _texts,
        "source": _texts,
        "type": _texts,
        "specversion": st.just("1.0"),
        "time": st.datetimes(datetime(1970, 1, 2), datetime(9000, 1, 1), timezones=_zones),  # noqa: DTZ001 - the zones come with it
    },
    optional={"subject": _texts, "dataschema": st.just("https://a.test/schema")},
)
_extensions = st.dictionaries(
    _names, _texts | st.integers(-(2**31), 2**31 - 1) | st.booleans(), max_size=4
)
_objects = st.dictionaries(st.text(), json_values, max_size=3)
# The data, the type it is given, and what is to be read.
_data = st.one_of(
    st.tuples(st.none(), st.none() | st.sampled_from([*JSON_TYPES, "image/png"]), st.none()),
    _objects.flatmap(
        lambda data: st.tuples(
            st.just(data), st.none() | st.sampled_from(JSON_TYPES), st.just(data)
        )
    ),
    json_values.flatmap(
        lambda data: st.tuples(
            st.just(json.dumps(data).encode()),
            st.none() | st.sampled_from(JSON_TYPES),
            st.just(data),
        )
    ),
    _texts.flatmap(
        lambda text: st.tuples(
            st.sampled_from([text, text.encode()]), st.just("text/plain"), st.just(text)
        )
    ),
)


def _http_binary(event: TheirEvent) -> Message:
    sent = http.to_binary_event(event)
    return from_http({name.title(): value for name, value in sent.headers.items()}, sent.body)


def _http_structured(event: TheirEvent) -> Message:
    sent = http.to_structured_event(event)
    return from_http(sent.headers, sent.body)


def _http_batched(event: TheirEvent) -> Message:
    _, message = split_batch(b"[{}, " + http.to_structured_event(event).body + b"]")
    return message


def _amqp_message(sent: amqp.AMQPMessage) -> Message:
    content_type = sent.properties.get("content-type", "")
    return Message(sent.application_data, content_type, sent.application_properties)


def _amqp_binary(event: TheirEvent) -> Message:
    return _amqp_message(amqp.to_binary_event(event))


def _amqp_structured(event: TheirEvent) -> Message:
    return _amqp_message(amqp.to_structured_event(event))


def _rabbitmq_message(sent: rabbitmq.RabbitMQMessage) -> Message:
    return Message(sent.body, sent.content_type or "", sent.headers)


def _rabbitmq_binary(event: TheirEvent) -> Message:
    return _rabbitmq_message(rabbitmq.to_binary_event(event))


def _rabbitmq_structured(event: TheirEvent) -> Message:
    return _rabbitmq_message(rabbitmq.to_structured_event(event))


def _knative(event: TheirEvent) -> Message:
    """Bare headers, each of its own type, and the content type among them."""
    sent = rabbitmq.to_binary_event(event)
    headers: dict[str, object] = {**event.get_attributes(), "time": sent.headers["ce-time"]}
    headers.pop("datacontenttype", None)
    if sent.content_type is not None:
        headers["content-type"] = sent.content_type
    return Message(sent.body, "", headers)


@attrs.frozen
class Mode:
    """One way of writing an event.

    Attributes:
        as_python: Whether it writes truth values as Python does.
        tick: How many nanoseconds its times may be off.
    """

    write: Callable[[TheirEvent], Message]
    as_python: bool = False
    tick: int = 1000

    def __str__(self) -> str:
        return self.write.__name__.strip("_")

    def text(self, value: object) -> str:
        """The text that an extension of *value* has."""
        return str(value).lower() if isinstance(value, bool) and not self.as_python else str(value)


MODES = [
    Mode(_http_binary, as_python=True),
    Mode(_http_structured),
    Mode(_http_batched),
    Mode(_amqp_binary, tick=1_000_000),
    Mode(_amqp_structured),
    Mode(_rabbitmq_binary, as_python=True),
    Mode(_rabbitmq_structured),
    Mode(_knative),
]


@pytest.mark.parametrize("mode", MODES, ids=str)
@given(attributes=_attributes, extensions=_extensions, data=_data)
def test_what_the_reference_library_writes_is_read(
    mode: Mode,
    attributes: dict[str, object],
    extensions: dict[str, object],
    data: tuple[dict[str, object] | str | bytes | None, str | None, object],
) -> None:
    content, content_type, expected = data
    typed = {"datacontenttype": content_type} if content_type else {}
    theirs = TheirEvent({**attributes, **extensions, **typed}, content)

    event = wire.decode(mode.write(theirs))

    time = theirs.get_time()
    assert time is not None
    assert event.time is not None
    at = (time - EPOCH) // timedelta(microseconds=1) * 1000
    assert abs(event.time - at) < mode.tick
    assert (event.id, event.named) == (theirs.get_id(), True)
    assert (event.source, event.type) == (theirs.get_source(), theirs.get_type())
    assert event.subject == theirs.get_subject()
    schema = {name: attributes[name] for name in ("dataschema",) if name in attributes}
    others = {**extensions, **schema}
    assert event.extensions == {name: mode.text(value) for name, value in others.items()}
    assert event.data == expected
    assert (event.traceparent, event.tracestate) == (None, None)
