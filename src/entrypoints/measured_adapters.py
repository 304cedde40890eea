"""The ports as the application uses them: with each call measured."""

from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import DependenciesContainer, Object, Singleton

from knative_lambda.adapters.prometheus.calls import measured
from knative_lambda.adapters.prometheus.packer import WeighedContexts
from knative_lambda.ports.context_packer import ContextPacker
from knative_lambda.ports.context_store import ContextStore
from knative_lambda.ports.event_publisher import EventPublisher
from knative_lambda.ports.event_source import EventSource
from knative_lambda.ports.image_registry import ImageRegistry
from knative_lambda.ports.job_runner import JobRunner
from knative_lambda.ports.records import Records
from knative_lambda.ports.service_deployer import ServiceDeployer
from knative_lambda.ports.source_fetcher import SourceFetcher


class MeasuredAdapters(DeclarativeContainer):
    """Commands that only ask something use the *plain* ones, of which nobody reads a figure."""

    plain = DependenciesContainer()
    _by = plain.metrics

    sources = Singleton(measured, "sources", Object(SourceFetcher), plain.sources, _by)
    _packer = Singleton(WeighedContexts, plain.packer, _by)
    packer = Singleton(measured, "packer", Object(ContextPacker), _packer, _by)
    contexts = Singleton(measured, "contexts", Object(ContextStore), plain.contexts, _by)
    registry = Singleton(measured, "registry", Object(ImageRegistry), plain.registry, _by)
    runner = Singleton(measured, "runner", Object(JobRunner), plain.runner, _by)
    records = Singleton(measured, "records", Object(Records), plain.records, _by)
    deployer = Singleton(measured, "deployer", Object(ServiceDeployer), plain.deployer, _by)
    publisher = Singleton(measured, "publisher", Object(EventPublisher), plain.publisher, _by)
    source = Singleton(measured, "source", Object(EventSource), plain.source, _by)
