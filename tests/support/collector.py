"""What collects traces: an OTLP endpoint that keeps the spans it is sent."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import attrs
from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


@attrs.frozen(kw_only=True)
class Span:
    """A step, as it was sent; ids in hex digits."""

    service: str
    name: str
    trace_id: str
    id: str
    parent: str
    started: int
    ended: int
    attributes: dict[str, Any]
    error: str


@attrs.define
class Collector:
    """Listens on a port of its own; *status* is what it answers."""

    url: str = ""
    spans: list[Span] = attrs.field(factory=list)
    status: int = 200

    async def take(self, request: web.Request) -> web.Response:
        """One batch."""
        sent = ExportTraceServiceRequest()
        sent.ParseFromString(await request.read())
        for of_service in sent.resource_spans:
            resource = {one.key: one.value.string_value for one in of_service.resource.attributes}
            for scope in of_service.scope_spans:
                self.spans += [_span(resource["service.name"], span) for span in scope.spans]
        return web.Response(status=self.status)

    def of_trace(self, trace_id: str) -> dict[str, Span]:
        """The spans of one trace, by their ids."""
        return {span.id: span for span in self.spans if span.trace_id == trace_id}


def _span(service: str, span: Any) -> Span:
    return Span(
        service=service,
        name=span.name,
        trace_id=span.trace_id.hex(),
        id=span.span_id.hex(),
        parent=span.parent_span_id.hex(),
        started=span.start_time_unix_nano,
        ended=span.end_time_unix_nano,
        attributes={one.key: one.value.string_value for one in span.attributes},
        error=span.status.message if span.status.code == span.status.STATUS_CODE_ERROR else "",
    )


@asynccontextmanager
async def collector() -> AsyncIterator[Collector]:
    """One that runs."""
    one = Collector()
    application = web.Application()
    application.router.add_post("/v1/traces", one.take)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    one.url = f"http://{host}:{port}"
    yield one
    await runner.cleanup()
