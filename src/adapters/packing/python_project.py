"""What a Python source says about its installation: requirements.txt."""

import re
from typing import Final

from knative_lambda.adapters.packing.installation import Installation
from knative_lambda.adapters.packing.source import Source

REQUIREMENTS: Final = "requirements.txt"
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
    """How to install the requirements of *source*."""
    text = source.manifest(REQUIREMENTS)
    if text is None:
        return Installation()
    lines = _lines(text)
    requirements = [line for line in lines if not _OPTION.match(line)]
    if not requirements:
        return Installation()
    alone = all(_NAMED.fullmatch(line) and not _FILE.search(line) for line in requirements)
    return Installation(
        install=True,
        manifests=(REQUIREMENTS,) if alone else (),
        hashed=any("--hash=" in line or line.startswith("--require-hashes") for line in lines),
    )


def _lines(text: str) -> list[str]:
    """The logical lines: joined where a backslash says so, without comments and blank ones."""
    joined = text.replace("\r\n", "\n").replace("\\\n", " ")
    bare = (_COMMENT.sub("", line).strip() for line in joined.split("\n"))
    return [line for line in bare if line]
