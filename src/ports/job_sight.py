"""Port: build Jobs as anybody sees them who may look: what they do, and what happened to them."""

from collections.abc import Sequence
from typing import Protocol

import attrs

from knative_lambda.domain.pod import PodStatus


@attrs.frozen(kw_only=True)
class SeenPod:
    """A pod of a Job.

    Attributes:
        node: That it is on; empty while none has taken it.
    """

    name: str
    node: str = ""
    status: PodStatus = attrs.field(factory=PodStatus)


@attrs.frozen(kw_only=True)
class SeenJob:
    """A Job as it is seen.

    Attributes:
        started: UTC nanoseconds since 1970.
        ended: The same; `None` while it runs.
        failure: Why it failed, or will, in its keeper's words; empty if nothing says that it does.
        pods: The oldest first; none where a Job has no pods, or they are gone.
    """

    started: int
    ended: int | None = None
    failure: str = ""
    pods: tuple[SeenPod, ...] = ()


@attrs.frozen(kw_only=True)
class Happening:
    """What happened to a Job or its pod, as its keeper noted it.

    Attributes:
        at: When it happened last, UTC nanoseconds since 1970, if that is known.
        about: `Job` or `Pod`.
        reason: In a word, such as `FailedScheduling`.
        message: As a sentence.
        times: How often.
    """

    at: int | None
    about: str
    reason: str
    message: str
    times: int = 1


class JobSight(Protocol):
    """Shows Jobs, and changes nothing.

    Laws (`tests/contracts/job_sight.py`):

    - A Job that was started is seen, and whether it has ended.
    - Of a Job that is not there, nothing is seen.
    - What happened to a Job is told in the order of time, and nothing of another's.
    """

    async def look(self, job: str) -> SeenJob | None:
        """The Job of that name, if it is there.

        Raises:
            SetupError: The cluster does not let us look.
            TransientError: It cannot be reached.
        """
        ...

    async def happenings(self, job: str, pods: Sequence[str]) -> Sequence[Happening]:
        """What is still known to have happened to that Job, and to *pods* of it.

        Raises:
            SetupError: The cluster does not let us look.
            TransientError: It cannot be reached.
        """
        ...
