"""A process of the service: wired, with what works beside its main loop, and ended in order."""

import asyncio
import gc
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from knative_lambda.entrypoints.connections import connections
from knative_lambda.entrypoints.container import Container
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
            stack.push_async_callback(_ended, reporting)
        # What is there by now stays: the collector of garbage need not look at it again and again.
        gc.freeze()
        yield container


async def _ended(task: "asyncio.Task[None]") -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def beside(main: Awaitable[object], *others: Awaitable[object]) -> None:
    """Run *main* to its end. The *others* end with it; if one of them fails, all fail."""
    tasks = [asyncio.ensure_future(one) for one in (main, *others)]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            if task.done():
                task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def on_stop(stop: Callable[[], None]) -> None:
    """Have *stop* called when this process is told to end."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
