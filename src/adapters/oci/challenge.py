"""What a server says it wants to be shown: the header `WWW-Authenticate`, read."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import attrs

_SYMBOL: Final = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
# A scheme stands alone; what has a value is a parameter of the scheme before it.
_WORD: Final = re.compile(
    rf"[\s,]*(?P<name>{_SYMBOL})"
    rf'(?:\s*=\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>{_SYMBOL})))?(?=[\s,]|$)'
)
_ESCAPED: Final = re.compile(r"\\(.)")


@attrs.frozen
class Challenge:
    """One way to prove who asks. Names are in lower case."""

    scheme: str
    parameters: Mapping[str, str]


def challenges(headers: Iterable[str]) -> Sequence[Challenge]:
    """All that stand in *headers*; what cannot be read ends its header."""
    return [challenge for header in headers for challenge in _read(header)]


def _read(header: str) -> Sequence[Challenge]:
    found: list[Challenge] = []
    parameters: dict[str, str] = {}
    at = 0
    while match := _WORD.match(header, at):
        at = match.end()
        name, value = match["name"].lower(), match["plain"]
        if match["quoted"] is not None:
            value = _ESCAPED.sub(r"\1", match["quoted"])
        if value is None:
            parameters = {}
            found.append(Challenge(name, parameters))
        elif found:
            parameters.setdefault(name, value)
    return found
