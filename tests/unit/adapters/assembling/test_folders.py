"""Working directories are made where they are not there."""

import io
import tarfile
from typing import Any

import pytest
from support.base_images import read as base

from knative_lambda.adapters.assembling.folders import made, tar
from knative_lambda.domain.recipe import Copy, Recipe, Step
from knative_lambda.ports.image_assembler import CannotAppendError


def enter(folder: str) -> Step:
    return Step(f"WORKDIR {folder}", folder=folder)


def folders(*steps: Step, **run: Any) -> list[tuple[str, ...]]:
    """What each of *steps* makes on a base that runs so."""
    return list(made(Recipe(base="base", steps=steps), base(run)))


@pytest.mark.parametrize(
    ("folder", "made"),
    [
        ("/app", ("app",)),
        ("/app/function", ("app", "app/function")),
        ("/", ()),
        ("/opt", ()),
        ("/usr/local/app", ("usr/local/app",)),
        ("/srv/my app/é", ("srv/my app", "srv/my app/é")),
    ],
)
def test_a_folder_is_made_with_all_that_it_lies_in(folder: str, made: tuple[str, ...]) -> None:
    assert folders(enter(folder)) == [made]


def test_nothing_is_made_twice() -> None:
    made = folders(enter("/app"), Step("ENV A=1"), enter("/app/code"), enter("/app"))
    assert made == [("app",), (), ("app/code",), ()]


def test_the_bases_own_working_directory_is_there() -> None:
    assert folders(enter("/srv/app"), enter("/srv"), enter("/srv/b"), WorkingDir="/srv/app") == [
        (),
        (),
        ("srv/b",),
    ]


@pytest.mark.parametrize("user", ["node", "1000", "1000:1000", "0:1000"])
def test_a_folder_of_the_bases_user_is_left_to_a_build(user: str) -> None:
    with pytest.raises(CannotAppendError, match="belongs to the base image's user"):
        folders(enter("/app"), User=user)
    assert folders(enter("/opt"), User=user) == [()]


@pytest.mark.parametrize("user", ["", "0", "root", "0:0", "root:root"])
def test_a_folder_of_roots_is_made(user: str) -> None:
    assert folders(enter("/app"), User=user) == [("app",)]


def test_a_user_of_the_recipe_comes_before_the_bases() -> None:
    assert folders(Step("user 0:0"), enter("/app"), User="node") == [(), ("app",)]


@pytest.mark.parametrize("target", ["/app/", "/app/function/", "/app/function"])
def test_files_do_not_go_into_what_may_be_the_bases_users(target: str) -> None:
    steps = (Step("USER 0:0"), Step("COPY a b", copy=Copy(("a",), target)))
    with pytest.raises(CannotAppendError, match="the base image's own"):
        folders(*steps, User="node", WorkingDir="/app/function")
    assert folders(*steps, User="root", WorkingDir="/app/function") == [(), ()]
    assert folders(*steps, User="node", WorkingDir="/home/node") == [(), ()]


def test_folders_belong_to_root_and_everybody_may_enter_them() -> None:
    with tarfile.open(fileobj=io.BytesIO(b"".join(tar(("app", "app/code"))))) as found:
        members = found.getmembers()
    assert [(one.name, one.isdir(), one.mode, one.uid, one.gid) for one in members] == [
        ("app", True, 0o755, 0, 0),
        ("app/code", True, 0o755, 0, 0),
    ]
    assert b"".join(tar(("app",))) == b"".join(tar(("app",)))
