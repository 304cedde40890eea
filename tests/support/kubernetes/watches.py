"""Watches: the changes since a version, as they come, line by line."""

import asyncio
import contextlib
import json

import attrs
from aiohttp import web
from support.kubernetes import statuses
from support.kubernetes.faults import Lost
from support.kubernetes.lists import selected
from support.kubernetes.requests import Asked
from support.kubernetes.resources import Object
from support.kubernetes.selectors import Selects
from support.kubernetes.store import Change, Store


@attrs.define(eq=False)
class _Watch:
    """One that is open."""

    cut: bool = False
    broken: bool = False
    bookmark: bool = False


@attrs.define(eq=False)
class Watches:
    """Answers watches, and knows which are open."""

    store: Store
    open: list[_Watch] = attrs.field(factory=list, init=False)

    def cut(self, *, abruptly: bool = False) -> None:
        """End every open watch as a server does that has watched long enough.

        Args:
            abruptly: Whether the connection breaks instead.
        """
        for watch in self.open:
            watch.cut, watch.broken = True, abruptly
        self.store.stir()

    def bookmark(self) -> None:
        """Send a bookmark to every open watch that takes them."""
        for watch in self.open:
            watch.bookmark = True
        self.store.stir()

    async def serve(self, asked: Asked, request: web.Request) -> web.StreamResponse:
        """Answer until the time is up, the watch is cut, or the client goes.

        Raises:
            Refused: A selector cannot be read.
            Lost: It is cut abruptly.
        """
        selects = selected(asked)
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        watch = _Watch()
        self.open.append(watch)
        seconds = float(asked.query.get("timeoutSeconds") or 1800)
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._stream(asked, selects, watch, response)
        finally:
            self.open.remove(watch)
        if watch.broken:
            raise Lost
        await response.write_eof()
        return response

    async def _stream(
        self, asked: Asked, selects: Selects, watch: _Watch, response: web.StreamResponse
    ) -> None:
        seen = int(asked.query.get("resourceVersion") or 0)
        if seen == 0:
            seen = self.store.version
            for found in filter(selects, self.store.all(asked.resource, asked.namespace)):
                await _send(response, "ADDED", found)
        if seen < self.store.compacted:
            gone = statuses.expired(f"too old resource version: {seen} ({self.store.compacted})")
            await _send(response, "ERROR", gone.status)
            return
        while True:
            seen = await self._news(asked, selects, seen, response)
            if (watch.bookmark or watch.cut) and asked.flag("allowWatchBookmarks"):
                await _send(response, "BOOKMARK", self._mark(asked))
            watch.bookmark = False
            if watch.cut:
                return
            if seen >= self.store.version:
                await self.store.changed()

    async def _news(
        self, asked: Asked, selects: Selects, seen: int, response: web.StreamResponse
    ) -> int:
        """Tell what has changed since *seen*; gives what is seen then."""
        for change in self.store.since(seen):
            seen = change.version
            if event := _event(asked, selects, change):
                await _send(response, *event)
        return seen

    def _mark(self, asked: Asked) -> Object:
        return {
            "kind": asked.resource.kind,
            "apiVersion": asked.resource.api_version,
            "metadata": {"resourceVersion": str(self.store.version), "creationTimestamp": None},
        }


def _event(asked: Asked, selects: Selects, change: Change) -> tuple[str, Object] | None:
    """What a change is to this watch: an object may enter and leave what it selects."""
    resource, namespace, _ = change.address
    if resource != asked.resource or asked.namespace not in ("", namespace):
        return None
    before = change.before is not None and selects(change.before)
    after = not change.removed and selects(change.after)
    if after:
        return ("MODIFIED" if before else "ADDED"), change.after
    return ("DELETED", change.after) if before else None


async def _send(response: web.StreamResponse, kind: str, found: Object) -> None:
    await response.write(json.dumps({"type": kind, "object": found}).encode() + b"\n")
