"""The end of a build's log, when the whole of it is more than is wanted."""

from collections import deque
from collections.abc import Callable
from contextlib import aclosing
from typing import Final, Protocol

import attrs

from knative_lambda.application.log_reading import LogReading
from knative_lambda.domain.ids import FunctionId

_LINES: Final = 20
_LONGEST: Final = 500  # characters of a line


class Text(Protocol):
    """Makes what a build wrote fit to be shown: without secrets, and harmless."""

    def feed(self, data: bytes, /) -> bytes:
        """What can be shown now that *data* has come."""
        ...

    def end(self) -> bytes:
        """What is left, when no more will come."""
        ...


@attrs.frozen
class LogEnd:
    """Reads all of a log, and keeps its last lines: a secret may begin long before them.

    Attributes:
        text: Gives one for each log.
    """

    logs: LogReading
    text: Callable[[], Text]

    async def of(self, function: FunctionId, build_id: str) -> tuple[str, ...]:
        """The last lines of what that build of *function* has written so far, the longest cut.

        Raises:
            NoLogError: There is none, or none yet.
            SetupError: It may not be read.
            TransientError: It cannot be reached, or broke off.
        """
        text, lines, rest = self.text(), deque[str](maxlen=_LINES), ""
        async with aclosing(self.logs.of(function, build_id, follow=False)) as pieces:
            async for piece in pieces:
                *whole, rest = f"{rest}{text.feed(piece).decode()}".split("\n")
                lines.extend(whole)
        last = f"{rest}{text.end().decode()}".removesuffix("\n")
        lines.extend(last.split("\n") if last else [])
        return tuple(line if len(line) <= _LONGEST else f"{line[:_LONGEST]}..." for line in lines)
