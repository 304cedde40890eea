"""How benchmarks load a server: what is counted must have been answered, and answered well."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from benchmarks.load import CONNECTIONS, ask, load

HEAD, BODY = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", b"{}"
Answer = Callable[[asyncio.StreamWriter], None]


class Answering:
    """A server that does with each request what it is told to do."""

    def __init__(self, *steps: Answer) -> None:
        self.steps = steps
        self.requests = 0
        self.serving: set[asyncio.Task[object]] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.serving.add(task)
        try:
            while await reader.readuntil(b"}"):
                self.requests += 1
                for step in self.steps:
                    step(writer)
                    await asyncio.sleep(0)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # whoever asked has gone
        finally:
            writer.close()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[int]:
        server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        async with server:
            yield server.sockets[0].getsockname()[1]
        for task in self.serving:
            task.cancel()
        await asyncio.gather(*self.serving, return_exceptions=True)


def sends(piece: bytes) -> Answer:
    return lambda writer: writer.write(piece)


async def test_an_answer_that_comes_in_pieces_is_counted_once() -> None:
    server = Answering(sends(HEAD[:20]), sends(HEAD[20:]), sends(BODY))
    async with server.listening() as port:
        loaded = await asyncio.to_thread(load, port, 0.05)
    assert 0 <= server.requests - loaded.answered <= CONNECTIONS
    assert loaded.answered > 0


@pytest.mark.parametrize(
    ("step", "told"),
    [
        (sends(HEAD.replace(b"200 OK", b"500 Internal Server Error") + BODY), "500"),
        (sends(HEAD.replace(b"Content-Length: 2", b"Transfer-Encoding: chunked")), "chunked"),
        (lambda writer: writer.close(), "closed"),
    ],
)
async def test_what_is_no_answer_ends_the_measurement(step: Answer, told: str) -> None:
    async with Answering(step).listening() as port:
        with pytest.raises(RuntimeError, match=told):
            await asyncio.to_thread(ask, port)
        with pytest.raises(RuntimeError, match=told):
            await asyncio.to_thread(load, port, 5)
