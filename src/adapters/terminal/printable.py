"""Text of strangers, made fit for a terminal: what could steer one is written out."""

import json
import re
from typing import Final

_MAY_STEER: Final = re.compile(r"[^ -~]")
_ELLIPSIS: Final = "\N{HORIZONTAL ELLIPSIS}"


def printable(text: str, *, kept: str = "") -> str:
    """*text* with escapes for all that is not printed, such as line ends, but for those *kept*."""

    def escaped(match: re.Match[str]) -> str:
        one = match[0]
        return one if one.isprintable() or one in kept else ascii(one)[1:-1]

    return _MAY_STEER.sub(escaped, text)


def as_json(value: object) -> str:
    """*value* as JSON for people and programs: indented, and harmless all the same."""

    def escaped(match: re.Match[str]) -> str:
        one = match[0]
        return one if one.isprintable() or one == "\n" else json.dumps(one)[1:-1]

    return _MAY_STEER.sub(escaped, json.dumps(value, indent=2, ensure_ascii=False))


def cut(text: str, width: int | None) -> str:
    """*text*, or as much of it as *width* has room for; `None`: for all of it."""
    return text if width is None or len(text) <= width else f"{text[: width - 1]}{_ELLIPSIS}"
