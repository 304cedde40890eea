"""One call of the handler: started, then ended once by its result, its error or its deadline."""

import asyncio
import contextvars
import inspect
import time
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

from lambda_runtime.configuration import Configuration
from lambda_runtime.context import Context
from lambda_runtime.events import Event
from lambda_runtime.loading import Handler
from lambda_runtime.logs import event_identity, log_error
from lambda_runtime.metrics import ERROR, SUCCESS, TIMEOUT, Metrics
from lambda_runtime.replies import InvalidResultError, response_of
from lambda_runtime.responses import Response, problem
from lambda_runtime.workers import Call, Workers


class Function:
    """The handler, and what its calls share."""

    def __init__(self, configuration: Configuration, handler: Handler, metrics: Metrics) -> None:
        self.configuration = configuration
        self.handler = handler
        self.is_async = inspect.iscoroutinefunction(handler) or inspect.iscoroutinefunction(
            getattr(type(handler), "__call__", None)  # noqa: B004 - asks what it is, not whether
        )
        self.metrics = metrics
        self.workers = Workers()


class Invocation:
    __slots__ = (
        "_answer",
        "_call",
        "_context",
        "_event",
        "_function",
        "_loop",
        "_origin",
        "_started",
        "_task",
        "_timer",
    )

    def __init__(
        self,
        function: Function,
        event: Event,
        context: Context,
        answer: Callable[[Response], None],
    ) -> None:
        self._function = function
        self._event = event
        # Kept aside: the event is the handler's to change.
        self._origin = Event(
            id=event["id"],
            source=event["source"],
            traceparent=context.traceparent,
            tracestate=context.tracestate,
        )
        self._context = context
        self._answer: Callable[[Response], None] | None = answer
        self._task: asyncio.Task[None] | None = None
        self._call: Call | None = None

    def start(self) -> None:
        """Needs a running event loop, on which `answer` is called later, exactly once."""
        function = self._function
        function.metrics.in_flight += 1
        self._loop = asyncio.get_running_loop()
        self._started = time.perf_counter()
        self._timer = self._loop.call_later(function.configuration.timeout_seconds, self._expire)
        if function.is_async:
            self._task = self._loop.create_task(self._call_async())
        else:
            # A copy of the context per call: what one call sets, the thread's next must not see.
            call_context = contextvars.copy_context()
            self._call = function.workers.submit(lambda: call_context.run(self._call_in_thread))

    async def _call_async(self) -> None:
        # Each of these catches all: a handler that calls sys.exit, or lets a cancellation of its
        # own making out, must not take the server or this one answer with it.
        try:
            result = await self._function.handler(self._event, self._context)
        except BaseException as error:  # noqa: BLE001 - see above
            self._fail(error)
        else:
            self._return(result)

    def _call_in_thread(self) -> None:
        try:
            result = self._function.handler(self._event, self._context)
        except BaseException as error:  # noqa: BLE001 - see _call_async
            self._loop.call_soon_threadsafe(self._fail, error)
        else:
            self._loop.call_soon_threadsafe(self._return_from_thread, result)

    def _return_from_thread(self, result: Any) -> None:
        if self._answer is not None and inspect.isawaitable(result):
            self._task = self._loop.create_task(self._await(result))
        else:
            self._return(result)

    async def _await(self, result: Awaitable[Any]) -> None:
        try:
            awaited = await result
        except BaseException as error:  # noqa: BLE001 - see _call_async
            self._fail(error)
        else:
            self._return(awaited)

    def _return(self, result: Any) -> None:
        if self._answer is None:
            return
        if time.perf_counter() - self._started > self._function.configuration.timeout_seconds:
            # A handler that held the event loop past the deadline kept the timer from firing.
            self._expire()
            return
        try:
            response = response_of(result, self._origin, self._function.configuration)
        except InvalidResultError as error:
            detail = f"the handler's result cannot be sent: {error}"
            log_error(detail, self._identity())
            self._end(ERROR, problem(500, detail, self._origin["id"]))
        else:
            self._end(SUCCESS, response)

    def _fail(self, error: BaseException) -> None:
        event_id = self._origin["id"]
        late = self._answer is None
        if late and isinstance(error, asyncio.CancelledError):
            return
        message = "the handler failed after its deadline" if late else "the handler failed"
        stack = "".join(traceback.format_exception(error))
        log_error(message, {**self._identity(), "error": _summary(error), "stack": stack})
        detail = f"The function failed on event {event_id}; the reason is in its log."
        self._end(ERROR, problem(500, detail, event_id))

    def _expire(self) -> None:
        event_id = self._origin["id"]
        seconds = self._function.configuration.timeout_seconds
        detail = f"The function did not finish event {event_id} within {seconds:g} seconds."
        fields = {**self._identity(), "timeout_seconds": seconds}
        log_error("the handler ran past its deadline", fields)
        call = self._call
        self._end(TIMEOUT, problem(504, detail, event_id))
        if self._task is not None:
            self._task.cancel()
        if call is not None:
            self._function.workers.give_up(call)

    def _identity(self) -> dict[str, Any]:
        return event_identity(self._origin["id"], self._origin["traceparent"])

    def _end(self, outcome: str, response: Response) -> None:
        answer, self._answer = self._answer, None
        if answer is None:
            return
        self._timer.cancel()
        self._call = None  # which knows of us: the event would stay until garbage is looked for
        metrics = self._function.metrics
        metrics.in_flight -= 1
        metrics.count_call(outcome, time.perf_counter() - self._started)
        answer(response)


def _summary(error: BaseException) -> str:
    return "".join(traceback.format_exception_only(error)).strip()
