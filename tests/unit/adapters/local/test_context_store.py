"""Contexts in a directory keep the laws of the port."""

from pathlib import Path

import pytest
from contracts.context_store import KEY, ContextStoreContract

from knative_lambda.adapters.local.context_store import DirectoryContextStore
from knative_lambda.adapters.local.file_urls import path_of
from knative_lambda.domain.errors import TransientError
from knative_lambda.ports.context_store import ContextStore


class TestDirectoryContextStore(ContextStoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> ContextStore:
        self.state = tmp_path / "state of a user"
        return DirectoryContextStore(self.state)

    async def download(self, url: str) -> bytes:
        return path_of(url).read_bytes()

    async def send(self, url: str, content: bytes) -> None:
        path = path_of(url)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    async def stored(self) -> dict[str, bytes]:
        folder = self.state / "contexts"
        files = [path for path in folder.rglob("*") if path.is_file()]
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}

    async def plant(self, key: str, content: bytes) -> None:
        assert await DirectoryContextStore(self.state).put(key, [content])


async def test_a_rival_that_is_faster_keeps_the_key(tmp_path: Path) -> None:
    store, rival = DirectoryContextStore(tmp_path), DirectoryContextStore(tmp_path)

    def overtaken() -> list[bytes]:
        assert rival._put(rival._path(KEY), [b"rival"])
        return [b"own"]

    pieces = (piece for source in (overtaken,) for piece in source())
    assert await store.put(KEY, pieces) is False
    assert (tmp_path / "contexts" / KEY).read_bytes() == b"rival"


async def test_nothing_half_written_is_left_whatever_becomes_of_a_put(tmp_path: Path) -> None:
    store = DirectoryContextStore(tmp_path)
    assert await store.put(KEY, [b"first"])
    assert not await store.put(KEY, [b"second"])
    assert list((tmp_path / "partial").iterdir()) == []


@pytest.mark.parametrize("key", ["../outside", "/absolute", "a//b", "a/./b", ""])
async def test_a_key_out_of_the_folder_is_refused(tmp_path: Path, key: str) -> None:
    with pytest.raises(ValueError, match="plain names between slashes"):
        await DirectoryContextStore(tmp_path).put(key, [b""])


async def test_a_folder_that_cannot_be_made_may_be_there_later(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(TransientError):
        await DirectoryContextStore(tmp_path / "file").put(KEY, [b""])
