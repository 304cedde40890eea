"""What git says when it fails, as a reason."""

import re
from collections.abc import Callable
from typing import Final

from knative_lambda.adapters.sources.refusals import not_found, rejected, unauthorized
from knative_lambda.domain.errors import SourceRefusedError, TransientError

# In this order: what comes first says more.
_MEANINGS: Final[tuple[tuple[str, Callable[[str], SourceRefusedError], str], ...]] = (
    (
        r"Host key verification failed|HOST IDENTIFICATION HAS CHANGED|No .* host key is known",
        rejected,
        "its host key is not among those that came with the credential",
    ),
    (
        r"error: 30[1-8]|unable to update url base",
        rejected,
        "the repository redirects in the middle of a fetch",
    ),
    (
        r"Permission denied|Authentication failed|could not read Username|error: 40[13]",
        unauthorized,
        "the credential that source_credentials names does not open it",
    ),
    (
        r"not our ref|unadvertised object|no such remote ref|couldn't find remote ref",
        not_found,
        "has no such commit, or does not let it be fetched by its id",
    ),
    (
        r"not found|not appear to be a git repository|error: 404|not be found|does not exist",
        not_found,
        "there is no such repository, or it is private",
    ),
)
_PASSING: Final = re.compile(
    r"early EOF|RPC failed|hung up|disconnect|reset by peer|Connection (?:refused|closed|timed out)"
    r"|timed out|too slow|error: 5\d\d|Could not resolve"
)
_BAD: Final = re.compile(r"fsck|index-pack|bad object|corrupt|missing|unexpected")


def failure(said: str) -> SourceRefusedError | TransientError:
    """What git means, of which nothing but a known meaning is passed on."""
    for words, refuse, meaning in _MEANINGS:
        if re.search(words, said):
            return refuse(f"source_url: {meaning}")
    if not _PASSING.search(said) and _BAD.search(said):
        return rejected("source_url: the repository is damaged, or holds what git does not allow")
    return TransientError("a source's repository cannot be fetched now")
