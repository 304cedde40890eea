"""The private RabbitMQ does what the tests that are built on it rely on, also behind a proxy."""

import asyncio
import os
import ssl
import sys
from pathlib import Path

import aio_pika
import pytest
from aiormq.exceptions import AMQPConnectionError, ProbableAuthenticationError
from contracts.contract import DEADLINE, eventually
from support import rabbitmq as server_of_tests
from support import rabbitmq_files
from support.local import Marked
from support.rabbitmq import Names, RabbitMQServer, rabbitmq_server
from support.tcp_proxy import TcpProxy, free_port

_TESTS = Path(__file__).parents[2]
_RUNS_A_SERVER = """
import signal
from support.rabbitmq import rabbitmq_server
with rabbitmq_server() as server:
    print(server.folder, flush=True)
    signal.pause()
"""


async def _declare(channel: aio_pika.abc.AbstractChannel, queue: str) -> aio_pika.abc.AbstractQueue:
    return await channel.declare_queue(queue, durable=True, arguments={"x-queue-type": "quorum"})


async def _publish(channel: aio_pika.abc.AbstractChannel, queue: str, body: bytes) -> None:
    """On return, the server has confirmed that it keeps the message."""
    async with asyncio.timeout(DEADLINE):
        await channel.default_exchange.publish(aio_pika.Message(body), queue)


async def _keep(url: str, queue: str, body: bytes, tls: ssl.SSLContext | None = None) -> None:
    connecting = aio_pika.connect(url, ssl_context=tls)
    async with await connecting as connection, connection.channel() as channel:
        await _declare(channel, queue)
        await _publish(channel, queue, body)


async def _kept(url: str, queue: str) -> list[bytes]:
    async with await aio_pika.connect(url) as connection, connection.channel() as channel:
        declared = await _declare(channel, queue)
        bodies = []
        while message := await declared.get(fail=False):
            bodies.append(message.body)
        return bodies


async def test_what_was_confirmed_survives_a_stop_and_a_crash(names: Names) -> None:
    with rabbitmq_server() as server:
        await _keep(server.url, names.queue, b"before the stop")
        server.stop()
        server.start()
        await _keep(server.url, names.queue, b"before the crash")
        server.kill()
        server.start()
        assert await _kept(server.url, names.queue) == [b"before the stop", b"before the crash"]
    await _nothing_is_left(server.folder)


async def test_a_server_outlives_no_tests_that_are_killed() -> None:
    environment = {**os.environ, "PYTHONPATH": str(_TESTS)}
    command = [sys.executable, "-c", _RUNS_A_SERVER]
    tests = await asyncio.create_subprocess_exec(
        *command, env=environment, stdout=asyncio.subprocess.PIPE
    )
    assert tests.stdout is not None
    folder = Path((await tests.stdout.readline()).decode().strip())
    assert _is_left(folder)
    tests.kill()
    await tests.communicate()
    await _nothing_is_left(folder)


async def _nothing_is_left(folder: Path) -> None:
    async def gone() -> bool:
        return not _is_left(folder)

    await eventually(gone)


def _is_left(folder: Path) -> bool:
    return folder.exists() or bool(Marked(str(folder)).running())


async def test_no_erlang_program_of_a_server_leaves_a_daemon(tmp_path: Path) -> None:
    port = free_port()
    environment = {**rabbitmq_files.environment(tmp_path), "ERL_EPMD_PORT": str(port)}
    erl = ["erl", "-sname", "a-minute-later@localhost", "-noinput", "-s", "erlang", "halt"]
    assert await (await asyncio.create_subprocess_exec(*erl, env=environment)).wait() == 0
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", port)


def test_a_machine_without_rabbitmq_is_told_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(server_of_tests, "_DEBIAN", tmp_path / "none")
    with pytest.raises(FileNotFoundError, match="make rabbitmq"), rabbitmq_server():
        pass


async def test_tls_is_for_those_who_trust_its_authority(
    rabbitmq: RabbitMQServer, names: Names
) -> None:
    trusting = ssl.create_default_context(cafile=rabbitmq.ca_file)
    await _keep(rabbitmq.tls_url, names.queue, b"sealed", trusting)
    assert await _kept(rabbitmq.url, names.queue) == [b"sealed"]
    with pytest.raises(AMQPConnectionError, match="CERTIFICATE_VERIFY_FAILED"):
        await aio_pika.connect(rabbitmq.tls_url)


async def test_a_team_has_a_virtual_host_of_its_own(rabbitmq: RabbitMQServer, names: Names) -> None:
    await _keep(rabbitmq.team_url, names.queue, b"the team's")
    assert await _kept(rabbitmq.url, names.queue) == []
    assert await _kept(rabbitmq.team_url, names.queue) == [b"the team's"]
    with pytest.raises(ProbableAuthenticationError):
        await aio_pika.connect(rabbitmq.team_url.replace("rd%25@", "rd@"))


async def test_a_cut_ends_the_clients_connection(rabbitmq: RabbitMQServer, proxy: TcpProxy) -> None:
    connection = await aio_pika.connect(proxy.url(rabbitmq.url))
    lost = _lost(connection)
    assert proxy.connections == 1
    proxy.cut()
    async with asyncio.timeout(DEADLINE):
        await lost.wait()
    assert proxy.connections == 0
    await connection.close()


def _lost(connection: aio_pika.abc.AbstractConnection) -> asyncio.Event:
    """Is set once the client knows."""
    lost = asyncio.Event()
    connection.close_callbacks.add(lambda *_: lost.set())
    return lost


async def test_what_is_published_in_a_stall_is_confirmed_after_it(
    rabbitmq: RabbitMQServer, proxy: TcpProxy, names: Names
) -> None:
    async with await aio_pika.connect(proxy.url(rabbitmq.url)) as connection:
        channel = await connection.channel()
        await _declare(channel, names.queue)
        proxy.stall()
        publishing = asyncio.create_task(_publish(channel, names.queue, b"late"))
        await _keep(rabbitmq.url, names.queue, b"past the proxy")
        assert not publishing.done()
        proxy.resume()
        await publishing
    assert await _kept(rabbitmq.url, names.queue) == [b"past the proxy", b"late"]


async def test_half_a_connection_holds_no_message_any_more(
    rabbitmq: RabbitMQServer, proxy: TcpProxy, names: Names
) -> None:
    await _keep(rabbitmq.url, names.queue, b"unsettled")
    connection = await aio_pika.connect(proxy.url(rabbitmq.url))
    lost = _lost(connection)
    queue = await _declare(await connection.channel(), names.queue)
    await queue.get()
    assert await _kept(rabbitmq.url, names.queue) == []
    proxy.halve()

    async def came_back() -> bool:
        return await _kept(rabbitmq.url, names.queue) == [b"unsettled"]

    await eventually(came_back)
    assert not lost.is_set()
    proxy.cut()
    await connection.close()
