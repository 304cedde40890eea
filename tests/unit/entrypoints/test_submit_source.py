"""A source is a folder of this machine or a URL, and it is told when it is neither."""

from pathlib import Path

import pytest
from support.submitting import options

from knative_lambda.adapters.local.project import ProjectError
from knative_lambda.domain.ids import FunctionId
from knative_lambda.entrypoints.submit_source import SubmitError, folder, local_project


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A folder with a function, and below it another one."""
    for place, file in ((tmp_path / "hello", "index.js"), (tmp_path / "hello/deep", "index.py")):
        place.mkdir()
        (place / file).touch()
    return tmp_path / "hello"


def test_a_folder_is_a_function_as_its_files_tell(source: Path) -> None:
    found = local_project(options(source))
    assert found is not None
    assert (found.runtime, found.function) == ("nodejs22", FunctionId("dev", "hello"))


def test_a_folder_in_it_may_be_the_function(source: Path) -> None:
    found = local_project(options(source, "--path", "deep"))
    assert found is not None
    assert (found.folder, found.runtime) == (source / "deep", "python311")


def test_a_runtime_that_is_named_is_taken(source: Path) -> None:
    found = local_project(options(source, "--runtime", "nodejs24"))
    assert found is not None
    assert found.runtime == "nodejs24"


def test_the_folder_may_be_named_from_home(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(source.parent))
    assert local_project(options("~/hello")) is not None
    assert folder(options("~/hello")) == source


@pytest.mark.parametrize(
    "url",
    [
        "https://code.test/acme/hello.git",
        "git@code.test:acme/hello.git",
        f"upload:{'0' * 64}",
        "file:///home/me/hello",
        f"data:,{'x' * 10_000}",
        "~nobody-of-that-name:x",
    ],
)
def test_a_url_is_no_folder_of_this_machine(url: str) -> None:
    assert local_project(options(url)) is None


@pytest.mark.parametrize("name", ["nowhere", "index.js", "", "x" * 5000, "~nobody-of-that-name"])
def test_what_is_neither_is_told(source: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(source)
    with pytest.raises(SubmitError) as caught:
        local_project(options(name))
    assert str(caught.value).startswith(f"{name}: is neither a folder nor a URL; name the folder")


@pytest.mark.parametrize("option", ["--ref", "--credentials"])
def test_what_only_a_url_can_have_is_told(source: Path, option: str) -> None:
    with pytest.raises(SubmitError) as caught:
        local_project(options(source, option, "main"))
    assert str(caught.value) == f"{option}: a folder has none; leave it out"


def test_a_folder_without_a_function_is_told(source: Path) -> None:
    with pytest.raises(ProjectError, match="no folder"):
        local_project(options(source, "--path", "missing"))
    (source / "index.js").unlink()
    with pytest.raises(ProjectError, match=r"neither index\.js nor index\.py"):
        local_project(options(source))
