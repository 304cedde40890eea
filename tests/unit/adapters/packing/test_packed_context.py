"""What a packed context tells for an image that is appended."""

from pathlib import Path

import pytest
from support.own_templates import planted

from knative_lambda.adapters.packing.context_builder import ContextBuilder
from knative_lambda.adapters.templates.overrides import overridden
from knative_lambda.domain.errors import SetupError, TransientError
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.recipe import Copy
from knative_lambda.domain.request import BuildRequest

NODE = BuildRequest(function=FunctionId("acme", "hello"), runtime="nodejs22", source_url="")
DEPENDS = '{"dependencies": {"left": "^1"}}'


@pytest.mark.parametrize(
    ("machines", "platforms"),
    [([], None), ([62], {"amd64"}), ([62, 183, 62], {"amd64", "arm64"}), ([1], {"unknown"})],
)
async def test_the_platforms_are_those_of_the_native_files(
    tmp_path: Path, machines: list[int], platforms: set[str] | None
) -> None:
    tree = planted(tmp_path, {"index.js": ""})
    for number, machine in enumerate(machines):
        start = b"\x7fELF\x02\x01" + bytes(12) + machine.to_bytes(2, "little")
        (tree / f"{number}.node").write_bytes(start)
    assert (await ContextBuilder().pack(tree, NODE)).platforms == platforms


async def test_a_lock_pins_what_is_installed(tmp_path: Path) -> None:
    tree = planted(tmp_path, {"index.js": "", "package.json": DEPENDS})
    assert not (await ContextBuilder().pack(tree, NODE)).pinned
    planted(tree, {"package-lock.json": "{}"})
    assert (await ContextBuilder().pack(tree, NODE)).pinned


async def test_no_copy_finds_what_describes_the_build(tmp_path: Path) -> None:
    packed = await ContextBuilder().pack(planted(tmp_path, {"index.js": "", "func.yaml": ""}), NODE)
    outer = {path for path in packed.digests if "/" not in path}
    assert outer == set()
    assert "function/func.yaml" in packed.digests
    assert packed.dockerfile.startswith("FROM docker.io/library/node:22-slim\n")


@pytest.mark.parametrize("change", [b"longer than before", None], ids=["edited", "removed"])
async def test_a_tree_that_changes_before_its_layer_is_read_may_be_tried_again(
    tmp_path: Path, change: bytes | None
) -> None:
    tree = planted(tmp_path, {"index.js": ""})
    packed = await ContextBuilder().pack(tree, NODE)
    (tree / "index.js").unlink()
    if change is not None:
        (tree / "index.js").write_bytes(change)
    with pytest.raises(TransientError, match=r"'function/index\.js' changed"):
        list(packed.layer(Copy(("function",), "/app/")))


async def test_an_operators_dockerignore_counts(tmp_path: Path) -> None:
    tree = planted(tmp_path / "tree", {"index.js": "", "secrets/a": "", "lib/secrets": ""})
    own = planted(tmp_path / "own", {"runtimes/dockerignore": b"*/secrets\n\xff\n!**/index.js\n"})
    packed = await ContextBuilder(templates=overridden(own)).pack(tree, NODE)
    assert "function/secrets/a" not in packed.digests
    assert {"function/lib/secrets", "Dockerfile"} <= packed.digests.keys()
    assert packed.files > len(packed.digests)


async def test_a_dockerignore_that_is_none_is_the_operators_to_mend(tmp_path: Path) -> None:
    tree = planted(tmp_path / "tree", {"index.js": ""})
    own = planted(tmp_path / "own", {"runtimes/dockerignore": "[a\n"})
    with pytest.raises(SetupError, match="runtimes/dockerignore"):
        await ContextBuilder(templates=overridden(own)).pack(tree, NODE)
