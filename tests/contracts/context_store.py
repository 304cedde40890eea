"""The laws of `ContextStore`."""

import time
from abc import abstractmethod
from collections.abc import Iterator

import pytest
from contracts.contract import Contract

from knative_lambda.domain.errors import SetupError
from knative_lambda.ports.context_store import ContextStore

KEY, OTHER = "build-context/acme-f-0a1b/one.tar.gz", "build-context/acme-f-0a1b/two.tar.gz"
MINUTE = 60 * 1_000_000_000
# Each piece is unlike the others, so that none may be lost, doubled or moved.
LARGE = [bytes([number]) * 1_000_003 for number in range(9)]


class UnreadableError(Exception):
    """What a source of pieces raises when it fails."""


class ContextStoreContract(Contract):
    """What every place of contexts must do."""

    @pytest.fixture
    def store(self) -> ContextStore:
        """An empty store."""
        raise NotImplementedError

    @abstractmethod
    async def download(self, url: str) -> bytes:
        """What a client without credentials gets from *url*."""

    @abstractmethod
    async def send(self, url: str, content: bytes) -> None:
        """What a client without credentials does to store *content* at *url*."""

    @abstractmethod
    async def stored(self) -> dict[str, bytes]:
        """Back door: all that is stored, by key."""

    @abstractmethod
    async def plant(self, key: str, content: bytes) -> None:
        """Back door: store *content*."""

    def now(self) -> int:
        """The store's own time, UTC nanoseconds since 1970."""
        return time.time_ns()

    @pytest.mark.parametrize("pieces", [[b"a", b"", b"bc"], [], LARGE], ids=["few", "none", "many"])
    async def test_what_was_put_is_downloaded_byte_for_byte(
        self, store: ContextStore, pieces: list[bytes]
    ) -> None:
        assert await store.put(KEY, iter(pieces)) is True
        assert await self.stored() == {KEY: b"".join(pieces)}
        assert await self.download(await store.presign(KEY, 60)) == b"".join(pieces)

    async def test_a_presigned_url_gives_its_own_context(self, store: ContextStore) -> None:
        await self.plant(KEY, b"one")
        await self.plant(OTHER, b"two")
        assert await self.download(await store.presign(OTHER, 60)) == b"two"
        assert await self.download(await store.presign(KEY, 60)) == b"one"

    @pytest.mark.parametrize("content", [b"", b"one", b"".join(LARGE)], ids=["none", "few", "many"])
    async def test_what_is_stored_is_fetched_by_its_key_byte_for_byte(
        self, store: ContextStore, content: bytes
    ) -> None:
        await self.plant(KEY, content)
        await self.plant(OTHER, b"two")
        assert await store.fetch(KEY, len(content)) == content
        assert await store.fetch(OTHER, 3) == b"two"
        assert await store.fetch(f"{KEY}.other", 100) is None

    async def test_what_is_more_than_one_can_take_is_not_fetched(self, store: ContextStore) -> None:
        await self.plant(KEY, b"0123456789")
        with pytest.raises(SetupError, match="has more than 9 bytes"):
            await store.fetch(KEY, 9)

    async def test_a_second_put_of_a_key_reads_nothing_and_changes_nothing(
        self, store: ContextStore
    ) -> None:
        await self.plant(KEY, b"first")
        before = await store.list()

        def pieces() -> Iterator[bytes]:
            raise AssertionError("was read")
            yield b""

        assert await store.put(KEY, pieces()) is False
        assert await self.stored() == {KEY: b"first"}
        assert await store.list() == before

    @pytest.mark.parametrize("pieces", [[b"late"], LARGE], ids=["few", "many"])
    async def test_a_put_that_takes_itself_for_the_first_and_is_not_changes_nothing(
        self, store: ContextStore, pieces: list[bytes]
    ) -> None:
        assert await store.put(KEY, [b"first"], first=True) is True
        before = await store.list()
        assert await store.put(KEY, iter(pieces), first=True) is False
        assert await self.stored() == {KEY: b"first"}
        assert await store.list() == before

    async def test_what_is_sent_to_a_presigned_url_is_stored_under_its_key(
        self, store: ContextStore
    ) -> None:
        await self.plant(OTHER, b"two")
        await self.send(await store.presign_put(KEY, 60), b"early")
        await self.send(await store.presign_put(KEY, 60), b"late")
        assert await self.stored() == {KEY: b"late", OTHER: b"two"}
        assert sorted(context.key for context in await store.list()) == [KEY, OTHER]
        assert await self.download(await store.presign(KEY, 60)) == b"late"

    async def test_presigning_a_place_to_send_to_stores_nothing(self, store: ContextStore) -> None:
        await store.presign_put(KEY, 60)
        assert await self.stored() == {}
        assert list(await store.list()) == []
        assert await store.put(KEY, [b"one"]) is True

    async def test_a_put_that_fails_midway_leaves_nothing(self, store: ContextStore) -> None:
        def pieces() -> Iterator[bytes]:
            yield from LARGE
            raise UnreadableError

        with pytest.raises(UnreadableError):
            await store.put(KEY, pieces())
        assert await self.stored() == {}
        assert list(await store.list()) == []

    async def test_a_put_that_failed_can_be_tried_again(self, store: ContextStore) -> None:
        def pieces() -> Iterator[bytes]:
            yield b"half"
            raise UnreadableError

        with pytest.raises(UnreadableError):
            await store.put(KEY, pieces())
        assert await store.put(KEY, [b"whole"]) is True
        assert await self.stored() == {KEY: b"whole"}

    async def test_the_list_is_what_was_put_and_not_deleted(self, store: ContextStore) -> None:
        await store.put(KEY, [b"one"])
        await self.plant(OTHER, b"two")
        assert sorted(context.key for context in await store.list()) == [KEY, OTHER]
        await store.delete(KEY)
        assert [context.key for context in await store.list()] == [OTHER]
        assert await self.stored() == {OTHER: b"two"}

    async def test_a_context_says_when_it_was_stored(self, store: ContextStore) -> None:
        await store.put(KEY, [b"one"])
        (context,) = await store.list()
        assert abs(context.stored_at - self.now()) < MINUTE

    async def test_what_was_deleted_can_be_put_anew(self, store: ContextStore) -> None:
        await store.put(KEY, [b"old"])
        await store.delete(KEY)
        assert await store.put(KEY, [b"new"]) is True
        assert await self.stored() == {KEY: b"new"}

    async def test_deleting_what_is_not_there_is_no_error(self, store: ContextStore) -> None:
        await self.plant(OTHER, b"two")
        await store.delete(KEY)
        await store.delete(KEY)
        assert await self.stored() == {OTHER: b"two"}
