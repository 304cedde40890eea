"""What a failed build's last words say of why it failed."""

import re
from collections.abc import Sequence
from typing import Final

from knative_lambda.domain.failures import Reason

# Kaniko answers some mistakes with pages about its flags, after the one line that says what it was.
_USAGE: Final = re.compile(r"^Usage:$.*?^Flags:$.*", re.MULTILINE | re.DOTALL)
_CAUSES: Final[Sequence[tuple[Reason, re.Pattern[str]]]] = tuple(
    (reason, re.compile(words, re.IGNORECASE | re.MULTILINE))
    for reason, words in (
        (
            Reason.INTERNAL,
            r"^Error: (?:error resolving source context|unknown \S*\s?flag|invalid argument)",
        ),
        (
            Reason.INTERNAL,
            r"checking push permissions.*(?:can only contain|could not parse reference)",
        ),
        (
            Reason.PUSH_DENIED,
            r"(?:checking push permissions|pushing image).*(?:denied|unauthorized|forbidden)",
        ),
        (
            Reason.REGISTRY_UNAVAILABLE,
            r"checking push permissions|pushing image.*(?:timeout|refused|reset|no such host)",
        ),
        (
            Reason.REGISTRY_UNAVAILABLE,
            r"pushing image.*(?:EOF|TOOMANYREQUESTS|status code (?:429|5\d\d))",
        ),
        (
            Reason.DOCKERFILE_ERROR,
            r"parsing dockerfile|dockerfile parse error|resolving dockerfile",
        ),
        (Reason.IMAGE_PULL, r"MANIFEST_UNKNOWN|retrieving image from (?:remote|cache)"),
        (
            Reason.IMAGE_PULL,
            r"^error building image: (?:unable to complete operation|(?:GET|HEAD) \"?https?://)",
        ),
        (Reason.DEPENDENCY_INSTALL, r"^npm (?:err!|error)|^ERROR: .*requirement"),
        (Reason.DEPENDENCY_INSTALL, r"No matching distribution found|ResolutionImpossible"),
        (
            Reason.DEPENDENCY_INSTALL,
            r"Could not find a version that|(?:Failed to|Could not) build .*wheel",
        ),
        (
            Reason.DEPENDENCY_INSTALL,
            r"^go: \S+@v\S+: |missing go\.sum entry|no required module provides|checksum mismatch",
        ),
    )
)


def cause(said: str) -> Reason | None:
    """The reason that can be read in what was *said*; the build's own steps may have said it."""
    return next((reason for reason, words in _CAUSES if words.search(said)), None)


def without_usage(log: str) -> str:
    """*log* without the pages about flags at its end."""
    return _USAGE.sub("", log)
