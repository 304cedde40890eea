"""What is seen of a build while it runs, and how it ended, as somebody judged it."""

import attrs

from knative_lambda.domain.failures import Reason


@attrs.frozen
class Verdict:
    """Success is the absence of a *reason*.

    Attributes:
        reason: Why the build failed; `None` for a success.
        detail: One line for the tenant; where the cause is not known, more from the log below it.
        digest: What the pod says it pushed: a hint, never what is deployed.
        ran: Nanoseconds that whatever builds has run, if that was seen.
    """

    reason: Reason | None = None
    detail: str = ""
    digest: str | None = None
    ran: int | None = None


@attrs.frozen(kw_only=True)
class BuildStatus:
    """What is seen of the container, or process, that builds.

    Attributes:
        exit_code: `None` while it has not ended.
        word: What its keeper calls the end, such as `OOMKilled`; explains, never decides.
        message: What it left behind as its last words; a digest after a success.
        log_tail: The end of its log.
        timed_out: Whether it was ended because its time was up.
    """

    exit_code: int | None = None
    word: str = ""
    message: str = ""
    log_tail: str = ""
    timed_out: bool = False
