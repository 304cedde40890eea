"""The assembler for OCI registries keeps the laws of the port."""

import pytest
from contracts.image_assembler import TO_KEEP, ImageAssemblerContract
from support import base_images
from support.assembling import BASE, Workshop

from knative_lambda.domain.image_name import ImageName
from knative_lambda.ports.image_assembler import ImageAssembler


class TestOciImageAssembler(ImageAssemblerContract):
    base = BASE

    @pytest.fixture
    def assembler(self) -> ImageAssembler:
        self.workshop = Workshop()
        self.workshop.push_base()
        return self.workshop.assembler()

    async def push(self, image: str) -> str:
        name = ImageName.parse(image)
        history = [{"created_by": "RUN 0"}, {"created_by": TO_KEEP}]
        built = base_images.written(contents=(b"one", b"installed"), history=history)
        return base_images.push(self.workshop.ours, name.repository, name.tag, built).digest

    async def digest(self, image: str) -> str | None:
        name = ImageName.parse(image)
        return self.workshop.ours.shelf(name.repository).tags.get(name.tag)

    async def platforms(self, image: str) -> tuple[str, ...]:
        members = self.workshop.document(image)["manifests"]
        platforms = [member["platform"] for member in members]
        return tuple(f"{each['os']}/{each['architecture']}" for each in platforms)


class TestWithoutMounting(TestOciImageAssembler):
    @pytest.fixture
    def assembler(self) -> ImageAssembler:
        self.workshop = Workshop()
        self.workshop.ours.mounts = False
        self.workshop.push_base()
        return self.workshop.assembler()


class TestWithImmutableTags(TestOciImageAssembler):
    @pytest.fixture
    def assembler(self) -> ImageAssembler:
        self.workshop = Workshop()
        self.workshop.ours.immutable = True
        self.workshop.push_base()
        return self.workshop.assembler()
