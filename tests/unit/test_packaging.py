"""The shape of the repository: the links that name the package, its data, how large files grow."""

import re
from importlib import resources
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parents[2]
ENTRYPOINTS = sorted(ROOT.glob("src/entrypoints/*.py"))
PYTHON_FILES = [
    file
    for folder in ("src", "sidecar", "tests", "templates")
    for file in sorted((ROOT / folder).rglob("*.py"))
    # What is reached through a link is listed under the folder it is in.
    if not any(parent.is_symlink() for parent in file.parents)
]
VAGUE = re.compile(r"(^|_)(utils?|helpers?|common|managers?)(_|$)")


def in_the_tree(path: Path) -> str:
    """Give *path* from the root on, as a failure should name it."""
    return str(path.relative_to(ROOT))


def line_count(file: Path) -> int:
    return len(file.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("knative_lambda", "src"),
        ("src/sidecar", "../sidecar"),
        ("src/templates", "../templates"),
    ],
)
def test_each_committed_link_is_still_a_relative_link(link: str, target: str) -> None:
    path = ROOT / link

    assert path.is_symlink(), f"{link} should link to {target}: docs/adr/0002-import-namespace.md"
    assert str(path.readlink()) == target
    assert path.is_dir(), f"{link} leads nowhere"


def test_the_templates_are_reachable_as_package_data() -> None:
    found = {entry.name for entry in resources.files("knative_lambda.templates").iterdir()}

    assert found
    assert found == {path.name for path in (ROOT / "templates").iterdir()}


def test_the_wheel_holds_every_template() -> None:
    shipped = {file.distribution_path for file in WheelBuilder(str(ROOT)).recurse_included_files()}
    templates = {
        f"knative_lambda/{in_the_tree(path)}"
        for path in (ROOT / "templates").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

    assert templates - shipped == set()


def test_the_wheel_holds_all_that_the_console_is_made_of() -> None:
    shipped = {file.distribution_path for file in WheelBuilder(str(ROOT)).recurse_included_files()}
    files = {
        f"knative_lambda/adapters/console/{path.parent.name}/{path.name}"
        for folder in ("pages", "assets")
        for path in (ROOT / "src" / "adapters" / "console" / folder).iterdir()
    }

    assert len(files) > 10
    assert files - shipped == set()


def test_every_entrypoint_stays_under_60_lines() -> None:
    assert ENTRYPOINTS
    assert [in_the_tree(file) for file in ENTRYPOINTS if line_count(file) >= 60] == []


def test_no_python_file_grows_over_300_lines() -> None:
    assert [in_the_tree(file) for file in PYTHON_FILES if line_count(file) > 300] == []


def test_every_name_says_what_a_thing_is() -> None:
    paths = {*PYTHON_FILES, *(file.parent for file in PYTHON_FILES)}

    assert [in_the_tree(path) for path in sorted(paths) if VAGUE.search(path.stem)] == []
