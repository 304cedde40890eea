"""Images as folders keep the laws of the port, and are found by tag and by digest."""

import asyncio
import tempfile
from pathlib import Path

import pytest
from contracts.image_registry import REPOSITORY, ImageRegistryContract

from knative_lambda.adapters.local.image_store import LocalImageRegistry
from knative_lambda.adapters.local.tree_digest import digest_of
from knative_lambda.ports.image_registry import ImageRegistry

IMAGE = f"registry.test:5000/{REPOSITORY}:one"


def folder(parent: Path, content: bytes) -> Path:
    """A new folder with a file in it."""
    made = Path(tempfile.mkdtemp(dir=parent))
    (made / "file").write_bytes(content)
    return made


class TestLocalImageRegistry(ImageRegistryContract):
    @pytest.fixture
    def registry(self, tmp_path: Path) -> ImageRegistry:
        self.state = tmp_path
        return LocalImageRegistry(tmp_path)

    async def push(self, image: str, content: bytes) -> str:
        made = folder(self.state, content)
        digest = digest_of(made)
        await LocalImageRegistry(self.state).push(image, made)
        return digest

    async def repositories(self) -> set[str]:
        images = self.state / "images"
        return {path.relative_to(images).as_posix() for path in images.glob("*/*")}


async def test_an_image_is_found_by_tag_and_by_digest_under_any_host(tmp_path: Path) -> None:
    registry = LocalImageRegistry(tmp_path)
    digest = await registry.push(IMAGE, folder(tmp_path, b"one"))
    for image in (IMAGE, f"pull.test/{REPOSITORY}@{digest}", f"pull.test/{REPOSITORY}:one"):
        app = await registry.path(image)
        assert app is not None
        assert (app / "file").read_bytes() == b"one"


async def test_an_image_that_was_not_pushed_has_no_folder(tmp_path: Path) -> None:
    registry = LocalImageRegistry(tmp_path)
    digest = await registry.push(IMAGE, folder(tmp_path, b"one"))
    assert await registry.path(f"registry.test/{REPOSITORY}:two") is None
    assert await registry.path(f"registry.test/other@{digest}") is None
    assert await registry.path(f"registry.test/{REPOSITORY}@sha256:{'0' * 64}") is None


async def test_the_first_push_of_a_tag_wins_and_the_later_leaves_nothing(tmp_path: Path) -> None:
    registry = LocalImageRegistry(tmp_path)
    digest = await registry.push(IMAGE, folder(tmp_path, b"first"))
    assert await registry.push(IMAGE, folder(tmp_path, b"second")) == digest
    app = await registry.path(IMAGE)
    assert app is not None
    assert (app / "file").read_bytes() == b"first"
    assert [path.name for path in (tmp_path / "images").iterdir()] == [REPOSITORY.split("/")[0]]


async def test_a_push_that_is_cancelled_never_happens(tmp_path: Path) -> None:
    registry = LocalImageRegistry(tmp_path)
    pushing = asyncio.create_task(registry.push(IMAGE, folder(tmp_path, b"one")))
    await asyncio.sleep(0)
    pushing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await pushing
    assert await registry.digest(IMAGE) is None


@pytest.mark.parametrize("image", ["host/repository", "host/../x:tag", "host/x:..", "name:tag"])
async def test_what_names_no_image_is_refused(tmp_path: Path, image: str) -> None:
    with pytest.raises(ValueError, match="registry/repository:tag"):
        await LocalImageRegistry(tmp_path).digest(image)


class TestDigest:
    def test_equal_folders_have_equal_digests(self, tmp_path: Path) -> None:
        assert digest_of(folder(tmp_path, b"one")) == digest_of(folder(tmp_path, b"one"))

    def test_a_name_a_content_and_a_mode_count(self, tmp_path: Path) -> None:
        plain, renamed, executable = (folder(tmp_path, b"one") for _ in range(3))
        (renamed / "file").rename(renamed / "other")
        (executable / "file").chmod(0o755)
        folders = [plain, renamed, executable, folder(tmp_path, b"two")]
        assert len({digest_of(made) for made in folders}) == len(folders)

    def test_a_link_counts_by_its_target(self, tmp_path: Path) -> None:
        linked, elsewhere, copied = (folder(tmp_path, b"one") for _ in range(3))
        (linked / "other").symlink_to("file")
        (elsewhere / "other").symlink_to("missing")
        (copied / "other").write_bytes(b"file")
        folders = [linked, elsewhere, copied]
        assert len({digest_of(made) for made in folders}) == len(folders)

    def test_a_link_to_a_folder_counts_and_is_not_followed(self, tmp_path: Path) -> None:
        plain, linked = folder(tmp_path, b"one"), folder(tmp_path, b"one")
        (linked / "around").symlink_to(".")
        assert digest_of(linked) != digest_of(plain)
