"""A host and a port, and the patterns that allow some of them."""

from collections.abc import Iterable
from typing import Final, Self

import attrs

from knative_lambda.adapters.sources.host_names import host_name

_LAST_PORT: Final = 65535


def port_number(text: str) -> int:
    """A TCP port.

    Raises:
        ValueError: It is none.
    """
    if not (text.isascii() and text.isdecimal()) or not 0 < int(text[:6]) <= _LAST_PORT:
        raise ValueError("must have a port from 1 to 65535, or none")
    return int(text)


@attrs.frozen
class Endpoint:
    """Where a connection leads; `host` as `host_name` gives it."""

    host: str
    port: int

    @property
    def bracketed(self) -> str:
        """The host as it stands in URLs."""
        return f"[{self.host}]" if ":" in self.host else self.host


@attrs.frozen
class HostPattern:
    """`host`, or `*.suffix` for all hosts below that; for every port, unless it names one."""

    host: str
    below: bool
    port: int | None

    @classmethod
    def of(cls, text: str) -> Self:
        """Read a pattern.

        Raises:
            ValueError: It is none.
        """
        below = text.startswith("*.")
        rest = text.removeprefix("*.")
        end = rest.rfind(":") if not rest.endswith("]") else -1
        host, port = (rest, "") if end < 0 else (rest[:end], rest[end + 1 :])
        return cls(host_name(host), below, port_number(port) if end >= 0 else None)

    def matches(self, endpoint: Endpoint) -> bool:
        """Whether it allows *endpoint*."""
        if self.port not in {None, endpoint.port}:
            return False
        if self.below:
            return endpoint.host.endswith(f".{self.host}")
        return endpoint.host == self.host


def patterns(texts: Iterable[str]) -> tuple[HostPattern, ...]:
    """Each text as a pattern.

    Raises:
        ValueError: One is none; it is named.
    """
    found = []
    for text in texts:
        try:
            found.append(HostPattern.of(text))
        except ValueError as error:
            raise ValueError(f"{text!r}: {error}") from error
    return tuple(found)
