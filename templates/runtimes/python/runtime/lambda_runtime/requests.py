"""A parsed HTTP request, and the refusal of one that cannot be served."""

from typing import NamedTuple


class Request(NamedTuple):
    method: str
    path: str
    """Without the query."""
    headers: dict[str, str]
    """Lower-case names; a repeated header's values are joined with commas."""
    body: bytes
    close: bool
    """The connection ends after the answer."""


class RequestError(Exception):
    """Answered with a problem document of this status; the detail says what was wrong."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
