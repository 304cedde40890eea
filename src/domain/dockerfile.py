"""A Dockerfile's instructions and stages, as builders read them.

Source: https://docs.docker.com/reference/dockerfile/
"""

import re
from collections.abc import Iterator
from typing import Final

import attrs

from knative_lambda.domain.printable import printable
from knative_lambda.domain.recipe import NoRecipeError

_BLANKS: Final = " \t"
_DIRECTIVE: Final = re.compile(r"#\s*([A-Za-z][A-Za-z0-9]*)\s*=\s*(\S.*?)\s*")
# What may stand for the grammar that is read here.
_KNOWN_DIRECTIVES: Final = {
    "escape": re.compile(r"\\"),
    "syntax": re.compile(r"docker/dockerfile:1(?:\.[0-9]+)*"),
}
_CONTINUED: Final = re.compile(r"(?:^|(?<=[^\\]))\\[ \t]*$")
_FIRST_WORD: Final = re.compile(r"([A-Za-z]+)[ \t]+(.+)", re.DOTALL)
_NAME: Final = re.compile(r"[a-z][a-z0-9._-]*")
_MAY_HAVE_HERE_DOCUMENT: Final = frozenset({"RUN", "COPY", "ADD", "ONBUILD"})
_SHOWN: Final = 80  # characters of an instruction in a reason
_WORDS_OF_A_NAMED_STAGE: Final = 3


@attrs.frozen
class Instruction:
    """One instruction, its continued lines joined.

    Attributes:
        name: In capitals.
        rest: What follows the name.
    """

    name: str
    rest: str

    @property
    def words(self) -> str:
        """The whole of it."""
        return f"{self.name} {self.rest}"

    def refused(self, why: str) -> NoRecipeError:
        """The refusal of it: *why*, of the Dockerfile that has it."""
        words = self.words
        line = printable(words)  # a tabulator may stand in it
        shown = line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"
        return NoRecipeError(f"its Dockerfile {why}: {shown}")


@attrs.frozen
class DockerfileStage:
    """What stands from one FROM to the next.

    Attributes:
        name: As others call it, in lower case; its number, from 0, where it has none.
        base: The image, or the name of an earlier stage.
        start: Its FROM.
        instructions: Those behind it.
    """

    name: str
    base: str
    start: Instruction
    instructions: tuple[Instruction, ...]


def stages(text: str) -> tuple[DockerfileStage, ...]:
    """The stages of a Dockerfile, at least one.

    Raises:
        NoRecipeError: It holds what is not read here.
    """
    parts: list[list[Instruction]] = []
    for instruction in _instructions(text):
        if instruction.name == "FROM":
            parts.append([])
        elif not parts:
            raise instruction.refused("begins with something else than FROM")
        parts[-1].append(instruction)
    if not parts:
        raise NoRecipeError("its Dockerfile has no FROM")
    found = tuple(_stage(number, *part) for number, part in enumerate(parts))
    names = [stage.name for stage in found]
    for stage in found:
        if names.count(stage.name) > 1:
            raise stage.start.refused("gives one name to several stages")
    return found


def _stage(number: int, start: Instruction, *rest: Instruction) -> DockerfileStage:
    words = start.rest.split()
    if any(sign in start.rest for sign in "$\\\"'"):
        raise start.refused("stands on an image that is not plainly named")
    if words[0].startswith("--"):
        raise start.refused("has an option that only a build can follow")
    if len(words) == 1:
        return DockerfileStage(str(number), words[0], start, rest)
    name = words[-1].lower()
    named = len(words) == _WORDS_OF_A_NAMED_STAGE and words[1].upper() == "AS"
    if not named or not _NAME.fullmatch(name):
        raise start.refused("has a FROM that is neither IMAGE nor IMAGE AS NAME")
    return DockerfileStage(name, words[0], start, rest)


def _instructions(text: str) -> Iterator[Instruction]:
    lines = [line.rstrip("\r") for line in text.removeprefix("\ufeff").split("\n")]
    _require_known_grammar(lines)
    begun = ""
    for line in lines:
        bare = line.strip(_BLANKS)
        if not bare or bare.startswith("#"):  # also between lines that are continued
            continue
        begun += line
        continued = _CONTINUED.search(begun)
        if continued is None:
            yield _instruction(begun.strip(_BLANKS))
            begun = ""
        else:
            begun = begun[: continued.start()]
    if begun.strip(_BLANKS):
        yield _instruction(begun.strip(_BLANKS))


def _require_known_grammar(lines: list[str]) -> None:
    """Directives to the parser stand before all else, and each but these is a comment."""
    for line in lines:
        found = _DIRECTIVE.fullmatch(line.strip(_BLANKS))
        if found is None:
            return
        known = _KNOWN_DIRECTIVES.get(found[1].lower())
        if known is not None and not known.fullmatch(found[2]):
            raise NoRecipeError(f"its Dockerfile asks for a grammar of its own: {found[1]}")


def _instruction(line: str) -> Instruction:
    if not line.replace("\t", " ").isprintable():
        raise NoRecipeError("its Dockerfile has a character that is not printed")
    matched = _FIRST_WORD.fullmatch(line)
    if matched is None:
        raise NoRecipeError("its Dockerfile has a line that is no instruction")
    found = Instruction(matched[1].upper(), matched[2])
    if found.name in _MAY_HAVE_HERE_DOCUMENT and "<<" in found.rest:
        raise found.refused("has a here-document")
    return found
