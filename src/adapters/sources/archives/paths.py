"""Which names of a stranger's files are refused, beyond those that no build takes."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

from knative_lambda.adapters.packing import names

_DRIVE: Final = re.compile(r"[A-Za-z]:")
_RESERVED: Final = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?: *\..*)?", re.IGNORECASE
)
# They turn the text that follows around, so that a name reads as another one.
_TURNING: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
_UNITS: Final = re.compile("%u([0-9A-Fa-f]{4})")


def fault(path: str) -> str | None:
    """What is wrong with *path*, as a phrase that follows it, or None."""
    for reading in _readings(path):
        found = names.fault(reading)
        if found is not None:
            return found
    for name in path.split("/"):
        if _DRIVE.match(name) or _RESERVED.fullmatch(name):
            return "has a name that is a drive or a device on Windows; rename it"
        if name.endswith((" ", ".")):
            return "has a name that ends with a space or a dot; rename it"
        if _TURNING.search(name):
            return "has a name with characters that change the direction of text; rename it"
    return None


def alike(path: str) -> str:
    """Equal for all paths that some file system takes for the same."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", path).casefold())
    return "".join(mark for mark in folded if unicodedata.category(mark) != "Cf")


def _readings(path: str) -> Iterator[str]:
    """*path* as it is, and as those read it who normalize and decode what they get, at any depth.

    Whoever refuses the first one that is too long has few of them.
    """
    before = None
    while path != before:
        yield path
        before, path = path, _decoded(unicodedata.normalize("NFKC", path))


def _decoded(path: str) -> str:
    # What is no UTF-8 is kept as such: some programs read dots and slashes in it.
    units = _UNITS.sub(lambda found: chr(int(found[1], 16)), path)
    return unquote(units, errors="surrogateescape")
