"""One client connection: its requests are answered one after the other, in their order."""

import asyncio
import contextlib
from typing import cast

from lambda_runtime.application import Application
from lambda_runtime.parsing import HEAD_LIMIT, RequestParser
from lambda_runtime.requests import Request, RequestError
from lambda_runtime.responses import Response, wire

_LINGER_SECONDS = 5.0


class Connections:
    """The open connections, and whether the server is stopping."""

    def __init__(self) -> None:
        self._open: set[Connection] = set()
        self._all_closed = asyncio.Event()
        self.draining = False

    def add(self, connection: "Connection") -> None:
        self._open.add(connection)

    def discard(self, connection: "Connection") -> None:
        self._open.discard(connection)
        if self.draining and not self._open:
            self._all_closed.set()

    async def drain(self) -> None:
        """Closes idle connections at once, the others after the answer they wait for."""
        self.draining = True
        for connection in tuple(self._open):
            connection.close_if_idle()
        if self._open:
            await self._all_closed.wait()


class Connection(asyncio.Protocol):
    def __init__(self, application: Application, connections: Connections) -> None:
        self._application = application
        self._connections = connections
        self._parser = RequestParser()
        self._request: Request | None = None
        self._refused = False
        self._ended = False
        self._writable = True
        self._linger: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self._connections.discard(self)
        if self._linger is not None:
            self._linger.cancel()

    def data_received(self, data: bytes) -> None:
        if self._refused:
            return
        self._parser.feed(data)
        if self._request is None and self._writable:
            self._advance()
        elif self._parser.buffered > HEAD_LIMIT:
            self._transport.pause_reading()

    def eof_received(self) -> bool:
        """Keeps the other half open while an answer is still to be sent."""
        self._ended = True
        return self._request is not None or not self._writable

    def pause_writing(self) -> None:
        self._writable = False

    def resume_writing(self) -> None:
        self._writable = True
        if self._request is None:
            self._advance()

    def close_if_idle(self) -> None:
        if self._request is None and (self._refused or not self._parser.inside_body):
            self._transport.close()

    def _advance(self) -> None:
        """Answers what has arrived, up to a request whose handler is still running."""
        while self._writable and not self._refused and not self._transport.is_closing():
            try:
                request = self._request = self._parser.next_request()
            except RequestError as refusal:
                self._refuse(self._application.refuse(refusal))
                return
            if request is None:
                self._await_more()
                return
            response = self._application.respond(request, self._answer)
            if response is None:
                return
            self._send(response, request)

    def _answer(self, response: Response) -> None:
        request = self._request
        if request is not None and not self._transport.is_closing():
            self._send(response, request)
            self._advance()

    def _send(self, response: Response, request: Request) -> None:
        self._request = None
        close = request.close or (self._connections.draining and not self._parser.buffered)
        without_body = request.method == "HEAD"
        self._transport.write(wire(response, close=close, without_body=without_body))
        if close:
            self._transport.close()

    def _await_more(self) -> None:
        if self._ended or (self._connections.draining and not self._parser.inside_body):
            self._transport.close()
            return
        if self._parser.take_continue():
            self._transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        self._transport.resume_reading()

    def _refuse(self, response: Response) -> None:
        """Answers and closes, but goes on reading for a while.

        Closing with bytes unread resets the connection, and the client loses the answer.
        """
        self._refused = True
        self._transport.write(wire(response, close=True))
        if self._ended or self._connections.draining:
            self._transport.close()
            return
        with contextlib.suppress(OSError):  # the client may have gone meanwhile
            self._transport.write_eof()
        self._transport.resume_reading()
        loop = asyncio.get_running_loop()
        self._linger = loop.call_later(_LINGER_SECONDS, self._transport.abort)
