"""Decoding a body in the chunked transfer coding."""

import re

from lambda_runtime.heads import BODY_LIMIT
from lambda_runtime.requests import RequestError

_SIZE_LINE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\x00-\x08\x0a-\x1f\x7f]*)?")
_LINE_LIMIT = 1024
_TRAILER_LIMIT = 16 * 1024


class ChunkedBody:
    """Takes what it can from the connection's buffer each time more has arrived."""

    __slots__ = ("_body", "_complete", "_left", "_trailers")

    def __init__(self) -> None:
        self._body = bytearray()
        self._left: int | None = None
        self._complete = False
        self._trailers = 0

    def read(self, buffer: bytearray) -> bytes | None:
        """The whole body once it has arrived, else None; raises RequestError."""
        while not self._complete:
            if self._left is None and not self._read_size(buffer):
                return None
            if self._left and not self._read_data(buffer):
                return None
        return bytes(self._body) if self._skip_trailers(buffer) else None

    def _skip_trailers(self, buffer: bytearray) -> bool:
        while (end := buffer.find(b"\r\n")) > 0:
            self._trailers += end
            del buffer[: end + 2]
        unfinished = len(buffer) if end < 0 else 0
        if self._trailers + unfinished > _TRAILER_LIMIT:
            raise RequestError(431, f"the trailers must not be longer than {_TRAILER_LIMIT} bytes")
        if end < 0:
            return False
        del buffer[:2]
        return True

    def _read_size(self, buffer: bytearray) -> bool:
        end = buffer.find(b"\r\n", 0, _LINE_LIMIT)
        if end < 0:
            if len(buffer) >= _LINE_LIMIT:
                raise RequestError(400, f"a chunk's size line is longer than {_LINE_LIMIT} bytes")
            return False
        line = bytes(buffer[:end])
        match = _SIZE_LINE.fullmatch(line)
        if match is None:
            raise RequestError(400, "a chunk must begin with its size in hexadecimal digits")
        del buffer[: end + 2]
        self._left = int(match[1], 16)
        self._complete = self._left == 0
        if len(self._body) + self._left > BODY_LIMIT:
            raise RequestError(413, f"the body must not be longer than {BODY_LIMIT} bytes")
        return True

    def _read_data(self, buffer: bytearray) -> bool:
        left = self._left or 0
        if len(buffer) < left + 2:
            return False
        if buffer[left : left + 2] != b"\r\n":
            raise RequestError(400, "a chunk is longer than its size says")
        self._body += buffer[:left]
        del buffer[: left + 2]
        self._left = None
        return True
