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
    # What takes its time, and what hands the trace on: a step costs, and metrics have each call.
    _over = tracing.provided.over.call
    publisher = _over("publisher", adapters.publisher, "publish")
    sources = _over("sources", adapters.sources, "fetch")
    packer = _over("packer", adapters.packer, "pack")
    contexts = _over("contexts", adapters.contexts, "put")
    registry = _over("registry", adapters.registry, "digest")
    assembler = _over("assembler", adapters.assembler, "assemble", "keep")
    runner = _over("runner", adapters.runner, "start", "stop")
    deployer = _over("deployer", adapters.deployer, "create", "patch", "delete")
    records = adapters.records
