"""Whether there are traces, and the ports whose calls are steps of them."""

from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import Selector, Singleton

from knative_lambda.adapters.memory.untraced import Untraced
from knative_lambda.entrypoints.given import Given
from knative_lambda.entrypoints.measured_adapters import MeasuredAdapters
from knative_lambda.entrypoints.tracing import collected


class TracingAdapters(DeclarativeContainer):
    """Those that are measured, as the application uses them."""

    tracing = Selector(
        Given.settings.provided.tracing,
        on=Singleton(collected, "knative-lambda"),
        off=Singleton(Untraced),
    )
    # What takes its time, and what hands the trace on: a step costs, and metrics have each call.
    _over = tracing.provided.over.call
    publisher = _over("publisher", MeasuredAdapters.publisher, "publish")
    sources = _over("sources", MeasuredAdapters.sources, "fetch")
    packer = _over("packer", MeasuredAdapters.packer, "pack")
    contexts = _over("contexts", MeasuredAdapters.contexts, "put")
    registry = _over("registry", MeasuredAdapters.registry, "digest")
    assembler = _over("assembler", MeasuredAdapters.assembler, "assemble", "keep")
    runner = _over("runner", MeasuredAdapters.runner, "start", "stop")
    deployer = _over("deployer", MeasuredAdapters.deployer, "create", "patch", "delete")
    records = MeasuredAdapters.records
