"""Reading the head of an HTTP/1.1 request: the request line, the headers and the body's framing."""

import re
from functools import lru_cache
from typing import NamedTuple

from lambda_runtime.requests import RequestError

BODY_LIMIT = 10 * 1024 * 1024
CHUNKED = -1

_TOKEN = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LONGEST_LENGTH = 18


class Head(NamedTuple):
    method: str
    path: str
    headers: dict[str, str]
    length: int
    """Of the body in bytes, or CHUNKED."""
    close: bool
    expects_continue: bool


def parse_head(head: bytes) -> Head:
    """Reads a head without its closing empty line; raises RequestError."""
    lines = head.split(b"\r\n")
    if head.count(b"\r") != len(lines) - 1 or head.count(b"\n") != len(lines) - 1:
        raise RequestError(400, "each line of the request's head must end in CR LF")
    if _CONTROLS.search(head):
        raise RequestError(400, "the request's head holds a control character")
    method, path, version = parse_request_line(lines[0])
    headers: dict[str, str] = {}
    for line in lines[1:]:
        raw_name, colon, raw_value = line.partition(b":")
        name = _header_name(raw_name)
        if not colon or not name:
            raise RequestError(400, "a header line must be a name, a colon and a value")
        value = raw_value.strip(b" \t").decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    if version == b"HTTP/1.1" and "host" not in headers:
        raise RequestError(400, "the Host header is missing")
    length = _body_length(headers, version)
    close = version == b"HTTP/1.0" or _lists(headers, "connection", "close")
    return Head(method, path, headers, length, close, _expects_continue(headers, version))


def parse_request_line(line: bytes) -> tuple[str, str, bytes]:
    """Method, path without query, and version."""
    parts = line.split(b" ")
    if len(parts) != 3 or not _TOKEN.fullmatch(parts[0]) or not parts[1]:  # noqa: PLR2004 - as said
        raise RequestError(400, "the request line must be a method, a target and a version")
    method, target, version = parts
    if version not in (b"HTTP/1.1", b"HTTP/1.0"):
        if version.startswith(b"HTTP/"):
            raise RequestError(505, "the HTTP version must be 1.1 or 1.0")
        raise RequestError(400, "the request line must end in HTTP/1.1")
    path = target.partition(b"?")[0]
    if not path.startswith(b"/") and b"://" in path:
        path = b"/" + path.split(b"://", 1)[1].partition(b"/")[2]
    return method.decode("ascii"), path.decode("latin-1"), version


@lru_cache(maxsize=512)
def _header_name(raw: bytes) -> str:
    """Lower-case; empty when it is no header name. Clients repeat their few names, so it caches."""
    return raw.decode("ascii").lower() if _TOKEN.fullmatch(raw) else ""


def _body_length(headers: dict[str, str], version: bytes) -> int:
    length, coding = headers.get("content-length"), headers.get("transfer-encoding")
    if coding is not None:
        # Two readings of where the body ends is how one request is smuggled inside another.
        if length is not None or version == b"HTTP/1.0":
            raise RequestError(400, "Transfer-Encoding stands beside Content-Length or in HTTP/1.0")
        if coding.lower() != "chunked":
            raise RequestError(501, f"the transfer coding {coding!r} is not known; chunked is")
        return CHUNKED
    if length is None:
        return 0
    if not (length.isascii() and length.isdigit()):
        raise RequestError(400, f"Content-Length is {length!r}; it must be one number")
    if len(length) > _LONGEST_LENGTH or int(length) > BODY_LIMIT:
        raise RequestError(413, f"the body must not be longer than {BODY_LIMIT} bytes")
    return int(length)


def _expects_continue(headers: dict[str, str], version: bytes) -> bool:
    expected = headers.get("expect")
    if expected is None or version == b"HTTP/1.0":
        return False
    if expected.lower() != "100-continue":
        raise RequestError(417, f"the expectation {expected!r} is not known; 100-continue is")
    return True


def _lists(headers: dict[str, str], name: str, token: str) -> bool:
    value = headers.get(name)
    return value is not None and token in (part.strip() for part in value.lower().split(","))
