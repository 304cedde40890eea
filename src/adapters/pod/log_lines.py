"""A log that is followed over several connections, of which none may repeat a line."""

from typing import Final

import attrs

from knative_lambda.domain.instants import format_instant, parse_instant

_LONGEST: Final = 40  # bytes of an instant in front of a line
_SECOND: Final = 1_000_000_000
_ALL: Final = 1 << 62


@attrs.define
class LogLines:
    """Takes what a cluster sends, each line with its instant in front; gives it without, and once.

    A new connection can be told to begin with a second, so that second comes again.
    """

    _last: int | None = None  # the instant of the newest line
    _of_last: int = 0  # how many lines had it
    _had: int = 0  # bytes of the newest line
    _repeated: int | None = None  # how many of those lines came again; None: all is new
    _drop: int = 0  # bytes of this line that are not to be given
    _starts: bool = True  # whether a line begins
    _held: bytes = b""  # what may be an instant, and is not whole

    def since(self) -> str | None:
        """The second that a new connection is to begin with; `None`: with the first line."""
        return None if self._last is None else format_instant(self._last // _SECOND * _SECOND)

    def begin(self) -> None:
        """A new connection: what follows may have come before."""
        self._repeated = None if self._last is None else 0
        self._drop, self._starts, self._held = 0, True, b""

    def feed(self, piece: bytes) -> bytes:
        """What is new in *piece*."""
        data, self._held, at = self._held + piece, b"", 0
        given = bytearray()
        while at < len(data):
            if self._starts:
                head = data[at : at + _LONGEST]
                if not (b" " in head or b"\n" in head or len(head) == _LONGEST):
                    self._held = head
                    break
                at += self._start(head.partition(b" ")[0])
            end = data.find(b"\n", at) + 1 or len(data)
            given += self._take(data[at:end])
            self._starts = data[end - 1 : end] == b"\n"
            at = end
        return bytes(given)

    def end(self) -> bytes:
        """What was held back, when nothing more comes."""
        held, self._held = self._held, b""
        return held

    def _start(self, word: bytes) -> int:
        """A line begins with *word*; how many bytes of it are an instant, and the space after."""
        self._starts = False
        at = parse_instant(word.decode("ascii", "replace"))
        if at is None:  # words of the cluster's own
            self._drop = 0
            return 0
        old = self._old(at)
        self._drop = old or 0
        if old is None:
            self._repeated = None
            self._of_last = self._of_last + 1 if at == self._last else 1
            self._last, self._had = at, 0
        return len(word) + 1

    def _old(self, at: int) -> int | None:
        """How many bytes of a line of that instant came before; `None`: the line is new."""
        if self._repeated is None or self._last is None or at > self._last:
            return None
        if at < self._last:
            return _ALL
        self._repeated += 1
        if self._repeated == self._of_last:
            return self._had
        return _ALL if self._repeated < self._of_last else None

    def _take(self, text: bytes) -> bytes:
        new = text[self._drop :]
        if self._drop < _ALL // 2:
            self._drop = max(0, self._drop - len(text))
            self._had += len(new)
        return new
