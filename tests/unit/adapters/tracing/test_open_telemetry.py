"""Spans as OpenTelemetry has them: whose they are, what they say, and what they never say."""

import attrs
import pytest
from contracts.tracing import EVENT, Echo, TracingContract
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from support.domain import FUNCTION, NOON
from support.jobs import spec_of

from knative_lambda.adapters.memory.context_store import MemoryContextStore
from knative_lambda.adapters.tracing.open_telemetry import OpenTelemetryTracing
from knative_lambda.domain.announcement import Announcement
from knative_lambda.domain.errors import TransientError
from knative_lambda.ports.job_runner import JobSpec
from knative_lambda.ports.tracing import Tracing

TRACE, PRODUCER = 0x0AF7651916CD43DD8448EB211C80319C, 0xB7AD6B7169203331
SAID = Announcement(
    id="1", type="network.notifi.lambda.build.started", function=FUNCTION, time=NOON, data={}
)


@pytest.fixture
def kept() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def tracing(kept: InMemorySpanExporter) -> OpenTelemetryTracing:
    return OpenTelemetryTracing.by(SimpleSpanProcessor(kept), "tests")


class TestOpenTelemetryTracing(TracingContract):
    """Keeps the laws with a collector in memory."""

    @pytest.fixture
    def tracing(self, kept: InMemorySpanExporter) -> Tracing:
        return OpenTelemetryTracing.by(SimpleSpanProcessor(kept), "tests")


def only(kept: InMemorySpanExporter, name: str) -> ReadableSpan:
    (found,) = (span for span in kept.get_finished_spans() if span.name == name)
    return found


def parent_of(span: ReadableSpan) -> int | None:
    return span.parent.span_id if span.parent is not None else None


async def test_handling_is_a_step_of_the_producers_trace_and_calls_are_steps_of_it(
    tracing: OpenTelemetryTracing, kept: InMemorySpanExporter
) -> None:
    with tracing.handling(attrs.evolve(EVENT, data=attrs.asdict(FUNCTION))):
        await tracing.over("port", Echo(), "echo", "fail").echo()

    handling, call = only(kept, "process build.start"), only(kept, "port.echo")
    assert (handling.context.trace_id, parent_of(handling)) == (TRACE, PRODUCER)
    assert (call.context.trace_id, parent_of(call)) == (TRACE, handling.context.span_id)
    assert handling.attributes == {
        "cloudevents.event_id": "1",
        "cloudevents.event_type": EVENT.type,
        "klb.third_party_id": FUNCTION.third_party_id,
        "klb.parser_id": FUNCTION.parser_id,
    }


@pytest.mark.parametrize("given", [SAID, spec_of(FUNCTION, "b" * 32)], ids=["an event", "a Job"])
async def test_what_is_handed_on_has_the_step_for_its_parent(
    given: Announcement | JobSpec, tracing: OpenTelemetryTracing, kept: InMemorySpanExporter
) -> None:
    with tracing.handling(EVENT):
        handed, _ = await tracing.over("port", Echo(), "echo", "fail").echo(given)

    step = only(kept, "port.echo").context.span_id
    assert handed == attrs.evolve(given, traceparent=f"00-{TRACE:032x}-{step:016x}-01")


async def test_a_sweep_makes_no_steps(
    tracing: OpenTelemetryTracing, kept: InMemorySpanExporter
) -> None:
    told = attrs.evolve(SAID, traceparent=EVENT.traceparent)
    assert await tracing.over("port", Echo(), "echo", "fail").echo(told) == (told, {})
    assert kept.get_finished_spans() == ()


async def test_what_ran_elsewhere_lasted_as_long_as_is_said(
    tracing: OpenTelemetryTracing, kept: InMemorySpanExporter
) -> None:
    with tracing.ran("kaniko", EVENT.traceparent, NOON, NOON + 5):
        await tracing.over("port", Echo(), "echo", "fail").echo()

    ran, after = only(kept, "kaniko"), only(kept, "port.echo")
    assert (ran.start_time, ran.end_time, parent_of(ran)) == (NOON, NOON + 5, PRODUCER)
    assert parent_of(after) == ran.context.span_id


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (TransientError("no answer of amqp://user:correct-horse@broker.test"), "broker.test"),
        (ValueError("correct-horse"), "ValueError"),
    ],
    ids=["ours", "a bug"],
)
async def test_a_step_that_failed_says_why_without_what_nobody_may_read(
    error: Exception, words: str, tracing: OpenTelemetryTracing, kept: InMemorySpanExporter
) -> None:
    with pytest.raises(type(error)), tracing.handling(EVENT):
        raise error

    status = only(kept, "process build.start").status
    assert not status.is_ok
    assert words in (status.description or "")
    assert "correct-horse" not in only(kept, "process build.start").to_json()


async def test_without_a_trace_of_its_producer_an_event_begins_one(
    tracing: OpenTelemetryTracing, kept: InMemorySpanExporter
) -> None:
    with tracing.handling(attrs.evolve(EVENT, traceparent=None)):
        await tracing.over("port", Echo(), "echo", "fail").echo()

    assert parent_of(only(kept, "process build.start")) is None
    assert len({span.context.trace_id for span in kept.get_finished_spans()}) == 1


async def test_a_call_that_is_not_named_is_no_step(
    tracing: OpenTelemetryTracing, kept: InMemorySpanExporter
) -> None:
    contexts = tracing.over("contexts", MemoryContextStore(lambda: 0), "put")

    with tracing.handling(EVENT):
        url = await contexts.presign("key", 60)
        await contexts.put("key", [b"content"])

    assert url == "memory:key"
    names = {span.name for span in kept.get_finished_spans()}
    assert names == {"process build.start", "contexts.put"}


async def test_what_comes_after_a_step_is_no_part_of_it(
    tracing: OpenTelemetryTracing, kept: InMemorySpanExporter
) -> None:
    port = tracing.over("port", Echo(), "echo", "fail")

    with tracing.handling(EVENT):
        await port.echo()
        await port.echo()

    first, second, handling = kept.get_finished_spans()
    assert parent_of(first) == parent_of(second) == handling.context.span_id
