"""What is run to make an app, as its Dockerfile would."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from support.dockerfile import instructions

from knative_lambda.adapters.local.installing import build_commands
from knative_lambda.adapters.packing.generated import generated
from knative_lambda.adapters.packing.installation import Installation
from knative_lambda.adapters.templates.templates import ours
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.request import BuildRequest
from knative_lambda.domain.runtimes import RUNTIMES

QUIET = ("--no-audit", "--no-fund")
NEEDS = {"dependencies": {"is-number": "7.0.0"}}


def app(folder: Path, wrapper: str, files: Mapping[str, str]) -> Path:
    """A folder with that wrapper, and the function's *files*."""
    for path, text in {f"runtime/{wrapper}": "", **_below("function", files)}.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def _below(parent: str, files: Mapping[str, str]) -> dict[str, str]:
    return {f"{parent}/{path}": text for path, text in {"code": "", **files}.items()}


@pytest.mark.parametrize(
    ("package", "lock", "steps"),
    [
        (None, None, []),
        ({}, None, []),
        (NEEDS, None, [("install", "--omit=dev", *QUIET)]),
        (NEEDS, "package-lock.json", [("ci", "--omit=dev", *QUIET)]),
        ({}, "npm-shrinkwrap.json", [("ci", "--omit=dev", *QUIET)]),
        ({"scripts": {"build": "x"}}, None, [("run", "build")]),
        (
            {**NEEDS, "scripts": {"build": "x"}},
            "package-lock.json",
            [("ci", "--include=dev", *QUIET), ("run", "build"), ("prune", "--omit=dev", *QUIET)],
        ),
    ],
)
def test_npm_does_what_the_package_asks_for(
    tmp_path: Path, package: object, lock: str | None, steps: list[tuple[str, ...]]
) -> None:
    files = {"package.json": json.dumps(package)} if package is not None else {}
    commands = build_commands(app(tmp_path, "index.js", files | ({lock: "{}"} if lock else {})))
    assert [command.words for command in commands] == [("npm", *step) for step in steps]
    assert {command.folder for command in commands} <= {tmp_path / "function"}


def test_pip_installs_beside_the_function_and_compiles(tmp_path: Path) -> None:
    install, compiled = build_commands(app(tmp_path, "main.py", {"requirements.txt": "six"}))
    assert install.words[:5] == (sys.executable, "-I", "-m", "pip", "install")
    assert install.words[-4:] == (
        "--target",
        str(tmp_path / "dependencies"),
        "--requirement",
        "requirements.txt",
    )
    assert "--require-hashes" not in install.words
    assert "compileall" in compiled.words[-1]


def test_requirements_with_hashes_are_all_checked(tmp_path: Path) -> None:
    requirements = f"six==1.17.0 --hash=sha256:{'0' * 64}\n"
    install, _ = build_commands(app(tmp_path, "main.py", {"requirements.txt": requirements}))
    assert "--require-hashes" in install.words


PACKAGE = '[build-system]\nrequires = ["hatchling"]\n'


@pytest.mark.parametrize(
    ("requirements", "ends"),
    [
        ("", [(".",)]),
        ("six", [(".", "--requirement", "requirements.txt")]),
        (
            f"six==1.17.0 --hash=sha256:{'0' * 64}\n",
            [("--requirement", "requirements.txt"), (".",)],
        ),
    ],
)
def test_a_package_is_installed_with_what_it_requires(
    tmp_path: Path, requirements: str, ends: list[tuple[str, ...]]
) -> None:
    files = {"requirements.txt": requirements, "pyproject.toml": PACKAGE}
    *installs, compiled = build_commands(app(tmp_path, "main.py", files))
    into = str(tmp_path / "dependencies")
    assert [step.words[step.words.index(into) + 1 :] for step in installs] == ends
    assert ["--no-deps" in step.words for step in installs] == [False, True][: len(ends)]
    assert "compileall" in compiled.words[-1]


@pytest.mark.parametrize(
    ("files", "download"),
    [
        ({}, []),
        ({"go.mod": "module function\n"}, []),
        (
            {"go.mod": "module function\nrequire code.test/a v1.0.0\n", "go.sum": ""},
            [("go", "mod", "download")],
        ),
    ],
)
def test_go_downloads_what_is_required_and_compiles(
    tmp_path: Path, files: Mapping[str, str], download: list[tuple[str, ...]]
) -> None:
    *first, workspace, compiled = build_commands(app(tmp_path, "go.mod", files))
    assert [step.words for step in first] == download
    assert {step.folder for step in first} <= {tmp_path / "function"}
    assert workspace.words == ("go", "work", "init", "./runtime", "./function")
    assert compiled.words[-3:] == ("-o", "server", "./runtime/server")
    assert (workspace.folder, compiled.folder) == (tmp_path, tmp_path)


def test_a_function_in_go_is_built_by_the_same_words_as_its_image(tmp_path: Path) -> None:
    row = RUNTIMES["go127"]
    request = BuildRequest(function=FunctionId("a", "b"), runtime=row.name, source_url="")
    members = generated(ours(), request, row, Installation(), has_manifest=True)
    (content,) = (member.origin for member in members if member.path == "Dockerfile")
    assert isinstance(content, bytes)
    in_image = [line.words for line in instructions(content) if line.words[:1] == ("go",)]
    here = [step.words for step in build_commands(app(tmp_path, "go.mod", {}))]
    assert here == in_image


def test_without_go_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    steps = build_commands(app(tmp_path, "go.mod", {}))
    assert {step.missing for step in steps} == {
        "go: not found; install Go 1.26 or newer, and have it in the PATH"
    }


@pytest.mark.parametrize("files", [{}, {"requirements.txt": "# none\n"}])
def test_without_requirements_pip_is_not_asked(tmp_path: Path, files: Mapping[str, str]) -> None:
    assert list(build_commands(app(tmp_path, "main.py", files))) == []


def test_a_program_that_is_not_there_is_named_with_what_would_mend_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (install,) = build_commands(app(tmp_path, "index.js", {"package.json": json.dumps(NEEDS)}))
    assert install.missing.startswith("npm: not found; install Node.js 18 or newer")


def test_an_app_without_a_wrapper_is_none(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"neither runtime/index.js nor runtime/main.py"):
        build_commands(app(tmp_path, "other", {}))
