"""A folder of this machine, seen as a function."""

from pathlib import Path

import pytest

from knative_lambda.adapters.local.project import ProjectError, project
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.runtimes import RUNTIMES, Language


def folder(place: Path, *files: str) -> Path:
    """*place*, with these files in it."""
    place.mkdir(parents=True, exist_ok=True)
    for file in files:
        (place / file).touch()
    return place


@pytest.mark.parametrize("file", ["package.json", "index.js", "index.mjs", "index.cjs"])
def test_files_of_node_tell_a_runtime_of_node(tmp_path: Path, file: str) -> None:
    found = project(folder(tmp_path, file), None)
    assert RUNTIMES[found.runtime].language is Language.NODEJS


@pytest.mark.parametrize("file", ["requirements.txt", "pyproject.toml", "index.py"])
def test_files_of_python_tell_a_runtime_of_python(tmp_path: Path, file: str) -> None:
    found = project(folder(tmp_path, file), None)
    assert RUNTIMES[found.runtime].language is Language.PYTHON


@pytest.mark.parametrize("file", ["go.mod", "function.go"])
def test_files_of_go_tell_a_runtime_of_go(tmp_path: Path, file: str) -> None:
    found = project(folder(tmp_path, file), None)
    assert RUNTIMES[found.runtime].language is Language.GO


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_a_runtime_that_is_named_counts_more_than_the_files(tmp_path: Path, runtime: str) -> None:
    assert project(folder(tmp_path, "index.py"), runtime).runtime == runtime


def test_a_folder_where_a_file_is_meant_tells_nothing(tmp_path: Path) -> None:
    (tmp_path / "index.js").mkdir()
    with pytest.raises(ProjectError, match=r"neither index\.js nor index\.py"):
        project(tmp_path, None)


def test_a_folder_without_a_sign_is_refused_and_the_way_out_named(tmp_path: Path) -> None:
    with pytest.raises(ProjectError) as caught:
        project(folder(tmp_path, "main.py"), None)
    assert str(caught.value) == (
        f"{tmp_path}: holds neither index.js nor index.py nor function.go; "
        "name its runtime with --runtime"
    )


def test_what_is_no_folder_is_refused_by_the_name_it_was_given(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=r"^nowhere: is no folder; name the one that holds"):
        project(Path("nowhere"), None)
    file = folder(tmp_path, "index.py") / "index.py"
    with pytest.raises(ProjectError, match="is no folder"):
        project(file, "python311")


def test_the_folder_may_be_named_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder(tmp_path / "hello", "index.py")
    monkeypatch.chdir(tmp_path / "hello")
    found = project(Path(), None)
    assert found.folder == (tmp_path / "hello").resolve()
    assert found.function == FunctionId("dev", "hello")


def test_the_folder_may_be_named_from_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(folder(tmp_path, "index.py")))
    assert project(Path("~"), None).folder == tmp_path.resolve()


@pytest.mark.parametrize(
    ("name", "parser_id"),
    [
        ("hello-python", "hello-python"),
        ("My Function (2)", "My-Function-2"),
        (".hidden_", "hidden"),
        ("größe", "gr-e"),
        ("日本", "function"),
        ("a" * 62 + "-b", "a" * 62),
        ("a" * 100, "a" * 63),
    ],
)
def test_the_function_is_named_for_its_folder(tmp_path: Path, name: str, parser_id: str) -> None:
    found = project(folder(tmp_path / name, "index.py"), None)
    assert found.function == FunctionId("dev", parser_id)


def test_the_url_leads_to_the_folder(tmp_path: Path) -> None:
    place = folder(tmp_path / "with space", "index.py")
    assert project(place, None).url == f"{tmp_path.resolve().as_uri()}/with%20space"
