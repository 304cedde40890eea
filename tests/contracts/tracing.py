"""The laws of `Tracing`."""

import attrs
import pytest
from contracts.contract import Contract

from knative_lambda.domain.cloudevent import CloudEvent
from knative_lambda.domain.errors import TransientError
from knative_lambda.ports.tracing import Tracing

EVENT = CloudEvent(
    id="1",
    source="tests",
    type="network.notifi.lambda.build.start",
    data={},
    traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
)


@attrs.frozen
class Echo:
    """A port: gives back what it is given, and knows what it is."""

    name: str = "echo"

    async def echo(self, *given: object, **named: object) -> tuple[object, ...]:
        """All of it."""
        return (*given, named)

    async def fail(self) -> None:
        """Nothing comes of it."""
        raise TransientError("away")


class TracingContract(Contract):
    """What everything that traces must do."""

    @pytest.fixture
    def tracing(self) -> Tracing:
        """One that was told of nothing yet."""
        raise NotImplementedError

    async def test_a_call_gives_what_it_gives_without_a_step(self, tracing: Tracing) -> None:
        port = tracing.over("port", Echo(), "echo", "fail")
        with tracing.handling(EVENT):
            assert await port.echo(1, "two", three=3) == (1, "two", {"three": 3})
        assert await port.echo(1) == (1, {})
        assert port.name == "echo"

    async def test_a_call_raises_what_it_raises_without_a_step(self, tracing: Tracing) -> None:
        port = tracing.over("port", Echo(), "echo", "fail")
        with pytest.raises(TransientError, match="away"), tracing.handling(EVENT):
            await port.fail()

    @pytest.mark.parametrize("parent", [EVENT.traceparent, None, "", "not a parent"])
    async def test_what_is_over_makes_way_for_what_comes_of_it(
        self, tracing: Tracing, parent: str | None
    ) -> None:
        port = tracing.over("port", Echo(), "echo", "fail")
        with pytest.raises(TransientError), tracing.ran("build", parent, 1, 2):
            await port.fail()

    async def test_an_event_without_a_trace_is_handled(self, tracing: Tracing) -> None:
        with tracing.handling(attrs.evolve(EVENT, traceparent=None)):
            assert await tracing.over("port", Echo(), "echo", "fail").echo() == ({},)

    async def test_it_ends(self, tracing: Tracing) -> None:
        await tracing.close()
        await tracing.close()
        with tracing.handling(EVENT):
            assert await tracing.over("port", Echo(), "echo", "fail").echo() == ({},)
