"""What `doctor` looks at: nothing but what the settings choose."""

from collections.abc import Iterator
from typing import Final

from knative_lambda.adapters.http.check import SinkCheck
from knative_lambda.adapters.local.check import MachineCheck
from knative_lambda.adapters.rabbitmq.check import BrokerCheck
from knative_lambda.adapters.s3.check import BucketCheck
from knative_lambda.entrypoints.container import Container
from knative_lambda.entrypoints.doctor_cluster import cluster_check
from knative_lambda.entrypoints.doctor_registry import registry_checks
from knative_lambda.ports.check import Check
from knative_lambda.settings import Settings

WITHIN: Final = 20.0  # seconds


def checks(container: Container, settings: Settings) -> Iterator[Check]:
    """All of them, in the order in which they are told."""
    if "rabbitmq" in (settings.event_source, settings.event_publisher):
        link = container.link()
        yield BrokerCheck(link.url, link.topology, link.passive, link.authority)
    if settings.event_publisher == "http":
        yield SinkCheck(settings.sink)
    if settings.context_store == "s3":
        yield BucketCheck(settings.context_bucket, container.now())
    yield from registry_checks(container, settings)
    if settings.job_runner == "kubernetes":
        yield cluster_check(container, settings, WITHIN)
    if settings.job_runner == "local":
        yield MachineCheck(settings.state_dir)
