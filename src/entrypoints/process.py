"""A process of the service: wired, with what works beside its main loop, and ended in order."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from knative_lambda.entrypoints.connections import connections
from knative_lambda.entrypoints.container import Container
from knative_lambda.entrypoints.tasks import ended
from knative_lambda.settings import Settings


@asynccontextmanager
async def process(settings: Settings) -> AsyncIterator[Container]:
    """The service; its connections, builds and functions of this machine end with it."""
    async with connections(settings) as container, AsyncExitStack() as stack:
        if settings.job_runner == "local":
            stack.push_async_callback(container.deployer().close)
            stack.push_async_callback(container.runner().close)
        if settings.job_runner in ("local", "memory"):
            reporting = asyncio.create_task(container.companion().run())
            stack.push_async_callback(ended, reporting)
        yield container


def on_stop(stop: Callable[[], None]) -> None:
    """Have *stop* called when this process is told to end."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
