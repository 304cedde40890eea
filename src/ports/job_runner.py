"""Port: build Jobs."""

from collections.abc import Sequence
from typing import Protocol

import attrs

from knative_lambda.domain.ids import FunctionId
from knative_lambda.domain.verdict import Verdict


@attrs.frozen(kw_only=True)
class JobSpec:
    """What a Job needs to build one image.

    Attributes:
        name: The Job's; made from the function and the build.
        image: `registry/repository:tag` to push to.
        context_url: Where the context is read from.
        tree_hash: What the context must hold.
        log_url: Where the log may be sent to, once it is whole.
        source: Where the source lies, fit to be told to everybody; `None` for one without a place.
        revision: The commit that the source was taken from, if it has one.
        build_args: For the Dockerfile.
        timeout: Seconds until the build is given up.
        traceparent: Of the trace that it is a part of (W3C), if it is of one.
    """

    name: str
    function: FunctionId
    build_id: str
    runtime: str
    image: str
    context_url: str = attrs.field(repr=False)
    tree_hash: str
    log_url: str = attrs.field(repr=False)
    source: str | None = None
    revision: str | None = None
    build_args: tuple[tuple[str, str], ...] = attrs.field(default=(), repr=False)
    timeout: int
    correlation_id: str | None = None
    traceparent: str | None = None


@attrs.frozen(kw_only=True)
class BuildJob:
    """A Job as it is seen.

    Attributes:
        started: UTC nanoseconds since 1970.
        ended: The same; `None` while it runs.
        verdict: How it ended, or that it will never begin; `None` while it may succeed.
    """

    name: str
    function: FunctionId
    build_id: str
    started: int
    ended: int | None = None
    verdict: Verdict | None = None


class JobRunner(Protocol):
    """Where builds run.

    Laws (`tests/contracts/job_runner.py`):

    - Starting a Job that is there already changes nothing, whether it runs or has ended.
    - A Job that was started is seen by `look` and `list`, until it is stopped or released.
    - A Job that ended keeps its verdict.
    - A stopped Job is gone, and pushes nothing more.
    - Stopping or releasing what is not there is no error; releasing what runs changes nothing.
    """

    async def start(self, job: JobSpec) -> bool:
        """Have it built, and return at once; false if a Job of that name was there already.

        Raises:
            TransientError: The runner cannot be reached.
            PermanentError: The runner will never take this Job.
        """
        ...

    async def look(self, name: str) -> BuildJob | None:
        """The Job of that name, if it is there."""
        ...

    async def list(self) -> Sequence[BuildJob]:
        """All Jobs of ours, those that ended among them."""
        ...

    async def stop(self, name: str) -> None:
        """End the Job and remove it."""
        ...

    async def release(self, name: str) -> None:
        """Remove a Job that has ended."""
        ...
