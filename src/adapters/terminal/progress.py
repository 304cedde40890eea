"""How far something has come, told to a person or to a program."""

import json
import sys
from typing import TextIO

import attrs

from knative_lambda.adapters.terminal.narrator import Narrator
from knative_lambda.domain.cloudevent import CloudEvent
from knative_lambda.domain.instants import format_instant
from knative_lambda.ports.progress import Progress


@attrs.frozen
class Prose(Progress):
    """For people, a line each; what has no sentence is not told."""

    narrator: Narrator

    def event(self, event: CloudEvent) -> None:
        """What it is, and what matters of it."""
        self.narrator.event(event)

    def status(self, status: str, text: str, **facts: object) -> None:  # noqa: ARG002 - for programs
        """The status and its sentence."""
        if text:
            self.narrator.line(status.replace("_", " "), text)


@attrs.frozen
class JsonLines(Progress):
    """For programs, a JSON object a line: it has a `status`, or is an event."""

    out: TextIO = attrs.field(factory=lambda: sys.stdout)

    def event(self, event: CloudEvent) -> None:
        """All of it, as a structured event."""
        known = {
            "specversion": "1.0",
            "id": event.id,
            "source": event.source,
            "type": event.type,
            "subject": event.subject,
            "time": format_instant(event.time) if event.time is not None else None,
            "traceparent": event.traceparent,
            **event.extensions,
            "data": event.data,
        }
        self._line({name: value for name, value in known.items() if value is not None})

    def status(self, status: str, text: str, **facts: object) -> None:  # noqa: ARG002 - for people
        """The status and its facts."""
        self._line({"status": status, **facts})

    def _line(self, value: dict[str, object]) -> None:
        print(json.dumps(value, ensure_ascii=False), file=self.out, flush=True)
