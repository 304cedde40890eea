"""The ports as the application uses them: with each call measured."""

from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import Singleton

from knative_lambda.adapters.prometheus.calls import measured
from knative_lambda.adapters.prometheus.packer import WeighedContexts
from knative_lambda.entrypoints.adapters import Adapters


class MeasuredAdapters(DeclarativeContainer):
    """Commands that only ask something use the plain ones, of which nobody reads a figure."""

    _by = Adapters.metrics

    sources = Singleton(measured, "sources", Adapters.sources, _by)
    _packer = Singleton(WeighedContexts, Adapters.packer, _by)
    packer = Singleton(measured, "packer", _packer, _by)
    contexts = Singleton(measured, "contexts", Adapters.contexts, _by)
    registry = Singleton(measured, "registry", Adapters.registry, _by)
    assembler = Singleton(measured, "assembler", Adapters.assembler, _by)
    runner = Singleton(measured, "runner", Adapters.runner, _by)
    records = Singleton(measured, "records", Adapters.records, _by)
    deployer = Singleton(measured, "deployer", Adapters.deployer, _by)
    publisher = Singleton(measured, "publisher", Adapters.publisher, _by)
    source = Singleton(measured, "source", Adapters.source, _by)
