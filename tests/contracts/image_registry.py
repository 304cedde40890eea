"""The laws of `ImageRegistry`."""

from abc import abstractmethod

import pytest
from contracts.contract import Contract

from knative_lambda.ports.image_registry import ImageRegistry

REPOSITORY = "lambda/acme-hello-0a1b2c3d"


class ImageRegistryContract(Contract):
    """What every registry must do.

    Attributes:
        host: Of the registry, as images name it.
    """

    host: str = "registry.test"

    @pytest.fixture
    def registry(self) -> ImageRegistry:
        """A registry without any repository."""
        raise NotImplementedError

    @abstractmethod
    async def push(self, image: str, content: bytes) -> str:
        """Back door: push an image made of *content*, as a builder would.

        Returns the image's digest, whether or not the registry let it have the tag.
        """

    @abstractmethod
    async def repositories(self) -> set[str]:
        """Back door: the repositories that are there."""

    def image(self, tag: str) -> str:
        """The image of that tag in the repository under test."""
        return f"{self.host}/{REPOSITORY}:{tag}"

    async def test_without_its_repository_a_tag_has_no_digest(
        self, registry: ImageRegistry
    ) -> None:
        assert await registry.digest(self.image("never")) is None

    async def test_a_tag_that_was_never_pushed_has_no_digest(self, registry: ImageRegistry) -> None:
        await registry.ensure(REPOSITORY)
        assert await registry.digest(self.image("never")) is None
        await self.push(self.image("other"), b"other")
        assert await registry.digest(self.image("never")) is None

    async def test_a_pushed_tag_has_its_digest(self, registry: ImageRegistry) -> None:
        await registry.ensure(REPOSITORY)
        pushed = {tag: await self.push(self.image(tag), tag.encode()) for tag in ("one", "two")}
        assert pushed["one"] != pushed["two"]
        assert await registry.digest(self.image("one")) == pushed["one"]
        assert await registry.digest(self.image("two")) == pushed["two"]

    async def test_a_later_push_of_a_tag_changes_nothing(self, registry: ImageRegistry) -> None:
        await registry.ensure(REPOSITORY)
        first = await self.push(self.image("one"), b"first")
        second = await self.push(self.image("one"), b"second")
        assert first != second
        assert await registry.digest(self.image("one")) == first

    async def test_a_repository_is_made_once(self, registry: ImageRegistry) -> None:
        await registry.ensure(REPOSITORY)
        assert await self.repositories() == {REPOSITORY}
        pushed = await self.push(self.image("one"), b"one")
        await registry.ensure(REPOSITORY)
        assert await self.repositories() == {REPOSITORY}
        assert await registry.digest(self.image("one")) == pushed
