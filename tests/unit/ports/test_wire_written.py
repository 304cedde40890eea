"""What we write ourselves is read by us, and by the reference library in each of its bindings."""

import json
import unicodedata
from collections.abc import Callable

import attrs
import pytest
from cloudevents.core.base import BaseCloudEvent
from cloudevents.core.bindings import amqp, http, rabbitmq
from hypothesis import given
from hypothesis import strategies as st
from support.strategies import functions, instants, json_values

from knative_lambda.domain.announcement import Announcement
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.instants import parse_instant
from knative_lambda.ports import wire
from knative_lambda.ports.event_source import Message

AT = 1_800_000_000_250_000_000
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

# Attributes hold no control characters and no halves of surrogate pairs.
_values = st.text(max_size=20).filter(
    lambda text: all(unicodedata.category(char) not in {"Cc", "Cs"} for char in text)
)
_announcements = st.builds(
    Announcement,
    id=_values.filter(bool),
    type=_values.filter(bool),
    function=functions,
    time=instants,
    data=st.dictionaries(st.text(), json_values, max_size=4),
    build_id=st.none() | _values,
    correlation_id=st.none() | _values,
    traceparent=st.none() | st.just(TRACE),
)
ANNOUNCEMENT = Announcement(
    id="e" * 32,
    type="network.notifi.lambda.build.started",
    function=FunctionId("acme", "hello"),
    time=AT,
    data={"third_party_id": "acme", "detail": "größer"},
    build_id="b" * 32,
    correlation_id="corr-1",
    traceparent=TRACE,
)


def _http(message: Message) -> BaseCloudEvent:
    headers = {"content-type": message.content_type}
    return http.from_structured_event(http.HTTPMessage(headers, message.body))


def _amqp(message: Message) -> BaseCloudEvent:
    properties = {"content-type": message.content_type}
    headers = dict(message.headers)
    return amqp.from_structured_event(amqp.AMQPMessage(properties, headers, message.body))


def _rabbitmq(message: Message) -> BaseCloudEvent:
    headers = {name: str(value) for name, value in message.headers.items()}
    sent = rabbitmq.RabbitMQMessage(headers, message.content_type, message.body)
    return rabbitmq.from_structured_event(sent)


@pytest.mark.parametrize("read", [_http, _amqp, _rabbitmq])
@given(announcement=_announcements)
def test_the_reference_library_reads_what_we_write(
    read: Callable[[Message], BaseCloudEvent], announcement: Announcement
) -> None:
    event = read(wire.encode(announcement))
    attributes = event.get_attributes()
    expected = wire.attributes(announcement)
    # It reads times to the microsecond.
    microseconds = announcement.time // 1000
    assert parse_instant(attributes.pop("time").isoformat()) == microseconds * 1000
    assert parse_instant(expected.pop("time")) == announcement.time
    assert attributes == expected
    assert event.get_data() == announcement.data


@given(announcement=_announcements)
def test_what_was_encoded_is_decoded(announcement: Announcement) -> None:
    event = wire.decode(wire.encode(announcement))
    assert (event.id, event.named) == (announcement.id, True)
    assert (event.source, event.type) == (announcement.source, announcement.type)
    assert (event.subject, event.time) == (announcement.function.parser_id, announcement.time)
    assert (event.data, event.traceparent) == (announcement.data, announcement.traceparent)
    extensions = {"buildid": announcement.build_id, "correlationid": announcement.correlation_id}
    assert event.extensions == {k: v for k, v in extensions.items() if v is not None}


@given(announcement=_announcements)
def test_what_is_written_to_route_by_says_what_the_body_says(announcement: Announcement) -> None:
    message = wire.encode(announcement)
    event = json.loads(message.body)
    routed_by = {name: message.headers[name] for name in event if name != "data"}
    assert {**routed_by, "data": announcement.data} == event


def test_without_a_trace_no_state_is_told() -> None:
    message = wire.encode(attrs.evolve(ANNOUNCEMENT, traceparent=None))
    assert message.headers.keys().isdisjoint({"traceparent", "tracestate"})


@given(announcement=_announcements)
def test_the_same_announcement_has_the_same_bytes(announcement: Announcement) -> None:
    assert wire.encode(announcement) == wire.encode(announcement)


def test_an_event_is_written_structured_with_its_attributes_in_the_headers() -> None:
    message = wire.encode(ANNOUNCEMENT)
    event = json.loads(message.body)
    assert message.content_type == "application/cloudevents+json"
    assert (message.message_id, message.timestamp) == (ANNOUNCEMENT.id, AT)
    assert event.pop("data") == ANNOUNCEMENT.data
    routed_by = {**event, "content-type": "application/json", "tracestate": ""}
    assert message.headers == routed_by
    assert (
        event
        == wire.attributes(ANNOUNCEMENT)
        == {
            "specversion": "1.0",
            "id": "e" * 32,
            "source": "network.notifi.acme",
            "type": "network.notifi.lambda.build.started",
            "subject": "hello",
            "time": "2027-01-15T08:00:00.25Z",
            "datacontenttype": "application/json",
            "buildid": "b" * 32,
            "correlationid": "corr-1",
            "traceparent": TRACE,
        }
    )
