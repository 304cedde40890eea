"""The tree hash: its encoding, what it tells apart, and that an archive has its tree's."""

import hashlib
import io

import pytest
from hypothesis import given
from support.packing_trees import Files, plant, scanned, trees

from knative_lambda.adapters.packing.archive import stream
from knative_lambda.adapters.packing.digest import tree_hash, tree_hash_of_archive
from knative_lambda.adapters.packing.tree import Member, TreeRefusedError, rendered


@given(files=trees)
def test_an_archive_has_the_hash_of_its_tree(
    tmp_path_factory: pytest.TempPathFactory, files: Files
) -> None:
    members = scanned(plant(tmp_path_factory.mktemp("tree"), files))
    archive = io.BytesIO(b"".join(stream(members)))
    assert tree_hash_of_archive(archive) == tree_hash(members)


def test_the_encoding_is_the_documented_one() -> None:
    empty, x = hashlib.sha256(b"").hexdigest(), hashlib.sha256(b"x").hexdigest()
    records = f"0755 {x} 1 a\n0644 {empty} 3 é!\n"
    assert (
        tree_hash([rendered("é!", b""), rendered("a", b"x", 0o755)])
        == hashlib.sha256(records.encode()).hexdigest()
    )


def test_the_order_given_does_not_count() -> None:
    one, two = rendered("a", b"1"), rendered("b", b"2")
    assert tree_hash([one, two]) == tree_hash([two, one])


@pytest.mark.parametrize(
    "other",
    [
        [rendered("b", b"x")],
        [rendered("a", b"y")],
        [rendered("a", b"x", 0o755)],
        [rendered("d/a", b"x")],
        [rendered("a", b"x"), rendered("b", b"")],
        [],
    ],
)
def test_trees_that_differ_have_different_hashes(other: list[Member]) -> None:
    assert tree_hash(other) != tree_hash([rendered("a", b"x")])


def test_a_path_there_twice_has_no_hash() -> None:
    with pytest.raises(TreeRefusedError):
        tree_hash([rendered("a", b""), rendered("a", b"")])
