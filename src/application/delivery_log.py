"""What the log says of a delivery: whose it is, in every line, and how it was settled, in one."""

from typing import Final, assert_never

import structlog

from knative_lambda.application import log_context
from knative_lambda.domain import intake
from knative_lambda.domain.cloudevent import CloudEvent
from knative_lambda.domain.ids import request_id
from knative_lambda.domain.incoming import (
    HearOutcome,
    Ignore,
    Incoming,
    ReconcileBuild,
    StartBuild,
)
from knative_lambda.domain.settlement import Ack, DeadLetter, Retry, SetAside, Settlement

_TRACE_ID: Final = slice(3, 35)  # of a `traceparent`

_log = structlog.get_logger()


def begin() -> None:
    """Forget whose the delivery before was: over HTTP, many may come in one task."""
    log_context.begin()


def bind_event(event: CloudEvent) -> None:
    """Have each line say which event is in hand, whose it seems to be, and of which trace."""
    named = intake.named_function(event)
    log_context.add(
        event_id=event.id,
        event_type=event.type,
        trace_id=event.traceparent[_TRACE_ID] if event.traceparent else None,
        third_party_id=named.third_party_id if named is not None else None,
        parser_id=named.parser_id if named is not None else None,
    )


def bind_incoming(incoming: Incoming) -> None:
    """Have each line say which build is meant, and what its sender correlates it by."""
    match incoming:
        case StartBuild():
            event = incoming.event
            # An event without an id is told from others by its content, which is yet to be seen.
            build_id = request_id(event.source, event.id) if event.named else None
            log_context.add(build_id=build_id, correlation_id=incoming.request.correlation_id)
        case HearOutcome():
            log_context.add(build_id=incoming.build_id, correlation_id=incoming.correlation_id)
        case ReconcileBuild():
            function = incoming.function
            log_context.add(
                build_id=incoming.build_id,
                third_party_id=function.third_party_id,
                parser_id=function.parser_id,
            )
        case Ignore():
            pass
        case _:
            log_context.add(correlation_id=incoming.correlation_id)


def settled(settlement: Settlement, attempts: int, seconds: float) -> None:
    """The last line of a delivery.

    Args:
        settlement: How it is settled.
        attempts: How often it had failed before.
        seconds: Since it was taken in hand.
    """
    match settlement:
        case Retry(delay, cause):
            write, more = _log.warning, {"again_in": round(delay, 1), "cause": cause}
        case SetAside(delay):
            write, more = _log.info, {"again_in": round(delay, 1)}
        case DeadLetter(rejection, detail):
            write, more = _log.warning, {"reason": rejection.value, "detail": detail}
        case Ack():
            write, more = _log.info, {}
        case _:
            assert_never(settlement)
    write(
        "delivery.settled",
        settlement=type(settlement).__name__,
        attempts=attempts,
        duration=round(seconds, 3),
        **more,
    )
