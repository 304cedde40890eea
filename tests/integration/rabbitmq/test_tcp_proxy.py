"""The proxy that stands in front of the broker fails as it is told, and in no other way."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import attrs
import pytest
from contracts.contract import DEADLINE, eventually
from support.tcp_proxy import TcpProxy, free_port, reset

_HOST = "127.0.0.1"


@attrs.frozen
class _Caller:
    """A connection, whose waits have a limit."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    @classmethod
    async def call(cls, port: int) -> "_Caller":
        return cls(*await asyncio.open_connection(_HOST, port))

    async def hears(self, size: int) -> bytes:
        async with asyncio.timeout(DEADLINE):
            return await self.reader.readexactly(size)

    async def says(self, words: bytes) -> None:
        """Say *words*, and hear them back."""
        self.writer.write(words)
        assert await self.hears(len(words)) == words

    async def leave(self) -> None:
        self.writer.close()
        with suppress(ConnectionError):
            await self.writer.wait_closed()


@attrs.define(eq=False)
class _Echo:
    """Sends back what it hears, and keeps how each connection ended."""

    port: int = attrs.field(factory=free_port)
    heard: bytes = b""
    ends: list[type[Exception] | None] = attrs.field(factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while piece := await reader.read(1 << 16):
                self.heard += piece
                writer.write(piece)
            self.ends.append(None)
        except ConnectionError as error:
            self.ends.append(type(error))
        await _Caller(reader, writer).leave()

    async def ended(self, *ends: type[Exception] | None) -> None:
        async def so() -> bool:
            return self.ends == [*ends]

        await eventually(so)


@pytest.fixture
async def echo() -> AsyncIterator[_Echo]:
    echo = _Echo()
    async with await asyncio.start_server(echo.serve, _HOST, echo.port):
        yield echo


@pytest.fixture
async def proxy(echo: _Echo) -> AsyncIterator[TcpProxy]:
    async with TcpProxy(_HOST, echo.port) as proxy:
        yield proxy


@pytest.fixture
async def caller(proxy: TcpProxy) -> AsyncIterator[_Caller]:
    """It has called the echo through the proxy, and was answered."""
    caller = await _Caller.call(proxy.port)
    await caller.says(b"hello")
    yield caller
    await caller.leave()


async def _time_passes(echo: _Echo) -> None:
    """Much more of it than bytes need to pass the proxy."""
    past_the_proxy = await _Caller.call(echo.port)
    for _ in range(20):
        await past_the_proxy.says(b".")
    await past_the_proxy.leave()


async def test_it_carries_everything_until_the_caller_leaves(
    echo: _Echo, proxy: TcpProxy, caller: _Caller
) -> None:
    await caller.says(b"x" * (1 << 22))
    assert proxy.connections == 1
    await caller.leave()
    await echo.ended(None)
    assert proxy.connections == 0


async def test_last_words_come_before_the_end() -> None:
    async def speak(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"x" * (1 << 22))
        writer.close()
        await writer.wait_closed()

    port = free_port()
    async with await asyncio.start_server(speak, _HOST, port), TcpProxy(_HOST, port) as proxy:
        caller = await _Caller.call(proxy.port)
        assert len(await caller.hears(1 << 22)) == 1 << 22
        assert await caller.reader.read() == b""
        await caller.leave()


async def test_a_reset_reaches_the_other_end(echo: _Echo, caller: _Caller) -> None:
    reset(caller.writer)
    await echo.ended(ConnectionResetError)


async def test_a_cut_resets_both_ends(echo: _Echo, proxy: TcpProxy, caller: _Caller) -> None:
    proxy.cut()
    with pytest.raises(ConnectionResetError):
        await caller.hears(1)
    await echo.ended(ConnectionResetError)
    assert proxy.connections == 0


async def test_a_stall_holds_bytes_until_it_is_over(
    echo: _Echo, proxy: TcpProxy, caller: _Caller
) -> None:
    proxy.stall()
    caller.writer.write(b"held")
    new = await _Caller.call(proxy.port)
    new.writer.write(b"back")
    await _time_passes(echo)
    assert b"held" not in echo.heard
    assert b"back" not in echo.heard
    proxy.resume()
    assert await caller.hears(4) == b"held"
    assert await new.hears(4) == b"back"
    await new.leave()


async def test_half_a_connection_has_ended_for_the_target_alone(
    echo: _Echo, proxy: TcpProxy, caller: _Caller
) -> None:
    proxy.halve()
    await echo.ended(None)
    caller.writer.write(b"lost")
    await _time_passes(echo)
    assert b"lost" not in echo.heard
    assert not caller.reader.at_eof()
    assert proxy.connections == 1
    await caller.leave()


async def test_new_callers_are_refused_until_they_are_accepted_again(
    proxy: TcpProxy, caller: _Caller
) -> None:
    proxy.refuse()
    with pytest.raises(ConnectionRefusedError):
        await _Caller.call(proxy.port)
    await caller.says(b"still here")
    await proxy.accept()
    new = await _Caller.call(proxy.port)
    await new.says(b"hello")
    await new.leave()


async def test_a_caller_is_reset_when_the_target_is_not_there() -> None:
    async with TcpProxy(_HOST, free_port()) as proxy:
        caller = await _Caller.call(proxy.port)
        with pytest.raises(ConnectionResetError):
            await caller.hears(1)
        await caller.leave()


@pytest.mark.parametrize("trouble", [None, TcpProxy.stall, TcpProxy.halve])
async def test_its_end_is_the_end_of_all_it_carries(echo: _Echo, trouble: object) -> None:
    before = asyncio.all_tasks()
    async with TcpProxy(_HOST, echo.port) as proxy:
        caller = await _Caller.call(proxy.port)
        await caller.says(b"hello")
        if callable(trouble):
            trouble(proxy)
        caller.writer.write(b"on the way")
    with pytest.raises(ConnectionResetError):
        await caller.reader.readexactly(100)
    await caller.leave()

    async def no_task_is_left() -> bool:
        return asyncio.all_tasks() == before

    await eventually(no_task_is_left)
    with pytest.raises(ConnectionRefusedError):
        await _Caller.call(proxy.port)


def test_a_url_leads_through_it_with_all_else_as_it_was() -> None:
    proxy = TcpProxy(_HOST, 1)
    url = proxy.url("amqps://builder:p%40ss%2F@127.0.0.1:5671/team%2Fa%20b?heartbeat=5")
    assert url == f"amqps://builder:p%40ss%2F@127.0.0.1:{proxy.port}/team%2Fa%20b?heartbeat=5"
