"""The laws of `ImageAssembler`."""

from abc import abstractmethod
from collections.abc import Iterator

import attrs
import pytest
from contracts.contract import Contract

from knative_lambda.domain.errors import TransientError
from knative_lambda.domain.recipe import Copy, Recipe, Stage, Step
from knative_lambda.ports.image_assembler import CannotAppendError, ImageAssembler, ImageSpec

REPOSITORY = "lambda/acme-hello-0a1b2c3d"
OTHER = "lambda/acme-other-4e5f6071"
KEPT = f"dependencies-{'7' * 40}"
PLATFORMS = ("linux/amd64", "linux/arm64")
CODE = Copy(("function",), "/app/function/")
INSTALLED = Copy(("/app/dependencies",), "/app/dependencies/", "build")
TO_KEEP = "COPY --from=build /app/dependencies dependencies/"


def tar(_copy: Copy) -> Iterator[bytes]:
    """A tar of no files."""
    yield bytes(512)
    yield bytes(512)


def changing(_copy: Copy) -> Iterator[bytes]:
    """A tar that ends before its end."""
    yield bytes(512)
    raise TransientError("a file has changed")


class ImageAssemblerContract(Contract):
    """What every assembler must do.

    Attributes:
        host: Of the registry, as images name it.
        base: An image that is there, for `PLATFORMS`.
    """

    host: str = "registry.test"
    base: str = "registry.test/base:1"

    @pytest.fixture
    def assembler(self) -> ImageAssembler:
        """An assembler whose registry has no image of ours."""
        raise NotImplementedError

    @abstractmethod
    async def push(self, image: str) -> str:
        """Back door: push some image, as a builder would, which gives its digest.

        It has a layer for `TO_KEEP`.
        """

    @abstractmethod
    async def digest(self, image: str) -> str | None:
        """Back door: what the registry calls *image*."""

    @abstractmethod
    async def platforms(self, image: str) -> tuple[str, ...]:
        """Back door: what *image* is for."""

    def image(self, tag: str, repository: str = REPOSITORY) -> str:
        """The image of that tag."""
        return f"{self.host}/{repository}:{tag}"

    def spec(self, tag: str = "one", repository: str = REPOSITORY) -> ImageSpec:
        """Of code alone."""
        steps = (
            Step("WORKDIR /app", folder="/app"),
            Step("COPY function function/", copy=CODE),
            Step('CMD ["run"]'),
        )
        recipe = Recipe(base=self.base, folder="/app", command=("run",), steps=steps)
        return ImageSpec(image=self.image(tag, repository), recipe=recipe, layer=tar)

    def with_kept(self, kept: str = KEPT, repository: str = REPOSITORY) -> ImageSpec:
        """Of code, and of what a stage has installed."""
        spec = self.spec("kept", repository)
        stage = Stage("build", "FROM base AS build\nRUN install", ("function/lock",))
        steps = (Step(TO_KEEP, copy=INSTALLED), *spec.recipe.steps)
        recipe = attrs.evolve(spec.recipe, steps=steps, stages=(stage,))
        return attrs.evolve(spec, recipe=recipe, kept=kept)

    async def test_what_was_assembled_has_its_tag_on_every_platform(
        self, assembler: ImageAssembler
    ) -> None:
        made = await assembler.assemble(self.spec())
        assert await self.digest(self.image("one")) == made.digest
        assert made.platforms == await self.platforms(self.image("one")) == PLATFORMS

    async def test_the_same_spec_sends_nothing_again(self, assembler: ImageAssembler) -> None:
        first = await assembler.assemble(self.spec())
        second = await assembler.assemble(self.spec())
        assert first.sent > second.sent == 0
        assert first.digest == second.digest
        other = attrs.evolve(self.spec("two"), labels=(("a", "b"),))
        assert (await assembler.assemble(other)).digest != first.digest

    async def test_a_tag_that_is_there_is_left_as_it_is(self, assembler: ImageAssembler) -> None:
        there = await self.push(self.image("one"))
        made = await assembler.assemble(self.spec())
        assert made.digest == there == await self.digest(self.image("one"))

    async def test_what_fails_midway_leaves_no_tag(self, assembler: ImageAssembler) -> None:
        with pytest.raises(TransientError):
            await assembler.assemble(attrs.evolve(self.spec(), layer=changing))
        assert await self.digest(self.image("one")) is None

    async def test_a_base_that_is_not_there_cannot_be_appended_to(
        self, assembler: ImageAssembler
    ) -> None:
        spec = self.spec()
        other = attrs.evolve(spec.recipe, base=f"{self.base}0")
        with pytest.raises(CannotAppendError):
            await assembler.assemble(attrs.evolve(spec, recipe=other))
        assert await self.digest(self.image("one")) is None

    async def test_a_layer_that_was_kept_can_be_had(self, assembler: ImageAssembler) -> None:
        built = await self.push(self.image("built"))
        assert await assembler.keep(self.image("built"), built, KEPT)
        assert await assembler.keep(self.image("built"), built, KEPT)
        made = await assembler.assemble(self.with_kept())
        assert await self.digest(self.image("kept")) == made.digest

    async def test_a_layer_that_was_not_kept_cannot_be_had(self, assembler: ImageAssembler) -> None:
        built = await self.push(self.image("built"))
        assert await assembler.keep(self.image("built"), built, KEPT)
        for spec in (
            self.with_kept(f"dependencies-{'8' * 40}"),
            self.with_kept(repository=OTHER),
        ):
            with pytest.raises(CannotAppendError):
                await assembler.assemble(spec)
            assert await self.digest(spec.image) is None
