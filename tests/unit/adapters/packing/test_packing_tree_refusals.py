"""Each reason for which a source tree is refused, and what the tenant reads then."""

import errno
import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.packing_trees import plant, scanned, sources

from knative_lambda.adapters.packing import content, tree
from knative_lambda.adapters.packing.tree import (
    TreeLimits,
    TreeRefusedError,
    ordered,
    rendered,
    scan,
)


def refusal(root: Path) -> TreeRefusedError:
    with pytest.raises(TreeRefusedError) as caught:
        scanned(root)
    assert str(root) not in str(caught.value)
    assert caught.value.kind == "rejected"
    return caught.value


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("missing", "'a/link' is a symbolic link to nothing"),
        ("link", "'a/link' is a symbolic link to nothing"),
        ("/etc/passwd", "'a/link' is a symbolic link out of the source"),
        ("../../outside", "'a/link' is a symbolic link out of the source"),
        ("../../tree-beside/file", "'a/link' is a symbolic link out of the source"),
        ("..", "'a/link' is a symbolic link to something other than a file"),
        ("../b", "'a/link' is a symbolic link to something other than a file"),
        ("../.git/config", "'a/link' is a symbolic link to a file that is left out"),
        ("../node_modules/x/y", "'a/link' is a symbolic link to a file that is left out"),
    ],
)
def test_a_link_to_anything_but_a_packed_file_is_refused(
    tmp_path: Path, target: str, said: str
) -> None:
    root = tmp_path / "tree"
    plant(
        tmp_path,
        {
            "outside": (0o644, b""),
            "tree-beside/file": (0o644, b""),
            "tree/b/c": (0o644, b""),
            "tree/.git/config": (0o644, b"token"),
            "tree/node_modules/x/y": (0o644, b""),
        },
    )
    (root / "a").mkdir()
    (root / "a" / "link").symlink_to(target)
    assert str(refusal(root)).startswith(said)


def test_a_link_out_by_way_of_a_linked_directory_is_refused(tmp_path: Path) -> None:
    plant(tmp_path, {"away/secret": (0o644, b""), "tree/main": (0o644, b"")})
    (tmp_path / "tree" / "z").symlink_to(tmp_path / "away")
    (tmp_path / "tree" / "link").symlink_to("z/secret")
    assert refusal(tmp_path / "tree").rule.startswith("is a symbolic link out of the source")


def test_a_pipe_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert str(refusal(tmp_path)).startswith("'pipe' is a device, socket or pipe")


def test_a_socket_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's address must be short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("listener")
        assert str(refusal(tmp_path)).startswith("'listener' is a device, socket or pipe")


@pytest.mark.parametrize("kind", [stat.S_IFCHR, stat.S_IFBLK], ids=["character", "block"])
def test_a_device_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: int) -> None:
    # To make a real one takes a privilege that few systems grant.
    monkeypatch.setattr(tree, "_entries", lambda _directory, _relative: [("null", kind | 0o666)])
    assert str(refusal(tmp_path)).startswith("'null' is a device, socket or pipe")


@pytest.mark.parametrize(("closed", "call"), [("file", "open"), ("folder", "scandir")])
def test_what_cannot_be_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, closed: str, call: str
) -> None:
    plant(tmp_path, {"file": (0o644, b""), "folder/file": (0o644, b"")})
    allowed = getattr(os, call)

    # What a mode forbids depends on the user who runs the tests: root may read everything.
    def denied(path: Path, *rest: object) -> object:
        if path == tmp_path / closed:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return allowed(path, *rest)

    monkeypatch.setattr(os, call, denied)
    assert str(refusal(tmp_path)).startswith(f"'{closed}' cannot be read")


@pytest.mark.parametrize("added", [b"and more", b"x" * 3_000_000], ids=["a little", "much"])
def test_a_file_that_grows_while_it_is_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, added: bytes
) -> None:
    sources(tmp_path, log="first")
    pieces = content.pieces

    def pieces_of_a_growing_file(file: content.LocalFile) -> Iterator[bytes | memoryview]:
        with (tmp_path / "log").open("ab") as growing:
            growing.write(added)
        return pieces(file)

    monkeypatch.setattr(content, "pieces", pieces_of_a_growing_file)
    assert str(refusal(tmp_path)).startswith("'log' changed while it was read")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (b"caf\xe9", r"'caf\udce9' has a name that is not valid UTF-8; rename it."),
        (b"line\nbreak", r"'line\nbreak' has a control character in its name; rename it."),
        (b"bell\x07", r"'bell\x07' has a control character in its name; rename it."),
        ("next\u0085line".encode(), r"'next\x85line' has a control character in its name;"),
        (b"back\\slash", r"'back\slash' has a backslash in its name; rename it."),
    ],
)
@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo])
def test_a_name_that_tools_disagree_on_is_refused(
    tmp_path: Path, name: bytes, said: str, make: object
) -> None:
    assert callable(make)
    make(os.path.join(os.fsencode(tmp_path), name))  # noqa: PTH118  a Path holds no bytes
    assert str(refusal(tmp_path)).startswith(said)


def test_a_path_of_512_bytes_with_its_prefix_is_the_longest(tmp_path: Path) -> None:
    folder = "é" * 100 + "/" + "b" * 200
    longest = folder + "/" + "c" * (512 - len(f"src/{folder}/".encode()))
    plant(tmp_path, {longest: (0o644, b"")})
    assert len(scanned(tmp_path)[0].path.encode()) == 512
    (tmp_path / longest).rename(tmp_path / f"{longest}c")
    assert (
        refusal(tmp_path).rule == "has a path of 513 bytes in the build context; the limit is 512"
    )


def test_a_deep_tree_is_refused_before_it_is_walked_to_its_end(tmp_path: Path) -> None:
    plant(tmp_path, {"d/" * 400 + "file": (0o644, b"")})
    told = refusal(tmp_path)
    assert told.rule.startswith("has a path of 513 bytes")
    assert len(told.path) <= 301


def test_a_component_of_255_bytes_is_the_longest() -> None:
    assert rendered("a/" + "b" * 255, b"").path.endswith("b")
    with pytest.raises(TreeRefusedError, match="has a name of 256 bytes; the limit is 255"):
        rendered("a/" + "b" * 256, b"")


@pytest.mark.parametrize("path", ["", "/a", "a/", "a//b", "./a", "a/../b", ".."])
def test_a_generated_path_that_is_not_plain_and_relative_is_refused(path: str) -> None:
    with pytest.raises(TreeRefusedError, match="is not a relative path of plain names"):
        rendered(path, b"")


@pytest.mark.parametrize("mode", [-1, 0o1000, 0o4755])
def test_a_generated_file_has_permission_bits_alone(mode: int) -> None:
    with pytest.raises(ValueError, match="mode"):
        rendered("run", b"", mode)


def test_two_files_of_one_path_are_refused() -> None:
    with pytest.raises(TreeRefusedError, match="'Dockerfile' is there twice"):
        ordered([rendered("Dockerfile", b"1"), rendered("Dockerfile", b"2")])


@pytest.mark.parametrize("inside", ["a/b", "a/b/c"])
def test_a_file_where_a_directory_must_be_is_refused(inside: str) -> None:
    with pytest.raises(TreeRefusedError, match="'a' is both a file and a directory"):
        ordered([rendered(inside, b""), rendered("a-", b""), rendered("a", b"")])


def test_as_many_files_as_the_limit_are_taken_and_one_more_refused(tmp_path: Path) -> None:
    sources(tmp_path, a="1", b="2", c="3")
    assert len(scan(tmp_path, "src", TreeLimits(max_files=3, max_bytes=99))) == 3
    with pytest.raises(TreeRefusedError) as caught:
        scan(tmp_path, "src", TreeLimits(max_files=2, max_bytes=99))
    assert str(caught.value) == "'c' is one file too many; the limit is 2 files."
    assert caught.value.kind == "too_large"


def test_as_many_bytes_as_the_limit_are_taken_and_one_more_refused(tmp_path: Path) -> None:
    sources(tmp_path, a="12", b="345")
    assert len(scan(tmp_path, "src", TreeLimits(max_files=9, max_bytes=5))) == 2
    with pytest.raises(TreeRefusedError) as caught:
        scan(tmp_path, "src", TreeLimits(max_files=9, max_bytes=4))
    assert str(caught.value) == "'b' brings the source over the limit of 4 bytes."
    assert caught.value.kind == "too_large"


def test_each_link_to_a_file_counts_its_bytes(tmp_path: Path) -> None:
    sources(tmp_path, a="12")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(TreeRefusedError, match="'b' brings the source over the limit of 3 bytes"):
        scan(tmp_path, "src", TreeLimits(max_files=9, max_bytes=3))
