"""A folder as it is uploaded: named for what is in it."""

import hashlib
import io
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from knative_lambda.adapters.local.project import ProjectError
from knative_lambda.adapters.packing.tree import Member, TreeLimits, scan
from knative_lambda.adapters.packing.unpack import unpack
from knative_lambda.adapters.uploads import archive as module
from knative_lambda.adapters.uploads.archive import packed


def planted(folder: Path, *files: str) -> Path:
    for path in files:
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"this is {path}", encoding="utf-8")
    return folder


def below(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_it_holds_what_a_build_would_take_and_no_more(tmp_path: Path) -> None:
    left_out = (".git/HEAD", "node_modules/a/b.js", "__pycache__/c.pyc", ".venv/bin/python")
    folder = planted(tmp_path / "source", "index.js", "lib/er.js", *left_out)
    with packed(folder) as archive:
        unpack(io.BytesIO(b"".join(archive.pieces())), tmp_path / "out")
        assert archive.files == 2
    assert below(tmp_path / "out") == {"index.js", "lib/er.js"}


def test_it_is_named_for_its_bytes(tmp_path: Path) -> None:
    with packed(planted(tmp_path, "index.js")) as archive:
        content = b"".join(archive.pieces())
        assert archive.sha256 == hashlib.sha256(content).hexdigest()
        assert archive.size == len(content)


def test_the_same_files_have_the_same_name_wherever_they_lie(tmp_path: Path) -> None:
    with (
        packed(planted(tmp_path / "one", "index.js", "a/b")) as one,
        packed(planted(tmp_path / "two", "a/b", "index.js")) as two,
    ):
        assert one.sha256 == two.sha256


def test_its_pieces_can_be_had_again(tmp_path: Path) -> None:
    with packed(planted(tmp_path, "index.js")) as archive:
        assert list(archive.pieces()) == list(archive.pieces())


def test_nothing_of_it_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    temporary = planted(tmp_path / "temporary", "before")
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    with packed(planted(tmp_path / "source", "index.js")):
        pass
    assert below(temporary) == {"before"}


def test_a_folder_without_files_is_refused(tmp_path: Path) -> None:
    planted(tmp_path, ".git/HEAD")
    with (
        pytest.raises(ProjectError, match="has no files"),
        packed(tmp_path),
    ):
        pass


def test_what_is_never_packed_is_told_with_its_folder(tmp_path: Path) -> None:
    (tmp_path / "index.js").symlink_to("/etc/passwd")
    with pytest.raises(ProjectError) as caught, packed(tmp_path):
        pass
    rule = "is a symbolic link out of the source; replace it by a copy"
    assert str(caught.value) == f"{tmp_path}: 'index.js' {rule}."


def test_a_folder_that_changes_meanwhile_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def then_edited(folder: Path, prefix: str, limits: TreeLimits) -> Sequence[Member]:
        members = scan(folder, prefix, limits)
        (tmp_path / "index.js").write_text("edited", encoding="utf-8")
        return members

    planted(tmp_path, "index.js")
    monkeypatch.setattr(module, "scan", then_edited)
    with pytest.raises(ProjectError, match="changed after it was scanned"), packed(tmp_path):
        pass


def test_a_folder_that_goes_away_meanwhile_is_told(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="cannot be packed"), packed(tmp_path / "gone"):
        pass
