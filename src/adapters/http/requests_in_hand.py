"""Requests in hand: what a server still owes an answer when it is to end."""

import asyncio
from contextlib import suppress

import attrs
import structlog
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

_log = structlog.get_logger()


@attrs.define(eq=False)
class RequestsInHand:
    """The tasks that handle requests, each until its answer is written."""

    _closing: bool = False
    _tasks: set["asyncio.Task[object]"] = attrs.field(factory=set)

    def middleware(self) -> Middleware:
        """Note each request, and have its answer be the connection's last once we are closing."""

        @web.middleware
        async def note(request: web.Request, handler: Handler) -> web.StreamResponse:
            task = asyncio.current_task()
            if task is not None:
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            response = await handler(request)
            if self._closing:
                response.force_close()
            return response

        return note

    async def finished(self, grace: float) -> None:
        """Wait until all are answered; what takes longer than *grace* seconds is given up."""
        self._closing = True
        with suppress(TimeoutError):
            async with asyncio.timeout(grace):
                while self._tasks:
                    await asyncio.wait(self._tasks)
        given_up = list(self._tasks)
        if given_up:
            _log.warning("requests.given_up", count=len(given_up))
        for task in given_up:
            task.cancel()
        await asyncio.gather(*given_up, return_exceptions=True)
