"""From what is seen of a build to how it ended: pure, and the same wherever a build runs."""

import re
from typing import Final

from knative_lambda.domain.failures import Reason
from knative_lambda.domain.redaction import redacted
from knative_lambda.domain.verdict import BuildStatus, Verdict
from knative_lambda.sidecar.causes import cause, without_usage

_DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}")
_WORDS: Final = {
    "OOMKilled": Reason.OUT_OF_MEMORY,
    "Evicted": Reason.EVICTED,
    "ContainerStatusUnknown": Reason.LOST,
}
_KILLED: Final = 137  # 128 + SIGKILL
_KANIKO_FAILED: Final = 1  # Kaniko itself, not a command of the Dockerfile
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_DETAIL: Final = 2000  # characters of a detail
_SENTENCES: Final = {
    Reason.TIMEOUT: "the build took longer than it may",
    Reason.EVICTED: "the build had to leave the machine that it ran on",
    Reason.LOST: "the build is gone, and nothing says how it ended",
    Reason.UNSCHEDULABLE: "the build waited too long for a machine to run on",
    Reason.IMAGE_PULL: "an image that the build needs cannot be pulled",
    # Whatever it is, it is nothing that a tenant can mend, or should see.
    Reason.INTERNAL: "the build could not be run; its source is not at fault",
}


def judge(status: BuildStatus) -> Verdict | None:
    """How the build ended; `None` while it has not.

    Exit code 0 is success, and nothing else is: all other signs only explain a failure.
    """
    if status.exit_code == 0:
        digest = status.message.strip()
        return Verdict(digest=digest if _DIGEST.fullmatch(digest) else None)
    if status.timed_out:
        return failure(Reason.TIMEOUT, status.log_tail)
    if status.exit_code is None:
        return None
    reason = _reason(status)
    if reason is Reason.INTERNAL:
        return failure(reason)
    # After a push that failed, the last words are the digest of an image nobody has.
    last_words = "" if _DIGEST.fullmatch(status.message.strip()) else status.message
    return Verdict(reason, _told(f"exit code {status.exit_code}", status.log_tail or last_words))


def failure(reason: Reason, log: str = "", more: str = "") -> Verdict:
    """A failure that did not come from the build itself, in words of ours.

    Args:
        reason: Not any: one that has a sentence.
        log: What the build wrote until then.
        more: What else there is to say.
    """
    return Verdict(reason, _told(f"{_SENTENCES[reason]}{': ' if more else ''}{more}", log))


def _reason(status: BuildStatus) -> Reason:
    if status.word in _WORDS:
        return _WORDS[status.word]
    found = cause(f"{status.message}\n{status.log_tail}")
    if found is not None:
        return found
    # The digest is written when all is built: after that, only the push was left to fail.
    if status.exit_code == _KANIKO_FAILED and _DIGEST.fullmatch(status.message.strip()):
        return Reason.REGISTRY_UNAVAILABLE
    # Without a keeper's word, a kill that nobody explains is most often the memory limit's.
    guessed = status.exit_code == _KILLED and not status.word
    return Reason.OUT_OF_MEMORY if guessed else Reason.BUILD_EXIT


def _told(first: str, log: str) -> str:
    """*first*, then as much of the end of *log* as a detail has room for."""
    first = _fit(first)[:_DETAIL]
    lines = _fit(without_usage(log).rstrip())
    room = _DETAIL - len(first) - 1
    return f"{first}\n{lines[-room:]}" if lines and room > 0 else first


def _fit(text: str) -> str:
    """*text* as it may be published."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", redacted(text))
