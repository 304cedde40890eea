"""The images of the service and of its sidecar: what they hold, and how they run."""

import http.client
import json
import re
import signal
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Final

import pytest
from images.building import Builder
from images.layers import layers
from images.own_images import HOME, SERVICE, SIDECAR, OwnImage
from images.read_only import started
from images.storage import Container
from support.installation_page import PAGE
from support.tcp_proxy import free_port

_UNCHECKED: Final = 1  # the flags of bytecode that is never compared with its source
_PASSWORD: Final = "not-to-be-seen"  # noqa: S105 - nobody's
# All that the service must be told, of a broker that is not there.
_TOLD: Final = {
    "KLB_RABBITMQ_URL": f"amqp://service:{_PASSWORD}@127.0.0.1:1/",
    "KLB_CONTEXT_BUCKET": "contexts",
    "KLB_SIDECAR_IMAGE": "registry.test/sidecar:1",
    "AWS_EC2_METADATA_DISABLED": "true",
}


def made(builder: Builder, name: str) -> str:
    """Its id."""
    return builder.storage.run("inspect", "--type", "image", "--format", "{{.FromImageID}}", name)


def told(image: OwnImage) -> list[str]:
    """How large it is, in the words of the page that tells how it is installed."""
    (row,) = re.findall(rf"^\| `{image.file}` \|(.+)\|$", PAGE.read_text("utf-8"), re.MULTILINE)
    return [word.strip() for word in row.split("|")]


@pytest.fixture(scope="module", params=[SERVICE, SIDECAR], ids=["service", "sidecar"])
def image(request: pytest.FixtureRequest, builder: Builder) -> Iterator[OwnImage]:
    """It is built."""
    image: OwnImage = request.param
    image.build(builder, image.name)
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


def test_it_tells_how_it_is_used(builder: Builder, image: OwnImage) -> None:
    with started(builder.storage, image.name, "--help") as one:
        ended = one.ended()

    assert (ended.code, ended.printed[:7]) == (0, "usage: ")


def test_it_tells_what_it_was_not_told(builder: Builder, image: OwnImage) -> None:
    with started(builder.storage, image.name, *image.process) as one:
        ended = one.ended()

    assert ended.code == 2
    assert f"{image.required}: missing: " in ended.printed
    assert "Traceback" not in ended.printed


@pytest.mark.parametrize("image", [SERVICE], ids=["service"], indirect=True)
def test_it_tells_that_the_broker_is_away_and_waits_for_it_until_told_to_end(
    builder: Builder, image: OwnImage
) -> None:
    port = free_port()
    variables = {**_TOLD, "KLB_HTTP_PORT": str(port)}
    with started(builder.storage, image.name, "consume", variables=variables) as one:
        lost = one.line("source.lost")
        asked = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        asked.request("GET", "/readyz")
        ready = asked.getresponse()
        said = ready.read()
        asked.close()
        one.process.send_signal(signal.SIGTERM)
        ended = one.ended()

    assert json.loads(lost)["error"].startswith("RabbitMQ at 127.0.0.1:1 cannot be reached")
    assert (ready.status, said) == (
        HTTPStatus.SERVICE_UNAVAILABLE,
        b"not connected to the broker",
    )
    assert ended.code == 0
    for wrong in (_PASSWORD, "Traceback", "Read-only file system"):
        assert wrong not in lost + ended.printed


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


def test_nothing_in_it_is_there_for_nobody(image: OwnImage, container: Container) -> None:
    packages = next((container.rootfs / HOME / "lib").glob("python3*/site-packages"))
    unused = {".c", ".h", ".pxd", ".pxi", ".pyi", ".pyx"}
    services = {file.name for file in (packages / "botocore" / "data").glob("*/")}

    assert [file for file in packages.rglob("*") if file.suffix in unused] == []
    assert not (packages / "pip").exists()
    assert len(services) == (6 if image is SERVICE else 0)
    assert not list(packages.glob("kubernetes_asyncio/client/models"))


def test_it_is_as_small_as_the_page_says(builder: Builder, image: OwnImage, tmp_path: Path) -> None:
    *base, own = layers(builder.storage, image.name, tmp_path)
    unpacked, packed, whole = (float(words.split()[0]) * 1e6 for words in told(image))

    assert own.unpacked == pytest.approx(unpacked, rel=0.1)
    assert own.packed == pytest.approx(packed, rel=0.1)
    assert own.packed + sum(layer.packed for layer in base) == pytest.approx(whole, rel=0.1)


def test_nothing_in_it_belongs_to_its_user(container: Container) -> None:
    files = list((container.rootfs / HOME).rglob("*"))

    assert {file.lstat().st_uid for file in files} == {0}
    assert [file for file in files if not file.is_symlink() and file.stat().st_mode & 0o022] == []


def test_it_can_be_made_again_to_the_byte(builder: Builder, image: OwnImage) -> None:
    again = image.name.replace("latest", "again")
    image.build(builder, again)
    try:
        assert made(builder, again) == made(builder, image.name)
    finally:
        builder.storage.run("rmi", "--force", again)
