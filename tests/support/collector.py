"""What collects traces: an OTLP endpoint that keeps the spans it is sent."""

import base64
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import attrs
from aiohttp import web
from google.protobuf.json_format import ParseDict
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
    """Listens on a port of its own.

    Attributes:
        busy: How often it still answers 503.
        status: What it answers then.
        headers: Of each request.
    """

    url: str = ""
    spans: list[Span] = attrs.field(factory=list)
    busy: int = 0
    status: int = 200
    headers: list[Mapping[str, str]] = attrs.field(factory=list)

    async def take(self, request: web.Request) -> web.Response:
        """One batch."""
        self.headers.append(request.headers)
        if self.busy:
            self.busy -= 1
            return web.Response(status=503)
        # Fails of what OTLP has no field for, as a collector may not.
        sent = ParseDict(_with_bytes(await request.json()), ExportTraceServiceRequest())
        for of_service in sent.resource_spans:
            resource = {one.key: one.value.string_value for one in of_service.resource.attributes}
            for scope in of_service.scope_spans:
                self.spans += [_span(resource["service.name"], span) for span in scope.spans]
        return web.Response(status=self.status)

    def of_trace(self, trace_id: str) -> dict[str, Span]:
        """The spans of one trace, by their ids."""
        return {span.id: span for span in self.spans if span.trace_id == trace_id}


def _with_bytes(sent: Any) -> Any:
    """*sent*, whose ids are as protobuf has bytes in JSON; OTLP has hex digits."""
    if isinstance(sent, list):
        return [_with_bytes(one) for one in sent]
    if not isinstance(sent, dict):
        return sent
    return {
        name: base64.b64encode(bytes.fromhex(one)).decode()
        if name in {"traceId", "spanId", "parentSpanId"}
        else _with_bytes(one)
        for name, one in sent.items()
    }


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
