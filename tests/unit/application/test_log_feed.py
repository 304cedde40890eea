"""A log is read once for all who watch it, goes on after a break, and ends with its reason."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator

import pytest
from contracts.contract import DEADLINE, eventually
from support.domain import FUNCTION, request_id

from knative_lambda.application.log_feed import LONGEST, SharedFeed, SharedFeeds
from knative_lambda.application.log_reading import NoLogError
from knative_lambda.domain.errors import TransientError
from knative_lambda.domain.ids import FunctionId
from knative_lambda.ports.log_feed import LogChange, LogFeed, LogMark

ONE = request_id(1)


class Lines:
    """A filter that lets everything through, and says when it ends."""

    def feed(self, data: bytes) -> bytes:
        return data

    def end(self) -> bytes:
        return b"."


class Source:
    """A log that is written piece by piece: an error breaks it off, and `None` ends it."""

    def __init__(self) -> None:
        self.pieces: asyncio.Queue[bytes | Exception | None] = asyncio.Queue()
        self.readings = self.closed = 0
        self.feeds = SharedFeeds(self.read, Lines, again=0, linger=0)

    def write(self, *pieces: bytes | Exception | None) -> None:
        for piece in pieces:
            self.pieces.put_nowait(piece)

    async def read(self, function: FunctionId, build_id: str) -> AsyncGenerator[bytes, None]:
        assert (function, build_id) == (FUNCTION, ONE)
        self.readings += 1
        try:
            while (piece := await self.pieces.get()) is not None:
                if isinstance(piece, Exception):
                    raise piece
                yield piece
        finally:
            self.closed += 1


@pytest.fixture
async def source() -> AsyncIterator[Source]:
    one = Source()
    yield one
    await one.feeds.close()


async def until(feed: LogFeed, text: str, *, ended: bool = False) -> LogChange:
    """All that is kept, once it ends so."""
    bell = asyncio.Event()
    with feed.watched(bell):
        async with asyncio.timeout(DEADLINE):
            while True:
                change = feed.since(None)
                assert change is not None
                if change.head.endswith(text) and change.mark.ended is ended:
                    return change
                await bell.wait()
                bell.clear()


async def test_many_who_watch_share_one_reading(source: Source) -> None:
    with source.feeds.of(FUNCTION, ONE) as first, source.feeds.of(FUNCTION, ONE) as second:
        source.write(b"one\n")
        await until(first, "one\n")
        await until(second, "one\n")
    assert source.readings == 1


async def test_who_has_seen_it_gets_only_what_is_new(source: Source) -> None:
    with source.feeds.of(FUNCTION, ONE) as feed:
        source.write(b"one\n")
        seen = await until(feed, "one\n")
        assert feed.since(seen.mark) is None
        source.write(b"two\n")
        await until(feed, "two\n")
        change = feed.since(seen.mark)
        assert change is not None
        assert (change.afresh, change.head) == (False, "two\n")


async def test_it_ends_when_the_build_does(source: Source) -> None:
    with source.feeds.of(FUNCTION, ONE) as feed:
        source.write(b"one\n", None)
        change = await until(feed, "one\n.", ended=True)
        assert change.mark.note == ""
        await feed.over(DEADLINE)


async def test_who_waits_for_its_end_does_not_wait_for_ever(source: Source) -> None:
    with source.feeds.of(FUNCTION, ONE) as feed:
        await feed.over(0)
        source.write(b"one\n")
        waiting = asyncio.create_task(feed.over(DEADLINE))
        await until(feed, "one\n")
        source.write(None)
        await waiting
        assert isinstance(feed, SharedFeed)
        assert feed.ended


async def test_why_there_is_none_is_told(source: Source) -> None:
    source.write(NoLogError(f"{ONE}: there is no log of it: it was never built"))
    with source.feeds.of(FUNCTION, ONE) as feed:
        change = await until(feed, "", ended=True)
    assert change.mark == LogMark(0, 0, True, "there is no log of it: it was never built")  # noqa: FBT003 - in its order


async def test_after_a_break_it_is_read_from_its_beginning_again(source: Source) -> None:
    with source.feeds.of(FUNCTION, ONE) as feed:
        source.write(b"one\n")
        seen = await until(feed, "one\n")
        source.write(TransientError("the connection was lost"), b"one\ntwo\n")
        await until(feed, "two\n")
        change = feed.since(seen.mark)
        assert change is not None
        assert (change.afresh, change.head, change.mark.round) == (True, "one\ntwo\n", 1)
        assert change.mark.note == ""


async def test_while_it_is_broken_off_it_is_told_why(source: Source) -> None:
    source.feeds.again = 1000
    with source.feeds.of(FUNCTION, ONE) as feed:
        source.write(TransientError("the connection was lost"))
        bell = asyncio.Event()
        with feed.watched(bell):
            async with asyncio.timeout(DEADLINE):
                await bell.wait()
        change = feed.since(None)
        assert change is not None
        assert (change.mark.note, change.mark.ended) == ("the connection was lost", False)


async def test_a_log_that_does_not_end_is_not_read_for_ever(source: Source) -> None:
    with source.feeds.of(FUNCTION, ONE) as feed:
        source.write(*(b"x" * (1 << 20) for _ in range(LONGEST >> 20)), b"never read")
        await feed.over(DEADLINE)
        change = feed.since(None)
    assert change is not None
    assert "too long to be followed here" in change.mark.note
    assert change.omitted > LONGEST / 2
    assert source.closed == 1


async def test_it_is_read_no_more_when_nobody_watches_it(source: Source) -> None:
    with source.feeds.of(FUNCTION, ONE), source.feeds.of(FUNCTION, ONE):
        assert source.feeds.open == 1

    async def closed() -> bool:
        return source.closed == 1 and source.feeds.open == 0

    source.write(b"")
    await eventually(closed)


async def test_who_comes_back_soon_finds_it_as_it_was(source: Source) -> None:
    source.feeds.linger = 0.05
    with source.feeds.of(FUNCTION, ONE) as first:
        source.write(b"one\n")
        await until(first, "one\n")
    with source.feeds.of(FUNCTION, ONE) as again:
        assert again is first
        await asyncio.sleep(0.06)  # what was to leave it alone has had its time
        assert source.feeds.open == 1


async def test_at_the_end_of_the_process_none_is_left(source: Source) -> None:
    with source.feeds.of(FUNCTION, ONE) as feed:
        source.write(b"one\n")
        await until(feed, "one\n")
        await source.feeds.close()
        assert (source.closed, source.feeds.open) == (1, 0)
