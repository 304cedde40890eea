"""What is copied into an image: the same by a builder as in the layers that we would append."""

import io
import stat
import tarfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from images.building import Build, Builder

from knative_lambda.adapters.packing.ignored import ignored
from knative_lambda.adapters.packing.layer import layer
from knative_lambda.adapters.packing.tree import TreeLimits, scan
from knative_lambda.domain.recipe_reading import recipe

_HANDLER = "def handler(event, context):\n    return event.data\n"
_SOURCES = {
    "nodejs22": {"index.js": "exports.handler = async (event) => event.data;\n", "lib/a.js": ""},
    "python311": {"index.py": _HANDLER, "lib/a/b.py": "A = 1\n", "data/func.yaml": ""},
}


@pytest.mark.parametrize("runtime", _SOURCES)
def test_a_builder_makes_the_files_that_we_would_append(builder: Builder, runtime: str) -> None:
    with builder.built(f"copied-{runtime}", _SOURCES[runtime], runtime=runtime) as build:
        assert build.exit_code == 0, build.log
        with builder.storage.container(build.image) as container:
            assert _found(container.rootfs / "app") == _appended(build)


def _appended(build: Build) -> Mapping[str, tuple[int, bytes]]:
    """The modes and contents of all below `/app`, those of folders without any content."""
    is_ignored = ignored((build.context / ".dockerignore").read_text())
    members = {
        member.path: member
        for member in scan(build.context, "", TreeLimits(1000, 1 << 24))
        if not is_ignored(member.path)
    }
    read = recipe((build.context / "Dockerfile").read_text(), members)
    found: dict[str, tuple[int, bytes]] = {}
    for copy in (step.copy for step in read.steps if step.copy is not None):
        with tarfile.open(fileobj=io.BytesIO(b"".join(layer(copy, members)))) as tar:
            for entry in tar.getmembers():
                content = tar.extractfile(entry)
                found[entry.name] = (entry.mode, content.read() if content is not None else b"")
    assert found.pop("app")
    return {path.removeprefix("app/"): file for path, file in found.items()}


def _found(folder: Path) -> Mapping[str, tuple[int, bytes]]:
    return {
        str(place.relative_to(folder)): (
            stat.S_IMODE(place.stat().st_mode),
            place.read_bytes() if place.is_file() else b"",
        )
        for place in folder.rglob("*")
    }


@pytest.mark.parametrize("much", [False, True])
def test_much_code_in_python_has_its_bytecode_in_the_image(builder: Builder, *, much: bool) -> None:
    files = {"index.py": _HANDLER, "more.py": "#" * (300_000 if much else 100)}
    with builder.built(f"bytecode-{much}".lower(), files, runtime="python311") as build:
        assert build.exit_code == 0, build.log
        with builder.storage.container(build.image) as container:
            compiled = {file.parent.parent.name for file in container.rootfs.glob("app/**/*.pyc")}
            assert compiled == ({"function", "lambda_runtime", "runtime"} if much else set())
