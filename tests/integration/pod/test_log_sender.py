"""A log is sent once, whole and compressed, or it is said that it could not be."""

import asyncio
import gzip
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from support.answering import answering

from knative_lambda.adapters.kept_log import END, HEAD, KeptLog
from knative_lambda.adapters.pod import log_sender
from knative_lambda.adapters.pod.log_sender import LogSender
from knative_lambda.domain.errors import TransientError

QUERY = "X-Amz-Signature=s3cr3t%2Fsigned"


class Store:
    """Takes what is put there."""

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.taken: list[tuple[str, str, dict[str, str], bytes]] = []

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        self.taken.append((request.method, request.raw_path, dict(request.headers), body))
        return web.Response(status=self.status)


@pytest.fixture
def log(tmp_path: Path) -> KeptLog:
    return KeptLog(tmp_path / "log")


async def test_it_is_put_whole_and_compressed(log: KeptLog) -> None:
    log.write("größer\n".encode() * 1000)
    store = Store()
    async with answering(store.answer) as url:
        await LogSender(log, f"{url}/bucket/key?{QUERY}").send()
    ((method, path, headers, body),) = store.taken
    assert (method, path) == ("PUT", f"/bucket/key?{QUERY}")
    assert headers["Content-Type"] == "application/gzip"
    # A store of objects wants to know how much will come.
    assert int(headers["Content-Length"]) == len(body)
    assert gzip.decompress(body).decode() == log.text() == "größer\n" * 1000


async def test_of_a_long_one_the_beginning_and_the_end_are_sent(log: KeptLog) -> None:
    for _ in range(100):
        log.write(b"x" * 65536)
    store = Store()
    async with answering(store.answer) as url:
        await LogSender(log, f"{url}/key").send()
    ((_, _, _, body),) = store.taken
    assert HEAD + END < len(gzip.decompress(body)) < HEAD + END + 100


async def test_an_empty_one_is_sent_too(log: KeptLog) -> None:
    store = Store()
    async with answering(store.answer) as url:
        await LogSender(log, f"{url}/key").send()
    ((_, _, _, body),) = store.taken
    assert gzip.decompress(body) == b""


async def test_without_a_url_it_stays_where_it_is(log: KeptLog) -> None:
    log.line("kept")
    await LogSender(log, "").send()
    assert log.text() == "kept\n"


@pytest.mark.parametrize("status", [301, 403, 500])
async def test_a_store_that_does_not_take_it_is_told_of_without_its_url(
    log: KeptLog, status: int
) -> None:
    async with answering(Store(status).answer) as url:
        with pytest.raises(TransientError, match=f"answered {status}") as raised:
            await LogSender(log, f"{url}/key?{QUERY}").send()
    assert "s3cr3t" not in repr(raised.value)


async def test_a_store_that_is_not_there_is_told_of_without_its_url(log: KeptLog) -> None:
    async with answering(Store().answer) as url:
        pass
    with pytest.raises(TransientError, match="cannot be reached") as raised:
        await LogSender(log, f"{url}/key?{QUERY}").send()
    assert "s3cr3t" not in f"{raised.value!r} {raised.value.__cause__!r}"


async def test_a_store_that_does_not_answer_is_not_waited_for(
    log: KeptLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_sender, "_TIMEOUT", aiohttp.ClientTimeout(total=0.05))

    async def answer(_request: web.Request) -> web.StreamResponse:
        await asyncio.Event().wait()
        return web.Response()

    async with answering(answer) as url:
        with pytest.raises(TransientError, match="cannot be reached: TimeoutError"):
            await LogSender(log, f"{url}/key").send()


def test_nothing_is_left_of_what_was_compressed(log: KeptLog, tmp_path: Path) -> None:
    log.line("kept")

    async def send() -> None:
        async with answering(Store(500).answer) as url:
            with pytest.raises(TransientError):
                await LogSender(log, f"{url}/key").send()

    asyncio.run(send())
    assert [file.name for file in tmp_path.iterdir()] == ["log"]
