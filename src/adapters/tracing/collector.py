"""What collects traces, and takes them by OTLP over HTTP, as JSON."""

import logging
import os
from collections.abc import Mapping, Sequence
from typing import Final, Self

import attrs
import urllib3
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SpanExporter, SpanExportResult
from opentelemetry.util.re import parse_env_headers

from knative_lambda.adapters.tracing.otlp_json import encoded

_PATIENCE: Final = urllib3.Timeout(connect=1, read=2)  # seconds
# Of a batch that may have been taken, a second one would show each step twice.
_AGAIN: Final = urllib3.Retry(
    total=2,
    read=0,
    redirect=0,
    allowed_methods=None,
    status_forcelist=(429, 502, 503, 504),
    backoff_factor=0.5,
    respect_retry_after_header=False,
    raise_on_status=False,
)
_TAKEN: Final = range(200, 300)

_log = logging.getLogger(__name__)
logging.getLogger("urllib3.connectionpool").setLevel(logging.ERROR)  # each try would be a line


@attrs.frozen
class Collector(SpanExporter):
    """Is sent a batch at a time, by a thread of the library's; what it does not take is gone.

    Attributes:
        url: Where it takes traces.
        headers: That it asks for.
    """

    url: str
    headers: Mapping[str, str]
    _connections: urllib3.PoolManager

    @classmethod
    def from_env(cls) -> Self:
        """The one that OpenTelemetry's variables for OTLP name."""
        base = _variable("ENDPOINT") or ""
        url = (
            os.environ.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") or f"{base.rstrip('/')}/v1/traces"
        )
        headers = parse_env_headers(_variable("HEADERS") or "", liberal=True)
        connections = urllib3.PoolManager(
            ca_certs=_variable("CERTIFICATE"),
            cert_file=_variable("CLIENT_CERTIFICATE"),
            key_file=_variable("CLIENT_KEY"),
            timeout=_PATIENCE,
            retries=_AGAIN,
        )
        return cls(url, {**headers, "content-type": "application/json"}, connections)

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send *spans*, within seconds."""
        try:
            answer = self._connections.request(
                "POST", self.url, body=encoded(spans), headers=self.headers
            )
        except urllib3.exceptions.HTTPError as error:
            return _lost(spans, type(error).__name__)
        if answer.status not in _TAKEN:
            return _lost(spans, f"it answered {answer.status}")
        return SpanExportResult.SUCCESS

    def shutdown(self) -> None:
        """Close the connections."""
        self._connections.clear()


def _variable(name: str) -> str | None:
    """Of traces alone, or of all that is sent by OTLP."""
    each = (f"OTEL_EXPORTER_OTLP_TRACES_{name}", f"OTEL_EXPORTER_OTLP_{name}")
    return next((value for one in each if (value := os.environ.get(one))), None)


def _lost(spans: Sequence[ReadableSpan], why: str) -> SpanExportResult:
    _log.warning("the collector of traces did not take %d spans: %s", len(spans), why)
    return SpanExportResult.FAILURE
