"""What a scan takes from a source directory, and what it leaves out."""

import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from support.packing_trees import Files, found, plant, scanned, sources, trees

from knative_lambda.adapters.packing.tree import Member, ordered, rendered


def paths(root: Path) -> list[str]:
    return [member.path for member in scanned(root)]


def test_a_file_is_known_by_its_prefixed_path_size_and_hash(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    sources(tmp_path / "lib", main="hello")
    digest = hashlib.sha256(b"hello").hexdigest()
    assert scanned(tmp_path) == (
        Member("src/lib/main", 0o644, 5, digest, tmp_path / "lib" / "main"),
    )


@pytest.mark.parametrize(
    ("on_disk", "packed"),
    [(0o600, 0o644), (0o666, 0o644), (0o655, 0o644), (0o700, 0o755), (0o4744, 0o755)],
)
def test_only_the_owners_execute_bit_counts(tmp_path: Path, on_disk: int, packed: int) -> None:
    plant(tmp_path, {"run": (on_disk, b"")})
    assert scanned(tmp_path)[0].mode == packed


def test_members_come_by_the_bytes_of_their_paths(tmp_path: Path) -> None:
    names = ["a/z", "a-b/c", "a.b", "é", "z", "Z", "\U0001f40d", "\uff5e"]
    plant(tmp_path, dict.fromkeys(names, (0o644, b"")))
    assert paths(tmp_path) == sorted((f"src/{name}" for name in names), key=str.encode)


def test_names_that_differ_only_in_case_or_normal_form_are_both_packed(tmp_path: Path) -> None:
    plant(tmp_path, dict.fromkeys(("A", "a", "\u00e9", "e\u0301"), (0o644, b"")))
    assert len(paths(tmp_path)) == 4


@pytest.mark.parametrize("name", [".git", "node_modules", "__pycache__", ".venv"])
def test_what_another_machine_built_is_left_out_at_any_depth(tmp_path: Path, name: str) -> None:
    plant(
        tmp_path,
        {f"{name}/x": (0o644, b""), f"a/b/{name}/y/z": (0o644, b""), "a/kept": (0o644, b"")},
    )
    assert paths(tmp_path) == ["src/a/kept"]


def test_a_git_file_is_left_out(tmp_path: Path) -> None:
    plant(tmp_path, {"module/.git": (0o644, b"gitdir: elsewhere"), ".gitignore": (0o644, b"")})
    assert paths(tmp_path) == ["src/.gitignore"]


def test_a_venv_is_left_out_only_when_it_is_one(tmp_path: Path) -> None:
    plant(
        tmp_path,
        {"venv/own.py": (0o644, b""), "a/venv/pyvenv.cfg": (0o644, b""), "a/venv/x": (0o644, b"")},
    )
    assert paths(tmp_path) == ["src/venv/own.py"]


def test_a_file_of_a_left_out_directorys_name_is_packed(tmp_path: Path) -> None:
    sources(tmp_path, node_modules="", venv="")
    assert paths(tmp_path) == ["src/node_modules", "src/venv"]


def test_a_name_never_packed_is_not_checked_where_it_is_left_out(tmp_path: Path) -> None:
    plant(tmp_path, {".git/back\\slash": (0o644, b"")})
    assert paths(tmp_path) == []


def test_a_link_to_a_file_of_the_tree_is_packed_as_its_copy(tmp_path: Path) -> None:
    plant(tmp_path, {"real/run": (0o755, b"#!")})
    (tmp_path / "hop").symlink_to("real/run")
    (tmp_path / "run").symlink_to("hop")
    members = {member.path: member for member in scanned(tmp_path)}
    assert set(members) == {"src/hop", "src/real/run", "src/run"}
    assert {(member.mode, member.sha256) for member in members.values()} == {
        (0o755, hashlib.sha256(b"#!").hexdigest())
    }


def test_a_tree_reached_through_a_link_is_scanned_like_any_other(tmp_path: Path) -> None:
    sources(tmp_path / "tree", main="x")
    (tmp_path / "tree" / "again").symlink_to("main")
    (tmp_path / "link").symlink_to("tree")
    assert paths(tmp_path / "link") == ["src/again", "src/main"]


def test_hard_links_are_two_files(tmp_path: Path) -> None:
    sources(tmp_path, one="x")
    os.link(tmp_path / "one", tmp_path / "two")
    assert paths(tmp_path) == ["src/one", "src/two"]


def test_a_rendered_file_is_like_a_scanned_one_of_its_content(tmp_path: Path) -> None:
    sources(tmp_path, main="x" * 3_000_000)
    generated, scan_result = rendered("src/main", b"x" * 3_000_000), scanned(tmp_path)[0]
    assert (generated.path, generated.mode, generated.size, generated.sha256) == (
        scan_result.path,
        scan_result.mode,
        scan_result.size,
        scan_result.sha256,
    )


def test_scanned_and_rendered_files_are_ordered_together(tmp_path: Path) -> None:
    sources(tmp_path, main="x")
    together = ordered([rendered("zeta", b""), *scanned(tmp_path), rendered("Dockerfile", b"")])
    assert [member.path for member in together] == ["Dockerfile", "src/main", "zeta"]


@given(files=trees)
def test_a_scan_finds_each_file_once(
    tmp_path_factory: pytest.TempPathFactory, files: Files
) -> None:
    root = plant(tmp_path_factory.mktemp("tree"), files)
    assert {member.path: (member.mode, member.sha256) for member in scanned(root)} == {
        f"src/{path}": (mode, hashlib.sha256(content).hexdigest())
        for path, (mode, content) in found(root).items()
    }
