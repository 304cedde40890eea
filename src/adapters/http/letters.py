"""Dead letters where there is no queue for them: events that are sent to the sink."""

import base64
import hashlib
import json
from typing import Final

import attrs
import structlog

from knative_lambda.adapters.http.sink import Sink
from knative_lambda.domain import intake
from knative_lambda.domain.announcement import DEAD_LETTER
from knative_lambda.domain.cloudevent import PREFIX, CloudEvent
from knative_lambda.domain.errors import PermanentError
from knative_lambda.domain.instants import format_instant
from knative_lambda.domain.settlement import DeadLetter, Settlement
from knative_lambda.ports import wire
from knative_lambda.ports.event_source import Delivery, Message, Settler

_SOURCE: Final = PREFIX.removesuffix(".")

_log = structlog.get_logger()


@attrs.frozen
class EventSettler(Settler):
    """Publishes what is given up, with all that is needed to send it again."""

    sink: Sink
    can_delay: bool = False

    async def settle(self, delivery: Delivery, settlement: Settlement) -> None:
        """Publish *delivery*, if it is a dead letter; there is nothing else to be done here."""
        if not isinstance(settlement, DeadLetter):
            return
        event = read(delivery.message)
        if event is not None and event.type == DEAD_LETTER:
            # Whoever sends it here would send the next one too, and never stop.
            _log.warning("dead_letter.returned", event_id=event.id)
            return
        await self.sink.post(dead_letter(delivery, settlement, event))


def dead_letter(delivery: Delivery, why: DeadLetter, event: CloudEvent | None) -> bytes:
    """The structured event that says that *delivery* was given up; a repeat has the same id.

    Args:
        delivery: What was given up.
        why: Its settlement.
        event: What it holds, if that can be read.
    """
    message = delivery.message
    headers = {name: _text(value) for name, value in sorted(message.headers.items())}
    function = intake.named_function(event) if event is not None else None
    ids = attrs.asdict(function) if function is not None else {}
    at = event.time if event is not None and event.time is not None else delivery.arrived
    letter = {
        "specversion": "1.0",
        "id": f"{_mark(message, headers)}.dead.letter",
        "source": _SOURCE,
        "type": DEAD_LETTER,
        **({"subject": function.parser_id} if function is not None else {}),
        "time": format_instant(at),
        "datacontenttype": "application/json",
        "data": {
            **ids,
            "reason": why.rejection.value,
            "detail": why.detail,
            **({"type": event.type} if event is not None else {}),
            **_content(message.body),
            "content_type": message.content_type,
            "headers": headers,
        },
    }
    return json.dumps(letter, separators=(",", ":"), ensure_ascii=False).encode()


def read(message: Message) -> CloudEvent | None:
    """The event that *message* holds, if it can be read."""
    try:
        return wire.decode(message)
    except PermanentError:
        return None


def _mark(message: Message, headers: dict[str, str]) -> str:
    beside = json.dumps([message.content_type, headers])
    return hashlib.sha256(beside.encode() + b"\0" + message.body).hexdigest()[:32]


def _content(body: bytes) -> dict[str, str]:
    try:
        return {"event": body.decode()}
    except UnicodeDecodeError:
        return {"event_base64": base64.b64encode(body).decode()}


def _text(value: object) -> str:
    return value.decode(errors="backslashreplace") if isinstance(value, bytes) else str(value)
