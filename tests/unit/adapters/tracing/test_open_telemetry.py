"""Spans as OpenTelemetry has them: whose they are, what they say, and what they never say."""

import attrs
import pytest
from contracts.tracing import EVENT, Echo, TracingContract
from support.domain import FUNCTION, NOON
from support.jobs import spec_of

from knative_lambda.adapters.memory.context_store import MemoryContextStore
from knative_lambda.adapters.tracing.open_telemetry import OpenTelemetryTracing
from knative_lambda.adapters.tracing.step import Step
from knative_lambda.domain.announcement import Announcement
from knative_lambda.domain.errors import TransientError
from knative_lambda.ports.job_runner import JobSpec
from knative_lambda.ports.tracing import Tracing

TRACE, PRODUCER = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
SAID = Announcement(
    id="1", type="network.notifi.lambda.build.started", function=FUNCTION, time=NOON, data={}
)


@pytest.fixture
def kept() -> list[Step]:
    return []


@pytest.fixture
def tracing(kept: list[Step]) -> OpenTelemetryTracing:
    return OpenTelemetryTracing(kept.append)


class TestOpenTelemetryTracing(TracingContract):
    """Keeps the laws with a collector in memory."""

    @pytest.fixture
    def tracing(self, kept: list[Step]) -> Tracing:
        return OpenTelemetryTracing(kept.append)


def only(kept: list[Step], name: str) -> Step:
    (found,) = (step for step in kept if step.name == name)
    return found


async def test_handling_is_a_step_of_the_producers_trace_and_calls_are_steps_of_it(
    tracing: OpenTelemetryTracing, kept: list[Step]
) -> None:
    with tracing.handling(attrs.evolve(EVENT, data=attrs.asdict(FUNCTION))):
        await tracing.over("port", Echo(), "echo", "fail").echo()

    handling, call = only(kept, "process build.start"), only(kept, "port.echo")
    assert (handling.trace.id, handling.parent) == (TRACE, PRODUCER)
    assert (call.trace.id, call.parent) == (TRACE, handling.id)
    assert handling.said == {
        "cloudevents.event_id": "1",
        "cloudevents.event_type": EVENT.type,
        "klb.third_party_id": FUNCTION.third_party_id,
        "klb.parser_id": FUNCTION.parser_id,
    }


@pytest.mark.parametrize("given", [SAID, spec_of(FUNCTION, "b" * 32)], ids=["an event", "a Job"])
async def test_what_is_handed_on_has_the_step_for_its_parent(
    given: Announcement | JobSpec, tracing: OpenTelemetryTracing, kept: list[Step]
) -> None:
    with tracing.handling(EVENT):
        handed, _ = await tracing.over("port", Echo(), "echo", "fail").echo(given)

    step = only(kept, "port.echo").id
    assert handed == attrs.evolve(given, traceparent=f"00-{TRACE}-{step}-01")


async def test_a_sweep_makes_no_steps(tracing: OpenTelemetryTracing, kept: list[Step]) -> None:
    told = attrs.evolve(SAID, traceparent=EVENT.traceparent)
    assert await tracing.over("port", Echo(), "echo", "fail").echo(told) == (told, {})
    assert kept == []


async def test_what_ran_elsewhere_lasted_as_long_as_is_said(
    tracing: OpenTelemetryTracing, kept: list[Step]
) -> None:
    with tracing.ran("kaniko", EVENT.traceparent, NOON, NOON + 5):
        await tracing.over("port", Echo(), "echo", "fail").echo()

    ran, after = only(kept, "kaniko"), only(kept, "port.echo")
    assert (ran.started, ran.ended, ran.parent) == (NOON, NOON + 5, PRODUCER)
    assert after.parent == ran.id


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (TransientError("no answer of amqp://user:correct-horse@broker.test"), "broker.test"),
        (ValueError("correct-horse"), "ValueError"),
    ],
    ids=["ours", "a bug"],
)
async def test_a_step_that_failed_says_why_without_what_nobody_may_read(
    error: Exception, words: str, tracing: OpenTelemetryTracing, kept: list[Step]
) -> None:
    with pytest.raises(type(error)), tracing.handling(EVENT):
        raise error

    failed = only(kept, "process build.start")
    assert words in (failed.fault or "")
    assert "correct-horse" not in repr(failed)


async def test_without_a_trace_of_its_producer_an_event_begins_one(
    tracing: OpenTelemetryTracing, kept: list[Step]
) -> None:
    with tracing.handling(attrs.evolve(EVENT, traceparent=None)):
        await tracing.over("port", Echo(), "echo", "fail").echo()

    assert only(kept, "process build.start").parent == ""
    assert len({step.trace.id for step in kept}) == 1


async def test_a_call_that_is_not_named_is_no_step(
    tracing: OpenTelemetryTracing, kept: list[Step]
) -> None:
    contexts = tracing.over("contexts", MemoryContextStore(lambda: 0), "put")

    with tracing.handling(EVENT):
        url = await contexts.presign("key", 60)
        await contexts.put("key", [b"content"])

    assert url == "memory:key"
    names = {step.name for step in kept}
    assert names == {"process build.start", "contexts.put"}


async def test_what_comes_after_a_step_is_no_part_of_it(
    tracing: OpenTelemetryTracing, kept: list[Step]
) -> None:
    port = tracing.over("port", Echo(), "echo", "fail")

    with tracing.handling(EVENT):
        await port.echo()
        await port.echo()

    first, second, handling = kept
    assert first.parent == second.parent == handling.id
