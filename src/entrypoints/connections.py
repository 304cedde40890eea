"""A wired service whose connections end with it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from knative_lambda.entrypoints.container import Container
from knative_lambda.entrypoints.registry_addresses import registry_kind
from knative_lambda.settings import Settings


@asynccontextmanager
async def connections(settings: Settings) -> AsyncIterator[Container]:
    """All that the settings choose; connections are made when they are needed."""
    container = Container(settings=settings)
    used = (settings.event_source, settings.event_publisher)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(container.tracing().close)
        if "rabbitmq" in used:
            stack.push_async_callback(container.link().close)
        if "http" in used:
            stack.push_async_callback(container.sink().close)
        if settings.context_store == "s3":
            stack.push_async_callback(container.contexts().close)
        if registry_kind(settings) in ("ecr", "oci"):
            stack.push_async_callback(container.registry().close)
            stack.push_async_callback(container.assembler().close)
        if settings.job_runner == "kubernetes" or settings.service_deployer == "knative":
            stack.push_async_callback(container.cluster().close)
        yield container
