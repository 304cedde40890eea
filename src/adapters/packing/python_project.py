"""What a Python source says about its installation: requirements.txt and pyproject.toml."""

import re
import tomllib
from typing import Final

from knative_lambda.adapters.packing.installation import Installation
from knative_lambda.adapters.packing.source import Source, rejected

REQUIREMENTS: Final = "requirements.txt"
PROJECT: Final = "pyproject.toml"
_CODE: Final = ".py"
# Bytes of code, some 7,600 lines; compiling as much takes a start 0.05 s of CPU and more.
_MUCH_CODE: Final = 256 * 1024
# Options that name neither a file nor a requirement; any other may name a file.
_OPTION: Final = re.compile(
    r"(?:-i|--index-url|--extra-index-url|--no-index|--no-binary|--only-binary|--prefer-binary"
    r"|--require-hashes|--pre|--trusted-host|--use-feature)(?:[\s=]|$)"
)
# `name`, `name[extra]`, then a version, a URL or a marker; no path and no archive's name.
_NAMED: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\s*(?:\[[^\]]*\])?\s*(?:[<>=!~@;(\s].*)?")
_FILE: Final = re.compile(r"file:|^\S+\.(?:whl|zip|tar|tgz|gz|bz2|xz|tbz|txz)(?:[\s;\[]|$)")
_COMMENT: Final = re.compile(r"(?:^|\s)#.*")


def python_installation(source: Source) -> Installation:
    """How to install *source*: its requirements, and itself where it is a package.

    Raises:
        SourceRefusedError: Its pyproject.toml is none, or names dependencies that only a package
            can have, and it is no package.
    """
    lines = _lines(source)
    required = requirements(source)
    compiled = _bytes_of_code(source) > _MUCH_CODE
    package = _is_package(source, has_requirements=bool(required))
    if not required:
        return Installation(package=package, compiled=compiled)
    alone = all(_NAMED.fullmatch(line) and not _FILE.search(line) for line in required)
    hashed = any("--hash=" in line or line.startswith("--require-hashes") for line in lines)
    # Both at once, so that they agree on versions; where each needs a hash, a package has none.
    at_once = package and not hashed
    return Installation(
        install=True,
        manifests=(REQUIREMENTS,) if alone and not at_once else (),
        hashed=hashed,
        package=package,
        compiled=compiled,
    )


def _bytes_of_code(source: Source) -> int:
    return sum(member.size for path, member in source.files.items() if path.endswith(_CODE))


def requirements(source: Source) -> list[str]:
    """The lines of requirements.txt that name what is installed, or files that do.

    Raises:
        SourceRefusedError: It is no text, or too long.
    """
    return [line for line in _lines(source) if not _OPTION.match(line)]


def _is_package(source: Source, *, has_requirements: bool) -> bool:
    """Whether pyproject.toml says how to build a package: one without that may be for tools."""
    text = source.manifest(PROJECT)
    if text is None:
        return False
    try:
        document = tomllib.loads(text)
    # Python itself refuses a number of too many digits, and that with a plain ValueError.
    except (ValueError, RecursionError) as error:
        raise rejected(f"{PROJECT}: is not valid TOML: {error}") from error
    project = document.get("project")
    needs = isinstance(project, dict) and bool(project.get("dependencies"))
    if needs and not has_requirements and "build-system" not in document:
        raise rejected(
            f"{PROJECT}: has dependencies but no [build-system], so it is no package that can be "
            f"installed; add one, or list the dependencies in {REQUIREMENTS}"
        )
    return "build-system" in document


def _lines(source: Source) -> list[str]:
    return requirement_lines(source.manifest(REQUIREMENTS) or "")


def requirement_lines(text: str) -> list[str]:
    """The logical lines: joined where a backslash says so, without comments and blank ones."""
    joined = text.replace("\r\n", "\n").replace("\\\n", " ")
    bare = (_COMMENT.sub("", line).strip() for line in joined.split("\n"))
    return [line for line in bare if line]
