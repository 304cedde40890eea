"""What the sender of an event learns of it, and what is done with what cannot be handled now."""

import attrs
import pytest
from support.processes import Replica
from support.world import World

from knative_lambda.adapters.memory.faults import Fault, Faults, Kind, with_faults
from knative_lambda.adapters.memory.metrics import MemoryMetrics
from knative_lambda.application.receiver import EventReceiver, LetterReceiver
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.rejection import Rejection
from knative_lambda.domain.settlement import Ack, DeadLetter, Retry, SetAside
from knative_lambda.ports.event_source import Message
from knative_lambda.ports.receiver import Received, Receiver

F = FunctionId("acme", "hello")
SETTLE = "settler.settle"


@attrs.define
class Desk:
    """A receiver in front of a world in memory."""

    world: World = attrs.field(factory=World)
    faults: Faults = attrs.field(factory=Faults)

    def message(self, runtime: str = "nodejs22", number: int = 0) -> Message:
        """A start, taken out of the queue that it was sent to."""
        args = {"NUMBER": str(number)}
        source = "https://one.test"
        self.world.send(
            "build.start", F, id="1", source_url=source, runtime=runtime, build_args=args
        )
        return self.world.broker.ready.pop().message

    def receiver(self) -> Receiver:
        settler = with_faults("settler", self.world.broker, self.faults)
        return EventReceiver(Replica(self.world, self.faults).handler, settler, self.world.clock)

    async def receive(self, message: Message) -> Received:
        return await self.receiver().receive(message)


async def test_what_was_done_is_reported() -> None:
    received = await Desk().receive(Desk().message())
    assert (received.settlement, received.held, received.event_id) == (Ack(), True, "1")
    assert received.report is not None
    assert received.report.status == "job_created"


async def test_what_is_wrong_is_kept_and_told() -> None:
    desk = Desk()
    received = await desk.receive(desk.message(runtime="cobol"))
    assert isinstance(received.settlement, DeadLetter)
    assert (received.held, received.report) == (True, None)
    (kept,) = desk.world.broker.dead_letters
    assert kept.rejection is Rejection.INVALID


async def test_what_cannot_be_kept_is_to_be_sent_again() -> None:
    desk = Desk()
    desk.faults.plan = [Fault(SETTLE, 1, Kind.FAIL)]
    received = await desk.receive(Message(b"no event"))
    assert isinstance(received.settlement, Retry)
    assert not received.held
    assert desk.world.broker.dead_letters == []


async def test_what_fails_for_a_passing_reason_is_to_be_sent_again() -> None:
    desk = Desk()
    desk.faults.plan = [Fault("records.read", 1, Kind.FAIL)]
    received = await desk.receive(desk.message())
    assert isinstance(received.settlement, Retry)
    assert not received.held
    assert desk.world.broker.delayed == []


@pytest.mark.parametrize("can_delay", [True, False])
async def test_law_10_what_is_over_a_limit_waits_here_or_at_its_sender(can_delay: bool) -> None:  # noqa: FBT001 - a parameter of the test
    desk = Desk()
    desk.world.broker.can_delay = can_delay
    one = desk.receiver()
    statuses = [(await one.receive(desk.message(number=n))) for n in range(21)]
    last = statuses[-1]
    assert isinstance(last.settlement, SetAside)
    assert last.held is can_delay
    assert len(desk.world.broker.delayed) == (1 if can_delay else 0)


async def test_what_a_function_did_not_take_is_kept() -> None:
    desk = Desk()
    metrics = MemoryMetrics()
    receiver = LetterReceiver(desk.world.broker, metrics, desk.world.clock)
    received = await receiver.receive(Message(b"any"))
    assert isinstance(received.settlement, DeadLetter)
    assert received.held
    (kept,) = desk.world.broker.dead_letters
    assert (kept.message, kept.rejection) == (Message(b"any"), Rejection.UNDELIVERED)
    assert metrics.counts["DeadLetter"] == 1


async def test_what_a_function_did_not_take_and_cannot_be_kept_is_to_be_sent_again() -> None:
    desk = Desk()
    desk.faults.plan = [Fault(SETTLE, 1, Kind.FAIL)]
    settler = with_faults("settler", desk.world.broker, desk.faults)
    metrics = MemoryMetrics()
    receiver = LetterReceiver(settler, metrics, desk.world.clock)
    received = await receiver.receive(Message(b"any"))
    assert isinstance(received.settlement, Retry)
    assert not received.held
