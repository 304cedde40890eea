"""The runtimes a function may name: a table of data."""

from collections.abc import Iterator
from enum import Enum
from typing import Final

import attrs


class Language(Enum):
    """What a function is written in: picks wrapper and templates."""

    NODEJS = "nodejs"
    PYTHON = "python"
    GO = "go"


@attrs.frozen
class Runtime:
    """A row of the table.

    Attributes:
        name: As it stands in `build.start`.
        base_image: What the function's image stands on.
        build_image: What its dependencies are installed and its code is compiled on.
        extensions: Of the files that may hold a handler, in order of search.
        end_of_life: The last day of support by its makers, as YYYY-MM-DD.
        aliases: Other names of it, which are replaced by its own as soon as they are read.
        end_is_estimate: Whether the day of a later release decides, and is not known yet.
    """

    name: str
    language: Language
    version: str
    base_image: str
    build_image: str
    extensions: tuple[str, ...]
    end_of_life: str
    aliases: tuple[str, ...]
    end_is_estimate: bool = False


def _node(version: str, end_of_life: str) -> Runtime:
    image = f"docker.io/library/node:{version}-slim"
    return Runtime(
        name=f"nodejs{version}",
        language=Language.NODEJS,
        version=version,
        base_image=image,
        build_image=image,
        extensions=(".js", ".mjs", ".cjs"),
        end_of_life=end_of_life,
        aliases=(f"node{version}", f"nodejs{version}.x"),
    )


def _python(version: str, end_of_life: str) -> Runtime:
    image = f"docker.io/library/python:{version}-slim"
    return Runtime(
        name=f"python{version.replace('.', '')}",
        language=Language.PYTHON,
        version=version,
        base_image=image,
        build_image=image,
        extensions=(".py",),
        end_of_life=end_of_life,
        aliases=(f"python{version}",),
    )


def _go(version: str, end_of_life: str) -> Runtime:
    return Runtime(
        name=f"go{version.replace('.', '')}",
        language=Language.GO,
        version=version,
        # Certificates, time zones and /tmp, all that a static program may miss.
        base_image="gcr.io/distroless/static-debian12:nonroot",
        build_image=f"docker.io/library/golang:{version}",
        extensions=(".go",),
        end_of_life=end_of_life,
        aliases=(f"go{version}",),
        end_is_estimate=True,  # a version of Go ends when the second one after it comes out
    )


# Of each language the first row is what a project gets that names none, so what is past its
# end comes last.
RUNTIMES: Final = {
    runtime.name: runtime
    for runtime in (
        _node("22", "2027-04-30"),
        _node("24", "2028-04-30"),
        _node("26", "2029-04-30"),
        _python("3.11", "2027-10-31"),
        _python("3.12", "2028-10-31"),
        _python("3.13", "2029-10-31"),
        _python("3.14", "2030-10-31"),
        _go("1.27", "2027-08-31"),
        _go("1.26", "2027-02-28"),
        _node("20", "2026-04-30"),
    )
}


def _aliases() -> Iterator[tuple[str, str]]:
    for runtime in RUNTIMES.values():
        for alias in runtime.aliases:
            yield alias, runtime.name


ALIASES: Final = dict(_aliases())
NAMES: Final = (*RUNTIMES, *ALIASES)

DEFAULT: Final = "nodejs22"

_HANDLERS: Final = {Language.GO: "function.Handle"}


def default_handler(language: Language) -> str:
    """The handler of a request that names none."""
    return _HANDLERS.get(language, "index.handler")
