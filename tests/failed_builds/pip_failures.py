"""What pip cannot install, as authors of functions would have written it."""

from collections.abc import Mapping
from typing import Final

from failed_builds.failure import CLOSED, REFUSING, Failure

_INSTALL: Final = (
    "python", "-I", "-m", "pip", "install", "--no-cache-dir", "--no-compile",
    "--disable-pip-version-check", "--root-user-action=ignore", "--target", "../dependencies",
)  # fmt: skip
_REQUIRE: Final = (*_INSTALL, "--requirement", "requirements.txt")


def _pip(
    name: str, requirements: str, files: Mapping[str, str] | None = None, **env: str
) -> Failure:
    all_files = {"requirements.txt": requirements, "index.py": "", **(files or {})}
    step = (
        _REQUIRE
        if "--hash" not in requirements
        else (*_REQUIRE[:6], "--require-hashes", *_REQUIRE[6:])
    )
    return Failure(f"pip-{name}", {f"function/{n}": t for n, t in all_files.items()}, (step,), env)


def _project(name: str, files: Mapping[str, str], **env: str) -> Failure:
    step = (*_INSTALL, ".")
    return Failure(f"pip-{name}", {f"function/{n}": t for n, t in files.items()}, (step,), env)


_SETUP: Final = "from setuptools import Extension, setup\n"
_EXTENSION: Final = (
    _SETUP + "setup(name='fast', version='1.0', ext_modules=[Extension('fast', ['fast.c'])])\n"
)
_SETUPTOOLS: Final = (
    '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
)
_PYTHON: Final = '[project]\nname = "orders"\nversion = "1.0"\n'

PIP: Final[tuple[Failure, ...]] = (
    _pip("no-package", "requests==2.31.0\nrequestz-of-nobody==1.0\n"),
    _pip("no-version", "six==99.0\n"),
    _pip("newer-python", "numpy==2.4.0 ; python_version < '4'\npandas==99\n"),
    _pip("version-of-newer-python", "numpy==2.5.0\n"),
    _pip("conflict", "requests==2.31.0\nurllib3==1.20\n"),
    _pip("conflict-of-two", "botocore==1.29.0\nrequests==2.33.0\nurllib3==2.1.0\n"),
    _pip("wrong-hash", f"six==1.16.0 --hash=sha256:{'0' * 64}\n"),
    _pip(
        "no-hash",
        "six==1.16.0 --hash=sha256:"
        "8abb2f1d86890a2dfb989f9a77cfcfd3e47c2a354b01111771326f8aa26e0254\nidna==3.7\n",
    ),
    _pip("no-wheel", "./own-1.0-py3-none-any.whl\n"),
    _pip("wrong-line", "requests==2.31.0\nsix = 1.16.0\n"),
    _pip("wrong-option", "six==1.16.0\n--index https://packages.example.com/simple\n"),
    _pip("no-included-file", "-r base.txt\nsix==1.16.0\n"),
    _pip("no-local-package", "./vendored/own\n"),
    _pip("index-refused", f"--index-url {CLOSED}/simple\nsix==1.16.0\n", PIP_RETRIES="1"),
    _pip(
        "index-unknown",
        "--index-url https://packages.nowhere.invalid/simple\nsix==1.16.0\n",
        PIP_RETRIES="1",
    ),
    _pip("index-unauthorized", f"--index-url {REFUSING}/simple\nsix==1.16.0\n", PIP_NO_INPUT="1"),
    _pip("no-git", "git+https://git.example.com/acme/own.git#egg=own\n", WITHOUT_COMPILER=""),
    _pip("foreign-wheel", "./own-1.0-cp27-cp27m-win32.whl\n", {"own-1.0-cp27-cp27m-win32.whl": ""}),
    _project(
        "no-compiler",
        {"pyproject.toml": _SETUPTOOLS, "setup.py": _EXTENSION, "fast.c": "#include <Python.h>\n"},
        WITHOUT_COMPILER="",
    ),
    _project(
        "no-header",
        {
            "pyproject.toml": _SETUPTOOLS,
            "setup.py": _EXTENSION,
            "fast.c": "#include <libpq-fe.h>\n",
        },
    ),
    _project("setup-syntax", {"setup.py": _SETUP + "setup(name='orders' version='1.0')\n"}),
    _project("setup-throws", {"setup.py": "import numpy\n" + _SETUP + "setup(name='orders')\n"}),
    _project(
        "broken-pyproject", {"pyproject.toml": '[project]\nname = "orders"\nversion = 1.0.0\n'}
    ),
    _project(
        "wrong-pyproject",
        {"pyproject.toml": _SETUPTOOLS + '[project]\nname = "orders"\nversion = 3\n'},
    ),
    _project(
        "no-backend",
        {
            "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "hatchling.build"\n'
            + _PYTHON
        },
    ),
    _project(
        "other-python", {"pyproject.toml": _SETUPTOOLS + _PYTHON + 'requires-python = ">=3.99"\n'}
    ),
    _project(
        "two-packages",
        {
            "pyproject.toml": _SETUPTOOLS + _PYTHON,
            "orders/__init__.py": "",
            "shared/__init__.py": "",
        },
    ),
)
