"""Cutting the bytes of a connection into requests."""

from lambda_runtime.chunks import ChunkedBody
from lambda_runtime.heads import CHUNKED, Head, parse_head, parse_request_line
from lambda_runtime.requests import Request, RequestError

HEAD_LIMIT = 64 * 1024


class RequestParser:
    __slots__ = ("_buffer", "_chunks", "_continue_due", "_head", "_searched")

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._searched = 0
        self._head: Head | None = None
        self._chunks: ChunkedBody | None = None
        self._continue_due = False

    def feed(self, data: bytes) -> None:
        self._buffer += data

    @property
    def buffered(self) -> int:
        """Bytes that have arrived and belong to no request yet."""
        return len(self._buffer)

    @property
    def inside_body(self) -> bool:
        return self._head is not None

    def next_request(self) -> Request | None:
        """The next whole request, None while it is still arriving; raises RequestError."""
        head = self._head
        if head is None:
            head = self._head = self._next_head()
            if head is None:
                return None
            if head.length == CHUNKED:
                self._chunks = ChunkedBody()
            self._continue_due = head.expects_continue
        body = self._body(head)
        if body is None:
            return None
        self._head = self._chunks = None
        return Request(head.method, head.path, head.headers, body, head.close)

    def take_continue(self) -> bool:
        """Whether the client waits for a 100 Continue; true once per request."""
        due, self._continue_due = self._continue_due and self.inside_body, False
        return due

    def _next_head(self) -> Head | None:
        buffer = self._buffer
        if not buffer:
            return None
        while buffer.startswith(b"\r\n"):  # some clients end a body with a line too many
            del buffer[:2]
        end = buffer.find(b"\r\n\r\n", self._searched)
        if end > HEAD_LIMIT or (end < 0 and len(buffer) > HEAD_LIMIT):
            raise RequestError(
                431, f"the request's head must not be longer than {HEAD_LIMIT} bytes"
            )
        if end < 0:
            self._refuse_early()
            self._searched = max(0, len(buffer) - 3)
            return None
        head = parse_head(bytes(buffer[:end]))
        del buffer[: end + 4]
        self._searched = 0
        return head

    def _refuse_early(self) -> None:
        """What is no HTTP is answered at once: its sender may never send an empty line."""
        buffer = self._buffer
        if buffer and not buffer[:1].isalpha() and buffer != b"\r":
            raise RequestError(400, "the request must begin with a method")
        end = buffer.find(b"\n")
        if end >= 0:
            parse_request_line(bytes(buffer[:end]).removesuffix(b"\r"))
            if buffer[end - 1 : end] != b"\r":
                raise RequestError(400, "each line of the request's head must end in CR LF")

    def _body(self, head: Head) -> bytes | None:
        if self._chunks is not None:
            return self._chunks.read(self._buffer)
        length = head.length
        if len(self._buffer) < length:
            return None
        body = bytes(self._buffer[:length])
        del self._buffer[:length]
        return body
