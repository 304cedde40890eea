"""Events that a producer sends, written with the SDK of CloudEvents."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from knative_lambda.ports.event_source import Message

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def written(attributes: Mapping[str, str], at: int, data: dict[str, Any]) -> Message:
    """A structured event with *attributes*, of the time *at*, UTC nanoseconds since 1970."""
    # Only who sends needs the SDK: no other command should wait for its import.
    from cloudevents.core.bindings.rabbitmq import to_structured_event  # noqa: PLC0415
    from cloudevents.core.v1.event import CloudEvent  # noqa: PLC0415

    time = _EPOCH + timedelta(microseconds=at // 1000)
    given = {**attributes, "time": time, "datacontenttype": "application/json"}
    message = to_structured_event(CloudEvent(given, data))
    return Message(message.body, message.content_type or "", message.headers, attributes["id"], at)
