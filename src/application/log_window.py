"""What is kept of a log that may have any length: how it begins, and how it ends."""

from typing import Final

import attrs

HEAD: Final = 64 * 1024  # characters from the beginning
TAIL: Final = 256 * 1024  # characters from the end, at least; up to twice as many are kept
_LINE: Final = 4 * 1024  # characters: so far may the next whole line be


@attrs.frozen(kw_only=True)
class Excerpt:
    """Some of a log.

    Attributes:
        afresh: Whether it is all that is kept.
        head: What belongs to the beginning.
        tail: What belongs to the end.
        omitted: Characters that came between the two, and are not kept.
    """

    afresh: bool
    head: str
    tail: str
    omitted: int


@attrs.define(eq=False)
class LogWindow:
    """Takes text as it comes; what it keeps is bounded.

    Attributes:
        total: Characters that came.
    """

    total: int = 0
    _head: str = ""
    _tail: str = ""

    def add(self, text: str) -> None:
        """Take *text*, which goes on where the last one ended."""
        room = HEAD - len(self._head)
        self.total += len(text)
        self._head += text[:room]
        self._tail += text[room:]
        if len(self._tail) > 2 * TAIL:
            cut = len(self._tail) - TAIL
            line = self._tail.find("\n", cut, cut + _LINE) + 1
            self._tail = self._tail[line or cut :]

    def since(self, given: int | None) -> Excerpt:
        """What came after the first *given* characters.

        Whoever has seen nothing at all (`None`) gets all that is kept, and so does who has missed
        what is not kept.
        """
        begins = self.total - len(self._tail)
        omitted = begins - len(self._head)
        if given is None or (given < begins and omitted):
            return Excerpt(afresh=True, head=self._head, tail=self._tail, omitted=omitted)
        head, tail = self._head[given:], self._tail[max(0, given - begins) :]
        return Excerpt(afresh=False, head=head, tail=tail, omitted=omitted)
