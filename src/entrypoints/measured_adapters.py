"""The ports as the application uses them: with each call measured."""

from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import DependenciesContainer, Singleton

from knative_lambda.adapters.prometheus.calls import measured
from knative_lambda.adapters.prometheus.packer import WeighedContexts


class MeasuredAdapters(DeclarativeContainer):
    """Commands that only ask something use the *plain* ones, of which nobody reads a figure."""

    plain = DependenciesContainer()
    _by = plain.metrics

    sources = Singleton(measured, "sources", plain.sources, _by)
    _packer = Singleton(WeighedContexts, plain.packer, _by)
    packer = Singleton(measured, "packer", _packer, _by)
    contexts = Singleton(measured, "contexts", plain.contexts, _by)
    registry = Singleton(measured, "registry", plain.registry, _by)
    assembler = Singleton(measured, "assembler", plain.assembler, _by)
    runner = Singleton(measured, "runner", plain.runner, _by)
    records = Singleton(measured, "records", plain.records, _by)
    deployer = Singleton(measured, "deployer", plain.deployer, _by)
    publisher = Singleton(measured, "publisher", plain.publisher, _by)
    source = Singleton(measured, "source", plain.source, _by)
