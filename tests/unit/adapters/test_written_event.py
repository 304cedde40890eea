"""What is written for a producer is read by us as it was meant."""

import time

from knative_lambda.adapters.written_event import written
from knative_lambda.ports import wire

ATTRIBUTES = {
    "specversion": "1.0",
    "id": "größer",
    "source": "test",
    "type": "com.example.done",
    "subject": "hello",
}
DATA = {"text": "größer ☃ \U0001f600", "number": 1, "list": [None, {"deep": True}]}


def test_every_attribute_and_all_data_arrive() -> None:
    at = 1_800_000_000_123_456_000
    event = wire.decode(written(ATTRIBUTES, at, DATA))
    assert (event.id, event.source, event.type, event.subject) == (
        *("größer", "test", "com.example.done"),
        "hello",
    )
    assert event.named
    assert event.time == at
    assert event.data == DATA


def test_it_is_structured_and_the_message_has_the_id_of_the_event() -> None:
    message = written(ATTRIBUTES, time.time_ns(), DATA)
    assert message.content_type == wire.STRUCTURED
    assert message.message_id == "größer"
