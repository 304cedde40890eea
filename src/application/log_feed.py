"""The log of a build for many who watch it: read once, however many they are, and bounded."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import AbstractContextManager, aclosing, contextmanager, suppress
from typing import Any, Final, Protocol

import attrs

from knative_lambda.application.bells import Bells
from knative_lambda.application.log_reading import NoLogError
from knative_lambda.application.log_window import LogWindow
from knative_lambda.domain.errors import BuilderError
from knative_lambda.domain.ids import FunctionId
from knative_lambda.ports.log_feed import NOTHING, LogChange, LogFeed, LogFeeds, LogMark

LONGEST: Final = 32 << 20  # bytes that are read of a log, many times of what is kept of one
_SLICE: Final = 32 * 1024  # bytes that are worked on before others have their turn
_TOO_LONG: Final = "it is too long to be followed here: `knative-lambda logs` has the rest"


class LogFilter(Protocol):
    """Makes a log fit to be shown: text without secrets, which steers nothing."""

    def feed(self, data: bytes) -> bytes:
        """What can be shown now that *data* has come."""
        ...

    def end(self) -> bytes:
        """What is left, when no more will come."""
        ...


@attrs.define(eq=False)
class SharedFeed(LogFeed):
    """What has been read so far, and whether more will come."""

    _window: LogWindow = attrs.field(factory=LogWindow)
    _mark: LogMark = NOTHING
    _bells: Bells = attrs.field(factory=Bells)

    @property
    def ended(self) -> bool:
        """Whether no more will come."""
        return self._mark.ended

    def since(self, mark: LogMark | None) -> LogChange | None:
        """What came after *mark*."""
        now = self._mark
        if mark == now:
            return None
        seen = mark.total if mark is not None and mark.round == now.round else None
        excerpt = self._window.since(seen)
        return LogChange(**attrs.asdict(excerpt), mark=now)

    def watched(self, bell: asyncio.Event) -> AbstractContextManager[None]:
        """Have *bell* rung."""
        return self._bells.hung(bell)

    async def over(self, seconds: float) -> None:
        """Wait, at most so long."""
        bell = asyncio.Event()
        with self.watched(bell), suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not self.ended:
                    await bell.wait()
                    bell.clear()

    def add(self, text: str) -> None:
        """More of it has come."""
        self._window.add(text)
        self._tell(total=self._window.total)

    def break_off(self, why: str) -> None:
        """It could not be read on."""
        self._tell(note=why)

    def begin_again(self) -> None:
        """It will be read from its beginning once more."""
        self._window = LogWindow()
        self._tell(round=self._mark.round + 1, total=0, note="")

    def end(self, note: str) -> None:
        """No more will come; *note* says why not, unless that is as it should be."""
        self._tell(ended=True, note=note)

    def _tell(self, **changes: Any) -> None:
        self._mark = attrs.evolve(self._mark, **changes)
        self._bells.ring()


@attrs.define(eq=False)
class SharedFeeds(LogFeeds):
    """The feeds of all logs that somebody watches, or has watched a moment ago.

    Attributes:
        read: Reads a log from its beginning, and follows it; see `LogReading.of`.
        fit: Makes a filter for a log.
        again: Seconds until a log is read again after its reading broke off.
        linger: Seconds that a feed is kept when nobody watches it any more: a page that is loaded
            comes back for it at once.
    """

    read: Callable[[FunctionId, str], AsyncGenerator[bytes, None]]
    fit: Callable[[], LogFilter]
    again: float = 2.0
    linger: float = 3.0
    _feeds: "dict[str, tuple[SharedFeed, asyncio.Task[None]]]" = attrs.field(factory=dict)
    _users: dict[str, int] = attrs.field(factory=dict)

    @contextmanager
    def of(self, function: FunctionId, build_id: str) -> Iterator[SharedFeed]:
        """The feed of that build, for as long as this is open."""
        if build_id not in self._feeds:
            feed = SharedFeed()
            reading = asyncio.create_task(self._keep_reading(feed, function, build_id))
            self._feeds[build_id] = feed, reading
        self._users[build_id] = self._users.get(build_id, 0) + 1
        try:
            yield self._feeds[build_id][0]
        finally:
            self._users[build_id] -= 1
            asyncio.get_running_loop().call_later(self.linger, self._leave, build_id)

    @property
    def open(self) -> int:
        """How many are being read or kept."""
        return len(self._feeds)

    async def close(self) -> None:
        """Read none any more."""
        tasks = [task for _, task in self._feeds.values()]
        self._feeds.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _leave(self, build_id: str) -> None:
        if not self._users.get(build_id) and build_id in self._feeds:
            self._feeds.pop(build_id)[1].cancel()
            del self._users[build_id]

    async def _keep_reading(self, feed: SharedFeed, function: FunctionId, build_id: str) -> None:
        while not feed.ended:
            try:
                await self._read(feed, function, build_id)
            except NoLogError as error:
                feed.end(str(error).removeprefix(f"{build_id}: "))
            except BuilderError as error:
                feed.break_off(str(error))
                await asyncio.sleep(self.again)
                feed.begin_again()

    async def _read(self, feed: SharedFeed, function: FunctionId, build_id: str) -> None:
        text, size = self.fit(), 0
        async with aclosing(self.read(function, build_id)) as pieces:
            async for piece in pieces:
                for start in range(0, len(piece), _SLICE):
                    feed.add(text.feed(piece[start : start + _SLICE]).decode())
                    await asyncio.sleep(0)
                size += len(piece)
                if size >= LONGEST:
                    break
        feed.add(text.end().decode())
        feed.end(_TOO_LONG if size >= LONGEST else "")
