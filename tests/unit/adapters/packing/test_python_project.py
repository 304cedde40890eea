"""What requirements.txt asks of a build."""

import pytest
from support.sources import python, source

from knative_lambda.adapters.packing.installation import Installation
from knative_lambda.adapters.packing.python_project import python_installation
from knative_lambda.domain.errors import SourceRefusedError


@pytest.mark.parametrize("requirements", ["", "\n# none\n  # here\n", "--index-url https://p.test"])
def test_requirements_that_name_nothing_install_nothing(requirements: str) -> None:
    assert python(requirements) == Installation()


def test_a_python_source_without_requirements_installs_nothing() -> None:
    assert python_installation(source({"index.py": ""})) == Installation()


@pytest.mark.parametrize(
    "requirements",
    [
        "attrs",
        "attrs==25.1  # pinned\r\n",
        "aiohttp [speedups] >= 3, < 4 ; python_version > '3'",
        "attrs @ https://code.test/attrs.whl",
        "--index-url https://p.test\n-i https://p.test\n--pre\nattrs>=1,\\\n  <2",
    ],
)
def test_requirements_by_name_are_installed_before_the_code(requirements: str) -> None:
    assert python(requirements) == Installation(install=True, manifests=("requirements.txt",))


@pytest.mark.parametrize(
    "requirements",
    [
        "-r more.txt",
        "attrs\n-c constraints.txt",
        "-e .",
        ".",
        "./lib",
        "lib/own",
        "own-1.0-py3-none-any.whl",
        "own.tar.gz ; python_version > '3'",
        "own @ file:lib",
        "--find-links wheels\nattrs",
        "--something-new x\nattrs",
    ],
)
def test_requirements_that_may_name_a_file_get_the_code(requirements: str) -> None:
    assert python(requirements) == Installation(install=True)


PACKAGE = '[build-system]\nrequires = ["hatchling"]\n[project]\ndependencies = ["attrs"]\n'


def test_a_package_is_installed() -> None:
    assert python_installation(source({"pyproject.toml": PACKAGE})) == Installation(package=True)


def test_a_package_and_its_requirements_are_installed_at_once() -> None:
    assert python("attrs", PACKAGE) == Installation(install=True, package=True)


def test_a_package_has_no_hash_and_so_comes_after_what_must_have_one() -> None:
    assert python("attrs==25.1 --hash=sha256:00", PACKAGE) == Installation(
        install=True, manifests=("requirements.txt",), hashed=True, package=True
    )


@pytest.mark.parametrize(
    "project", ["", "[tool.ruff]", '[project]\nname = "a"', "[project]\ndependencies = []"]
)
def test_a_pyproject_of_tools_alone_is_no_package(project: str) -> None:
    assert python("", project) == Installation()


def test_dependencies_of_what_is_no_package_may_be_in_the_requirements() -> None:
    text = '[project]\ndependencies = ["attrs"]'
    assert python("attrs", text) == Installation(install=True, manifests=("requirements.txt",))


@pytest.mark.parametrize("requirements", ["", "attrs"])
def test_only_much_code_is_compiled_in_the_image(requirements: str) -> None:
    half = b"#" * (128 * 1024)
    files: dict[str, str | bytes] = {
        "requirements.txt": requirements,
        "a.py": half,
        "lib/b.py": half,
        "c.json": half,
    }
    assert not python_installation(source(files)).compiled
    assert python_installation(source({**files, "d.py": "#"})).compiled


@pytest.mark.parametrize(
    ("project", "said"),
    [
        ('[project]\ndependencies = ["attrs"]', "pyproject.toml: has dependencies but no [build"),
        ("[project", "pyproject.toml: is not valid TOML: "),
        (f"number = {'1' * 5000}", "pyproject.toml: is not valid TOML: "),
    ],
    ids=["no package", "no TOML", "a number without an end"],
)
def test_a_pyproject_that_cannot_be_followed_is_refused(project: str, said: str) -> None:
    with pytest.raises(SourceRefusedError) as refused:
        python("", project)
    assert refused.value.detail.startswith(said)
