"""The runtimes a function may name: a table of data."""

from enum import Enum
from typing import Final

import attrs


class Language(Enum):
    """What a function is written in: picks wrapper and templates."""

    NODEJS = "nodejs"
    PYTHON = "python"


@attrs.frozen
class Runtime:
    """A row of the table.

    Attributes:
        name: As it stands in `build.start`.
        base_image: What the generated Dockerfile builds on.
        extensions: Of the files that may hold a handler, in order of search.
    """

    name: str
    language: Language
    version: str
    base_image: str
    extensions: tuple[str, ...]


def _node(version: str) -> Runtime:
    image = f"docker.io/library/node:{version}-slim"
    return Runtime(f"nodejs{version}", Language.NODEJS, version, image, (".js", ".mjs", ".cjs"))


def _python(version: str) -> Runtime:
    image = f"docker.io/library/python:{version}-slim"
    return Runtime(f"python{version.replace('.', '')}", Language.PYTHON, version, image, (".py",))


RUNTIMES: Final = {
    runtime.name: runtime
    for runtime in (
        _node("22"),
        _node("24"),
        _python("3.11"),
        _python("3.12"),
        _python("3.13"),
    )
}
