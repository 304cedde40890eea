"""What is pulled is what was asked for, wherever the registry keeps it, and no more of it."""

from collections.abc import Callable
from contextlib import aclosing

import pytest
from aiohttp import web
from support.fake_registry import Handler, answering, named
from support.pushing_setup import NAME, Pushing, noise
from support.registry_script import Script, always

from knative_lambda.domain.errors import SetupError, TransientError

CONTENT = noise(3_000_000)
DIGEST = named(CONTENT)


@pytest.fixture
def pulling(pushing: Pushing) -> Pushing:
    """A registry with that blob."""
    pushing.registry.blobs[NAME, DIGEST] = CONTENT
    return pushing


async def _fetched(pulling: Pushing, digest: str = DIGEST, most: int = len(CONTENT)) -> bytes:
    return b"".join([piece async for piece in pulling.repository.fetch(digest, most)])


async def test_a_blob_is_there_or_not(pulling: Pushing) -> None:
    assert await pulling.repository.has(DIGEST)
    assert not await pulling.repository.has(named(b"none"))


async def test_a_blob_that_is_kept_elsewhere_is_there(pulling: Pushing) -> None:
    pulling.registry.first("HEAD", "", always(307, Location="https://storage.test/a?signature=b"))
    assert await pulling.repository.has(DIGEST)
    pulling.registry.first("HEAD", "", always(307, Location="ftp://storage.test/a"))
    with pytest.raises(SetupError, match="a place that is not gone to"):
        await pulling.repository.has(DIGEST)


@pytest.mark.parametrize("status", [204, 400, 405])
async def test_what_is_neither_yes_nor_no_is_told(pulling: Pushing, status: int) -> None:
    pulling.registry.first("HEAD", "", always(status))
    with pytest.raises(SetupError, match=f"answered {status}"):
        await pulling.repository.has(DIGEST)


async def test_a_blob_is_got_piece_by_piece(pulling: Pushing) -> None:
    assert await _fetched(pulling) == CONTENT
    assert pulling.repository.fetch(DIGEST) is not None


async def test_who_has_enough_may_leave(pulling: Pushing) -> None:
    async with aclosing(pulling.repository.fetch(DIGEST)) as pieces:
        assert CONTENT.startswith(await anext(pieces))


async def test_elsewhere_nothing_is_shown(pulling: Pushing, password: str) -> None:
    async with Script(always(200, CONTENT)) as storage:
        there = storage.url("/a?X-Signature=b%2Fc", "localhost")
        pulling.registry.first("GET", "", always(307, Location=there))
        assert await _fetched(pulling) == CONTENT
        assert [(seen.path, seen.shown) for seen in storage.seen] == [
            ("/a?X-Signature=b%2Fc", None)
        ]
    assert pulling.script.seen[-1].shown == password


async def test_storage_may_lead_on_but_not_forever(pulling: Pushing) -> None:
    async with Script(always(200, CONTENT)) as storage, Script(always(200)) as front:
        front.answer = always(302, Location=storage.url("/a"))
        pulling.registry.first("GET", "", always(307, Location=front.url("/b")))
        assert await _fetched(pulling) == CONTENT
        storage.answer = always(302, Location=front.url("/b"))
        pulling.registry.first("GET", "", always(307, Location=front.url("/b")))
        with pytest.raises(SetupError, match="from one place to the next"):
            await _fetched(pulling)


@pytest.mark.parametrize("location", ["ftp://a.test/b", "http://me@127.0.0.1/a", "http://[", ""])
async def test_there_are_places_that_nothing_is_got_from(pulling: Pushing, location: str) -> None:
    pulling.registry.first("GET", "", always(307, Location=location))
    with pytest.raises(SetupError, match="a place that is not gone to"):
        await _fetched(pulling)


async def test_a_place_that_was_good_for_a_while_is_asked_for_again(pulling: Pushing) -> None:
    async with Script(always(403, b"expired")) as storage:
        pulling.registry.first("GET", "", always(307, Location=storage.url("/a?signature=hidden")))
        assert await _fetched(pulling) == CONTENT
        pulling.registry.first("GET", "", *[always(307, Location=storage.url("/a?hidden"))] * 4)
        with pytest.raises(TransientError, match="answered 403") as raised:
            await _fetched(pulling)
    assert "hidden" not in str(raised.value)


def _breaking_off(after: int, *, ranges: bool) -> Handler:
    """Gives so many bytes, and ends the connection."""

    async def answer(request: web.Request) -> web.StreamResponse:
        start = request.http_range.start or 0
        response = web.StreamResponse(status=206 if start and ranges else 200)
        response.content_length = len(CONTENT)
        await response.prepare(request)
        await response.write(CONTENT[start if ranges else 0 :][:after])
        assert request.transport is not None
        request.transport.close()
        return response

    return answer


def _ranged(request_start: Callable[[int], None]) -> Handler:
    """Gives what is asked for."""

    async def answer(request: web.Request) -> web.StreamResponse:
        start = request.http_range.start or 0
        request_start(start)
        if start == len(CONTENT):
            return web.Response(status=416)
        return web.Response(status=206, body=CONTENT[start:])

    return answer


async def test_what_broke_off_goes_on_where_it_was(pulling: Pushing) -> None:
    starts: list[int] = []
    pulling.registry.first("GET", "", _breaking_off(2_000_000, ranges=True), _ranged(starts.append))
    assert await _fetched(pulling) == CONTENT
    assert len(starts) == 1
    assert starts[0] > 0


async def test_what_cannot_go_on_is_read_again(pulling: Pushing) -> None:
    pulling.registry.first("GET", "", _breaking_off(2_000_000, ranges=False))
    assert await _fetched(pulling) == CONTENT


async def test_what_broke_off_after_its_end_is_whole(pulling: Pushing) -> None:
    async def unended(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        response.enable_chunked_encoding()
        await response.prepare(request)
        await response.write(CONTENT)
        assert request.transport is not None
        request.transport.close()
        return response

    starts: list[int] = []
    pulling.registry.first("GET", "", unended, _ranged(starts.append), _ranged(starts.append))
    assert await _fetched(pulling) == CONTENT


async def test_what_breaks_off_each_time_is_given_up(pulling: Pushing) -> None:
    pulling.registry.first("GET", "", *[_breaking_off(10, ranges=True)] * 9)
    with pytest.raises(TransientError, match="cannot be reached"):
        await _fetched(pulling)
    assert pulling.count("GET") == 5  # the first, who was asked for the password, and four


async def test_what_goes_on_is_given_more_time(pulling: Pushing) -> None:
    pieces = [_breaking_off(1_100_000, ranges=True)] * 2
    pulling.registry.first("GET", "", *pieces, *[answering(503)] * 2)
    assert await _fetched(pulling) == CONTENT


async def test_something_else_is_noticed(pulling: Pushing) -> None:
    pulling.registry.first("GET", "", always(200, CONTENT[:-1] + b"?"))
    with pytest.raises(TransientError, match=f"gave a blob that is not {DIGEST}"):
        await _fetched(pulling)


async def test_more_than_there_may_be_is_not_read(pulling: Pushing) -> None:
    with pytest.raises(SetupError, match="gave more than 1000000 bytes"):
        await _fetched(pulling, most=1_000_000)


async def test_a_blob_that_is_missing_is_told(pulling: Pushing) -> None:
    with pytest.raises(SetupError, match=f"has no such blob in {NAME}"):
        await _fetched(pulling, named(b"none"))


@pytest.mark.parametrize(("status", "error"), [(400, SetupError), (503, TransientError)])
async def test_trouble_is_told(pulling: Pushing, status: int, error: type[Exception]) -> None:
    pulling.registry.first("GET", "", *[answering(status)] * 4)
    with pytest.raises(error, match=f"answered {status}"):
        await _fetched(pulling)


async def test_trouble_that_passes_is_waited_for(pulling: Pushing) -> None:
    pulling.registry.first("GET", "", answering(429, Retry_After="3"))
    assert await _fetched(pulling) == CONTENT
    assert pulling.waits.seconds == [3.0]


async def test_a_refusal_is_told(pulling: Pushing) -> None:
    pulling.registry.first("GET", "", answering(403, "DENIED"))
    with pytest.raises(SetupError, match="let this user read the repository"):
        await _fetched(pulling)
