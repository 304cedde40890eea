"""The Job controller and the kubelet, which play the histories of builds' pods in virtual time.

    kubelet = Kubelet(cluster, clock)
    life = await kubelet.play("build-a", histories.RUN_EXIT_3)   # takes the steps that are due
    clock.advance(2)
    await kubelet.step()                                         # takes those that are due now
    await kubelet.finish(life)                                   # moves the clock to the end

`play(..., sidecar=code)` runs *code* in place of the pod's sidecar: it gets a `sidecars.Run`,
sees SIGTERM as an event, and is cancelled when its grace is over. The pod does not end before it.

With `plan`, each new Job is played by the history that it gives, whenever `step` is called.
"""

import asyncio
import copy
from collections import deque
from collections.abc import Awaitable, Callable, Iterator
from typing import Final, Protocol

import attrs
from support.kubernetes import histories, jobs, pods, resources
from support.kubernetes.cluster import BUILDS, Cluster
from support.kubernetes.histories import History
from support.kubernetes.lives import Life
from support.kubernetes.resources import Object
from support.kubernetes.sidecars import Sidecar, obedient
from support.kubernetes.store import SECOND, instant, parsed

_JOBS: Final = resources.named("jobs")
_PATIENCE = 10.0  # seconds of real time; only ever spent by a sidecar that does not end


class Clock(Protocol):
    """Virtual time, UTC nanoseconds since 1970."""

    def __call__(self) -> int: ...

    def advance(self, seconds: float) -> None:
        """Let time pass."""


@attrs.define(eq=False)
class Kubelet:
    """Plays histories; all that happens does so in `play`, `step` and `finish`."""

    cluster: Cluster
    clock: Clock
    plan: Callable[[Object], History] | None = None
    sidecar: Sidecar = obedient
    lives: list[Life] = attrs.field(factory=list, init=False)
    _played: set[str] = attrs.field(factory=set, init=False)  # the uids of all Jobs that ever were

    async def play(
        self,
        job: str,
        history: History,
        *,
        namespace: str = BUILDS,
        sidecar: Sidecar | None = None,
    ) -> Life:
        """Begin to play *history* for that Job.

        Raises:
            KeyError: There is no such Job.
            ValueError: Its failed pod would get a successor, which no history has.
        """
        life = self._begin(self.cluster.object("jobs", namespace, job), history, sidecar)
        await self.step()
        return life

    async def step(self) -> None:
        """Take every step that is due by the clock, in the order of time."""
        waiting: set[Life] = set()
        while True:
            await self.cluster.settled()
            await self._notice()
            due = [each for each in self._due() if each[2] not in waiting]
            due = [each for each in due if each[0] <= self.clock()]
            if not due:
                return
            at, take, life = min(due, key=lambda each: each[0])
            if not await take(at):
                waiting.add(life)
            await asyncio.sleep(0)

    async def finish(self, life: Life) -> None:
        """Move the clock from step to step until *life* has none left.

        Raises:
            TimeoutError: Its sidecar does not end by itself; move the clock past its grace.
        """
        while True:
            await self.step()
            if life.waits and life.sidecar is not None and not life.sidecar.ended:
                async with asyncio.timeout(_PATIENCE):
                    await life.sidecar.progress()
                continue
            now = self.clock()
            later = [at for at, _, each in self._due() if each is life and at > now]
            if not later:
                return
            self.clock.advance((min(later) - now + 0.5) / SECOND)  # half a nanosecond to round

    async def stop(self) -> None:
        """End every sidecar, as the end of a test wants it.

        Raises:
            Exception: What a sidecar's code raised.
        """
        for life in self.lives:
            if life.sidecar is not None:
                await life.sidecar.kill()
                life.sidecar.exit_code()

    def _begin(self, job: Object, history: History, sidecar: Sidecar | None) -> Life:
        jobs.refuse_retries(job)
        life = Life(
            store=self.cluster.store,
            logs=self.cluster.logs,
            job_name=job["metadata"]["name"],
            namespace=job["metadata"]["namespace"],
            steps=deque(history),
            at=self.clock(),
            acts=sidecar or self.sidecar,
            forbids=self.cluster.forbids_pod,
        )
        self.lives.append(life)
        self._played.add(job["metadata"]["uid"])
        return life

    def _due(self) -> Iterator[tuple[int, Callable[[int], Awaitable[bool]], Life]]:
        """What happens next in each life: when, and what to do then."""
        now = self.clock()
        for life in self.lives:
            if life.due is not None:
                killed = life.sidecar.kill_at if life.sidecar is not None else None
                retry = now if killed is None else min(now, killed)
                yield (max(life.due, retry) if life.waits else life.due), life.step, life
            if life.restart_at is not None:
                yield life.restart_at, life.restart, life
            if deadline := _deadline(life):
                yield deadline, _overdue(life), life

    async def _notice(self) -> None:
        """See what others did, and what sidecars did by themselves."""
        for job in self._jobs():
            if self.plan is not None and job["metadata"]["uid"] not in self._played:
                self._begin(copy.deepcopy(job), self.plan(job), None)
            if _expired(job, self.clock()):
                self.cluster.remove("jobs", job["metadata"]["namespace"], job["metadata"]["name"])
                await self.cluster.settled()
        for life in self.lives:
            await self._look_after(life)

    def _jobs(self) -> list[Object]:
        """All of them; not to be changed."""
        return [found for (kind, *_), found in self.cluster.store.everything() if kind == _JOBS]

    def forget(self) -> None:
        """Look no more after pods that have ended, or will never be."""
        self.lives = [life for life in self.lives if life.steps or _goes_on(life)]

    async def _look_after(self, life: Life) -> None:
        pod = life.seen_pod()
        if life.over and pod is not None and pod["metadata"].get("deletionTimestamp"):
            life.remove_pod()  # it was told to go while its node was away
        if life.going or life.over or life.alone or not life.pod_name:
            return
        if pod is None:
            life.going = True
            if life.sidecar is not None:
                await life.sidecar.kill()
            life.turn(histories.VANISHED, self.clock())
        elif pod["metadata"].get("deletionTimestamp"):
            life.going = True
            life.turn(histories.GOING, self.clock())
        elif _crashed(life, pod):
            life.crash(self.clock())


def _goes_on(life: Life) -> bool:
    there = life.seen_job() is not None or life.seen_pod() is not None
    return there and not (life.over or life.going)


def _crashed(life: Life, pod: Object) -> bool:
    """Whether the sidecar ended while there is still something for it to do."""
    process = life.sidecar
    if process is None or not process.ended or process.kill_at is not None:
        return False
    return life.restart_at is None and not pods.decided(pod)


def _deadline(life: Life) -> int | None:
    job = life.seen_job()
    if job is None or life.overdue or jobs.finished(job):
        return None
    seconds = job["spec"].get("activeDeadlineSeconds")
    return None if seconds is None else life.began + int(seconds) * SECOND


def _overdue(life: Life) -> Callable[[int], Awaitable[bool]]:
    async def take(at: int) -> bool:
        life.overdue = True
        if life.going:
            life.change_job(lambda job: jobs.overdue(job, instant(at)))
        elif not life.over:
            life.turn(histories.OVERDUE, at)
        return True

    return take


def _expired(job: Object, now: int) -> bool:
    seconds = job["spec"].get("ttlSecondsAfterFinished")
    if seconds is None or not jobs.finished(job):
        return False
    finished = parsed(job["status"]["conditions"][-1]["lastTransitionTime"])
    return finished + int(seconds) * SECOND <= now
