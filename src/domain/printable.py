"""Text of strangers, made fit for whoever reads it: what could steer a terminal is written out."""

import re
from typing import Final

MAY_STEER: Final = re.compile(r"[^ -~]")


def printable(text: str, *, kept: str = "") -> str:
    """*text* with escapes for all that is not printed, such as line ends, but for those *kept*."""

    def escaped(match: re.Match[str]) -> str:
        one = match[0]
        return one if one.isprintable() or one in kept else ascii(one)[1:-1]

    return MAY_STEER.sub(escaped, text)
