"""What a server says it wants to be shown: the header `WWW-Authenticate`, read."""

import re
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Final

import attrs
from multidict import CIMultiDictProxy

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


def wanted(status: int, headers: CIMultiDictProxy[str]) -> Sequence[Challenge] | None:
    """What an answer wants to be shown instead; `None`: that would not change it."""
    found = challenges(headers.getall("WWW-Authenticate", []))
    narrow = any(one.parameters.get("error") == "insufficient_scope" for one in found)
    more = status == HTTPStatus.UNAUTHORIZED or (status == HTTPStatus.FORBIDDEN and narrow)
    return found if more else None


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
