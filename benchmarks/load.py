"""Events for a server, over connections that are kept: each has its answer before the next is sent.

Lean, as it has but one core to be faster from than what it measures: no framework, no parsing of
what need not be known.
"""

import re
import select
import socket
import time
from typing import Final

import attrs

CONNECTIONS: Final = 32
_PATIENCE_SECONDS: Final = 10
_BODY: Final = b'{"name":"World","visits":3}'
_HEAD: Final = (
    "POST / HTTP/1.1",
    "host: 127.0.0.1",
    "content-type: application/json",
    f"content-length: {len(_BODY)}",
    "ce-specversion: 1.0",
    "ce-id: 7d1f3c8e5b2a49d0",
    "ce-source: network.notifi.acme",
    "ce-type: network.notifi.visit",
    "ce-time: 2026-01-01T00:00:00Z",
)
_EVENT: Final = "\r\n".join([*_HEAD, "", ""]).encode("ascii") + _BODY
_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.I)


def ask(port: int) -> None:
    """Send one event, and wait for its answer.

    Raises:
        ConnectionRefusedError: Nobody listens.
    """
    with socket.create_connection(("127.0.0.1", port), _PATIENCE_SECONDS) as connection:
        connection.sendall(_EVENT)
        answer = _more(connection)
        while not _is_whole(answer):
            answer += _more(connection)


@attrs.frozen
class Loaded:
    """What a server was given to do.

    Attributes:
        answered: Events.
        seconds: That took.
        worked: Those of them that we worked.
    """

    answered: int
    seconds: float
    worked: float


def load(port: int, seconds: float) -> Loaded:
    """As many events as are answered within *seconds*."""
    connections = [socket.create_connection(("127.0.0.1", port)) for _ in range(CONNECTIONS)]
    try:
        began, worked = time.perf_counter(), time.process_time()
        answered = _answered(connections, began + seconds)
        return Loaded(answered, time.perf_counter() - began, time.process_time() - worked)
    finally:
        for connection in connections:
            connection.close()


def _answered(connections: list[socket.socket], until: float) -> int:
    by_number = {connection.fileno(): connection for connection in connections}
    partial: dict[int, bytes] = {}
    answered = 0
    with select.epoll() as ready:
        for number, connection in by_number.items():
            ready.register(number, select.EPOLLIN)
            connection.sendall(_EVENT)
        while time.perf_counter() < until:
            for number, _ in _some(ready):
                answer = partial.pop(number, b"") + _more(by_number[number])
                if _is_whole(answer):
                    answered += 1
                    by_number[number].sendall(_EVENT)
                else:
                    partial[number] = answer
    return answered


def _some(ready: select.epoll) -> list[tuple[int, int]]:
    some = ready.poll(_PATIENCE_SECONDS)
    if not some:
        raise RuntimeError(f"no event was answered within {_PATIENCE_SECONDS} seconds")
    return some


def _more(connection: socket.socket) -> bytes:
    some = connection.recv(65536)
    if not some:
        raise RuntimeError("the server closed a connection before it had answered")
    return some


def _is_whole(answer: bytes) -> bool:
    """Whether all of it is there; its length must be told, as it is by all that we measure."""
    end = answer.find(b"\r\n\r\n")
    if end < 0:
        return False
    length = _LENGTH.search(answer, 0, end + 2)
    if length is None or answer[9:12] != b"200":
        raise RuntimeError(f"the server answered: {answer[:200]!r}")
    return len(answer) >= end + 4 + int(length[1])
