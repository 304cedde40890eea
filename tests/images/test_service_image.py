"""The service's own image: what it holds, who runs in it, and that it can be made again."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from images import debian
from images.building import Builder
from images.storage import Container

from knative_lambda.domain.runtimes import RUNTIMES

ROOT: Final = Path(__file__).parents[2]
HOME: Final = "opt/knative-lambda"
_UNCHECKED: Final = 1  # the flags of bytecode that is never compared with its source


def build(builder: Builder, name: str) -> str:
    """The image, and its id in the storage."""
    volumes = (*builder.settings.volumes, debian.sources(builder.scratch))
    builder.storage.run(
        *("build", "--pull-never", "--no-cache", "--network", "host", "--timestamp", "1700000000"),
        *("--build-arg", f"BASE={RUNTIMES['python311'].base_image}"),
        *(word for volume in volumes for word in ("--volume", volume)),
        *("--tag", name, str(ROOT)),
    )
    return builder.storage.run("inspect", "--type", "image", "--format", "{{.FromImageID}}", name)


@pytest.fixture(scope="module")
def image(builder: Builder) -> Iterator[tuple[str, str]]:
    """Its name, and its id."""
    name = "localhost/service:latest"
    yield name, build(builder, name)
    builder.storage.run("rmi", "--force", name)


@pytest.fixture(scope="module")
def container(builder: Builder, image: tuple[str, str]) -> Iterator[Container]:
    with builder.storage.container(image[0]) as container:
        yield container


def test_it_runs_the_command_as_a_user_by_number(builder: Builder, image: tuple[str, str]) -> None:
    configuration = builder.storage.configuration(image[0])

    assert configuration["User"] == "65532:65532"
    assert configuration["Entrypoint"] == [f"/{HOME}/bin/knative-lambda"]
    assert configuration["WorkingDir"] == "/tmp"  # noqa: S108 - the one place it may write to


def test_the_command_runs_and_so_do_the_programs_that_fetch_sources(container: Container) -> None:
    container.run(f"/{HOME}/bin/knative-lambda", "--help")
    container.run("git", "--version")
    container.run("ssh", "-V")


def test_all_bytecode_is_there_and_believed(container: Container) -> None:
    modules = [
        file
        for file in (container.rootfs / HOME / "lib").rglob("*.py")
        if "knative_lambda/templates" not in str(file)
    ]
    tag = next((container.rootfs / HOME).rglob("*.pyc")).suffixes[0].removeprefix(".")
    compiled = [module.parent / "__pycache__" / f"{module.stem}.{tag}.pyc" for module in modules]

    assert len(modules) > 500
    assert [file for file in compiled if not file.exists()] == []
    assert [file for file in compiled if file.read_bytes()[4] != _UNCHECKED] == []


def test_nothing_in_it_belongs_to_its_user(container: Container) -> None:
    files = list((container.rootfs / HOME).rglob("*"))

    assert {file.lstat().st_uid for file in files} == {0}
    assert [file for file in files if not file.is_symlink() and file.stat().st_mode & 0o022] == []


def test_it_can_be_made_again_to_the_byte(builder: Builder, image: tuple[str, str]) -> None:
    name = "localhost/service:again"
    try:
        assert build(builder, name) == image[1]
    finally:
        builder.storage.run("rmi", "--force", name)
