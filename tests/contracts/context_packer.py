"""The laws of `ContextPacker`."""

import gzip
import hashlib
import io
import os
import tarfile
from collections.abc import Callable
from pathlib import Path

import attrs
import pytest
from contracts.contract import Contract

from knative_lambda.domain.errors import SourceRefusedError
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.recipe import Copy
from knative_lambda.domain.recipe_reading import recipe
from knative_lambda.domain.request import BuildRequest, FunctionConfig, Scaling, Trigger
from knative_lambda.ports.context_packer import ContextPacker, PackedContext

CODE = "exports.handler = async (event) => event.data;\nexports.other = async () => 1;\n"
REQUEST = BuildRequest(
    function=FunctionId("acme", "hello"),
    runtime="nodejs22",
    source_url="https://code.test/hello",
    config=FunctionConfig(triggers=(Trigger((("type", "t"),)),)),
)


def plant(tree: Path) -> Path:
    """A small function for Node.js in *tree*."""
    (tree / "lib").mkdir(parents=True)
    (tree / "index.js").write_text(CODE, encoding="utf-8")
    (tree / "lib" / "one.js").write_text("module.exports = 1;\n", encoding="utf-8")
    return tree


def packed_bytes(packed: PackedContext) -> bytes:
    """The gzip tar as a whole."""
    return b"".join(packed.pieces())


def files_of(archive: bytes) -> dict[str, tuple[int, str]]:
    """The mode and the hash of each file in a tar, by its path."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        return {
            entry.name: (entry.mode, hashlib.sha256(read.read()).hexdigest())
            for entry in tar.getmembers()
            if (read := tar.extractfile(entry)) is not None
        }


def layer_bytes(packed: PackedContext, *sources: str, target: str = "/app/") -> bytes:
    """The tar of a copy of *sources*."""
    return b"".join(packed.layer(Copy(sources, target)))


def _add(tree: Path) -> None:
    (tree / "more.js").write_text("", encoding="utf-8")


def _edit(tree: Path) -> None:
    (tree / "lib" / "one.js").write_text("module.exports = 2;\n", encoding="utf-8")


def _remove(tree: Path) -> None:
    (tree / "lib" / "one.js").unlink()


def _rename(tree: Path) -> None:
    (tree / "lib" / "one.js").rename(tree / "lib" / "two.js")


class ContextPackerContract(Contract):
    """What everything that packs contexts must do."""

    @pytest.fixture
    def packer(self) -> ContextPacker:
        """The packer under test, with limits that a small function keeps."""
        raise NotImplementedError

    @pytest.fixture
    def tree(self, tmp_path: Path) -> Path:
        """A source that can be built."""
        return plant(tmp_path / "source")

    async def test_the_same_again_gives_the_same_hashes_and_bytes(
        self, packer: ContextPacker, tree: Path
    ) -> None:
        first = await packer.pack(tree, REQUEST)
        second = await packer.pack(tree, REQUEST)
        assert (first.content_hash, first.tree_hash) == (second.content_hash, second.tree_hash)
        assert first.files == second.files
        assert packed_bytes(first) == packed_bytes(first) == packed_bytes(second)

    async def test_the_same_tree_elsewhere_and_later_gives_the_same(
        self, packer: ContextPacker, tree: Path, tmp_path: Path
    ) -> None:
        elsewhere = tmp_path / "elsewhere"
        (elsewhere / "lib").mkdir(parents=True)
        (elsewhere / "lib" / "one.js").write_bytes((tree / "lib" / "one.js").read_bytes())
        (elsewhere / "index.js").write_bytes((tree / "index.js").read_bytes())
        os.utime(elsewhere / "index.js", (1, 1))
        first = await packer.pack(tree, REQUEST)
        second = await packer.pack(elsewhere, REQUEST)
        assert (first.content_hash, first.tree_hash) == (second.content_hash, second.tree_hash)
        assert packed_bytes(first) == packed_bytes(second)

    @pytest.mark.parametrize("change", [_add, _edit, _remove, _rename])
    async def test_another_file_gives_other_hashes(
        self, packer: ContextPacker, tree: Path, change: Callable[[Path], None]
    ) -> None:
        before = await packer.pack(tree, REQUEST)
        change(tree)
        after = await packer.pack(tree, REQUEST)
        assert after.content_hash != before.content_hash
        assert after.tree_hash != before.tree_hash

    @pytest.mark.parametrize(
        "other",
        [
            attrs.evolve(REQUEST, handler="index.other"),
            attrs.evolve(REQUEST, runtime="nodejs24"),
            attrs.evolve(REQUEST, build_args=(("A", "1"),)),
        ],
        ids=["handler", "runtime", "argument"],
    )
    async def test_another_handler_runtime_or_build_argument_gives_another_content_hash(
        self, packer: ContextPacker, tree: Path, other: BuildRequest
    ) -> None:
        plain = await packer.pack(tree, REQUEST)
        first = await packer.pack(tree, other)
        assert first.content_hash != plain.content_hash

    async def test_build_arguments_are_told_apart(self, packer: ContextPacker, tree: Path) -> None:
        arguments = [
            (("A", "1"),),
            (("A", "2"),),
            (("B", "1"),),
            (("A", "1"), ("B", "1")),
            (("A", "1=B"),),
            (("A", "1\nB=1"),),
        ]
        hashes = {
            (await packer.pack(tree, attrs.evolve(REQUEST, build_args=args))).content_hash
            for args in arguments
        }
        assert len(hashes) == len(arguments)

    @pytest.mark.parametrize(
        "config",
        [
            FunctionConfig(env=(("GREETING", "hello"),)),
            FunctionConfig(triggers=(Trigger((("type", "u"),)), Trigger((("type", "v"),)))),
            FunctionConfig(scaling=Scaling(minimum=3, maximum=4, target=5, concurrency=6)),
        ],
        ids=["environment", "triggers", "scaling"],
    )
    async def test_what_only_concerns_serving_leaves_the_hash_alone(
        self, packer: ContextPacker, tree: Path, config: FunctionConfig
    ) -> None:
        plain = await packer.pack(tree, REQUEST)
        served_otherwise = await packer.pack(tree, attrs.evolve(REQUEST, config=config))
        assert served_otherwise.content_hash == plain.content_hash
        assert packed_bytes(served_otherwise) == packed_bytes(plain)

    async def test_the_pieces_are_a_gzip_tar_with_the_source_in_it(
        self, packer: ContextPacker, tree: Path
    ) -> None:
        packed = await packer.pack(tree, REQUEST)
        with tarfile.open(fileobj=io.BytesIO(packed_bytes(packed)), mode="r:gz") as archive:
            files = [member for member in archive.getmembers() if member.isfile()]
            texts = [read.read() for member in files if (read := archive.extractfile(member))]
        assert len(files) == packed.files
        assert CODE.encode() in texts

    async def test_a_tree_without_its_handler_is_refused(
        self, packer: ContextPacker, tree: Path
    ) -> None:
        (tree / "index.js").unlink()
        with pytest.raises(SourceRefusedError) as refusal:
            await packer.pack(tree, REQUEST)
        assert "index" in refusal.value.detail
        assert str(tree) not in refusal.value.detail

    @pytest.mark.parametrize(
        ("lock", "told"),
        [
            ('{"packages": {"node_modules/a": {"version": "1.0.0"}}}', ["pkg:npm/a@1.0.0"]),
            ("{", []),
            ("[" * 100_000, []),
        ],
    )
    async def test_what_a_lock_file_pins_is_told(
        self, packer: ContextPacker, tree: Path, lock: str, told: list[str]
    ) -> None:
        (tree / "package.json").write_text("{}", encoding="utf-8")
        (tree / "package-lock.json").write_text(lock, encoding="utf-8")
        packed = await packer.pack(tree, REQUEST)
        assert [component.purl for component in packed.components()] == told

    async def test_the_digests_are_those_of_the_files_that_a_copy_finds(
        self, packer: ContextPacker, tree: Path
    ) -> None:
        packed = await packer.pack(tree, REQUEST)
        found = files_of(layer_bytes(packed, ".", target="/"))
        assert packed.digests == {
            path: f"{mode:04o} {digest}" for path, (mode, digest) in found.items()
        }
        in_context = files_of(gzip.decompress(packed_bytes(packed)))
        assert found.items() <= in_context.items()
        assert "Dockerfile" in in_context.keys() - found.keys()

    async def test_a_layer_has_the_files_that_its_copy_names_and_no_others(
        self, packer: ContextPacker, tree: Path
    ) -> None:
        packed = await packer.pack(tree, REQUEST)
        code = next(path for path in packed.digests if path.endswith("lib/one.js"))
        folder = code.removesuffix("/lib/one.js")
        assert set(files_of(layer_bytes(packed, code))) == {"app/one.js"}
        assert set(files_of(layer_bytes(packed, code, target="/app/1.js"))) == {"app/1.js"}
        assert set(files_of(layer_bytes(packed, f"{folder}/lib"))) == {"app/one.js"}
        below = {path for path in packed.digests if path.startswith(f"{folder}/")}
        found = files_of(layer_bytes(packed, folder))
        assert set(found) == {path.replace(folder, "app", 1) for path in below}

    async def test_the_layers_of_an_image_are_the_files_that_its_dockerfile_copies(
        self, packer: ContextPacker, tree: Path
    ) -> None:
        packed = await packer.pack(tree, REQUEST)
        read = recipe(packed.dockerfile, packed.digests)
        layers = [files_of(b"".join(packed.layer(step.copy))) for step in read.steps if step.copy]
        together = {f"/{path}": digest for layer in layers for path, digest in layer.items()}
        assert sum(map(len, layers)) == len(together)
        assert together == {
            f"{read.folder}/{path}": (int(mode, 8), digest)
            for path, (mode, digest) in (
                (path, told.split()) for path, told in packed.digests.items()
            )
        }

    async def test_equal_copies_of_equal_files_give_equal_bytes(
        self, packer: ContextPacker, tree: Path, tmp_path: Path
    ) -> None:
        first = await packer.pack(tree, REQUEST)
        second = await packer.pack(
            plant(tmp_path / "elsewhere"), attrs.evolve(REQUEST, handler="index.other")
        )
        folder = next(
            path.partition("/")[0] for path in first.digests if path.endswith("lib/one.js")
        )
        expected = layer_bytes(first, folder)
        assert layer_bytes(first, folder) == layer_bytes(second, folder) == expected
        assert layer_bytes(first, folder, target="/srv/") != expected

    async def test_the_size_is_that_of_all_files(self, packer: ContextPacker, tree: Path) -> None:
        packed = await packer.pack(tree, REQUEST)
        with tarfile.open(fileobj=io.BytesIO(packed_bytes(packed)), mode="r:gz") as archive:
            assert packed.size == sum(entry.size for entry in archive.getmembers())
