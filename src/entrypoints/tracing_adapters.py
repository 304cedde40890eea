"""Whether there are traces, and the ports whose calls are steps of them."""

from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import DependenciesContainer, Dependency, Selector, Singleton

from knative_lambda.adapters.memory.untraced import Untraced
from knative_lambda.entrypoints.tracing import collected
from knative_lambda.settings import Settings


class TracingAdapters(DeclarativeContainer):
    """*adapters* as the application uses them."""

    settings = Dependency(instance_of=Settings)
    adapters = DependenciesContainer()
    tracing = Selector(
        settings.provided.tracing,
        on=Singleton(collected, "knative-lambda"),
        off=Singleton(Untraced),
    )
    _step = tracing.provided.over.call
    publisher = _step("publisher", adapters.publisher)
    sources = _step("sources", adapters.sources)
    packer = _step("packer", adapters.packer)
    contexts = _step("contexts", adapters.contexts)
    registry = _step("registry", adapters.registry)
    runner = _step("runner", adapters.runner)
    records = _step("records", adapters.records)
    deployer = _step("deployer", adapters.deployer)
