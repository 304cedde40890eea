"""A strict reader of Dockerfiles: what it takes, every builder reads in the same way."""

import json
import re
import shlex
from dataclasses import dataclass

_LINE = re.compile(r"([A-Z]+) (\S.*)")
_DIRECTIVE = re.compile(r"#\s*\w+\s*=")
_PAIR = re.compile(r'[A-Za-z_][A-Za-z0-9_.-]*=(?:"[^"]+"|[^"\s]+)')
_WORDS = {"ARG": 1, "ENV": 1, "LABEL": 1, "WORKDIR": 1, "USER": 1, "EXPOSE": 1}


class DockerfileError(ValueError):
    """A line that is not plain: which, and why."""


@dataclass(frozen=True)
class Instruction:
    """One line: its words, with those of an exec form taken out of their JSON."""

    name: str
    words: tuple[str, ...]


def instructions(content: bytes) -> list[Instruction]:
    """The instructions of a Dockerfile without variables, continued lines, here-documents and
    shell forms."""
    lines = content.decode("ascii").split("\n")
    if lines.pop() != "":
        raise DockerfileError("the last line does not end")
    return [
        _instruction(line)
        for number, line in enumerate(lines)
        if line and not _is_comment(line, first=number == 0)
    ]


def stages(found: list[Instruction]) -> list[list[Instruction]]:
    """The instructions of each stage, its FROM first."""
    starts = [index for index, line in enumerate(found) if line.name == "FROM"]
    return [found[start:end] for start, end in zip(starts, [*starts[1:], None], strict=True)]


def _is_comment(line: str, *, first: bool) -> bool:
    if first and _DIRECTIVE.match(line):
        raise DockerfileError(f"a directive to the parser: {line!r}")
    return line.startswith("#") and line.isprintable()


def _instruction(line: str) -> Instruction:
    matched = _LINE.fullmatch(line)
    if matched is None or not line.isprintable() or any(sign in line for sign in ("$", "\\", "<<")):
        raise DockerfileError(f"not a plain instruction: {line!r}")
    name, rest = matched.groups()
    return Instruction(name, _exec_form(rest) if name in {"RUN", "CMD"} else _words(name, rest))


def _exec_form(rest: str) -> tuple[str, ...]:
    words = json.loads(rest)
    if not (isinstance(words, list) and words and all(isinstance(word, str) for word in words)):
        raise DockerfileError(f"not an exec form: {rest!r}")
    return tuple(words)


def _words(name: str, rest: str) -> tuple[str, ...]:
    words = tuple(shlex.split(rest))
    if name in _WORDS and len(words) != _WORDS[name]:
        raise DockerfileError(f"{name} has not {_WORDS[name]} words: {rest!r}")
    if name in {"ENV", "LABEL"} and not _PAIR.fullmatch(rest):
        raise DockerfileError(f"not name=value: {rest!r}")
    if name == "FROM" and not (len(words) == 1 or (len(words) == 3 and words[1] == "AS")):
        raise DockerfileError(f"not an image, with or without a name: {rest!r}")
    if name not in _WORDS and name not in {"FROM", "COPY"}:
        raise DockerfileError(f"unknown instruction {name}")
    return words
