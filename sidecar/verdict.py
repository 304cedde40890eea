"""From what is seen of a build to how it ended: pure, and the same wherever a build runs."""

import re
from typing import Final

from knative_lambda.domain.causes.reading import Reading, read
from knative_lambda.domain.causes.steps import READ
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.redaction import redacted
from knative_lambda.domain.verdict import BuildStatus, Verdict

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
    Reason.OUT_OF_MEMORY: "the build needed more memory than it may have",
    Reason.REGISTRY_UNAVAILABLE: "the image was built, and could not be pushed",
    Reason.UNSCHEDULABLE: "the build waited too long for a machine to run on",
    Reason.IMAGE_PULL: "an image that the build needs cannot be pulled",
    # Whatever it is, it is nothing that a tenant can mend, or should see.
    Reason.INTERNAL: "the build could not be run; its source is not at fault",
}


def judge(status: BuildStatus) -> Verdict | None:
    """How the build ended; `None` while it has not.

    Exit code 0 is success, and nothing else is: all other signs only explain a failure.
    """
    last_words = status.message.strip()
    if status.exit_code == 0:
        return Verdict(digest=last_words if _DIGEST.fullmatch(last_words) else None)
    if status.timed_out:
        return failure(Reason.TIMEOUT, status.log_tail)
    if status.exit_code is None:
        return None
    # After a push that failed, the last words are the digest of an image nobody has.
    built = _DIGEST.fullmatch(last_words) is not None
    reading = _read(status.log_tail, "" if built else last_words)
    reason = _reason(status, reading, built=built)
    if reason is Reason.INTERNAL:
        return failure(reason)
    if reading.cause is not None and reading.cause.reason is reason:
        return Verdict(reason, _fit(reading.cause.detail))
    return _told(reason, _SENTENCES.get(reason, f"exit code {status.exit_code}"), reading)


def failure(reason: Reason, log: str = "", more: str = "") -> Verdict:
    """A failure that did not come from the build itself, in words of ours.

    Args:
        reason: Not any: one that has a sentence.
        log: What the build wrote until then.
        more: What else there is to say.
    """
    return _told(reason, f"{_SENTENCES[reason]}{': ' if more else ''}{more}", _read(log))


def _read(log: str, last_words: str = "") -> Reading:
    """What both say: the log, which can be had in part, and words that come another way."""
    reading, other = read(redacted(log[-READ:])), read(redacted(last_words))
    if reading.cause is None and other.cause is not None:
        return other
    return reading if log.strip() else other


def _reason(status: BuildStatus, reading: Reading, *, built: bool) -> Reason:
    if status.word in _WORDS:
        return _WORDS[status.word]
    if reading.cause is not None:
        return reading.cause.reason
    # The digest is written when all is built: after that, only the push was left to fail.
    if status.exit_code == _KANIKO_FAILED and built:
        return Reason.REGISTRY_UNAVAILABLE
    # Without a keeper's word, a kill that nobody explains is most often the memory limit's.
    guessed = status.exit_code == _KILLED and not status.word
    return Reason.OUT_OF_MEMORY if guessed else Reason.BUILD_EXIT


def _told(reason: Reason, first: str, reading: Reading) -> Verdict:
    """*first* and what it was about, then as much as has room of the end of what that wrote."""
    if reading.kaniko:
        is_ours = reading.cause is not None and reading.cause.reason is Reason.INTERNAL
        line = first if is_ours else f"{first}: {reading.kaniko}"
        return Verdict(reason, _fit(line)[:_DETAIL])
    where = f", in `{reading.step.command}`" if reading.step.command else ""
    line = _fit(f"{first}{where}")[:_DETAIL]
    wrote = _fit(reading.step.wrote.strip("\n").rstrip())
    room = _DETAIL - len(line) - 1
    return Verdict(reason, f"{line}\n{wrote[-room:]}" if wrote and room > 0 else line)


def _fit(text: str) -> str:
    """*text* as it may be published."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", redacted(text))
