"""The layer of a copy: which entries it has, and where."""

import io
import tarfile
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knative_lambda.adapters.packing.headers import MTIME
from knative_lambda.adapters.packing.layer import layer
from knative_lambda.adapters.packing.members import Member, rendered
from knative_lambda.domain.recipe import Copy
from knative_lambda.ports.image_assembler import CannotAppendError

FILES = ("a.js", "f/a.js", "f/lib/b.js", "f/lib/c.js", "fa/d.js")


def members(paths: Iterable[str]) -> dict[str, Member]:
    return {
        path: rendered(path, path.encode(), 0o755 if path.endswith("b.js") else 0o644)
        for path in paths
    }


def entries(target: str, *sources: str, files: Iterable[str] = FILES) -> list[tarfile.TarInfo]:
    plain = b"".join(layer(Copy(sources, target), members(files)))
    assert len(plain) % tarfile.RECORDSIZE == 0
    with tarfile.open(fileobj=io.BytesIO(plain), mode="r:") as tar:
        return tar.getmembers()


def names(target: str, *sources: str) -> list[str]:
    return [f"{entry.name}{'/' * entry.isdir()}" for entry in entries(target, *sources)]


@pytest.mark.parametrize(
    ("target", "sources", "expected"),
    [
        ("/app/x.js", ["f/a.js"], ["app/", "app/x.js"]),
        ("/app/", ["f/a.js"], ["app/", "app/a.js"]),
        ("/app", ["f/lib"], ["app/", "app/b.js", "app/c.js"]),
        ("/app/", ["f/lib"], ["app/", "app/b.js", "app/c.js"]),
        ("/", ["a.js"], ["a.js"]),
        ("/", ["f"], ["a.js", "lib/b.js", "lib/c.js"]),
        ("/x/y/", ["f/lib", "a.js"], ["x/", "x/y/", "x/y/a.js", "x/y/b.js", "x/y/c.js"]),
        ("/app/", ["f"], ["app/", "app/a.js", "app/lib/", "app/lib/b.js", "app/lib/c.js"]),
    ],
)
def test_files_lie_where_docker_puts_them(
    target: str, sources: list[str], expected: list[str]
) -> None:
    assert names(target, *sources) == expected


def test_the_whole_context_is_all_of_it() -> None:
    found = [name for name in names("/app/", ".") if not name.endswith("/")]
    assert sorted(found) == sorted(f"app/{path}" for path in FILES)


@pytest.mark.parametrize(
    ("target", "made"),
    [
        ("/usr/local/bin/x", []),
        ("/usr/local/own/x", ["usr/local/own/"]),
        ("/usr/share/own/x", ["usr/share/own/"]),
        ("/home/node/own/x", ["home/node/own/"]),
        ("/var/spool/x", []),
        ("/run/x", []),
        ("/opt/a/b/x", ["opt/a/", "opt/a/b/"]),
        ("/etc/own/x", ["etc/own/"]),
        ("/srv/own/x", ["srv/own/"]),
    ],
)
def test_folders_of_a_base_are_left_as_they_are(target: str, made: list[str]) -> None:
    assert names(target, "a.js") == [*made, target.removeprefix("/")]


def test_entries_are_roots_and_have_the_modes_of_the_context() -> None:
    found = entries("/app/", "f")
    assert {(one.uid, one.gid, one.uname, one.gname, one.mtime) for one in found} == {
        (0, 0, "", "", MTIME)
    }
    assert {one.name: one.mode for one in found} == {
        "app": 0o755,
        "app/a.js": 0o644,
        "app/lib": 0o755,
        "app/lib/b.js": 0o755,
        "app/lib/c.js": 0o644,
    }


def test_of_two_files_at_one_path_the_later_stays() -> None:
    copy = Copy(("a.js", "f/a.js"), "/app/")
    assert b"".join(layer(copy, members(FILES))) == b"".join(
        layer(Copy(("f/a.js",), "/app/"), members(FILES))
    )


def test_a_path_may_be_longer_in_an_image_than_in_a_context() -> None:
    deep = "/".join(["x" * 100] * 5)
    (*_, last) = entries(f"/{'y' * 100}/", ".", files=[deep])
    assert last.name == f"{'y' * 100}/{deep}"


def test_a_file_where_another_needs_a_folder_is_refused() -> None:
    with pytest.raises(CannotAppendError):
        entries("/app/", "x", "y", files=["x/lib", "y/lib/a"])


@given(paths=st.sets(st.text("ab.", min_size=1, max_size=3), max_size=6))
def test_each_directory_comes_once_and_before_what_is_in_it(paths: set[str]) -> None:
    files = [f"f/{path}/{path}{end}" for path in paths - {".", ".."} for end in "12"]
    seen: set[str] = set()
    for entry in entries("/app/own", "f", files=files):
        assert entry.name not in seen
        assert entry.name.rpartition("/")[0] in {"", *seen}
        seen.add(entry.name)
