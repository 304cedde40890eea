"""Watching the build beside us, until it is known how it ended."""

import asyncio
from collections.abc import Callable
from typing import Final

import attrs
import structlog

from knative_lambda.domain.errors import BuilderError
from knative_lambda.domain.failures import Reason
from knative_lambda.domain.pod import KANIKO, START_WITHIN, ContainerStatus, PodStatus
from knative_lambda.domain.verdict import Verdict
from knative_lambda.ports.own_pod import OwnPod
from knative_lambda.sidecar.pod_verdict import has_begun, judge_pod, obstacle, unexplained
from knative_lambda.sidecar.verdict import failure

PATIENCE: Final = 120.0  # seconds that something may keep the build from starting
SETTLING: Final = 5.0  # seconds in which the end of a build may yet be shown, once its pod is to go
SOON: Final = 0.25  # seconds between two looks within that time
LATER: Final = 1.0  # the same afterwards, and between two watches
WAITS: Final = (0.5, 1.0, 2.0, 5.0)  # seconds before an API that is away is asked again
_LONGEST: Final = 60.0  # seconds until the clock is read again, which may be set at any time
_SECOND: Final = 1_000_000_000

_log = structlog.get_logger()


@attrs.frozen
class End:
    """How the build ended, as far as its pod tells.

    Attributes:
        pod: As it was last seen; `None` if it is gone.
        timed_out: Whether the time was up for whatever it did.
    """

    pod: PodStatus | None
    timed_out: bool

    def verdict(self, log_tail: str) -> Verdict:
        """How it ended, told with the end of its log."""
        found = self.pod and judge_pod(self.pod, log_tail, timed_out=self.timed_out)
        if self.pod and found and found.reason is Reason.TIMEOUT and not has_begun(self.pod):
            return failure(unexplained(self.pod))
        return found or failure(Reason.TIMEOUT if self.timed_out else Reason.LOST, log_tail)

    @property
    def is_shown(self) -> bool:
        """Whether all is shown that will be: of a pod that is to go, often nothing is."""
        return self.pod is None or not self.pod.deleting or _ended(self.pod)

    @property
    def is_over(self) -> bool:
        """Whether the pod is about to end, or would start its sidecar again."""
        return self.pod is None or self.pod.deleting or _ended(self.pod)


@attrs.define
class Watch:
    """Looks first, for all may be over; then watches; and looks closely once it is told to end.

    Attributes:
        timeout: Seconds that the build may take, once Kaniko has begun.
        told: Set by SIGTERM, which says that Kaniko has ended, or that the pod is to go.
        now: UTC nanoseconds since 1970.
    """

    pod: OwnPod
    timeout: float
    told: asyncio.Event
    now: Callable[[], int]
    _began: int = attrs.field(init=False)
    _last: PodStatus = attrs.field(factory=PodStatus, init=False)
    _is_gone: bool = attrs.field(default=False, init=False)
    _kept_since: int | None = attrs.field(default=None, init=False)
    _news: asyncio.Event = attrs.field(factory=asyncio.Event, init=False)

    def __attrs_post_init__(self) -> None:
        self._began = self.now()

    async def end(self) -> End:
        """Wait for it, however long the API is away."""
        watching = asyncio.create_task(self._watch())
        try:
            end = await self._news_of_an_end()
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)
        # What was seen last may be old: when the time is up, its end may just not be heard of yet.
        if end is None or end.timed_out or not end.is_shown:
            end = await self._look_closely()
        return end

    async def _news_of_an_end(self) -> End | None:
        """What the watch shows; `None`: SIGTERM came first."""
        while not self.told.is_set():
            self._news.clear()
            end = self._judged()
            if end is not None:
                return end
            waits = [asyncio.create_task(event.wait()) for event in (self.told, self._news)]
            try:
                await asyncio.wait(
                    waits, timeout=self._time_left(), return_when=asyncio.FIRST_COMPLETED
                )
            finally:
                for wait in waits:
                    wait.cancel()
        return None

    async def _watch(self) -> None:
        failed = 0
        while True:
            try:
                self._see(await self.pod.look())
                failed = 0
                async for pod in self.pod.changes():
                    self._see(pod)
                wait = LATER
            except BuilderError as error:
                wait = WAITS[min(failed, len(WAITS) - 1)]
                failed += 1
                _log.warning("pod.unseen", error=str(error), again_in=wait)
            await asyncio.sleep(wait)

    async def _look_closely(self) -> End:
        clock = asyncio.get_running_loop().time
        settled = clock() + SETTLING
        while True:
            try:
                self._see(await self.pod.look())
            except BuilderError as error:
                _log.warning("pod.unseen", error=str(error), again_in=SOON)
            else:
                end = self._judged()
                if end is not None and (end.is_shown or clock() >= settled):
                    return end
            await asyncio.sleep(SOON if clock() < settled else LATER)

    def _see(self, pod: PodStatus | None) -> None:
        self._is_gone = pod is None
        self._last = pod or self._last
        kept = not self._is_gone and obstacle(self._last) is not None
        self._kept_since = (self._kept_since or self.now()) if kept else None
        self._news.set()

    def _judged(self) -> End | None:
        late = self._time_left() <= 0
        if self._is_gone:
            return End(None, late)
        return End(self._last, late) if judge_pod(self._last, timed_out=late) is not None else None

    def _time_left(self) -> float:
        """Seconds until the time is up for what it does now; at most a minute."""
        if has_begun(self._last):
            until = (self._last.containers[KANIKO].started or self._began) + self.timeout * _SECOND
        else:
            until = (self._last.created or self._began) + START_WITHIN * _SECOND
        if self._kept_since is not None:
            until = min(until, self._kept_since + PATIENCE * _SECOND)
        return min((until - self.now()) / _SECOND, _LONGEST)


def _ended(pod: PodStatus) -> bool:
    return pod.containers.get(KANIKO, ContainerStatus()).exit_code is not None
