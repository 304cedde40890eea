"""All that comes of an event is one trace, over a broker, a cluster and its pods."""

from collections.abc import Iterator

import pytest
from support.collector import Collector, Span
from support.whole import Whole

from knative_lambda.domain.cloudevent import PREFIX

pytestmark = pytest.mark.usefixtures("traces")
TRACE, PRODUCER = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


async def test_all_that_comes_of_an_event_is_one_trace(whole: Whole, traces: Collector) -> None:
    whole.traceparent = f"00-{TRACE}-{PRODUCER}-01"
    await whole.build("1")
    await whole.until(lambda: "service.created" in map(kind_of, traces.spans))
    await whole.until(lambda: all(_is_whole(traces.of_trace(TRACE), PRODUCER)))

    spans = traces.of_trace(TRACE)
    paths = {path(span, spans) for span in spans.values()}
    start, outcome = "process build.start", "publisher.publish build.complete"
    ended = f"{start}/runner.start/kaniko/{outcome}/process build.complete"
    assert paths >= {
        start,
        f"{start}/sources.fetch",
        f"{start}/packer.pack",
        f"{start}/registry.digest",
        f"{start}/contexts.put",
        f"{start}/publisher.publish build.started",
        f"{start}/runner.start",
        f"{start}/runner.start/kaniko",
        f"{start}/runner.start/kaniko/{outcome}",
        ended,
        f"{ended}/registry.digest",
        f"{ended}/deployer.create",
        f"{ended}/publisher.publish service.created",
    }
    services = {span.name: span.service for span in spans.values()}
    assert services["kaniko"] == "knative-lambda-sidecar"
    assert services["process build.complete"] == "knative-lambda"
    assert {span.trace_id for span in traces.spans} == {TRACE}
    (kaniko,) = (span for span in spans.values() if span.name == "kaniko")
    assert kaniko.ended > kaniko.started


def _is_whole(spans: dict[str, Span], producer: str) -> Iterator[bool]:
    """Whether each step's parent has come, too."""
    yield from (span.parent in spans or span.parent == producer for span in spans.values())


def kind_of(span: Span) -> str:
    """The event that it is about."""
    return str(span.attributes.get("cloudevents.event_type", "")).removeprefix(PREFIX)


def path(span: Span, spans: dict[str, Span]) -> str:
    """The steps that led to *span*, from the producer's on."""
    name = f"{span.name} {kind_of(span)}" if span.name == "publisher.publish" else span.name
    return f"{path(spans[span.parent], spans)}/{name}" if span.parent in spans else name
