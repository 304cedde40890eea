"""A page as it changes: server-sent events to one browser, which gets only what is newest."""

import asyncio
import json
from contextlib import ExitStack, suppress
from typing import Final

import attrs
from aiohttp import web

from knative_lambda.adapters.console.desk import Desk
from knative_lambda.adapters.console.rendering import live
from knative_lambda.adapters.console.shown import Shown
from knative_lambda.adapters.console.words import plain
from knative_lambda.domain.errors import BuilderError
from knative_lambda.ports.log_feed import NOTHING, LogChange, LogFeed, LogMark

EVERY: Final = 5.0  # seconds after which a page is looked at, even if nobody has said anything
_CALM: Final = 0.1  # seconds between two answers to what has changed
PATIENCE: Final = 30.0  # seconds
_LONGEST: Final = 999_999  # dead letters that are counted


def event(kind: str, text: str) -> bytes:
    """An event of *kind*; whatever stands in *text*, it is that one event."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join([f"event: {kind}", *(f"data: {line}" for line in lines), "", ""]).encode()


@attrs.define(eq=False)
class Stream:
    """What one browser has been told of a page.

    What it does not take in time it never gets: each thing is told as it is when there is room.

    Attributes:
        response: To it.
        bell: Rung when something may have changed.
        patience: Seconds that it may take to take what is sent.
    """

    desk: Desk
    response: web.StreamResponse
    bell: asyncio.Event
    patience: float
    _open: ExitStack
    _shown: Shown | None = None
    _letters: int | None = None
    _feed: LogFeed | None = None
    _mark: LogMark | None = None

    async def tell(self, shown: Shown) -> None:
        """Tell what has changed, now that the page shows *shown*.

        Raises:
            TimeoutError: The browser takes nothing.
            ConnectionError: It is gone.
        """
        if shown != self._shown:
            self._shown = shown
            await self._write(event("page", live(shown, self.desk.now())))
        if shown.log is not None:
            await self._tell_log(shown)
        letters = await count(self.desk)
        if letters != self._letters:
            self._letters = letters
            await self._write(event("letters", str(letters or "")))

    async def wait(self) -> None:
        """Wait until something may have changed.

        Raises:
            TimeoutError: The browser takes nothing.
            ConnectionError: It is gone.
        """
        await asyncio.sleep(_CALM)
        with suppress(TimeoutError):
            async with asyncio.timeout(EVERY):
                await self.bell.wait()
                self.bell.clear()
                return
        await self._write(b": still here\n\n")

    async def _tell_log(self, shown: Shown) -> None:
        if self._feed is None and shown.log is not None:
            self._feed = self._open.enter_context(self.desk.logs.of(*shown.log))
            self._open.enter_context(self._feed.watched(self.bell))
        change = self._feed.since(self._mark) if self._feed is not None else None
        # What the page has of a log from before is not to vanish while it is read again.
        if change is not None and (self._mark is not None or change.mark != NOTHING):
            self._mark = change.mark
            await self._write(event("log", _document(change)))

    async def _write(self, data: bytes) -> None:
        async with asyncio.timeout(self.patience):
            await self.response.write(data)


async def count(desk: Desk) -> int | None:
    """How many dead letters there are, if that can be told now."""
    with suppress(BuilderError):
        known = await desk.letters.count()
        return min(known, _LONGEST) if known is not None else None
    return None


def _document(change: LogChange) -> str:
    mark = change.mark
    return json.dumps(
        {
            "afresh": change.afresh,
            "head": plain(change.head),
            "tail": plain(change.tail),
            "omitted": change.omitted,
            "ended": mark.ended,
            "note": mark.note,
        }
    )
