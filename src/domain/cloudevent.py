"""A CloudEvent that came in, whatever its form on the wire."""

from collections.abc import Mapping

import attrs

PREFIX = "network.notifi.lambda."


@attrs.frozen(kw_only=True)
class CloudEvent:
    """One event, its form already checked.

    Attributes:
        id: Its own, or made up by the reader when *named* is false.
        named: Whether the sender gave it an id.
        time: When it happened, UTC nanoseconds since 1970; `None` when the sender did not say.
        data: The decoded JSON; text when the content type is another.
        traceparent: W3C trace context, if any; of its form, or it is left out.
        tracestate: What vendors add to *traceparent*; never without it.
        extensions: Every other attribute as text; of the standard's own, dataschema.
    """

    id: str
    source: str
    type: str
    data: object
    named: bool = True
    subject: str | None = None
    time: int | None = None
    traceparent: str | None = None
    tracestate: str | None = None
    extensions: Mapping[str, str] = attrs.field(factory=dict)
