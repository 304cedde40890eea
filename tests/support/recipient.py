"""A receiver for tests: it takes down what it is given, and can keep everybody waiting."""

import asyncio

import attrs

from knative_lambda.domain.settlement import Ack
from knative_lambda.ports.event_source import Message
from knative_lambda.ports.receiver import Received, Receiver, Report

DONE = Received(settlement=Ack(), held=True, report=Report(status="noted", message="noted"))


@attrs.define(eq=False)
class Recipient(Receiver):
    """Says the same of every message, once its gate is open.

    Attributes:
        result: What it says.
        error: What it raises instead.
        messages: All that came.
        done: All that were handled to the end.
        most: How many were in hand at once.
        in_hand: How many are now.
        came: Set when something has come.
        ended: Set when something was handled to the end.
    """

    result: Received = DONE
    error: Exception | None = None
    messages: list[Message] = attrs.field(factory=list)
    done: list[Message] = attrs.field(factory=list)
    gate: asyncio.Event = attrs.field(factory=asyncio.Event)
    came: asyncio.Event = attrs.field(factory=asyncio.Event)
    ended: asyncio.Event = attrs.field(factory=asyncio.Event)
    most: int = 0
    in_hand: int = 0

    def __attrs_post_init__(self) -> None:
        self.gate.set()

    async def receive(self, message: Message) -> Received:
        self.in_hand += 1
        self.most = max(self.most, self.in_hand)
        self.messages.append(message)
        self.came.set()
        try:
            await asyncio.sleep(0)  # whoever may come at the same time comes now
            await self.gate.wait()
        finally:
            self.in_hand -= 1
        if self.error is not None:
            raise self.error
        self.done.append(message)
        self.ended.set()
        return self.result
