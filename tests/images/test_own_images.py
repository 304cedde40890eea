"""The images of the service and of its sidecar: what they hold, and who runs in them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import attrs
import pytest
from images import debian
from images.building import Builder
from images.storage import Container

from knative_lambda.domain.runtimes import RUNTIMES

ROOT: Final = Path(__file__).parents[2]
HOME: Final = "opt/knative-lambda"
_UNCHECKED: Final = 1  # the flags of bytecode that is never compared with its source


@attrs.frozen
class OwnImage:
    """An image of ours.

    Attributes:
        file: Its Dockerfile, from the root of the repository.
        entrypoint: As a container starts.
        programs: Calls of what must be in it besides.
    """

    file: str
    entrypoint: tuple[str, ...]
    programs: tuple[tuple[str, ...], ...]

    @property
    def name(self) -> str:
        """In the storage."""
        return f"localhost/own/{re.sub('[^a-z]+', '-', self.file.lower())}:latest"


SERVICE: Final = OwnImage(
    "Dockerfile",
    (f"/{HOME}/bin/knative-lambda",),
    ((f"/{HOME}/bin/knative-lambda", "--help"), ("git", "--version"), ("ssh", "-V")),
)
SIDECAR: Final = OwnImage(
    "sidecar/Dockerfile",
    ("python", "-m", "knative_lambda.entrypoints.sidecar"),
    (
        ("cat", "/dev/null"),
        ("python", "-c", "import knative_lambda.entrypoints.sidecar_process"),
        ("python", "-c", "import knative_lambda.entrypoints.fetch_context"),
    ),
)


def build(builder: Builder, image: OwnImage, name: str) -> None:
    """Put it into the storage under *name*."""
    volumes = (*builder.settings.volumes, debian.sources(builder.scratch))
    builder.storage.run(
        *("build", "--pull-never", "--no-cache", "--network", "host", "--timestamp", "1700000000"),
        *("--build-arg", f"BASE={RUNTIMES['python311'].base_image}"),
        *(word for volume in volumes for word in ("--volume", volume)),
        *("--file", str(ROOT / image.file), "--tag", name, str(ROOT)),
    )


def made(builder: Builder, name: str) -> str:
    """Its id."""
    return builder.storage.run("inspect", "--type", "image", "--format", "{{.FromImageID}}", name)


@pytest.fixture(scope="module", params=[SERVICE, SIDECAR], ids=["service", "sidecar"])
def image(request: pytest.FixtureRequest, builder: Builder) -> Iterator[OwnImage]:
    """It is built."""
    image: OwnImage = request.param
    build(builder, image, image.name)
    yield image
    builder.storage.run("rmi", "--force", image.name)


@pytest.fixture(scope="module")
def container(builder: Builder, image: OwnImage) -> Iterator[Container]:
    with builder.storage.container(image.name) as container:
        yield container


def test_it_runs_the_command_as_a_user_by_number(builder: Builder, image: OwnImage) -> None:
    configuration = builder.storage.configuration(image.name)

    assert configuration["User"] == "65532:65532"
    assert configuration["Entrypoint"] == [*image.entrypoint]
    assert configuration["WorkingDir"] == "/tmp"  # noqa: S108 - the one place it may write to


def test_what_it_needs_runs(image: OwnImage, container: Container) -> None:
    for program in image.programs:
        container.run(*program)


def test_all_bytecode_is_there_and_believed(container: Container) -> None:
    modules = [
        file
        for file in (container.rootfs / HOME / "lib").rglob("*.py")
        if "knative_lambda/templates" not in str(file)
    ]
    tag = next((container.rootfs / HOME).rglob("*.pyc")).suffixes[0].removeprefix(".")
    compiled = [module.parent / "__pycache__" / f"{module.stem}.{tag}.pyc" for module in modules]

    assert len(modules) > 300
    assert [file for file in compiled if not file.exists()] == []
    assert [file for file in compiled if file.read_bytes()[4] != _UNCHECKED] == []


def test_nothing_in_it_belongs_to_its_user(container: Container) -> None:
    files = list((container.rootfs / HOME).rglob("*"))

    assert {file.lstat().st_uid for file in files} == {0}
    assert [file for file in files if not file.is_symlink() and file.stat().st_mode & 0o022] == []


def test_it_can_be_made_again_to_the_byte(builder: Builder, image: OwnImage) -> None:
    again = image.name.replace("latest", "again")
    build(builder, image, again)
    try:
        assert made(builder, again) == made(builder, image.name)
    finally:
        builder.storage.run("rmi", "--force", again)
