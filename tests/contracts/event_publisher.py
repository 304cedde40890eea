"""The laws of `EventPublisher`."""

from abc import abstractmethod
from collections.abc import Sequence

import attrs
import pytest
from contracts.contract import Contract, eventually

from knative_lambda.domain.announcement import Announcement
from knative_lambda.domain.errors import TransientError
from knative_lambda.domain.ids import FunctionId
from knative_lambda.ports import wire
from knative_lambda.ports.event_publisher import EventPublisher
from knative_lambda.ports.event_source import Message

STARTED = Announcement(
    id="0123456789abcdef0123456789abcdef.started",
    type="network.notifi.lambda.build.started",
    function=FunctionId("acme", "hello"),
    time=1_800_000_000_123_000_000,
    data={
        "third_party_id": "acme",
        "parser_id": "hello",
        "detail": "größer\n☃",
        "number": [1, 2.5],
    },
    build_id="0123456789abcdef0123456789abcdef",
    correlation_id="corr-1",
    traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
)


class EventPublisherContract(Contract):
    """What everything that publishes must do."""

    @pytest.fixture
    def publisher(self) -> EventPublisher:
        """One whose events arrive."""
        raise NotImplementedError

    @pytest.fixture
    def refused(self) -> EventPublisher:
        """One whose events cannot be taken: there is no route, or nobody confirms."""
        raise NotImplementedError

    @abstractmethod
    async def arrived(self) -> Sequence[Message]:
        """Back door: all that was taken so far, seen without the publisher."""

    async def _arrived(self, count: int) -> Sequence[Message]:
        async def enough() -> bool:
            return len(await self.arrived()) >= count

        await eventually(enough)
        return await self.arrived()

    async def test_what_was_published_arrives(self, publisher: EventPublisher) -> None:
        other = attrs.evolve(STARTED, id="second")
        await publisher.publish(STARTED)
        await publisher.publish(other)
        events = [wire.decode(message) for message in await self._arrived(2)]
        assert [event.id for event in events] == [STARTED.id, "second"]

    async def test_it_arrives_in_the_wire_form_with_its_id(self, publisher: EventPublisher) -> None:
        await publisher.publish(STARTED)
        (message,) = await self._arrived(1)
        expected = wire.encode(STARTED)
        assert message.body == expected.body
        assert message.content_type == expected.content_type
        assert wire.decode(message).id == STARTED.id

    async def test_the_same_again_gives_the_same_bytes(self, publisher: EventPublisher) -> None:
        await publisher.publish(STARTED)
        await publisher.publish(attrs.evolve(STARTED, data=dict(STARTED.data)))
        first, second = await self._arrived(2)
        assert first.body == second.body

    async def test_what_is_not_taken_is_said(self, refused: EventPublisher) -> None:
        with pytest.raises(TransientError):
            await refused.publish(STARTED)
        assert list(await self.arrived()) == []
