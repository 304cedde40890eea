"""The console over HTTP: pages, the same as they change, and the files they refer to."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from http import HTTPStatus
from typing import Final

import attrs
from aiohttp import web
from aiohttp.typedefs import Handler

from knative_lambda.adapters.console import rendering
from knative_lambda.adapters.console.desk import Desk
from knative_lambda.adapters.console.guard import HEADERS, is_of_another_site, refusal
from knative_lambda.adapters.console.shown import PAGES, Page, Shown, missing
from knative_lambda.adapters.console.stream import PATIENCE, Stream, count
from knative_lambda.ports.log_feed import LogChange

VIEWERS: Final = 32  # pages that are kept up to date at once
_EVENTS: Final = "text/event-stream"
_FIRST: Final = 0.3  # seconds that a page waits for the log of a build that is going on
_ALL: Final = 3.0  # and for that of one that is over
_RETRY_AFTER: Final = 15  # seconds
_FOREVER: Final = "public, max-age=31536000, immutable"


@attrs.define(eq=False)
class Console:
    """Answers GET alone, and changes nothing.

    Attributes:
        desk: What it looks with.
        viewers: How many pages are kept up to date at once; who comes later may load them again.
        patience: Seconds that a browser may take to take what it is sent.
    """

    desk: Desk
    viewers: int = VIEWERS
    patience: float = PATIENCE
    _bells: set[asyncio.Event] = attrs.field(factory=set)
    _closing: bool = False

    def routes(self) -> Sequence[web.RouteDef]:
        """Routes for a server that has no others."""
        answers: dict[str, Handler] = {path: self._answer(page) for path, page in PAGES.items()}
        answers["/assets/{edition}/{name}"] = self._asset
        answers["/{path:.*}"] = self._answer(_nothing)
        return [web.route("*", path, _read_only(answer)) for path, answer in answers.items()]

    def close(self) -> None:
        """Have all streams end: a server that is to end waits for them."""
        self._closing = True
        for bell in self._bells:
            bell.set()

    @property
    def watched(self) -> int:
        """How many pages are kept up to date now."""
        return len(self._bells)

    def _answer(self, page: Page) -> Handler:
        async def answer(request: web.Request) -> web.StreamResponse:
            if _EVENTS not in request.headers.get("Accept", ""):
                return await self._page(request, page)
            if is_of_another_site(request):
                return _plain(HTTPStatus.FORBIDDEN, "This is told to our own pages only.")
            if self._closing or len(self._bells) >= self.viewers:
                busy = _plain(HTTPStatus.SERVICE_UNAVAILABLE, "Too many pages are watched.")
                busy.headers["Retry-After"] = str(_RETRY_AFTER)
                return busy
            return await self._stream(request, page)

        return answer

    async def _page(self, request: web.Request, page: Page) -> web.Response:
        shown = await page(self.desk, request.match_info, request.query)
        log, letters = await self._log(shown), await count(self.desk)
        text = rendering.page(shown, self.desk.now(), log, letters)
        headers = {**HEADERS, "Cache-Control": "no-store", "Vary": "Accept"}
        response = web.Response(
            text=text, status=shown.status, headers=headers, content_type="text/html"
        )
        response.enable_compression()
        return response

    async def _log(self, shown: Shown) -> LogChange | None:
        if shown.log is None:
            return None
        with self.desk.logs.of(*shown.log) as feed:
            await feed.over(_FIRST if shown.is_open else _ALL)
            return feed.since(None)

    async def _stream(self, request: web.Request, page: Page) -> web.StreamResponse:
        headers = {**HEADERS, "Cache-Control": "no-store", "Content-Type": _EVENTS}
        response, bell = web.StreamResponse(headers=headers), asyncio.Event()
        with ExitStack() as stack, suppress(ConnectionError, TimeoutError):
            self._bells.add(bell)
            stack.callback(self._bells.discard, bell)
            stack.enter_context(self.desk.watcher.watched(bell))
            await response.prepare(request)
            stream = Stream(self.desk, response, bell, self.patience, stack)
            while not self._closing:
                shown = await page(self.desk, request.match_info, request.query)
                await stream.tell(shown)
                await stream.wait()
            return response
        if request.transport is not None:
            request.transport.abort()  # what it has not taken is not waited for
        return response

    async def _asset(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        known = request.match_info["edition"] == rendering.edition()
        if not known or name not in rendering.assets():
            return _plain(HTTPStatus.NOT_FOUND, "There is nothing here.")
        return web.Response(
            body=rendering.assets()[name],
            headers={**HEADERS, "Cache-Control": _FOREVER},
            content_type=rendering.TYPES[name],
            charset="utf-8",
        )


def _read_only(handler: Handler) -> Handler:
    async def answer(request: web.Request) -> web.StreamResponse:
        why = refusal(request)
        if why is not None:
            return _plain(HTTPStatus.FORBIDDEN, why)
        if request.method not in ("GET", "HEAD"):
            refused = _plain(HTTPStatus.METHOD_NOT_ALLOWED, "The console only shows.")
            refused.headers["Allow"] = "GET, HEAD"
            return refused
        return await handler(request)

    return answer


async def _nothing(_desk: Desk, _path: Mapping[str, str], _query: Mapping[str, str]) -> Shown:
    return missing("", "There is no such page.", None)


def _plain(status: HTTPStatus, text: str) -> web.Response:
    return web.Response(
        status=status, text=f"{text}\n", headers={**HEADERS, "Cache-Control": "no-store"}
    )
