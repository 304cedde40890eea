"""Uploads, in a folder and in memory, keep the laws of a source; and nobody gets at another's."""

import gzip
import hashlib
import io
import tarfile
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

import attrs
import pytest
from contracts.source_fetcher import FILES, SourceFetcherContract, content, request
from support.memory_uploads import download_from

from knative_lambda.adapters.local.context_store import DirectoryContextStore
from knative_lambda.adapters.memory.context_store import MemoryContextStore
from knative_lambda.adapters.memory.source_fetcher import MemorySourceFetcher
from knative_lambda.adapters.packing.context_builder import LIMITS
from knative_lambda.adapters.packing.tree import TreeLimits
from knative_lambda.adapters.uploads import source_fetcher
from knative_lambda.adapters.uploads.address import key_of, url_of
from knative_lambda.adapters.uploads.archive import packed
from knative_lambda.adapters.uploads.source_fetcher import UploadedSources
from knative_lambda.domain.errors import SourceRefusedError, TransientError
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.request import BuildRequest
from knative_lambda.ports.context_store import ContextStore
from knative_lambda.ports.source_fetcher import SourceFetcher

FUNCTION, STRANGER = FunctionId("acme", "hello"), FunctionId("other", "hello")
NOWHERE = url_of("0" * 64)


def plant(folder: Path, files: Mapping[str, str]) -> Path:
    """*folder*, with these files in it."""
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


async def upload(store: ContextStore, folder: Path, function: FunctionId = FUNCTION) -> str:
    """The URL of what lies in *folder*, once it is uploaded."""
    with packed(folder) as archive:
        await store.put(key_of(function, archive.sha256), archive.pieces())
        return url_of(archive.sha256)


def inside(folder: Path) -> list[Path]:
    """What lies in *folder*."""
    return list(folder.iterdir())


async def upload_bytes(store: ContextStore, archive: bytes) -> str:
    """The URL of *archive*, whatever that is, once it is uploaded."""
    sha256 = hashlib.sha256(archive).hexdigest()
    await store.put(key_of(FUNCTION, sha256), [archive])
    return url_of(sha256)


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where all that is temporary goes."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


class TestUploadsInADirectory(SourceFetcherContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> ContextStore:
        return DirectoryContextStore(tmp_path / "state of a user")

    @pytest.fixture
    def fetcher(self, store: ContextStore) -> SourceFetcher:
        return UploadedSources(MemorySourceFetcher(), store)

    @pytest.fixture
    async def there(self, store: ContextStore, tmp_path: Path) -> str:
        return await upload(store, plant(tmp_path / "source", FILES))

    @pytest.fixture
    def missing(self) -> str:
        return NOWHERE


class TestUploadsInMemory(TestUploadsInADirectory):
    @pytest.fixture
    def store(self) -> ContextStore:
        return MemoryContextStore(time.time_ns)

    @pytest.fixture
    def fetcher(self, store: MemoryContextStore) -> SourceFetcher:
        return UploadedSources(MemorySourceFetcher(), store, download_from(store))


@pytest.fixture
def store(tmp_path: Path) -> DirectoryContextStore:
    return DirectoryContextStore(tmp_path / "state")


async def refusal(
    store: ContextStore, asked: BuildRequest, limits: TreeLimits = LIMITS
) -> SourceRefusedError:
    fetcher = UploadedSources(MemorySourceFetcher(), store, limits=limits)
    with pytest.raises(SourceRefusedError) as caught:
        async with fetcher.fetch(asked):
            pass
    return caught.value


async def test_nothing_temporary_is_left(
    store: ContextStore, tmp_path: Path, temporary: Path
) -> None:
    url = await upload(store, plant(tmp_path / "source", FILES))
    async with UploadedSources(MemorySourceFetcher(), store).fetch(request(url)):
        assert inside(temporary)
    assert inside(temporary) == []


async def test_nothing_temporary_is_left_of_what_is_refused(
    store: ContextStore, temporary: Path
) -> None:
    await refusal(store, request(await upload_bytes(store, b"no archive")))
    await refusal(store, request(NOWHERE))
    assert inside(temporary) == []


async def test_what_is_no_upload_is_fetched_by_others(store: ContextStore) -> None:
    others = MemorySourceFetcher({"https://code.test/it": FILES})
    async with UploadedSources(others, store).fetch(request("https://code.test/it")) as tree:
        assert content(tree.directory) == FILES


async def test_nobody_gets_at_the_upload_of_another(store: ContextStore, tmp_path: Path) -> None:
    url = await upload(store, plant(tmp_path / "source", FILES))
    refused = await refusal(store, attrs.evolve(request(url), function=STRANGER))
    assert refused.reason is Reason.SOURCE_NOT_FOUND
    assert "was not uploaded for this function" in refused.detail
    assert "submit the folder again" in refused.detail


@pytest.mark.parametrize(
    "named",
    ["", "x", "0" * 63, "0" * 65, "A" * 64, "../" * 21 + "x", "sha256:" + "0" * 64, "\u0660" * 64],
)
async def test_what_is_no_hash_is_refused_with_what_would_be_right(
    store: ContextStore, named: str
) -> None:
    refused = await refusal(store, request(f"upload:{named}"))
    assert refused.reason is Reason.SOURCE_REJECTED
    assert "must be upload: and the SHA-256 of the archive, as 64 lower-case" in refused.detail


async def test_what_an_upload_does_not_have_is_refused(store: ContextStore) -> None:
    for field, asked in (
        ("source_ref", attrs.evolve(request(NOWHERE), source_ref="main")),
        ("source_credentials", attrs.evolve(request(NOWHERE), source_credentials="main")),
    ):
        refused = await refusal(store, asked)
        assert refused.reason is Reason.SOURCE_REJECTED
        assert refused.detail == f"{field}: an upload has none; leave it out"


async def test_an_archive_that_is_not_what_its_name_says_is_refused(store: ContextStore) -> None:
    await store.put(key_of(FUNCTION, "0" * 64), [b"something else"])
    refused = await refusal(store, request(NOWHERE))
    assert refused.reason is Reason.SOURCE_REJECTED
    assert "another hash" in refused.detail


def archive(*members: tuple[tarfile.TarInfo, bytes]) -> bytes:
    """A gzip tar that nobody has checked."""
    with io.BytesIO() as file:
        with tarfile.open(fileobj=file, mode="w") as tar:
            for header, data in members:
                header.size = len(data)
                tar.addfile(header, io.BytesIO(data))
        return gzip.compress(file.getvalue())


def link(kind: bytes) -> tarfile.TarInfo:
    header = tarfile.TarInfo("link")
    header.type, header.linkname = kind, "/etc/passwd"
    return header


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"no archive",
        archive((tarfile.TarInfo("index.js"), b"x"))[:-20],
        archive((tarfile.TarInfo("../index.js"), b"x")),
        archive((tarfile.TarInfo("/index.js"), b"x")),
        archive((link(tarfile.SYMTYPE), b"")),
        archive((link(tarfile.LNKTYPE), b"")),
        archive((link(tarfile.FIFOTYPE), b"")),
    ],
    ids=["empty", "no gzip", "cut short", "out", "absolute", "symlink", "hard link", "fifo"],
)
async def test_an_archive_that_is_not_safe_is_refused(store: ContextStore, bad: bytes) -> None:
    refused = await refusal(store, request(await upload_bytes(store, bad)))
    assert refused.reason is Reason.SOURCE_REJECTED
    assert refused.detail.startswith("source_url: the upload cannot be unpacked: ")


@pytest.mark.parametrize("size", [1001, 100_000])
async def test_an_upload_that_grows_too_large_is_refused(store: ContextStore, size: int) -> None:
    bomb = archive((tarfile.TarInfo("zeros"), bytes(size)))
    limits = TreeLimits(max_files=1, max_bytes=1000)
    refused = await refusal(store, request(await upload_bytes(store, bomb)), limits)
    assert refused.reason is Reason.SOURCE_TOO_LARGE


async def test_an_archive_that_is_too_large_is_refused(store: ContextStore) -> None:
    limits = TreeLimits(max_files=1, max_bytes=1000)
    refused = await refusal(store, request(await upload_bytes(store, bytes(1201))), limits)
    assert refused.reason is Reason.SOURCE_TOO_LARGE


@pytest.mark.parametrize("path", ["..", "../other", "/etc", "nested/../.."])
async def test_a_path_out_of_the_upload_is_refused(
    store: ContextStore, tmp_path: Path, path: str
) -> None:
    url = await upload(store, plant(tmp_path / "source", FILES))
    refused = await refusal(store, attrs.evolve(request(url), source_path=path))
    assert refused.reason is Reason.SOURCE_REJECTED
    assert "must stay inside" in refused.detail


async def test_a_file_is_no_folder_of_the_upload(store: ContextStore, tmp_path: Path) -> None:
    url = await upload(store, plant(tmp_path / "source", FILES))
    refused = await refusal(store, attrs.evolve(request(url), source_path="index.js"))
    assert refused.reason is Reason.SOURCE_NOT_FOUND


async def test_without_room_to_unpack_it_may_be_tried_again(
    store: ContextStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    url = await upload(store, plant(tmp_path / "source", FILES))
    monkeypatch.setattr(source_fetcher, "unpack", full)
    with pytest.raises(TransientError, match="No space left"):
        async with UploadedSources(MemorySourceFetcher(), store).fetch(request(url)):
            pass
