"""The context builder: the laws of its port, what a context holds, and which sources it refuses."""

import json
import os
from pathlib import Path

import attrs
import pytest
from contracts.context_packer import ContextPackerContract, packed_bytes

from knative_lambda.adapters.packing import tree as trees
from knative_lambda.adapters.packing.content_hash import content_hash
from knative_lambda.adapters.packing.context_builder import LIMITS, ContextBuilder
from knative_lambda.adapters.packing.digest import tree_hash_of_archive
from knative_lambda.adapters.packing.tree import TreeLimits
from knative_lambda.adapters.packing.unpack import unpack
from knative_lambda.domain.errors import SourceRefusedError, TransientError
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.request import BuildRequest
from knative_lambda.ports.context_packer import ContextPacker, PackedContext

NODE = BuildRequest(
    function=FunctionId("acme", "hello"), runtime="nodejs22", source_url="https://code.test/a"
)
PYTHON = attrs.evolve(NODE, runtime="python312")


class TestContextBuilder(ContextPackerContract):
    @pytest.fixture
    def packer(self) -> ContextPacker:
        return ContextBuilder()


def source(root: Path, *empty: str, **texts: str) -> Path:
    """Files under the root: empty ones, and a manifest by the start of its name."""
    manifests = {"package": "package.json", "lock": "package-lock.json"}
    for path, text in [(path, "") for path in empty] + [
        (manifests[name], text) for name, text in texts.items()
    ]:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return root


async def context(tree: Path, request: BuildRequest, into: Path) -> set[str]:
    """Packs the tree and unpacks the context; the paths of its files."""
    return unpacked(await ContextBuilder().pack(tree, request), into)


def unpacked(packed: PackedContext, into: Path) -> set[str]:
    archive = into.with_suffix(".tar.gz")
    archive.write_bytes(packed_bytes(packed))
    with archive.open("rb") as stream:
        assert tree_hash_of_archive(stream) == packed.tree_hash
        stream.seek(0)
        unpack(stream, into)
    return {str(path.relative_to(into)) for path in into.rglob("*") if path.is_file()}


async def refusal(tree: Path, request: BuildRequest) -> SourceRefusedError:
    with pytest.raises(SourceRefusedError) as caught:
        await ContextBuilder().pack(tree, request)
    assert str(tree) not in caught.value.detail
    return caught.value


async def test_a_context_for_nodejs_is_source_wrapper_and_descriptions(tmp_path: Path) -> None:
    tree = source(tmp_path / "tree", "index.js", "lib/a.js", "Dockerfile", "func.yaml")
    paths = await context(tree, NODE, tmp_path / "context")
    assert {path for path in paths if not path.startswith("runtime/")} == {
        ".dockerignore",
        "Dockerfile",
        "func.yaml",
        "function/Dockerfile",
        "function/func.yaml",
        "function/index.js",
        "function/lib/a.js",
        "function/package.json",
    }
    assert {"runtime/function.json", "runtime/index.js", "runtime/package.json"} <= paths


async def test_a_context_for_python_is_source_wrapper_and_descriptions(tmp_path: Path) -> None:
    tree = source(tmp_path / "tree", "index.py", "package/__init__.py")
    paths = await context(tree, PYTHON, tmp_path / "context")
    assert {path for path in paths if not path.startswith("runtime/")} == {
        ".dockerignore",
        "Dockerfile",
        "func.yaml",
        "function/index.py",
        "function/package/__init__.py",
    }
    assert {"runtime/function.json", "runtime/main.py"} <= paths
    assert not any("__pycache__" in path for path in paths)


async def test_function_json_holds_what_belongs_to_the_image_alone(tmp_path: Path) -> None:
    tree = source(tmp_path / "tree", "index.js")
    await context(tree, NODE, tmp_path / "context")
    assert json.loads((tmp_path / "context/runtime/function.json").read_bytes()) == {
        "third_party_id": "acme",
        "parser_id": "hello",
        "handler": "index.handler",
        "source": "network.notifi.acme",
    }


async def test_a_package_json_of_the_tenant_is_kept_as_it_is(tmp_path: Path) -> None:
    text = '{"type": "module"}\n\n'
    tree = source(tmp_path / "tree", "index.js", package=text)
    await context(tree, NODE, tmp_path / "context")
    assert (tmp_path / "context/function/package.json").read_text() == text


@pytest.mark.parametrize(
    "other",
    [
        attrs.evolve(NODE, source_url="https://elsewhere.test/b", source_ref="v1", source_path="p"),
        attrs.evolve(NODE, source_credentials="token", correlation_id="c"),
        attrs.evolve(NODE, force=True, build_timeout=60),
        attrs.evolve(NODE, build_args=()),
    ],
    ids=["place", "credentials", "build", "no arguments"],
)
async def test_what_does_not_shape_the_image_leaves_the_content_hash_alone(
    tmp_path: Path, other: BuildRequest
) -> None:
    tree = source(tmp_path, "index.js")
    plain = await ContextBuilder().pack(tree, NODE)
    assert (await ContextBuilder().pack(tree, other)).content_hash == plain.content_hash


async def test_two_functions_of_one_source_have_contexts_of_their_own(tmp_path: Path) -> None:
    tree = source(tmp_path, "index.js")
    first = await ContextBuilder().pack(tree, NODE)
    second = await ContextBuilder().pack(
        tree, attrs.evolve(NODE, function=FunctionId("acme", "other"))
    )
    assert first.content_hash != second.content_hash


def test_the_order_of_build_arguments_does_not_count() -> None:
    pairs = [("A", "1"), ("B", "2")]
    assert content_hash("t", pairs, "b") == content_hash("t", reversed(pairs), "b")


def test_each_part_counts_in_the_content_hash() -> None:
    hashes = {
        content_hash("t", [("A", "1")], "b"),
        content_hash("u", [("A", "1")], "b"),
        content_hash("t", [("A", "2")], "b"),
        content_hash("t", [("A", "1")], "c"),
        content_hash("t", [], "b"),
        content_hash("b", [], "t"),
    }
    assert len(hashes) == 6


@pytest.mark.parametrize(
    ("handler", "file"),
    [
        ("index.handler", "index.js"),
        ("index.handler", "index.mjs"),
        ("index.handler", "index.cjs"),
        ("dist/app.run", "dist/app.js"),
        ("lib/app.min.run", "lib/app.min.js"),
    ],
)
async def test_a_handler_may_be_in_any_file_that_nodejs_loads(
    tmp_path: Path, handler: str, file: str
) -> None:
    tree = source(tmp_path, file)
    packed = await ContextBuilder().pack(tree, attrs.evolve(NODE, handler=handler))
    assert packed.files > 1


@pytest.mark.parametrize(
    ("given", "files", "wanted", "found"),
    [
        (NODE, ["main.js", "lib/x.js", "a.md"], "index.js (or .mjs, .cjs)", "main.js, lib/x.js"),
        (NODE, ["index.ts"], "index.js (or .mjs, .cjs)", "no .js, .mjs or .cjs file"),
        (attrs.evolve(PYTHON, handler="app/main.run"), ["app.py", "a.js"], "app/main.py", "app.py"),
        (PYTHON, ["index.js"], "index.py", "no .py file"),
        (
            attrs.evolve(NODE, handler="node_modules/a/index.handler"),
            ["node_modules/a/index.js", "index.js"],
            "node_modules/a/index.js (or .mjs, .cjs)",
            "index.js",
        ),
        (
            PYTHON,
            [f"{letter}.py" for letter in "abcdefghklmn"],
            "index.py",
            "a.py, b.py, c.py, d.py, e.py, f.py, g.py, h.py, k.py, l.py and 2 more",
        ),
    ],
    ids=["nodejs", "none for nodejs", "python", "none for python", "left out", "many"],
)
async def test_a_handler_without_its_file_is_refused_with_what_there_is(
    tmp_path: Path, given: BuildRequest, files: list[str], wanted: str, found: str
) -> None:
    refused = await refusal(source(tmp_path, *files), given)
    assert refused.reason is Reason.SOURCE_REJECTED
    assert refused.detail == (
        f"handler: '{given.handler}' names function/{wanted}, which the source does not have; "
        f"it has: {found}"
    )


async def test_a_module_that_python_cannot_import_is_refused(tmp_path: Path) -> None:
    tree = source(tmp_path, "app.main.py", "app/main.py")
    refused = await refusal(tree, attrs.evolve(PYTHON, handler="app.main.run"))
    assert refused.reason is Reason.SOURCE_REJECTED
    assert refused.detail == (
        "handler: 'app.main.run' names a module with a dot, which Python cannot import; "
        "write '/' between folders, as in app/main.run"
    )


async def test_a_folder_of_the_handlers_name_is_no_file(tmp_path: Path) -> None:
    refused = await refusal(source(tmp_path, "index.js/main.js"), NODE)
    assert "it has: index.js/main.js" in refused.detail


async def test_a_handler_that_the_build_script_makes_need_not_be_there(tmp_path: Path) -> None:
    tree = source(tmp_path, "index.ts", package='{"scripts": {"build": "tsc"}}')
    packed = await ContextBuilder().pack(tree, attrs.evolve(NODE, handler="dist/index.handler"))
    assert packed.files > 2
    assert "handler" in (await refusal(tree, PYTHON)).detail


@pytest.mark.parametrize("files", [[], [".git/config", "node_modules/a/index.js"]])
async def test_a_source_without_files_is_refused(tmp_path: Path, files: list[str]) -> None:
    refused = await refusal(source(tmp_path, *files), NODE)
    assert refused.reason is Reason.SOURCE_REJECTED
    assert refused.detail.startswith("source: has no files")


async def test_a_tree_that_is_never_packed_is_rejected(tmp_path: Path) -> None:
    (source(tmp_path, "index.js") / "link").symlink_to("/etc/passwd")
    refused = await refusal(tmp_path, NODE)
    assert refused.reason is Reason.SOURCE_REJECTED
    assert refused.detail.startswith("'link' is a symbolic link out of the source")


@pytest.mark.parametrize("limits", [TreeLimits(1, 99), TreeLimits(9, 1)], ids=["files", "bytes"])
async def test_a_tree_over_a_limit_is_too_large(tmp_path: Path, limits: TreeLimits) -> None:
    tree = source(tmp_path, "index.js", package="{}")
    with pytest.raises(SourceRefusedError) as caught:
        await ContextBuilder(limits).pack(tree, NODE)
    assert caught.value.reason is Reason.SOURCE_TOO_LARGE
    assert "limit" in caught.value.detail


def test_the_limits_are_those_of_a_large_source() -> None:
    assert ContextBuilder().limits == LIMITS == TreeLimits(20_000, 500_000_000)


@pytest.mark.parametrize("change", [b"longer than before", None], ids=["edited", "removed"])
async def test_a_tree_that_changes_before_it_is_streamed_may_be_tried_again(
    tmp_path: Path, change: bytes | None
) -> None:
    tree = source(tmp_path, "index.js")
    packed = await ContextBuilder().pack(tree, NODE)
    (tree / "index.js").unlink()
    if change is not None:
        (tree / "index.js").write_bytes(change)
    with pytest.raises(TransientError, match=r"'function/index\.js' changed"):
        packed_bytes(packed)


async def test_a_tree_that_changes_while_it_is_scanned_may_be_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = source(tmp_path, "index.js", "other.js")
    entries = trees._entries

    def removed_meanwhile(directory: Path, relative: str) -> list[tuple[str, int]]:
        found = entries(directory, relative)
        os.unlink(tree / "other.js")  # noqa: PTH108  a Path's method reads like a test's own step
        return found

    monkeypatch.setattr(trees, "_entries", removed_meanwhile)
    with pytest.raises(TransientError, match="went away while it was read"):
        await ContextBuilder().pack(tree, NODE)


async def test_a_lock_that_changes_before_it_is_read_may_be_tried_again(tmp_path: Path) -> None:
    tree = source(tmp_path, "index.js", "package.json", "package-lock.json")
    (tree / "package.json").write_text("{}", encoding="utf-8")
    packed = await ContextBuilder().pack(tree, NODE)
    (tree / "package-lock.json").unlink()
    with pytest.raises(TransientError, match=r"'function/package-lock\.json' changed"):
        packed.components()
