"""Which files of a context no COPY finds, as its `.dockerignore` says.

Source: https://docs.docker.com/build/concepts/context/#syntax, and the pattern matcher of Moby
(https://github.com/moby/patternmatcher), which Kaniko uses too.
"""

import posixpath
import re
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Final

from knative_lambda.domain.errors import SetupError

_TOKEN: Final = re.compile(r"\*\*/?|\\.|.")
_ONE_NAME: Final = {"*": "[^/]*", "?": "[^/]"}
_KEPT: Final = "!"


def ignored(patterns: str) -> Callable[[str], bool]:
    """Whether *patterns*, the text of a `.dockerignore`, leave a path out; the last one decides.

    Raises:
        SetupError: There is something that is no pattern.
    """
    rules = [
        (is_kept, re.compile("|".join(expression for _, expression in group)))
        for is_kept, group in groupby(_rules(patterns), key=lambda rule: rule[0])
    ]

    def is_ignored(path: str) -> bool:
        found = False
        for is_kept, expression in rules:
            if expression.fullmatch(path):
                found = not is_kept
        return found

    return is_ignored


def _rules(patterns: str) -> Iterator[tuple[bool, str]]:
    """Each pattern: whether it keeps what others leave out, and what it matches."""
    for line in patterns.removeprefix("\ufeff").split("\n"):
        pattern = line.strip()
        if not pattern or line.startswith("#"):
            continue
        is_kept = pattern.startswith(_KEPT)
        path = posixpath.normpath(pattern.removeprefix(_KEPT).strip()).lstrip("/")
        # What is below a folder is left out with it.
        expression = f"{_expression(path)}(?:/.*)?"
        try:
            re.compile(expression)
        except re.error:
            raise SetupError(f"template runtimes/dockerignore: {pattern!r} is no pattern") from None
        yield is_kept, expression


def _expression(pattern: str) -> str:
    parts: list[str] = []
    for token in _TOKEN.finditer(pattern):
        text, is_last = token[0], token.end() == len(pattern)
        if text.startswith("**"):
            parts.append(".*" if is_last else "(?:.*/)?")
        elif text in _ONE_NAME:
            parts.append(_ONE_NAME[text])
        elif text in {"[", "]", "^", "-", "\\"}:
            parts.append(text)
        else:
            parts.append(re.escape(text.removeprefix("\\")))
    return "".join(parts)
