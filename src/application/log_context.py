"""What each line of the log says besides its own: whose work it tells of, as far as is known.

One variable holds all of it. structlog's own context has one for each name, and looks for them
among all of the process at each line.
"""

from collections.abc import Mapping
from contextvars import ContextVar
from types import MappingProxyType
from typing import Final

from structlog.typing import EventDict

_NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
_SAID: Final[ContextVar[Mapping[str, str]]] = ContextVar("said", default=_NOTHING)


def begin(**what: str) -> None:
    """Say *what* from now on, and nothing of what was said before."""
    _SAID.set(what)


def add(**what: str | None) -> None:
    """Say *what* too, but for what is not known: `None`."""
    known = {name: value for name, value in what.items() if value is not None}
    _SAID.set({**said(), **known})


def said() -> Mapping[str, str]:
    """All of it."""
    return _SAID.get()


def in_context(_logger: object, _method: str, line: EventDict) -> EventDict:
    """*line* with all of it; what the line itself says counts. Shaped for structlog."""
    return {**said(), **line}
