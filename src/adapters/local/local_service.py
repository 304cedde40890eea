"""One Service on this machine: a gateway, the revision behind it, and the one that will be."""

import asyncio
from collections.abc import Callable, Coroutine

import attrs
import structlog

from knative_lambda.adapters.local.gateway import Gateway, Route
from knative_lambda.adapters.local.image_store import LocalImageRegistry
from knative_lambda.adapters.local.output_lines import OutputLines
from knative_lambda.adapters.local.process import FunctionProcess, NotReadyError
from knative_lambda.ports.function_settings import function_settings
from knative_lambda.ports.service_deployer import ServiceSpec

# Over the function's own limit, whose answer is the better one.
_MARGIN = 5.0  # seconds

_log = structlog.get_logger()


@attrs.frozen(eq=False)
class _Revision:
    process: FunctionProcess
    route: Route

    async def retire(self) -> None:
        await self.route.drained()
        await self.process.close()


@attrs.define(eq=False)
class LocalService:
    """Serves what it was last told to as soon as that is ready, until then what it had before.

    Attributes:
        listener: Hears each line that the function writes.
        message: Why it does not serve what it was last told to; empty when it does.
    """

    registry: LocalImageRegistry
    listener: Callable[[str], None]
    gateway: Gateway = attrs.field(factory=Gateway)
    message: str = ""
    _current: _Revision | None = None
    _start: "asyncio.Task[None] | None" = None
    _tasks: "set[asyncio.Task[None]]" = attrs.field(factory=set)

    @property
    def ready(self) -> bool:
        """Whether it serves what it was last told to."""
        return not self.why

    @property
    def why(self) -> str:
        """Why it is not ready, as of now."""
        if self.message:
            return self.message
        if self._current is None or self._current.process.url is None:
            return "the function has ended and is started again"
        return ""

    def serve(self, spec: ServiceSpec) -> None:
        """Have *spec* started, and let it take over when it is ready."""
        if self._start is not None:
            self._start.cancel()
        self.message = "the function is being started"
        self._start = self._in_background(self._take_over(spec))

    async def _take_over(self, spec: ServiceSpec) -> None:
        app = await self.registry.path(spec.image)
        if app is None:
            self.message = f"the image {spec.image} is not on this machine; build it again"
            return
        if spec.config.secrets:
            _log.warning("service.without_secrets", service=spec.name, secrets=spec.config.secrets)
        output = OutputLines(self.listener)
        process = FunctionProcess(app, spec.config.env, function_settings(spec), output)
        try:
            await process.start()
        except NotReadyError as error:
            self.message = str(error)
            _log.warning("service.not_ready", service=spec.name, error=str(error))
            return
        route = Route(lambda: process.url, spec.config.timeout_seconds + _MARGIN)
        replaced, self._current = self._current, _Revision(process, route)
        self.gateway.route = route
        self.message = ""
        _log.info("service.ready", service=spec.name, url=self.gateway.url)
        if replaced is not None:
            self._in_background(replaced.retire())

    def _in_background(self, work: Coroutine[None, None, None]) -> "asyncio.Task[None]":
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def settled(self) -> None:
        """Wait until what it was last told to serve is ready, or never will be."""
        while self._start is not None and not self._start.done():
            await asyncio.wait([self._start])

    async def close(self) -> None:
        """Answer the requests in hand, and end all processes."""
        await self.gateway.close()
        if self._start is not None:
            self._start.cancel()
        if self._current is not None:
            self._in_background(self._current.process.close())
        while self._tasks:
            await asyncio.wait(self._tasks)
