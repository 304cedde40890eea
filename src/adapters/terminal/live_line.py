"""A last line on a terminal that tells what is awaited, and for how long one has waited."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final, TextIO

import attrs

from knative_lambda.adapters.terminal.colours import FAINT, coloured, is_terminal, painted
from knative_lambda.adapters.terminal.printable import cut

_EVERY: Final = 1.0  # seconds between two looks at the clock
_CLEAR: Final = "\r\x1b[K"


@attrs.define
class LiveLine:
    """Drawn anew in its place; in a pipe there is none.

    The cursor stays visible, at the beginning of the line: whatever else is written goes over it,
    and whatever ends the program, no terminal has to be put right.

    Attributes:
        awaited: In a few words; empty for nothing, which is not shown.
        began: Of the monotonic clock, in seconds.
    """

    out: TextIO
    awaited: str = ""
    began: float = attrs.field(factory=time.monotonic)
    _is_kept: bool = False

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """Show it meanwhile."""
        if not is_terminal(self.out):
            yield
            return
        ticking = asyncio.create_task(self._tick())
        self._is_kept = True
        try:
            yield
        finally:
            ticking.cancel()
            self._is_kept = False
            self._write(_CLEAR)

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Give way to a line that stays."""
        if self._is_kept:
            self._write(_CLEAR)
        yield
        if self._is_kept:
            self._draw()

    async def _tick(self) -> None:
        while True:
            self._draw()
            await asyncio.sleep(_EVERY)

    def _draw(self) -> None:
        if self.awaited:
            text = f"{_clock(time.monotonic() - self.began):>8}  {self.awaited}"
            text = cut(text, shutil.get_terminal_size().columns - 1)
            self._write(f"{_CLEAR}{painted(text, FAINT if coloured(self.out) else None)}\r")

    def _write(self, text: str) -> None:
        self.out.write(text)
        self.out.flush()


def _clock(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}m{rest:02}s" if minutes else f"{rest}s"
