"""A function's folder on this machine: what it is called, and which runtime it is for."""

import re
from pathlib import Path
from typing import Final

import attrs

from knative_lambda.domain.errors import WrongCallError
from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.runtimes import RUNTIMES, Language

_TENANT: Final = "dev"
_OTHER: Final = re.compile(r"[^A-Za-z0-9._-]+")


class ProjectError(WrongCallError):
    """The folder is no function; the message says what would be right."""


@attrs.frozen
class Project:
    """A folder that holds a function."""

    folder: Path
    runtime: str

    @property
    def function(self) -> FunctionId:
        """Named for its folder."""
        name = _OTHER.sub("-", self.folder.name)[:63].strip("._-")
        return FunctionId(_TENANT, name or "function")

    @property
    def url(self) -> str:
        """Where a directory fetcher finds it."""
        return self.folder.as_uri()


def project(folder: Path, runtime: str | None) -> Project:
    """The function in *folder*; the *runtime* is told by its files when it is not given.

    Raises:
        ProjectError: There is no such folder, or its files tell no runtime.
    """
    place = folder.expanduser().resolve()
    if not place.is_dir():
        message = f"{folder}: is no folder; name the one that holds the function's files"
        raise ProjectError(message)
    if runtime is not None:
        return Project(place, runtime)
    signs = (
        (Language.NODEJS, ("package.json", "index.js", "index.mjs", "index.cjs")),
        (Language.PYTHON, ("requirements.txt", "pyproject.toml", "index.py")),
        (Language.GO, ("go.mod", "function.go")),
    )
    for language, files in signs:
        if any((place / file).is_file() for file in files):
            first = next(name for name, known in RUNTIMES.items() if known.language is language)
            return Project(place, first)
    wanted = "index.js nor index.py nor function.go"
    message = f"{folder}: holds neither {wanted}; name its runtime with --runtime"
    raise ProjectError(message)
