"""The assembler in memory, plain and subject to faults, keeps the laws of the port."""

import pytest
from contracts.image_assembler import PLATFORMS, ImageAssemblerContract, tar

from knative_lambda.adapters.memory.faults import Fault, Faults, Kind, with_faults
from knative_lambda.adapters.memory.image_assembler import MemoryImageAssembler
from knative_lambda.adapters.memory.image_registry import MemoryImageRegistry
from knative_lambda.adapters.prometheus.calls import measured
from knative_lambda.adapters.prometheus.metrics import PrometheusMetrics
from knative_lambda.domain.errors import TransientError
from knative_lambda.domain.recipe import Recipe
from knative_lambda.ports.image_assembler import CannotAppendError, ImageAssembler, ImageSpec

BASE = "registry.test/base:1"
IMAGE = "registry.test/lambda/a:1"


class TestMemoryImageAssembler(ImageAssemblerContract):
    @pytest.fixture
    def assembler(self) -> ImageAssembler:
        return self.made()

    def made(self) -> MemoryImageAssembler:
        self.registry = MemoryImageRegistry()
        return MemoryImageAssembler(self.registry, frozenset({self.base}))

    async def push(self, image: str) -> str:
        self.registry.push(image, f"sha256:{'a' * 64}")
        return f"sha256:{'a' * 64}"

    async def digest(self, image: str) -> str | None:
        return await self.registry.digest(image)

    async def platforms(self, image: str) -> tuple[str, ...]:
        assert await self.registry.digest(image)
        return PLATFORMS


class TestAssemblerWithoutFaults(TestMemoryImageAssembler):
    @pytest.fixture
    def assembler(self) -> ImageAssembler:
        return with_faults("assembler", self.made(), Faults())


class TestAssemblerMeasured(TestMemoryImageAssembler):
    @pytest.fixture
    def assembler(self) -> ImageAssembler:
        return measured("assembler", self.made(), PrometheusMetrics())


async def test_no_base_is_known_unless_it_is_named() -> None:
    assembler = MemoryImageAssembler(MemoryImageRegistry())
    spec = ImageSpec(image=IMAGE, recipe=Recipe(base=BASE), layer=tar)
    with pytest.raises(CannotAppendError, match="the base image is not known here"):
        await assembler.assemble(spec)


async def test_native_files_leave_their_own_platforms() -> None:
    assembler = MemoryImageAssembler(MemoryImageRegistry(), frozenset({BASE}))
    spec = ImageSpec(
        image=IMAGE, recipe=Recipe(base=BASE), layer=tar, platforms=frozenset({"arm64"})
    )
    assert (await assembler.assemble(spec)).platforms == ("linux/arm64",)


async def test_what_is_attached_can_be_looked_at() -> None:
    assembler = MemoryImageAssembler(MemoryImageRegistry(), frozenset({BASE}))
    spec = ImageSpec(image=IMAGE, recipe=Recipe(base=BASE), layer=tar, sbom=b"{}")
    made = await assembler.assemble(spec)
    assert assembler.attached == {made.sbom: b"{}"}


async def test_nothing_is_kept_of_an_image_that_is_not_there() -> None:
    assembler = MemoryImageAssembler(MemoryImageRegistry())
    assert not await assembler.keep(IMAGE, f"sha256:{'a' * 64}", "kept")


async def test_an_image_whose_answer_is_lost_is_there_all_the_same() -> None:
    registry = MemoryImageRegistry()
    inner = MemoryImageAssembler(registry, frozenset({BASE}))
    faults = Faults([Fault("assembler.assemble", 1, Kind.LOSE)])
    assembler: ImageAssembler = with_faults("assembler", inner, faults)
    spec = ImageSpec(image=IMAGE, recipe=Recipe(base=BASE), layer=tar)
    with pytest.raises(TransientError):
        await assembler.assemble(spec)
    there = await registry.digest(IMAGE)
    assert there is not None
    assert (await assembler.assemble(spec)).digest == there
