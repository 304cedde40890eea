"""What packs contexts, as the settings say."""

from pathlib import Path

import attrs
import pytest
from support.in_memory import IN_MEMORY

from knative_lambda.adapters.packing.context_builder import ContextBuilder
from knative_lambda.adapters.templates.templates import ours
from knative_lambda.domain.base_images import with_images
from knative_lambda.domain.runtimes import RUNTIMES
from knative_lambda.entrypoints.container import Container
from knative_lambda.settings import SettingsError


async def test_contexts_are_packed_as_the_settings_say(tmp_path: Path) -> None:
    (tmp_path / "runtimes").mkdir()
    (tmp_path / "runtimes" / "dockerignore").write_text("secrets\n", "utf-8")
    images = with_images(RUNTIMES, {"go127": "registry.test/base:1"})
    settings = attrs.evolve(IN_MEMORY, runtime_images=images, templates_dir=tmp_path)
    packer = Container(settings=settings).packer().made
    assert isinstance(packer, ContextBuilder)
    assert packer.runtimes == images
    assert packer.templates.contents["runtimes/dockerignore"] == b"secrets\n"


async def test_without_other_images_and_templates_ours_are_packed_with() -> None:
    packer = Container(settings=IN_MEMORY).packer().made
    assert isinstance(packer, ContextBuilder)
    assert packer.runtimes == RUNTIMES
    assert packer.templates is ours()


async def test_each_fault_of_a_templates_folder_is_told_by_its_variable(tmp_path: Path) -> None:
    for name in ("README.md", "notes.txt"):
        (tmp_path / name).write_text("", "utf-8")
    settings = attrs.evolve(IN_MEMORY, templates_dir=tmp_path)
    with pytest.raises(SettingsError) as caught:
        Container(settings=settings).consumer()
    begin = f"KLB_TEMPLATES_DIR: {str(tmp_path)!r}: "
    lines = str(caught.value).splitlines()
    assert [line.removeprefix(begin).partition(":")[0] for line in lines] == [
        "README.md",
        "notes.txt",
    ]
