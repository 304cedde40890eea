"""A network within one event loop: no kernel, hence no chance, is between the two ends."""

import asyncio
import itertools
from collections import deque
from collections.abc import Callable
from types import SimpleNamespace

import attrs

Factory = Callable[[], asyncio.BaseProtocol]


class End(asyncio.Transport):
    """One end of a connection; what it writes, its *peer* gets in the next turn of the loop."""

    peer: "End"

    def __init__(self, loop: asyncio.AbstractEventLoop, protocol: asyncio.Protocol) -> None:
        super().__init__({"peername": ("127.0.0.1", 0)})
        self._loop, self._protocol = loop, protocol
        self._inbox: deque[bytes] = deque()  # nothing at all is the end of it
        self._paused = self._closing = self._lost = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if data and not self._closing:
            self.peer._take(bytes(data))

    def write_eof(self) -> None:
        self.peer._take(b"")

    def can_write_eof(self) -> bool:
        return True

    def close(self) -> None:
        if not self._closing:
            self._closing = True
            self.peer._take(b"")
            self._loop.call_soon(self._lose, None)

    def abort(self) -> None:
        self._closing = True
        self._loop.call_soon(self._lose, None)
        self._loop.call_soon(self.peer._lose, ConnectionResetError("reset by the other end"))

    def is_closing(self) -> bool:
        return self._closing

    def is_reading(self) -> bool:
        return not (self._paused or self._closing)

    def pause_reading(self) -> None:
        self._paused = True

    def resume_reading(self) -> None:
        self._paused = False
        self._loop.call_soon(self._deliver)

    def get_write_buffer_size(self) -> int:
        return 0

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        assert isinstance(protocol, asyncio.Protocol)
        self._protocol = protocol

    def get_protocol(self) -> asyncio.BaseProtocol:
        return self._protocol

    def _take(self, data: bytes) -> None:
        self._inbox.append(data)
        self._loop.call_soon(self._deliver)

    def _deliver(self) -> None:
        while self._inbox and not (self._paused or self._lost):
            data = self._inbox.popleft()
            if data:
                self._protocol.data_received(data)
            elif not self._protocol.eof_received():
                self.close()

    def _lose(self, error: Exception | None) -> None:
        if not self._lost:
            self._lost = self._closing = True
            self._protocol.connection_lost(error)


@attrs.frozen
class Listening:
    """What a server holds as long as it may be reached; of its socket, only the address is real.

    Attributes:
        close: Nobody reaches it from then on.
    """

    address: tuple[str, int]
    close: Callable[[], None]

    @property
    def sockets(self) -> tuple[SimpleNamespace, ...]:
        return (SimpleNamespace(getsockname=lambda: self.address),)

    async def wait_closed(self) -> None:
        return


@attrs.define(eq=False)
class MemoryNetwork:
    """Who listens, by port; there is but one host."""

    loop: asyncio.AbstractEventLoop
    _listening: dict[int, Factory] = attrs.field(factory=dict, init=False)
    _free: "itertools.count[int]" = attrs.field(factory=lambda: itertools.count(20_000))

    def listen(self, factory: Factory, port: int) -> Listening:
        """Have *factory* answer whoever connects to *port*; 0 for any that is free."""
        port = port or next(self._free)
        self._listening[port] = factory
        return Listening(("127.0.0.1", port), lambda: self._leave(port))

    def reach(self, port: int) -> None:
        """See whether anybody listens there.

        Raises:
            ConnectionRefusedError: Nobody does.
        """
        if port not in self._listening:
            raise ConnectionRefusedError(111, f"nobody listens on {port}")

    def connect(
        self, factory: Factory, port: int
    ) -> tuple[asyncio.Transport, asyncio.BaseProtocol]:
        """A new connection to *port*."""
        self.reach(port)
        ends = [End(self.loop, each()) for each in (factory, self._listening[port])]  # type: ignore[arg-type]  # HTTP is a stream
        for end, other in zip(ends, reversed(ends), strict=True):
            end.peer = other
        for end in ends:
            end.get_protocol().connection_made(end)
        return ends[0], ends[0].get_protocol()

    def _leave(self, port: int) -> None:
        self._listening.pop(port, None)
