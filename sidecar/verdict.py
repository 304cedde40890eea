"""From what is seen of a build to how it ended: pure, and the same wherever a build runs."""

import re
from collections.abc import Sequence
from typing import Final

from knative_lambda.domain.failures import Reason
from knative_lambda.domain.verdict import BuildStatus, Verdict

_DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}")
_WORDS: Final = {
    "OOMKilled": Reason.OUT_OF_MEMORY,
    "Evicted": Reason.EVICTED,
    "ContainerStatusUnknown": Reason.EVICTED,
}
_KILLED: Final = 137  # 128 + SIGKILL
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_DETAIL: Final = 2000  # characters of a detail
_CAUSES: Final[Sequence[tuple[Reason, re.Pattern[str]]]] = tuple(
    (reason, re.compile(words, re.IGNORECASE | re.MULTILINE))
    for reason, words in (
        (
            Reason.PUSH_DENIED,
            r"(?:checking push permissions|pushing image).*(?:denied|unauthorized|forbidden)",
        ),
        (
            Reason.REGISTRY_UNAVAILABLE,
            r"checking push permissions|pushing image.*(?:timeout|refused)",
        ),
        (
            Reason.DOCKERFILE_ERROR,
            r"parsing dockerfile|dockerfile parse error|resolving dockerfile",
        ),
        (Reason.IMAGE_PULL, r"MANIFEST_UNKNOWN|retrieving image from (?:remote|cache)"),
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


def judge(status: BuildStatus) -> Verdict | None:
    """How the build ended; `None` while it has not.

    Exit code 0 is success, and nothing else is: all other signs only explain a failure.
    """
    if status.exit_code == 0:
        digest = status.message.strip()
        return Verdict(digest=digest if _DIGEST.fullmatch(digest) else None)
    if status.timed_out:
        return Verdict(Reason.TIMEOUT, _tail("the build took longer than it may", status.log_tail))
    if status.exit_code is None:
        return None
    return Verdict(_reason(status), _tail(f"exit code {status.exit_code}", status.log_tail))


def _reason(status: BuildStatus) -> Reason:
    if status.word in _WORDS:
        return _WORDS[status.word]
    said = f"{status.message}\n{status.log_tail}"
    for reason, words in _CAUSES:
        if words.search(said):
            return reason
    # Without a keeper's word, a kill that nobody explains is most often the memory limit's.
    guessed = status.exit_code == _KILLED and not status.word
    return Reason.OUT_OF_MEMORY if guessed else Reason.BUILD_EXIT


def _tail(first: str, log: str) -> str:
    """*first*, then as much of the end of *log* as a detail has room for."""
    lines = _CONTROL.sub("\N{REPLACEMENT CHARACTER}", log.rstrip())
    return f"{first}\n{lines[-(_DETAIL - len(first) - 1) :]}" if lines else first
