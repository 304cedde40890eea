"""The last step of a build, in what the whole build wrote."""

import re
from collections import deque
from typing import Final

import attrs

from knative_lambda.domain.causes.kaniko import without_own_words
from knative_lambda.domain.causes.telling import shown

READ: Final = 64 * 1024  # characters from the end of a log that are read
_HALF: Final = 2048  # characters from the beginning and from the end of a long line
_COMMAND: Final = 120  # characters of a command that are told
# Colours and the like, also as a log keeps them: written out, so that they steer no terminal.
_STEERING: Final = re.compile(r"(?:\x1b|\\x1b)(?:\[[0-9;?]{0,20}[A-Za-z]|[()][A-Za-z0-9])")
_LONG: Final = re.compile(rf"([^\n]{{{_HALF}}})[^\n]+([^\n]{{{_HALF}}})")
_BEGUN_BY_KANIKO: Final = re.compile(
    r"^INFO\[[^\]\n]{0,40}\] Running: \[?(?:/bin/sh -c )?([^\n]{1,4000}?)\]?$", re.MULTILINE
)
_BEGUN_HERE: Final = re.compile(r"^\$ ([^\n]{1,4000})$", re.MULTILINE)


@attrs.frozen
class Step:
    """A command of a build.

    Attributes:
        command: As far as it is told; empty if it is not known.
        wrote: Without what steers a terminal, and without Kaniko's own lines.
    """

    command: str
    wrote: str


def last_step(log: str) -> Step:
    """The step that *log* ends in."""
    began = _last(_BEGUN_BY_KANIKO, log) or _last(_BEGUN_HERE, log)
    if began is None:
        return Step("", without_own_words(log))
    return Step(shown(began[1], _COMMAND), without_own_words(log[began.end() + 1 :]))


def legible(log: str) -> str:
    """The end of *log*, in lines that are not too long, without what steers a terminal."""
    text = log[-READ:].replace("\r\n", "\n").replace("\r", "\n")
    return _LONG.sub(r"\1...\2", _STEERING.sub("", text))


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    return deque(pattern.finditer(text), 1).pop() if pattern.search(text) else None
