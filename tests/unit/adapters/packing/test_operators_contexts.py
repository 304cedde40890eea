"""What an operator replaces shows in the content hash of the contexts that are made of it."""

from pathlib import Path

import pytest
from support.own_templates import planted

from knative_lambda.adapters.packing.context_builder import ContextBuilder
from knative_lambda.adapters.templates.overrides import overridden
from knative_lambda.domain.base_images import with_images
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.request import BuildRequest
from knative_lambda.domain.runtimes import RUNTIMES

NODE = BuildRequest(function=FunctionId("acme", "hello"), runtime="nodejs22", source_url="")


@pytest.mark.parametrize("name", ["nodejs22", "nodejs22/build"])
async def test_other_images_of_a_runtime_give_another_content_hash(
    tmp_path: Path, name: str
) -> None:
    tree = planted(tmp_path, {"index.js": "", "package.json": '{"dependencies": {"left": "^1"}}'})
    plain = await ContextBuilder().pack(tree, NODE)
    runtimes = with_images(RUNTIMES, {name: "registry.test/node:1"})
    other = await ContextBuilder(runtimes=runtimes).pack(tree, NODE)
    assert other.content_hash != plain.content_hash


@pytest.mark.parametrize(
    ("name", "text", "alike"),
    [
        ("nodejs/Dockerfile.j2", "FROM {{ base_image | image }}\n", False),
        ("nodejs/runtime/index.js", "process.exit();\n", False),
        ("dockerignore", "secrets\n", False),
        ("go/Dockerfile.j2", "FROM {{ base_image | image }}\n", True),
    ],
)
async def test_a_template_of_an_operators_own_gives_another_content_hash_where_it_counts(
    tmp_path: Path,
    name: str,
    text: str,
    alike: bool,  # noqa: FBT001 - a column
) -> None:
    own = planted(tmp_path / "templates", {f"runtimes/{name}": text})
    tree = planted(tmp_path / "tree", {"index.js": ""})
    plain = await ContextBuilder().pack(tree, NODE)
    other = await ContextBuilder(templates=overridden(own)).pack(tree, NODE)
    again = await ContextBuilder(templates=overridden(own)).pack(tree, NODE)
    assert (other.content_hash == plain.content_hash) is alike
    assert again.content_hash == other.content_hash
