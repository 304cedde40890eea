"""The second argument of a handler: who it is, how long it has, and how it answers and logs."""

import time
from collections.abc import Mapping
from typing import Any

from lambda_runtime.configuration import Configuration
from lambda_runtime.events import Event
from lambda_runtime.logs import Logger


class Context:
    __slots__ = (
        "build_id",
        "deadline",
        "logger",
        "parser_id",
        "third_party_id",
        "traceparent",
        "tracestate",
    )

    def __init__(
        self, configuration: Configuration, event: Event, headers: Mapping[str, str]
    ) -> None:
        self.third_party_id = configuration.third_party_id
        self.parser_id = configuration.parser_id
        self.build_id = configuration.build_id
        # The event's own trace outlives a hop over a broker. The pair is taken from one place: a
        # tracestate belongs to its traceparent.
        carrier = event if isinstance(event.get("traceparent"), str) else headers
        self.traceparent = carrier.get("traceparent")
        self.tracestate = carrier.get("tracestate")
        self.logger = Logger(event["id"], self.traceparent)
        self.deadline = time.time() + configuration.timeout_seconds
        """Seconds since the epoch; the caller gets a 504 then."""

    def remaining(self) -> float:
        """Seconds until the deadline, never below zero."""
        return max(0.0, self.deadline - time.time())

    def reply(
        self,
        type: str,  # noqa: A002 - the CloudEvents attribute's own name, and part of the interface
        data: Any = None,
        attributes: Mapping[str, Any] | None = None,
    ) -> Event:
        """A CloudEvent to return; id, source, subject and time are filled in unless given."""
        return Event({**(attributes or {}), "specversion": "1.0", "type": type, "data": data})
