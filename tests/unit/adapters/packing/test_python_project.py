"""What requirements.txt asks of a build."""

import pytest
from support.sources import python, source

from knative_lambda.adapters.packing.installation import Installation
from knative_lambda.adapters.packing.python_project import python_installation


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
