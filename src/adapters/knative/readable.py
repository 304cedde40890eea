"""What a cluster says of a function, as its tenant may read it."""

import re
from typing import Final

LONGEST: Final = 1000  # characters
_WEBHOOK: Final = re.compile(r'admission webhook "[^"]*" denied the request: ')
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_ADDRESS: Final = re.compile(
    r"""(?x)
    [a-zA-Z][a-zA-Z0-9+.-]*://[^\s"']+                     # a URL
    | (?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?(?![\w.])   # IPv4
    | \[[0-9a-fA-F:]*:[0-9a-fA-F:.]*\](?::\d+)?            # IPv6 in brackets
    | (?<![\w:])(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{1,4}(?![\w:])
    | (?<![\w./-])(?!(?:[\w-]+\.)*(?:knative\.dev|kubernetes\.io|notifi\.network)/)
      (?:[\w-]+(?:\.[\w-]+)+(?::\d+)?|[\w-]+:\d+)(?:/[\w.-]+)+(?::[\w.-]+)?(?:@sha256:\w+)?  # image
    | (?<![\w.-])[\w-]+(?:\.[\w-]+)*\.(?:svc|local|internal|localdomain|lan|corp)\b[\w.-]*(?::\d+)?
    | (?<=lookup\ )[^\s"']+
    """
)
_PATH: Final = re.compile(r"(?<![\w.~/-])/(?:etc|home|opt|root|run|var)/[^\s\"':,;)]+")


def readable(said: str) -> str:
    """*said* in one line, cut, and without the addresses and paths of those who serve."""
    line = _CONTROL.sub(" ", _WEBHOOK.sub("", said)).strip()
    line = _PATH.sub("(a path)", _ADDRESS.sub("(an address)", line))
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 3]}..."
