"""What is asked of a registry, which may have to be asked again."""

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Self

import attrs
from yarl import URL


@attrs.frozen
class Body:
    """Bytes to send.

    Attributes:
        size: How many there are.
        media_type: Of them.
        pieces: Gives them, from the first, as often as it is called.
    """

    size: int
    media_type: str
    pieces: Callable[[], AsyncIterator[bytes]] = attrs.field(repr=False)

    @classmethod
    def of(cls, content: bytes, media_type: str) -> Self:
        """All of *content*."""

        async def pieces() -> AsyncIterator[bytes]:
            yield content

        return cls(len(content), media_type, pieces)


@attrs.frozen
class Request:
    """One request.

    Attributes:
        url: May hold what is secret in its query.
        headers: But for those that show who asks, and those of the body.
        moved: Bytes that are sent for it, got by it, or moved by the registry before it answers;
            more of them may take longer.
    """

    method: str
    url: URL = attrs.field(repr=False)
    headers: Mapping[str, str] = attrs.field(factory=dict)
    body: Body | None = None
    moved: int = 0

    def showing(self, authorization: str) -> Self:
        """The same, with that value of `Authorization`."""
        return attrs.evolve(self, headers={**self.headers, "Authorization": authorization})
