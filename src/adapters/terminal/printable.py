"""Values of strangers, made fit for a terminal."""

import json
import re
import shutil
import textwrap
from typing import Final, TextIO

from knative_lambda.domain.printable import MAY_STEER

_NARROW: Final = 28  # characters; fewer have no room for ids in any case
_ELLIPSIS: Final = "\N{HORIZONTAL ELLIPSIS}"


def as_json(value: object) -> str:
    """*value* as JSON for people and programs: indented, and harmless all the same."""

    def escaped(match: re.Match[str]) -> str:
        one = match[0]
        return one if one.isprintable() or one == "\n" else json.dumps(one)[1:-1]

    return MAY_STEER.sub(escaped, json.dumps(value, indent=2, ensure_ascii=False))


def cut(text: str, width: int | None) -> str:
    """*text*, or as much of it as *width* has room for; `None`: for all of it."""
    return text if width is None or len(text) <= width else f"{text[: width - 1]}{_ELLIPSIS}"


def fitted(text: str, width: int | None) -> list[str]:
    """The lines of *text*, each broken between words where *width* has no room for it."""
    if width is None or width < _NARROW:
        return text.splitlines()
    return [
        piece
        for line in text.splitlines()
        for piece in textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False)
        or [""]
    ]


def room(out: TextIO) -> int | None:
    """Characters that a line of *out* has room for; `None`: any number, as in a pipe."""
    return shutil.get_terminal_size().columns if out.isatty() else None
