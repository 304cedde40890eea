"""The bytes of an archive: the same for the same tree, and what other tools read in them."""

import gzip
import io
import os
import random
import tarfile
from contextlib import suppress
from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.packing_trees import Files, plant, scanned, sources, trees

from knative_lambda.adapters.packing.archive import stream
from knative_lambda.adapters.packing.headers import MTIME
from knative_lambda.adapters.packing.tarred import TreeChangedError
from knative_lambda.adapters.packing.tree import Member, TreeRefusedError, rendered


def noise(size: int) -> bytes:
    return random.Random(1).randbytes(size)  # noqa: S311  it protects nothing


def packed(members: tuple[Member, ...]) -> bytes:
    return b"".join(stream(members))


def headers(members: tuple[Member, ...]) -> list[tarfile.TarInfo]:
    with tarfile.open(fileobj=io.BytesIO(packed(members)), mode="r:gz") as tar:
        return tar.getmembers()


@given(files=trees, shuffle=st.randoms(use_true_random=False))
def test_equal_trees_give_equal_bytes_whatever_their_order_times_and_owners(
    tmp_path_factory: pytest.TempPathFactory, files: Files, shuffle: random.Random
) -> None:
    base = tmp_path_factory.mktemp("trees")
    first = plant(base / "first", files)
    order = shuffle.sample(list(files), len(files))
    second = plant(base / "second", files, order)
    for number, path in enumerate(order):
        os.utime(second / path, (number, number * 1000))
        with suppress(PermissionError):  # only root gives files away
            os.chown(second / path, 1000 + number, 2000 + number)
    expected = packed(scanned(first))
    assert packed(scanned(first)) == expected
    assert packed(scanned(second)) == expected
    assert packed(tuple(shuffle.sample(scanned(second), len(files)))) == expected


def test_what_lies_in_memory_and_what_lies_in_a_file_give_equal_bytes(tmp_path: Path) -> None:
    text = noise(2_000_000).hex()  # in a file it is read in pieces
    sources(tmp_path, large=text)
    (in_a_file,) = scanned(tmp_path)
    in_memory = rendered(in_a_file.path, text.encode())
    assert packed((in_a_file,)) == packed((in_memory,))


def test_the_first_entry_is_the_root_and_directories_come_once_before_their_files() -> None:
    tree = tuple(rendered(path, b"") for path in ("a/c/y", "a-b/x", "a/b", "a/c/z", "top"))
    assert [(entry.name, entry.isdir()) for entry in headers(tree)] == [
        (".", True),
        ("a-b", True),
        ("a-b/x", False),
        ("a", True),
        ("a/b", False),
        ("a/c", True),
        ("a/c/y", False),
        ("a/c/z", False),
        ("top", False),
    ]
    assert gzip.decompress(packed(tree)).startswith(b"./\0")


def test_entries_bear_nothing_of_the_machine_they_were_packed_on(tmp_path: Path) -> None:
    plant(tmp_path, {"lib/run": (0o700, b"x"), "lib/data": (0o600, b"y")})
    entries = headers(scanned(tmp_path))
    assert {(entry.uid, entry.gid, entry.uname, entry.gname, entry.mtime) for entry in entries} == {
        (0, 0, "", "", MTIME)
    }
    assert [(entry.name, entry.mode) for entry in entries] == [
        (".", 0o755),
        ("src", 0o755),
        ("src/lib", 0o755),
        ("src/lib/data", 0o644),
        ("src/lib/run", 0o755),
    ]


def test_pax_headers_stand_only_where_a_name_needs_one() -> None:
    needing = {"é", "x" * 101}
    tree = tuple(rendered(path, b"") for path in ("plain", "x" * 100, *needing))
    found = {entry.name: entry.pax_headers for entry in headers(tree)}
    assert {name for name, pax in found.items() if pax} == needing
    assert all(pax == {"path": name} for name, pax in found.items() if pax)


def test_the_gzip_header_bears_neither_name_nor_time() -> None:
    flags_and_time = packed((rendered("a", b"x"),))[3:8]
    assert flags_and_time == bytes(5)


def test_the_archive_ends_on_a_whole_record() -> None:
    for size in (0, 1, 511, 512, 513, 8192, 9000, 10240):
        plain = gzip.decompress(packed((rendered("a", b"x" * size),)))
        assert len(plain) % tarfile.RECORDSIZE == 0
        assert plain.endswith(bytes(1024))


def test_a_tree_without_files_is_an_archive_of_the_root() -> None:
    assert [entry.name for entry in headers(())] == ["."]


@pytest.mark.parametrize("piece", [1, 100, 4096, 1 << 20])
def test_pieces_have_the_size_asked_for_and_make_the_same_archive(piece: int) -> None:
    tree = (rendered("noise", noise(10_000)),)
    pieces = list(stream(tree, piece))
    assert all(len(one) == piece for one in pieces[:-1])
    assert 0 < len(pieces[-1]) <= piece
    assert b"".join(pieces) == packed(tree)


def test_a_stream_is_made_as_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "noise").write_bytes(noise(3_000_000))
    pieces = stream(scanned(tmp_path), 1000)
    assert len(next(pieces)) == 1000
    (tmp_path / "noise").write_bytes(b"")
    with pytest.raises(TreeChangedError):
        list(pieces)


def test_duplicates_are_refused_before_the_first_piece() -> None:
    with pytest.raises(TreeRefusedError):
        next(stream((rendered("a", b""), rendered("a", b""))))


@pytest.mark.parametrize("content", [b"other", b"longer than before", b"", b"o"])
def test_a_file_with_other_content_than_was_scanned_is_refused(
    tmp_path: Path, content: bytes
) -> None:
    sources(tmp_path, main="first", zeta="")
    members = scanned(tmp_path)
    (tmp_path / "main").write_bytes(content)
    with pytest.raises(TreeChangedError, match="'src/main' changed after it was scanned"):
        packed(members)


def test_a_file_that_is_gone_is_refused(tmp_path: Path) -> None:
    sources(tmp_path, main="x")
    members = scanned(tmp_path)
    (tmp_path / "main").unlink()
    with pytest.raises(TreeChangedError) as caught:
        packed(members)
    assert str(tmp_path) not in str(caught.value)


def test_a_link_put_in_a_files_place_is_not_followed(tmp_path: Path) -> None:
    sources(tmp_path / "tree", main="x")
    sources(tmp_path / "away", main="x")
    members = scanned(tmp_path / "tree")
    (tmp_path / "tree" / "main").unlink()
    (tmp_path / "tree" / "main").symlink_to(tmp_path / "away" / "main")
    with pytest.raises(TreeChangedError):
        packed(members)


def test_a_pipe_put_in_a_files_place_does_not_hold_the_packer_up(tmp_path: Path) -> None:
    sources(tmp_path, main="x")
    members = scanned(tmp_path)
    (tmp_path / "main").unlink()
    os.mkfifo(tmp_path / "main")
    with pytest.raises(TreeChangedError):
        packed(members)


def test_a_generated_file_that_does_not_match_its_hash_is_refused() -> None:
    with pytest.raises(TreeChangedError):
        packed((attrs.evolve(rendered("a", b"one"), origin=b"two"),))


def test_a_failing_disk_is_not_taken_for_a_changed_file(tmp_path: Path) -> None:
    nowhere = attrs.evolve(rendered("a", b""), origin=tmp_path / ("n" * 300))
    with pytest.raises(OSError, match="File name too long"):
        packed((nowhere,))
