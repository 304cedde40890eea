"""The table of metrics: all that the service counts, and what tells its series apart."""

from collections.abc import Mapping
from typing import Any, Final, Generic, TypeVar

import attrs
from prometheus_client import Counter, Gauge

from knative_lambda.adapters.prometheus.histogram import Histogram
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.intake import CONSUMED
from knative_lambda.domain.limit import Limit
from knative_lambda.domain.rejection import Rejection

Kind = TypeVar("Kind", Counter, Gauge, Histogram)

OTHER: Final = "other"
CONFIGURED: Final[tuple[str, ...]] = ()  # the values of a label that the settings bound
CALLS: Final[Mapping[str, tuple[str, ...]]] = {
    "sources": ("fetch",),
    "packer": ("pack",),
    "contexts": ("put", "presign", "presign_put", "fetch", "list", "delete"),
    "registry": ("ensure", "digest"),
    "assembler": ("assemble", "keep"),
    "runner": ("start", "look", "list", "stop", "release"),
    "records": ("read", "write", "erase", "list", "sift"),
    "deployer": ("look", "create", "patch", "delete", "bind", "prune"),
    "publisher": ("publish",),
    "source": ("settle",),
}
FOUND: Final = ("ended", "unheard", "job", "released_job", "context", "forgotten", "unservable")

_OF_BUILDS: Final = (
    0.1,
    0.25,
    0.5,
    1,
    2,
    5,
    10,
    20,
    30,
    60,
    120,
    300,
    600,
    900,
    1200,
    1800,
    3600,
)  # seconds
_OF_CALLS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)
_OF_BYTES: Final = tuple(float(10**n * m) for n in range(3, 9) for m in (1, 5))[:-1]
_OUTCOMES: Final = ("complete", "failed", "cancelled", "superseded")
_TYPES: Final = (*sorted(CONSUMED), OTHER)
_TENANT: Final = {"tenant": CONFIGURED}
_CALL: Final = {"call": tuple(f"{port}.{one}" for port, some in CALLS.items() for one in some)}
_FAILURES: Final = (
    "transient", "permanent", "setup", "conflict", "over_limit", "source_refused",
    "cannot_append", "bug",
)  # fmt: skip


@attrs.frozen
class Metric(Generic[Kind]):
    """A row of the table.

    Attributes:
        labels: What tells its series apart, and all values of each, or `CONFIGURED`.
        words: What it means, in a sentence or two.
        buckets: The upper bounds of a histogram's.
    """

    name: str
    kind: type[Kind]
    labels: Mapping[str, tuple[str, ...]]
    words: str
    buckets: tuple[float, ...] = ()

    @property
    def kind_name(self) -> str:
        """What Prometheus calls its kind."""
        return self.kind.__name__.lower()


def _counter(name: str, words: str, **labels: tuple[str, ...]) -> Metric[Counter]:
    return Metric(name, Counter, labels, words)


def _gauge(name: str, words: str, **labels: tuple[str, ...]) -> Metric[Gauge]:
    return Metric(name, Gauge, labels, words)


def _histogram(
    name: str, words: str, buckets: tuple[float, ...], **labels: tuple[str, ...]
) -> Metric[Histogram]:
    return Metric(name, Histogram, labels, words, buckets)


DELIVERIES: Final = _counter(
    "klb_deliveries_total",
    "Deliveries, by how they were settled; set_aside is for a limit, and retry for a failure.",
    type=_TYPES,
    settlement=("ack", "retry", "set_aside", "dead_letter"),
)
REPEATS: Final = _counter(
    "klb_repeats_total",
    "Deliveries that asked for nothing that was not known already.",
    type=_TYPES,
)
WITHOUT_ID: Final = _counter("klb_events_without_id_total", "Events that came without an id.")
ATTEMPTS: Final = _histogram(
    "klb_delivery_attempts",
    "How often a delivery had been tried before, whenever one is settled.",
    (0, 1, 2, 3, 5, 8, 13, 21, 34, 55),
)
HANDLING: Final = _histogram(
    "klb_delivery_seconds", "Time that a delivery was in hand.", _OF_CALLS, type=_TYPES
)
AGE: Final = _histogram(
    "klb_event_age_seconds",
    "Time from when an event first came until it was done with, with all its waits.",
    _OF_BUILDS,
    settlement=("ack", "dead_letter"),
)
SET_ASIDES: Final = _counter(
    "klb_set_asides_total",
    "Times that a start had to wait for its turn, by the limit that it met.",
    limit=tuple(limit.value for limit in Limit),
    **_TENANT,
)
DEAD_LETTERS: Final = _counter(
    "klb_dead_letters_total",
    "Events that were given up, by the reason; undelivered ones are those that a function did not "
    "take, invalid and malformed ones break the schema.",
    reason=tuple(rejection.value for rejection in Rejection),
)
ACCEPTED: Final = _counter("klb_builds_accepted_total", "Builds that were let in.", **_TENANT)
BUILDS: Final = _counter(
    "klb_builds_total",
    "Builds that have ended, and of which all consequences are drawn, by how they ended.",
    outcome=_OUTCOMES,
    **_TENANT,
)
FAILURES: Final = _counter(
    "klb_build_failures_total",
    "Builds that have failed, by the reason.",
    reason=tuple(reason.value for reason in Reason),
    **_TENANT,
)
CACHED: Final = _counter(
    "klb_builds_cached_total", "Builds that were complete at once: the image was there already."
)
MADE: Final = _counter(
    "klb_builds_made_total",
    "Builds that have ended, by how their images were made, or were to be: append needs no Job.",
    strategy=("append", "kaniko"),
    outcome=_OUTCOMES,
)
DURATION: Final = _histogram(
    "klb_build_duration_seconds",
    "Time from when a build was let in until it ended; without those that were cached.",
    _OF_BUILDS,
    outcome=_OUTCOMES,
)
RUN: Final = _histogram(
    "klb_build_run_seconds",
    "Time that Kaniko itself ran, as the sidecar saw it.",
    _OF_BUILDS,
)
WAIT: Final = _histogram(
    "klb_build_wait_seconds",
    "The rest of the duration, where it is known how long Kaniko ran: for the source, the Job, its "
    "pod and its images, and until the end was seen.",
    _OF_BUILDS,
)
CONTEXT_BYTES: Final = _histogram(
    "klb_context_bytes", "Size of the build contexts that were stored, compressed.", _OF_BYTES
)
SERVICES: Final = _counter(
    "klb_services_total",
    "What became of functions' Services; superseded ones were not touched by a build that ended "
    "after a newer one.",
    result=("created", "updated", "superseded", "deleted", "rolled_back"),
)
ACTIVE: Final = _gauge(
    "klb_active_builds",
    "Builds under way in the cluster, when this process last looked: with each sweep, and while "
    "starts come, each second.",
    **_TENANT,
)
LIMIT: Final = _gauge(
    "klb_limit",
    "What is allowed at once: builds in all, builds of one tenant, contexts made in a replica.",
    limit=("active", "active_per_tenant", "contexts"),
)
CALL_SECONDS: Final = _histogram(
    "klb_call_seconds", "Time that a call to the world outside took.", _OF_CALLS, **_CALL
)
CALL_FAILURES: Final = _counter(
    "klb_call_failures_total",
    "Calls to the world outside that failed; conflicts are ordinary, what a tenant's source was "
    "refused for is the tenant's, and what cannot be appended is built.",
    **_CALL,
    error=_FAILURES,
)
CONNECTED: Final = _gauge(
    "klb_broker_connected", "1 while there is a connection to RabbitMQ, else 0."
)
MESSAGES: Final = _gauge(
    "klb_queue_messages",
    "Messages that wait in each of the service's queues, each half minute: those of `.retry.` "
    "after a failure, of `.aside.` for a limit, and of `.dlq` for a person.",
    queue=CONFIGURED,
)
SWEEPS: Final = _counter(
    "klb_sweeps_total",
    "Sweeps of this process; an incomplete one could not look at everything.",
    result=("complete", "incomplete"),
)
SWEEP_SECONDS: Final = _histogram("klb_sweep_seconds", "Time that a sweep took.", _OF_CALLS)
SWEPT_AT: Final = _gauge(
    "klb_sweep_last_complete_timestamp_seconds",
    "When this process last ended a sweep that could look at everything.",
)
SWEPT: Final = _counter(
    "klb_sweep_found_total",
    "What sweeps have mended or removed: builds whose end nobody told (ended) or settled "
    "(unheard), Jobs of builds that are over (job), ended Jobs (released_job), contexts and logs "
    "(context), records (forgotten), functions that can never be served (unservable).",
    what=FOUND,
)
FUNCTIONS: Final = _gauge(
    "klb_functions", "Functions that should be served, at the last sweep.", ready=("yes", "no")
)
TABLE: Final[tuple[Metric[Any], ...]] = tuple(
    row for row in globals().values() if isinstance(row, Metric)
)
