"""What a Go source's modules are: those of go.mod, as far as go.sum has their content.

Source: https://go.dev/ref/mod
"""

import re
from collections.abc import Iterator
from typing import Final

from knative_lambda.domain.component import Component
from knative_lambda.domain.purl import purl

_COMMENT: Final = re.compile(r"//.*")
_PATH: Final = re.compile(r"[A-Za-z0-9._~-]+(?:/[A-Za-z0-9._~-]+)*")
_VERSION: Final = re.compile(r"v[0-9A-Za-z.+-]+")

Module = tuple[str, str]  # its path and its version


def go_components(text: str, sums: str) -> Iterator[Component]:
    """The modules that the go.mod *text* requires, and that the go.sum *sums* vouches for.

    A module of which go.sum has the go.mod alone only had a say in versions, and has no code in
    the program. A module that a folder stands in for is the tenant's own. The sums themselves
    are no hashes of files, so there are none.
    """
    vouched = {tuple(line.split()[:2]) for line in sums.split("\n")}
    statements = list(_statements(text))
    replaced = dict(_replacements(statements))
    for words in statements:
        match words:
            case ["require", path, version]:
                module = replaced.get((path, version), replaced.get((path, ""), (path, version)))
                if module in vouched:
                    yield from _component(*module)


def _statements(text: str) -> Iterator[list[str]]:
    """The directives word by word, each with its verb, also in a block of them."""
    verb: list[str] = []
    for line in text.split("\n"):
        spaced = _COMMENT.sub("", line).replace("(", " ( ").replace(")", " ) ")
        match [word.strip('"`') for word in spaced.split()]:
            case [first, "("]:
                verb = [first]
            case [")"]:
                verb = []
            case words:
                yield [*verb, *words]


def _replacements(statements: list[list[str]]) -> Iterator[tuple[Module, Module]]:
    """What stands in for what: a version `""` is any version, or that of a folder."""
    for words in statements:
        match words:
            case ["replace", path, "=>", other, *version]:
                yield (path, ""), (other, "".join(version))
            case ["replace", path, replaced, "=>", other, *version]:
                yield (path, replaced), (other, "".join(version))


def _component(path: str, version: str) -> Iterator[Component]:
    if _PATH.fullmatch(path) and _VERSION.fullmatch(version):
        # Lower case is what the purl of a module has to be, though its path is not.
        yield Component(path, version, purl("golang", path.lower(), version))
