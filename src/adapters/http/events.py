"""The routes that take events: one by one in any mode of HTTP, or in batches."""

import asyncio
from collections.abc import Sequence
from typing import Final

import attrs
from aiohttp import web

from knative_lambda.adapters.http.answers import answer, answer_to_batch
from knative_lambda.adapters.http.request_body import read_body
from knative_lambda.domain.errors import PermanentError
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.settlement import DeadLetter
from knative_lambda.ports.event_source import Message
from knative_lambda.ports.receiver import Received, Receiver
from knative_lambda.ports.wire_batch import is_batch, split_batch
from knative_lambda.ports.wire_http import from_http

BODY_TIMEOUT: Final = 60.0  # seconds
SIDE_BY_SIDE: Final = 16  # events of one batch


def event_routes(
    receiver: Receiver, letters: Receiver, body_timeout: float = BODY_TIMEOUT
) -> Sequence[web.RouteDef]:
    """Routes for a server.

    Args:
        receiver: Takes what comes to `/` and `/events`.
        letters: Takes what comes to `/dead-letters`.
        body_timeout: Seconds until the whole of a request must be there.
    """
    events, kept = _Endpoint(receiver, body_timeout), _Endpoint(letters, body_timeout)
    return (
        web.post("/", events.take),
        web.post("/events", events.take),
        web.post("/dead-letters", kept.take),
    )


@attrs.frozen
class _Endpoint:
    receiver: Receiver
    body_timeout: float

    async def take(self, request: web.Request) -> web.Response:
        body = await read_body(request, self.body_timeout)
        message = from_http(request.headers.items(), body)
        if not is_batch(message.content_type):
            return answer(await self.receiver.receive(message))
        try:
            messages = split_batch(body)
        except PermanentError as error:
            return answer(await self._take_whole(message, error))
        return answer_to_batch(await self._take_all(messages))

    async def _take_whole(self, message: Message, fault: PermanentError) -> Received:
        received = await self.receiver.receive(message)
        match received.settlement:
            case DeadLetter(rejection=Rejection.MALFORMED):
                # Its sender knows that it is a batch: what is wrong with it says more.
                return attrs.evolve(received, settlement=DeadLetter(fault.rejection, fault.detail))
            case _:
                return received

    async def _take_all(self, messages: Sequence[Message]) -> Sequence[Received]:
        room = asyncio.Semaphore(SIDE_BY_SIDE)

        async def take(message: Message) -> Received:
            async with room:
                return await self.receiver.receive(message)

        async with asyncio.TaskGroup() as tasks:
            taking = [tasks.create_task(take(message)) for message in messages]
        return [task.result() for task in taking]
