"""Responses as bytes: what the handler's result, a problem or a page becomes on the wire."""

import json
import time
from email.utils import formatdate
from http import HTTPStatus
from typing import NamedTuple

_STATUS_LINES = {
    status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus
}
_NO_BODY = HTTPStatus.NO_CONTENT.value


class Response(NamedTuple):
    status: int
    headers: bytes
    """Complete lines, each ended; framing, date and connection are added when it is sent."""
    body: bytes = b""


def json_bytes(value: object) -> bytes:
    """TypeError or ValueError when JSON has no form for the value."""
    return _ENCODER.encode(value).encode()


_ENCODER = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def problem(
    status: int, detail: str, instance: str | None = None, headers: bytes = b""
) -> Response:
    """A problem document (RFC 9457); `instance` is the event's id."""
    document: dict[str, object] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if instance is not None:
        document["instance"] = instance
    # Escaped to ASCII: an event id may hold what UTF-8 cannot, such as half a surrogate pair.
    body = json.dumps(document).encode()
    return Response(status, b"content-type: application/problem+json\r\n" + headers, body)


class Clock:
    """The Date header line, made once per second."""

    __slots__ = ("_line", "_second")

    def __init__(self) -> None:
        self._second = -1
        self._line = b""

    def date_line(self) -> bytes:
        second = int(time.time())
        if second != self._second:
            self._second = second
            self._line = f"date: {formatdate(second, usegmt=True)}\r\n".encode()
        return self._line


_CLOCK = Clock()


def wire(response: Response, *, close: bool, without_body: bool = False) -> bytes:
    """The whole response; `without_body` for the answer to HEAD, which has the headers alone."""
    status, headers, body = response
    return b"".join(
        (
            _STATUS_LINES[status],
            headers,
            b"" if status == _NO_BODY else b"content-length: %d\r\n" % len(body),
            _CLOCK.date_line(),
            b"connection: close\r\n\r\n" if close else b"\r\n",
            b"" if without_body else body,
        )
    )
