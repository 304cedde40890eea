"""What instructions of a Dockerfile say: pairs, single words, ports, commands and copies."""

import json
import re
import shlex
from collections.abc import Iterator
from typing import Final

import attrs

from knative_lambda.domain.dockerfile import Instruction

_PORT: Final = re.compile(r"([0-9]{1,5})(?:/(tcp|udp|sctp))?", re.IGNORECASE)
_MOST_PORT: Final = 65_535
_SHELL: Final = ("/bin/sh", "-c")
# No program can be given them, and no text in UTF-8 has them.
_UNSAYABLE: Final = re.compile("[\0\ud800-\udfff]")
_OPTION: Final = re.compile(r"--([a-z]+)(?:=(\S*))?[ \t]+")
_WILDCARDS: Final = "*?["
_FEWEST_PATHS: Final = 2


def words(instruction: Instruction) -> list[str]:
    """Its words, without the quotes around them.

    Raises:
        NoRecipeError: A value is one of its variables, or a quote has no end.
    """
    if "$" in instruction.rest:
        raise instruction.refused("has a variable that only a build knows")
    try:
        return shlex.split(instruction.rest)
    except ValueError:
        raise instruction.refused("has a quote without an end") from None


def word(instruction: Instruction) -> str:
    """The only one.

    Raises:
        NoRecipeError: There are others, or it says nothing.
    """
    found = words(instruction)
    if len(found) != 1 or not found[0]:
        raise instruction.refused("has another number of words than one")
    return found[0]


def pairs(instruction: Instruction) -> list[tuple[str, str]]:
    """Its names, and the value of each.

    Raises:
        NoRecipeError: A name has no value, or a value no name.
    """
    found = words(instruction)
    if "=" not in found[0]:  # the older form: one name, and all behind it is the value
        name, *value = instruction.rest.split(maxsplit=1)
        if not value or any(sign in instruction.rest for sign in "\\\"'"):
            raise instruction.refused("has a name that is not followed by = and its value")
        return [(name, value[0])]
    split = [one.partition("=") for one in found]
    if not all(name and sign for name, sign, _ in split):
        raise instruction.refused("has a name that is not followed by = and its value")
    return [(name, value) for name, _, value in split]


def ports(instruction: Instruction) -> Iterator[str]:
    """Each, such as `8080/tcp`.

    Raises:
        NoRecipeError: There is something else than single ports.
    """
    for one in words(instruction):
        found = _PORT.fullmatch(one)
        if found is None or int(found[1]) > _MOST_PORT:
            raise instruction.refused("has something else than a port")
        yield f"{int(found[1])}/{(found[2] or 'tcp').lower()}"


def command(instruction: Instruction) -> tuple[str, ...]:
    """What is run, as the system is given it: a line for the shell is its argument.

    Raises:
        NoRecipeError: It begins as an exec form, and is none.
    """
    if not instruction.rest.startswith("["):
        return (*_SHELL, instruction.rest)
    return _listed(instruction)


def _listed(instruction: Instruction) -> tuple[str, ...]:
    try:
        found = json.loads(instruction.rest)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list) or not all(
        isinstance(one, str) and not _UNSAYABLE.search(one) for one in found
    ):
        raise instruction.refused("has something else than a JSON list of texts")
    return tuple(found)


@attrs.frozen
class CopyWords:
    """What a COPY says.

    Attributes:
        options: Each with its value; `None` where it has none.
        sources: As they stand there.
        target: The same.
    """

    options: tuple[tuple[str, str | None], ...]
    sources: tuple[str, ...]
    target: str


def copied(instruction: Instruction) -> CopyWords:
    """What the COPY copies to where.

    Raises:
        NoRecipeError: Its paths are not plain ones.
    """
    options: list[tuple[str, str | None]] = []
    rest = instruction.rest
    while (found := _OPTION.match(rest)) is not None:
        options.append((found[1], found[2]))
        rest = rest[found.end() :]
    is_list = rest.startswith("[")
    paths = _listed(attrs.evolve(instruction, rest=rest)) if is_list else tuple(rest.split())
    if len(paths) < _FEWEST_PATHS or not all(paths):
        raise instruction.refused("copies without saying what and where to")
    if any(path.startswith("--") for path in paths):
        raise instruction.refused("has an option that only a build can follow")
    if any(sign in path for path in paths for sign in "$\\\"'") or not "".join(paths).isprintable():
        raise instruction.refused("copies a path that is not plainly named")
    if any(sign in source for source in paths[:-1] for sign in _WILDCARDS):
        raise instruction.refused("copies files by a pattern")
    return CopyWords(tuple(options), paths[:-1], paths[-1])
