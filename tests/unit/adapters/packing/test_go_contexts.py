"""Contexts of functions in Go: what they hold, and which sources are refused."""

from pathlib import Path

import attrs
import pytest
from contracts.context_packer import packed_bytes

from knative_lambda.adapters.packing.context_builder import ContextBuilder
from knative_lambda.adapters.packing.unpack import unpack
from knative_lambda.domain.errors import SourceRefusedError
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.request import BuildRequest

GO = BuildRequest(
    function=FunctionId("acme", "hello"),
    runtime="go127",
    source_url="https://code.test/a",
    handler="function.Handle",
)


def planted(root: Path, *empty: str) -> Path:
    """Empty files under the root."""
    for path in empty:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).touch()
    return root


async def context(tree: Path, into: Path) -> set[str]:
    """Packs the tree and unpacks the context; the paths of its files."""
    return unpacked(packed_bytes(await ContextBuilder().pack(tree, GO)), into)


def unpacked(packed: bytes, into: Path) -> set[str]:
    archive = into.with_suffix(".tar.gz")
    archive.write_bytes(packed)
    with archive.open("rb") as stream:
        unpack(stream, into)
    return {str(path.relative_to(into)) for path in into.rglob("*") if path.is_file()}


async def test_a_context_for_go_is_source_wrapper_and_descriptions(tmp_path: Path) -> None:
    tree = planted(tmp_path / "tree", "parser.go", "inner/inner.go")
    paths = await context(tree, tmp_path / "context")
    assert {path for path in paths if not path.startswith("runtime/")} == {
        ".dockerignore",
        "Dockerfile",
        "func.yaml",
        "function/go.mod",
        "function/parser.go",
        "function/inner/inner.go",
    }
    assert {"runtime/function.json", "runtime/go.mod", "runtime/server/main.go"} <= paths


async def test_a_go_mod_of_the_tenant_is_kept_as_it_is(tmp_path: Path) -> None:
    tree = planted(tmp_path / "tree", "parser.go")
    (tree / "go.mod").write_text("module function // ours\n\ngo 1.26\n")
    await context(tree, tmp_path / "context")
    kept = (tmp_path / "context/function/go.mod").read_text()
    assert kept == "module function // ours\n\ngo 1.26\n"


NO_CHOICE = (
    "handler: 'index.handler' must be function.Handle in Go: export func Handle from the package "
    "at the root of the source, and leave the handler out"
)
NONE_THERE = (
    "handler: func Handle is looked for in the .go files at the root of the source, which has "
    "none there; it has: "
)


@pytest.mark.parametrize(
    ("handler", "files", "said"),
    [
        ("index.handler", ["function.go"], NO_CHOICE),
        (
            "function.Handle",
            ["cmd/main.go", "function_test.go", "index.js"],
            f"{NONE_THERE}function_test.go, cmd/main.go",
        ),
        ("function.Handle", ["index.js"], f"{NONE_THERE}no .go file"),
    ],
    ids=["another handler", "elsewhere", "none"],
)
async def test_a_function_in_go_without_its_file_is_refused(
    tmp_path: Path, handler: str, files: list[str], said: str
) -> None:
    tree = planted(tmp_path, *files)
    with pytest.raises(SourceRefusedError) as refused:
        await ContextBuilder().pack(tree, attrs.evolve(GO, handler=handler))
    assert refused.value.reason is Reason.SOURCE_REJECTED
    assert refused.value.detail == said
