"""What a cluster says of a function, as its tenant may read it."""

import re
from typing import Final

LONGEST: Final = 1000  # characters
_READ: Final = 4 * LONGEST  # so much is looked through
_WEBHOOK: Final = re.compile(r'admission webhook "[^"]*" denied the request: ')
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_ADDRESSES: Final = (
    r"""[a-zA-Z][a-zA-Z0-9+.-]*://[^\s"']+""",
    r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?(?!\w|\.\w)",
    r"\[[0-9a-fA-F:]*:[0-9a-fA-F:.]*\](?::\d+)?",
    # Not the time of day.
    r"(?<![\w:])(?!\d\d?:\d\d:\d\d(?!:?\w))(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{1,4}(?!:?\w)",
    # An image, or whatever else has a host and a path. Not an annotation of what we work with.
    (
        r"(?<![\w./-])(?!(?:[\w-]+\.)*(?:knative\.dev|kubernetes\.io|notifi\.network)/)"
        r"(?:[\w-]+(?:\.[\w-]+)+(?::\d+)?|[\w-]+:\d+)(?:/[\w.-]+)+(?::[\w.-]+)?(?:@sha256:\w+)?"
    ),
    r"(?<![\w.-])[\w-]+(?:\.[\w-]+)*\.(?:svc|local|internal|localdomain|lan|corp)\b[\w.-]*(?::\d+)?",
    r"""(?<=lookup )[^\s"']+""",
)
_ADDRESS: Final = re.compile("|".join(_ADDRESSES))
_PATH: Final = re.compile(r"(?<![\w.~/-])/(?:etc|home|opt|root|run|var)/[^\s\"':,;)]+")


def readable(said: str) -> str:
    """*said* in one line, cut, and without the addresses and paths of those who serve."""
    line = _CONTROL.sub(" ", _WEBHOOK.sub("", said[:_READ])).strip()
    line = _PATH.sub("(a path)", _ADDRESS.sub("(an address)", line))
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 3]}..."
