"""Colours, where they say something, and somebody sees them who has not refused them."""

import os
from collections.abc import Mapping
from typing import Final, TextIO

RED: Final = "31"
GREEN: Final = "32"
YELLOW: Final = "33"
FAINT: Final = "2"

# Of the words in which phases and states are told; others have none.
OF_STATES: Final[Mapping[str, str]] = {
    "complete": GREEN,
    "yes": GREEN,
    "open": YELLOW,
    "?": YELLOW,
    "failed": RED,
    "no": RED,
}


def is_terminal(out: TextIO) -> bool:
    """Whether a person looks at *out*, on something that knows more than letters."""
    return out.isatty() and os.environ.get("TERM") != "dumb"


def coloured(out: TextIO) -> bool:
    """Whether *out* may have colours: on a terminal, unless `NO_COLOR` is set."""
    return is_terminal(out) and not os.environ.get("NO_COLOR")


def painted(text: str, colour: str | None) -> str:
    """*text* in that *colour*; `None`: as it is."""
    return text if colour is None else f"\x1b[{colour}m{text}\x1b[0m"
