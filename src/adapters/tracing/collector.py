"""What collects traces, and takes them by OTLP over HTTP, as JSON."""

import logging
import os
from collections.abc import Mapping, Sequence
from typing import Final, Self

import attrs
import urllib3
from opentelemetry.util.re import parse_env_headers

from knative_lambda.adapters.tracing.otlp_json import encoded
from knative_lambda.adapters.tracing.step import Step

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
class Collector:
    """Is sent a batch at a time, by a thread; what it does not take is gone.

    Attributes:
        service: Who has done it all, in attributes of OpenTelemetry's.
        url: Where it takes traces.
        headers: That it asks for.
    """

    service: Mapping[str, str]
    url: str
    headers: Mapping[str, str]
    _connections: urllib3.PoolManager

    @classmethod
    def from_env(cls, service: Mapping[str, str]) -> Self:
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
        return cls(service, url, {**headers, "content-type": "application/json"}, connections)

    def send(self, steps: Sequence[Step]) -> bool:
        """Send *steps*, within seconds; whether they were taken."""
        body = encoded(steps, self.service)
        try:
            answer = self._connections.request("POST", self.url, body=body, headers=self.headers)
        except urllib3.exceptions.HTTPError as error:
            return _lost(steps, type(error).__name__)
        return answer.status in _TAKEN or _lost(steps, f"it answered {answer.status}")

    def close(self) -> None:
        """Close the connections."""
        self._connections.clear()


def _variable(name: str) -> str | None:
    """Of traces alone, or of all that is sent by OTLP."""
    each = (f"OTEL_EXPORTER_OTLP_TRACES_{name}", f"OTEL_EXPORTER_OTLP_{name}")
    return next((value for one in each if (value := os.environ.get(one))), None)


def _lost(steps: Sequence[Step], why: str) -> bool:
    _log.warning("the collector of traces did not take %d spans: %s", len(steps), why)
    return False
