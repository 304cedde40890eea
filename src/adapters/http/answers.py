"""What senders of events are answered: never an event's header, and nothing internal."""

import math
from collections.abc import Sequence
from http import HTTPStatus
from typing import assert_never

import attrs
from aiohttp import web

from knative_lambda.adapters.http.problems import RETRY_AFTER, problem
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.settlement import Ack, DeadLetter, Retry, SetAside
from knative_lambda.ports.receiver import REPEAT, Received


def answer(received: Received) -> web.Response:
    """The response to one event."""
    if not received.held:
        return _again([received], received.event_id)
    why = _refusal(received)
    if why is not None:
        reason, event_id = why.rejection.value, received.event_id
        return problem(HTTPStatus.BAD_REQUEST, why.told, reason=reason, event_id=event_id)
    repeat = received.report is not None and received.report.status == REPEAT
    status = HTTPStatus.OK if repeat else HTTPStatus.ACCEPTED
    return web.json_response(_result(received), status=status)


def answer_to_batch(received: Sequence[Received]) -> web.Response:
    """The response to a batch: if one event is to be sent again, all are, as repeats do no harm."""
    unheld = [one for one in received if not one.held]
    if unheld:
        return _again(unheld)
    results = [
        {**_result(one), **({"event_id": one.event_id} if one.event_id is not None else {})}
        for one in received
    ]
    refused = sum(_refusal(one) is not None for one in received)
    if refused:
        detail = f"{refused} of {len(received)} events were refused; none is to be sent again"
        return problem(HTTPStatus.BAD_REQUEST, detail, results=results)
    return web.json_response({"results": results}, status=HTTPStatus.ACCEPTED)


def _again(unheld: Sequence[Received], event_id: str | None = None) -> web.Response:
    waits = [one.settlement for one in unheld if isinstance(one.settlement, Retry | SetAside)]
    seconds = max(1, math.ceil(max((wait.delay for wait in waits), default=RETRY_AFTER)))
    if all(isinstance(one.settlement, SetAside) for one in unheld):
        status, why = HTTPStatus.TOO_MANY_REQUESTS, "a limit is reached"
    else:
        status, why = HTTPStatus.SERVICE_UNAVAILABLE, "this could not be handled now"
    detail = f"{why}; send the same again in {seconds} s"
    return problem(status, detail, retry_after=seconds, event_id=event_id)


def _result(received: Received) -> dict[str, object]:
    why = _refusal(received)
    if why is not None:
        return {"status": "rejected", "reason": why.rejection.value, "detail": why.told}
    match received.settlement:
        case Ack() if received.report is not None:
            return attrs.asdict(received.report, filter=lambda _, value: value is not None)
        case Ack():
            return {"status": "done", "message": "the event was handled"}
        case SetAside() | Retry():
            return {"status": "set_aside", "message": "the event waits here for its turn"}
        case DeadLetter():
            return {"status": "kept", "message": "the event is kept for a person to look at"}
        case _:
            assert_never(received.settlement)


def _refusal(received: Received) -> DeadLetter | None:
    match received.settlement:
        # What a function did not take is no fault of who brings it here to be kept.
        case DeadLetter(rejection=Rejection.UNDELIVERED):
            return None
        case DeadLetter() as why:
            return why
        case _:
            return None
