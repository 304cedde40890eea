"""What strangers wrote, as a tenant may be told of it: short, on one line, nothing of ours."""

import re
from typing import Final

from knative_lambda.domain.printable import printable

LONGEST_DETAIL: Final = 300  # characters
_LONGEST_VALUE: Final = 160  # characters of one thing that a detail names
# Where a function lies, in its image, in a build's context or on this machine, helps nobody.
_PLACE: Final = re.compile(
    r"(?:file://)?(?:/[\w.@+~-]{1,100}){0,40}?/(?:app/function|app|kaniko/buildcontext)"
    r"(?:/|(?![\w/]))|(?<![\w./-])function/(?=[\w.-])",
    re.ASCII,
)
# Where packages and images come from may be a mirror of ours.
_ADDRESS: Final = re.compile(
    r"\b[a-z][a-z0-9+.-]{1,20}://[^\s'\"]{1,400}|\b\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?\b"
    r"|\[[0-9a-f:]{3,45}\]:\d{1,5}",
    re.ASCII,
)


def shown(text: str, most: int = _LONGEST_VALUE) -> str:
    """*text* as one line of at most *most* characters, without places and addresses of ours."""
    text = _ADDRESS.sub("...", _PLACE.sub("", " ".join(text.split())))
    return shortened(printable(text), most)


def shortened(text: str, most: int) -> str:
    """*text*, or as much of its beginning as *most* characters have room for."""
    return text if len(text) <= most else f"{text[: most - 3]}..."
