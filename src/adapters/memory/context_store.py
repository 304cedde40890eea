"""Contexts in memory."""

from collections.abc import Callable, Iterable, Sequence

import attrs

from knative_lambda.ports.context_store import ContextStore, StoredContext, too_large


@attrs.define
class MemoryContextStore(ContextStore):
    """A presigned URL is `memory:` and the key; `read` is its download.

    One for sending is `memory:put:` and the key, and `send` sends to it.
    """

    now: Callable[[], int]
    _stored: dict[str, tuple[bytes, int]] = attrs.field(factory=dict)

    async def put(self, key: str, pieces: Iterable[bytes], *, first: bool = False) -> bool:  # noqa: ARG002 - looking is cheap here
        """Keep the joined pieces."""
        if key in self._stored:
            return False
        self._stored[key] = (b"".join(pieces), self.now())
        return True

    async def presign(self, key: str, expires_in: int) -> str:  # noqa: ARG002 - nothing expires here
        """A URL for `read`."""
        return f"memory:{key}"

    async def presign_put(self, key: str, expires_in: int) -> str:  # noqa: ARG002 - as above
        """A URL for `send`."""
        return f"memory:put:{key}"

    def send(self, url: str, content: bytes) -> None:
        """Store *content* where a URL that `presign_put` gave leads."""
        self._stored[url.removeprefix("memory:put:")] = (content, self.now())

    def read(self, url: str) -> bytes:
        """What lies behind a URL that `presign` gave.

        Raises:
            KeyError: Nothing lies there.
        """
        return self._stored[url.removeprefix("memory:")][0]

    async def fetch(self, key: str, most: int) -> bytes | None:
        """The joined pieces."""
        content, _ = self._stored.get(key, (None, 0))
        if content is not None and len(content) > most:
            raise too_large(key, most)
        return content

    async def list(self) -> Sequence[StoredContext]:
        """All of them."""
        return [StoredContext(key, stored_at) for key, (_, stored_at) in self._stored.items()]

    async def delete(self, key: str) -> None:
        """Forget it."""
        self._stored.pop(key, None)
