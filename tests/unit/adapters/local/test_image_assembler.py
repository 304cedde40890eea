"""On this machine, nothing is appended."""

import pytest
from contracts.image_assembler import tar

from knative_lambda.adapters.local.image_assembler import NoImageAssembler
from knative_lambda.domain.recipe import Recipe
from knative_lambda.ports.image_assembler import CannotAppendError, ImageSpec

IMAGE = "localhost:5000/lambda/a:1"


async def test_every_image_is_refused_in_words() -> None:
    spec = ImageSpec(image=IMAGE, recipe=Recipe(base="registry.test/base:1"), layer=tar)
    with pytest.raises(CannotAppendError, match="builds and serves without images"):
        await NoImageAssembler().assemble(spec)


async def test_nothing_is_kept() -> None:
    assert not await NoImageAssembler().keep(IMAGE, f"sha256:{'a' * 64}", "kept")
