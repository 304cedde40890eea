"""Port: the log of a build, as much of it as can be shown, for those who watch it."""

import asyncio
from contextlib import AbstractContextManager
from typing import Final, Protocol

import attrs

from knative_lambda.domain.ids import FunctionId


@attrs.frozen
class LogMark:
    """How far a log was seen: which reading of it, how many characters, and what was said."""

    round: int
    total: int
    ended: bool
    note: str


NOTHING: Final = LogMark(0, 0, ended=False, note="")


@attrs.frozen(kw_only=True)
class LogChange:
    """What somebody who has seen some of a log has not seen yet; fit to be shown.

    Attributes:
        afresh: Whether it takes the place of all that was seen.
        head: Text, at the end of the beginning.
        tail: Text, at the end of the end.
        omitted: Characters left out between the two, as of now.
        mark: How far it is seen then.
    """

    afresh: bool
    head: str
    tail: str
    omitted: int
    mark: LogMark


class LogFeed(Protocol):
    """The log of one build: its beginning and its end, of bounded size, however long it is.

    Whoever is slow has no part in how it is read, and gets all that is kept once more.
    """

    def since(self, mark: LogMark | None) -> LogChange | None:
        """What came after *mark* (`None`: from nothing on); `None` if nothing has changed."""
        ...

    def watched(self, bell: asyncio.Event) -> AbstractContextManager[None]:
        """Have *bell* rung whenever something has changed, while this is open."""
        ...

    async def over(self, seconds: float) -> None:
        """Wait until it has ended, but not longer than that."""
        ...


class LogFeeds(Protocol):
    """The logs of builds, each read once for all who watch it, and only while somebody does."""

    def of(self, function: FunctionId, build_id: str) -> AbstractContextManager[LogFeed]:
        """The log of that build, for as long as this is open."""
        ...
